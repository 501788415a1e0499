-- title: Enrolment by country
-- purpose: who can pass MFA, by the country of the users' phone numbers; users without a number, or of whose number
--   the country is not known, are one row without a country
-- parameters: $aws_region, $pool_id, $country
-- grain: one row per country, most eligible users first
-- place: overview
-- columns:
--   country: alpha-2; null where no number tells
--   country_name: its English name
--   eligible_users: the headline denominator
--   known_users: eligible, with evidence about MFA
--   capable_users: eligible, can pass MFA
--   enrolment_ratio: capable of known users
--   coverage_ratio: known of eligible users
--   active_known_users: known, with a sign-in through the API in 30 days
--   active_capable_users: of them, those who can pass MFA
--   active_enrolment_ratio: active_capable_users of active_known_users
--   strong_users: capable with an authenticator app or a passkey
--   sms_only_users: capable with text messages alone
with
counted as (
    select
        country,
        count(*) as eligible_users,
        count(*) filter (where state <> 'unknown') as known_users,
        count(*) filter (where is_capable) as capable_users,
        count(*) filter (where is_active and state <> 'unknown') as active_known_users,
        count(*) filter (where is_active and is_capable) as active_capable_users,
        count(*) filter (where strength = 'strong') as strong_users,
        count(*) filter (where strength = 'sms_only') as sms_only_users
    from users
    where is_eligible
      and ($aws_region::varchar is null or aws_region = $aws_region)
      and ($pool_id::varchar is null or pool_id = $pool_id)
      and ($country::varchar is null or country = $country)
    group by country
)
select
    counted.country, countries.country_name, counted.eligible_users, counted.known_users, counted.capable_users,
    counted.capable_users / nullif(counted.known_users, 0) as enrolment_ratio,
    counted.known_users / nullif(counted.eligible_users, 0) as coverage_ratio,
    counted.active_known_users, counted.active_capable_users,
    counted.active_capable_users / nullif(counted.active_known_users, 0) as active_enrolment_ratio,
    counted.strong_users, counted.sms_only_users
from counted
left join countries on counted.country = countries.country
order by counted.eligible_users desc, counted.country
limit 300
