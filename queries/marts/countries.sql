-- purpose: names of countries and territories
-- parameters: none
-- grain: one row per ISO 3166-1 alpha-2 code
-- evidence: none needed
-- columns:
--   country: alpha-2
--   country_name: its English name
create or replace view public.countries as
select country, country_name from main.country
