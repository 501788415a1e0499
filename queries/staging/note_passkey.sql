-- purpose: note whether a passkey counts as MFA where it is not what was known: from the beginning when
--   nothing was, else for the records that are not stored yet
-- parameters: none
-- grain: one row per Region and pool that changed
merge into passkey_setting
using (
    select
        told.aws_region, told.pool_id, told.passkey_is_mfa,
        case when last.pool_id is null then timestamp '1970-01-01' else coalesce(
            (
                select max(event_time) + interval 1 microsecond from event
                where event.aws_region = told.aws_region and event.pool_id = told.pool_id
            ),
            last.since
        ) end as since
    from (
        select aws_region, pool_id, bool_or(passkey_is_mfa) as passkey_is_mfa from pool group by aws_region, pool_id
    ) as told
    left join (
        select aws_region, pool_id, max(since) as since, arg_max(passkey_is_mfa, since) as passkey_is_mfa
        from passkey_setting
        group by aws_region, pool_id
    ) as last using (aws_region, pool_id)
    where told.passkey_is_mfa is distinct from last.passkey_is_mfa
) as changed
on passkey_setting.aws_region = changed.aws_region and passkey_setting.pool_id = changed.pool_id
   and passkey_setting.since = changed.since
when matched then update set passkey_is_mfa = changed.passkey_is_mfa
when not matched then insert values (changed.aws_region, changed.pool_id, changed.since, changed.passkey_is_mfa)
