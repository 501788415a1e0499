-- purpose: store the new sign-ins of Cognito's own log
-- parameters: none
insert into auth_event select * from fresh_auth_event
