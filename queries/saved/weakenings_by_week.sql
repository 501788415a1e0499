-- title: Weakened protection week by week
-- purpose: the trend of what weakens users' protection: factors switched off, text messages put before an app,
--   changed phone numbers. Not every one is an attack; a jump is a reason to look
-- parameters: $from, $to, $aws_region, $pool_id
-- grain: one row per week (Monday) with anything; the first and the last week may be parts of one
-- place: audit
-- columns:
--   week: first day of the week (UTC)
--   admin_removals: factors switched off by administrators
--   self_removals: factors switched off by users
--   removed_users: users whose factors were switched off
--   put_before_app: text messages put before an authenticator app
--   sms_preferred: text messages preferred, the app not mentioned; who had no app is weakened by none of them
--   phones_changed: phone numbers changed
with
told as (
    select removed_at as happened_at, pool_id, sub, kind
    from mfa_removals
    where removed_at >= $from::timestamp and removed_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
    union all
    select happened_at, pool_id, sub, kind
    from weakenings
    where happened_at >= $from::timestamp and happened_at < $to::timestamp
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
)
select
    date_trunc('week', happened_at)::date as week,
    count(*) filter (where kind = 'admin_mfa_disable') as admin_removals,
    count(*) filter (where kind = 'self_mfa_disable') as self_removals,
    count(distinct sub) filter (where kind in ('admin_mfa_disable', 'self_mfa_disable')) as removed_users,
    count(*) filter (where kind = 'totp_to_sms') as put_before_app,
    count(*) filter (where kind = 'sms_preferred') as sms_preferred,
    count(*) filter (where kind = 'phone_changed') as phones_changed
from told
group by week
order by week desc
