-- purpose: where the kinds of a batch land, by what they hold
-- parameters: none
-- grain: one row per kind
create or replace temp table fresh_kind (position uinteger not null, content uuid not null)
