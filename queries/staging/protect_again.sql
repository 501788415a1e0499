-- purpose: users whose factor was switched off and who show one again in the touched events
-- parameters: none
update mfa_removal
set protected_at = least(mfa_removal.protected_at, shown.protected_at)
from (
    select mfa_removal.event_id, min(touched.event_time) as protected_at
    from mfa_removal
    join touched
        on touched.pool_id = mfa_removal.pool_id and touched.sub = mfa_removal.sub
       and touched.event_time > mfa_removal.removed_at
    where touched.outcome = 'success'
      and (
          (touched.step in ('mfa_answer', 'passkey_answer') and touched.factor in ('totp', 'sms', 'passkey'))
          or touched.totp_switch or touched.sms_switch or touched.email_switch or touched.passkey_switch
      )
    group by all
) as shown
where mfa_removal.event_id = shown.event_id
  and (mfa_removal.protected_at is null or shown.protected_at < mfa_removal.protected_at)
