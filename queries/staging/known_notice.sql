-- purpose: leave out what files say of messages that Cognito could not send where the log group said it, too:
--   nothing but their words tells such lines apart
-- parameters: none
delete from fresh_line
where line_id in (
    select notice_batch.line_id
    from notice_batch
    semi join delivery_notice
        on delivery_notice.noticed_at = notice_batch.happened_at and delivery_notice.pool_id = notice_batch.pool_id
       and delivery_notice.details is not distinct from notice_batch.details
    where not notice_batch.is_auth_event
)
