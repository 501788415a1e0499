-- title: Users who became able to pass MFA
-- purpose: in which week today's capable users first showed a factor, and with what they can pass MFA today. Users
--   who lost their factor since are not in it, so past weeks can shrink
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per week (Monday), AWS Region and pool
-- place: overview
-- columns:
--   week: first day of the week (UTC)
--   aws_region: AWS Region
--   pool_id: user pool
--   newly_capable_users: eligible users capable today, with the oldest sign of a factor in the week
--   new_account_users: of them, those whose account was made at most 7 days before that sign
--   strong_users: of newly_capable_users, with an authenticator app or a passkey
--   sms_only_users: with text messages alone
--   other_users: with e-mail codes alone, or with these and text messages
select
    date_trunc('week', capable_since)::date as week, aws_region, pool_id,
    count(*) as newly_capable_users,
    count(*) filter (where created_at >= capable_since - interval 7 days) as new_account_users,
    count(*) filter (where strength = 'strong') as strong_users,
    count(*) filter (where strength = 'sms_only') as sms_only_users,
    count(*) filter (where strength in ('email_only', 'sms_and_email')) as other_users
from users
where is_eligible and is_capable
  and capable_since >= $from::timestamp and capable_since < $to::timestamp
  and ($aws_region::varchar is null or aws_region = $aws_region)
  and ($pool_id::varchar is null or pool_id = $pool_id)
group by all
order by week desc, aws_region, pool_id
limit 1000
