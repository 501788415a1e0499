"""Pools, and what the sources tell."""

import collections

from .asked import ANSWERS, DAY, HOUR, allowed, by_name, grouped, known, low, pool_of, share, truth


@truth("pools_as_configured", "aws_region pool_id")
def _(a):
    for pool in a.pools():
        yield dict(
            by_name(
                pool,
                *"aws_region pool_id pool_name mfa_configuration tier recovery devices device_skips_mfa sms_failure "
                "replica_regions".split(),
            ),
            allowed_factors=allowed(pool),
            app_clients=len({c.client_id for c in a.m.clients if c.pool_id == pool.pool_id}),
            listed_hours_ago=(a.end - pool.listed_at) / HOUR,
            users_listed_hours_ago=pool.users_listed_at and (a.end - pool.users_listed_at) / HOUR,
        )


@truth("what_required_mfa_would_change", "aws_region pool_id")
def _(a):
    by = grouped([user for user in a.eligible() if user.is_active], pool_of)
    for pool in a.pools():
        users = by[pool_of(pool)]
        n = collections.Counter()
        for user in users:
            n["unknown"] += not known(user)
            if (
                (user.has_totp and pool.allows_totp)
                or (user.has_sms and pool.allows_sms)
                or (user.has_email and pool.allows_email)
                or (user.has_passkey and pool.passkey_is_mfa)
            ):
                n["ready"] += 1
            elif pool.allows_sms and user.has_phone:
                n["sms"] += 1
            elif pool.allows_email and user.has_email_address:
                n["email"] += 1
            elif pool.allows_totp:
                n["must"] += 1
            else:
                n["out"] += 1
        yield dict(
            aws_region=pool.aws_region,
            pool_id=pool.pool_id,
            pool_name=pool.pool_name,
            mfa_configuration=pool.mfa_configuration,
            allowed_factors=allowed(pool),
            active_users=len(users),
            ready_users=n["ready"],
            ready_ratio=share(n["ready"], len(users)),
            sms_users=n["sms"],
            email_users=n["email"],
            must_set_up_users=n["must"],
            locked_out_users=n["out"],
            unknown_users=n["unknown"],
        )


@truth("counts_without_pool", "aws_region series", low("-unknown_ratio"))
def _(a):
    meanings = {row.series: row.counts for row in a.m.series}
    labels = {row.series: row.labels for row in a.m.series}
    every, unknown, last = collections.Counter(), collections.Counter(), {}
    for row in a.m.counts_by_hour:
        day = row.hour.date()
        if a.on(day) and a.hits(row) and "pool_id" in labels[row.series]:
            key = (row.aws_region, row.series)
            every[key] += row.events
            if row.pool_id == "unknown":
                unknown[key] += row.events
                last[key] = max(day, last.get(key, day))
    for key, n in unknown.items():
        yield dict(
            aws_region=key[0],
            series=key[1],
            counts=meanings[key[1]],
            events=every[key],
            unknown_events=n,
            unknown_ratio=share(n, every[key]),
            last_day=last[key],
        )


@truth("days_without_data", "aws_region pool_id from_day", low("-through_day"))
def _(a):
    with_any, of_pool = set(), collections.defaultdict(set)
    for row in a.m.counts_by_hour:
        if row.pool_id:
            with_any.add(row.hour.date())
            of_pool[pool_of(row)].add(row.hour.date())
    shown = [a.first_day + n * DAY for n in range(a.days)]
    for pool in a.pools():
        missing = [day for day in shown if day not in of_pool[pool_of(pool)]]
        stretches = []
        for day in missing:
            if stretches and stretches[-1][-1] + DAY == day:
                stretches[-1].append(day)
            else:
                stretches.append([day])
        for days in stretches:
            yield dict(
                aws_region=pool.aws_region,
                pool_id=pool.pool_id,
                pool_name=pool.pool_name,
                from_day=days[0],
                through_day=days[-1],
                days=len(days),
                days_without_any=sum(day not in with_any for day in days),
            )


@truth("second_factors_in_both_logs", "aws_region pool_id")
def _(a):
    found = a.counts(*ANSWERS, "challenge_undetermined", by=pool_of)
    asked, refused = collections.Counter(), collections.Counter()
    for row in a.m.auth_events:
        if row.mfa is not None and a.on(row.happened_at.date()) and a.hits(row):
            asked[pool_of(row)] += 1
            refused[pool_of(row)] += row.mfa != "success"
    for key in set(found) | set(asked):
        n = found[key]
        yield dict(
            aws_region=key[0],
            pool_id=key[1],
            log_sign_ins=asked[key],
            log_refused=refused[key],
            log_refused_ratio=share(refused[key], asked[key]),
            trail_responses=n["challenge_responses"],
            trail_failures=n["challenge_failures"],
            trail_failure_ratio=share(n["challenge_failures"], n["challenge_responses"]),
            trail_undetermined=n["challenge_undetermined"],
        )


@truth("unclassified_records", "event_name aws_region pool_id", low("-records"))
def _(a):
    rows = a.once(
        "unclassified",
        lambda: [
            event
            for event in a.m.rows("events", "event_time event_name aws_region pool_id vocabulary error_code".split())
            if event.vocabulary == "unclassified"
        ],
    )
    rows = [row for row in rows if a.within(row.event_time) and a.hits(row)]
    for key, some in grouped(rows, lambda r: (r.event_name, r.aws_region, r.pool_id)).items():
        yield dict(
            zip(("event_name", "aws_region", "pool_id"), key),
            records=len(some),
            refused=sum(row.error_code is not None for row in some),
            first_seen_at=min(row.event_time for row in some),
            last_seen_at=max(row.event_time for row in some),
        )


@truth("unknown_error_messages", "origin error_code message", low("-events"), limit=1000)
def _(a):
    for row in a.m.other_messages:
        if row.first_seen_at < a.end and row.last_seen_at >= a.begin:
            yield dict(
                by_name(row, "origin", "error_code", "message", "events", "first_seen_at", "last_seen_at"),
                is_new=a.within(row.first_seen_at),
            )
