-- purpose: the country of a user's number for figures by country
-- parameters: is_listable: the record names a user, and somebody lists the pool or may still list it; is_listed, country: what the
--   listing says of the user; is_later: the listing began after the record
-- columns: alpha-2, 'unknown' when the listing knows none, null while a later listing may still tell
create or replace macro settled_country(is_listable, is_listed, country, is_later) as
case
    when not is_listable then 'unknown'
    when is_listed then coalesce(country, 'unknown')
    when is_later then 'unknown'
end
