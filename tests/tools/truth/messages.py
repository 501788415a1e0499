"""Text messages and their codes."""

import collections
import math

from .asked import HOUR, between, by_name, grouped, hour_of, low, pool_of, recorded_time, share, truth, wilson


def messages(a):
    """Messages whose last word is known, of whole days."""
    return [row for row in a.m.sms_messages if row.status != "pending" and a.on(row.sent_at.date()) and a.hits(row)]


def codes(a):
    """Codes asked for on whole days whose country is settled."""
    return [row for row in a.m.sms_codes if row.country is not None and a.on(row.requested_at.date()) and a.hits(row)]


def price(rows):
    told = [row.price_usd for row in rows if row.price_usd is not None]
    return math.fsum(told)


def delivery(rows):
    told = [row for row in rows if row.status in ("delivered", "failed")]
    delivered = sum(row.status == "delivered" for row in told)
    least, most = wilson(delivered, len(told))
    return dict(
        messages=len(told),
        delivered=delivered,
        delivery_ratio=share(delivered, len(told)),
        delivery_low=least,
        delivery_high=most,
    )


@truth("sms_delivery_by_country", "aws_region country", low("delivery_high"))
def _(a):
    for (region, country), rows in grouped(messages(a), lambda r: (r.aws_region, r.country)).items():
        yield dict(
            aws_region=region,
            country=country,
            country_name=a.country_name(country),
            unknown_fate=sum(row.status == "unknown" for row in rows),
            price_usd=price(rows),
            **delivery(rows),
        )


@truth("sms_failure_reasons", "aws_region country reason", low("-failed"))
def _(a):
    for (region, country), rows in grouped(messages(a), lambda r: (r.aws_region, r.country)).items():
        failed = [row for row in rows if row.status == "failed"]
        every = sum(row.status in ("delivered", "failed") for row in rows)
        for reason, some in grouped(failed, lambda r: r.reason).items():
            yield dict(
                aws_region=region,
                country=country,
                country_name=a.country_name(country),
                reason=reason,
                meaning=a.meaning("sms", reason),
                failed=len(some),
                country_messages=every,
                failure_ratio=share(len(some), every),
                country_failed=len(failed),
                reason_ratio=share(len(some), len(failed)),
            )


@truth("sms_price_by_country_and_month", "month country", low("-month", "-price_usd"))
def _(a):
    by = grouped(messages(a), lambda r: (r.sent_at.date().replace(day=1), r.country))
    whole = grouped(messages(a), lambda r: r.sent_at.date().replace(day=1))
    for (month, country), rows in by.items():
        yield dict(
            month=month,
            country=country,
            country_name=a.country_name(country),
            messages=len(rows),
            price_usd=price(rows),
            price_per_message_usd=share(price(rows), len(rows)),
            month_price_usd=price(whole[month]),
            month_ratio=share(price(rows), price(whole[month])),
        )


@truth("sms_delay_by_country", "aws_region country", low("-p90_seconds"))
def _(a):
    rows = [r for r in a.m.sms_messages if r.status == "delivered" and a.within(r.sent_at) and a.hits(r)]
    for (region, country), some in grouped(rows, lambda r: (r.aws_region, r.country)).items():
        took = [row.delay_ms / 1000 for row in some if row.delay_ms is not None]
        yield dict(
            aws_region=region,
            country=country,
            country_name=a.country_name(country),
            delivered=len(some),
            timed=len(took),
            median_seconds=between(took, 0.5),
            p90_seconds=between(took, 0.9),
            p99_seconds=between(took, 0.99),
            above_30_seconds_ratio=share(sum(s > 30 for s in took), len(took)),
            above_180_seconds_ratio=share(sum(s > 180 for s in took), len(took)),
        )


def conversion(rows):
    app = [row for row in rows if row.via == "api"]
    answers = sum(row.is_answered for row in app)
    return dict(app_requests=len(app), answers=answers, conversion_ratio=share(answers, len(app)))


@truth("sms_codes_by_purpose", "aws_region pool_id purpose", low("-requests"))
def _(a):
    whole = grouped(codes(a), pool_of)
    for (region, pool, purpose), rows in grouped(codes(a), lambda r: (*pool_of(r), r.purpose)).items():
        every = whole[region, pool]
        yield dict(
            aws_region=region,
            pool_id=pool,
            purpose=purpose,
            requests=len(rows),
            pool_requests=len(every),
            purpose_ratio=share(len(rows), len(every)),
            app_requests=sum(row.via == "api" for row in rows),
            page_requests=sum(row.via == "ui" for row in rows),
            resends=sum(row.is_resend for row in rows),
        )


@truth("sms_conversion_by_country", "country purpose", low("conversion_high"))
def _(a):
    for (country, purpose), rows in grouped(codes(a), lambda r: (r.country, r.purpose)).items():
        told = conversion(rows)
        least, most = wilson(told["answers"], told["app_requests"])
        yield dict(
            country=country,
            country_name=a.country_name(country),
            purpose=purpose,
            requests=len(rows),
            conversion_low=least,
            conversion_high=most,
            new_user_requests=sum(bool(row.is_new_user) for row in rows),
            **told,
        )


@truth("sms_resends_by_country", "country", low("-resends_per_first_send"))
def _(a):
    for country, rows in grouped(codes(a), lambda r: r.country).items():
        again = sum(row.is_resend for row in rows)
        yield dict(
            country=country,
            country_name=a.country_name(country),
            requests=len(rows),
            first_sends=len(rows) - again,
            resends=again,
            resends_per_first_send=share(again, len(rows) - again),
        )


@truth("sms_cost_of_an_answered_code", "country", low("-price_per_answer_usd"))
def _(a):
    sent = grouped(messages(a), lambda r: r.country)
    for country, rows in grouped(codes(a), lambda r: r.country).items():
        told = conversion(rows)
        some = sent.get(country, [])
        if not told["answers"]:
            continue
        one = share(price(some), len(some))
        yield dict(
            country=country,
            country_name=a.country_name(country),
            messages=len(some),
            price_per_message_usd=one,
            price_per_answer_usd=one and share(one, told["conversion_ratio"]),
            answers_price_usd=one and one * told["app_requests"],
            **told,
        )


@truth("sms_delivery_by_day", "day", low("-day"))
def _(a):
    sent = grouped(messages(a), lambda r: r.sent_at.date())
    asked = grouped(codes(a), lambda r: r.requested_at.date())
    errors = a.counts("sms_send_errors", by=lambda r: r.hour.date(), but=("country",))
    has_country = a.of("country") is not None
    for day in set(sent) | set(asked) | (set() if has_country else set(errors)):
        told = delivery(sent.get(day, []))
        yield dict(
            day=day,
            messages=told["messages"],
            delivered=told["delivered"],
            delivery_ratio=told["delivery_ratio"],
            requests=len(asked.get(day, [])),
            resends=sum(row.is_resend for row in asked.get(day, [])),
            send_errors=None if has_country else errors[day]["sms_send_errors"],
            price_usd=price(sent.get(day, [])),
        )


@truth("sms_send_errors", "aws_region pool_id reason", low("-errors"))
def _(a):
    found, days = collections.Counter(), collections.defaultdict(set)
    for row in a.m.counts_by_hour:
        if row.series == "sms_send_errors" and a.on(row.hour.date()) and a.hits(row):
            found[row.aws_region, row.pool_id, row.reason] += row.events
            days[row.aws_region, row.pool_id, row.reason].add(row.hour.date())
    pools = {pool_of(pool): pool for pool in a.m.pools}
    for key, errors in found.items():
        pool = pools.get(key[:2])
        yield dict(
            zip(("aws_region", "pool_id", "reason"), key),
            pool_name=pool and pool.pool_name,
            meaning=a.meaning("send", key[2]),
            errors=errors,
            days=len(days[key]),
            last_day=max(days[key]),
            sms_failure=pool and pool.sms_failure,
        )


@truth("sms_setup_of_pools", "aws_region pool_id")
def _(a):
    last = a.head_counts(is_ever=True)
    asked = grouped(codes(a), pool_of)
    errors = a.counts("sms_send_errors", by=pool_of)
    for pool in a.pools():
        row = last.get(pool_of(pool))
        yield dict(
            by_name(
                pool,
                *"aws_region pool_id pool_name mfa_configuration allows_sms sms_route sms_region sms_failure".split(),
            ),
            sms_users=row and row.sms_users,
            sms_only_users=row and row.sms_only_users,
            requests=len(asked.get(pool_of(pool), [])),
            send_errors=errors[pool_of(pool)]["sms_send_errors"],
        )


@truth("sms_only_users_by_delivery", "sms_region country", low("delivery_high"))
def _(a):
    regions = {pool_of(pool): pool.sms_region for pool in a.m.pools}
    users = [user for user in a.eligible() if user.strength == "sms_only"]
    sent = grouped([r for r in a.m.sms_messages if a.on(r.sent_at.date())], lambda r: (r.aws_region, r.country))
    for (region, country), some in grouped(users, lambda u: (regions[pool_of(u)], u.country)).items():
        told = delivery(sent.get((region, country), []))
        yield dict(
            sms_region=region,
            country=country,
            country_name=a.country_name(country),
            sms_only_users=len(some),
            active_users=sum(user.is_active for user in some),
            **told,
        )


@truth("sms_bursts_for_new_users", "hour aws_region pool_id country", low("-new_user_requests"), limit=500)
def _(a):
    rows = [r for r in a.m.sms_codes if r.country is not None and a.within(r.requested_at) and a.hits(r)]
    usual = collections.Counter((*pool_of(r), r.country) for r in codes(a))
    hours = recorded_time(a, a.first_day) / HOUR
    for key, some in grouped(rows, lambda r: (hour_of(r.requested_at), *pool_of(r), r.country)).items():
        new = sum(bool(row.is_new_user) for row in some)
        if len(some) >= 20 and new * 2 >= len(some):
            yield dict(
                zip(("hour", "aws_region", "pool_id", "country"), key),
                country_name=a.country_name(key[3]),
                requests=len(some),
                new_user_requests=new,
                new_user_ratio=share(new, len(some)),
                usual_requests=usual[key[1:]] / hours,
                **conversion(some),
            )
