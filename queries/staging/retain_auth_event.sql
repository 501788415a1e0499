-- purpose: drop sign-ins of Cognito's own log past their retention
-- parameters: $before
delete from auth_event where happened_at < $before::timestamp
