-- purpose: drop Cognito's notices past their retention
-- parameters: $before
delete from delivery_notice where noticed_at < $before::timestamp
