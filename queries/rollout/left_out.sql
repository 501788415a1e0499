-- purpose: listed users of a pool who cannot sign in: disabled, unconfirmed, or of a status that is not known
-- parameters: $aws_region, $pool_id
-- grain: one row
select count(*) as users
from listed_user
where aws_region = $aws_region and pool_id = $pool_id
  and not (
    enabled and status in ('CONFIRMED', 'RESET_REQUIRED', 'FORCE_CHANGE_PASSWORD', 'EXTERNAL_PROVIDER')
  )
