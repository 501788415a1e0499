"""Account recovery."""

import collections

from .asked import (
    ASKING,
    DAY,
    by_name,
    factors_of,
    grouped,
    low,
    pool_of,
    recorded_days,
    share,
    truth,
    week_of,
    wilson,
)


def recovery_attempts(a):
    """Raw rows: (row, counts as an event, counts as a refusal)."""
    for row in a.m.recovery_events:
        if a.on(row.event_time.date()) and a.hits(row):
            yield row, row.outcome == "success" or row.kind in ASKING, row.outcome == "failure"


@truth("recovery_by_kind", "kind", low("-attempts"))
def _(a):
    events, refused = collections.Counter(), collections.Counter()
    for row, is_event, is_refused in recovery_attempts(a):
        events[row.kind] += is_event
        refused[row.kind] += is_refused
    days = recorded_days(a)
    heads = [row.active_users for row in a.head_counts().values() if a.hits(row)]
    active = sum(heads) if heads else None
    for kind in set(events) | set(refused):
        if not (events[kind] or refused[kind]):
            continue
        attempts = events[kind] + (0 if kind in ASKING else refused[kind])
        a_day = share(events[kind], days)
        yield dict(
            kind=kind,
            events=events[kind],
            refused=refused[kind],
            attempts=attempts,
            refused_ratio=share(refused[kind], attempts),
            recorded_days=days,
            events_per_day=a_day,
            active_users=active,
            events_per_day_per_1000_active_users=share(a_day * 1000, active) if active else None,
        )


@truth("recovery_by_week", "week", low("-week"))
def _(a):
    names = {
        "self_reset_requested": "resets_requested",
        "self_reset_completed": "resets_completed",
        "code_resent": "codes_resent",
        "self_mfa_disable": "self_mfa_removals",
        "admin_reset": "admin_resets",
        "admin_set_password": "admin_passwords_set",
        "admin_mfa_disable": "admin_mfa_removals",
    }
    weeks = collections.defaultdict(lambda: [set(), collections.Counter()])
    for row, is_event, is_refused in recovery_attempts(a):
        if is_event or is_refused:
            day = row.event_time.date()
            days, n = weeks[week_of(day)]
            days.add(day)
            n[names[row.kind]] += is_event
            n["refused"] += is_refused
    for week, (days, n) in weeks.items():
        yield dict({name: n[name] for name in [*names.values(), "refused"]}, week=week, days=len(days))


@truth("recovery_per_1000_active_users", "aws_region pool_id")
def _(a):
    found = collections.defaultdict(collections.Counter)
    for row, is_event, _ in recovery_attempts(a):
        found[pool_of(row)][row.kind] += is_event
    days = recorded_days(a)
    last = a.head_counts()
    for pool in a.pools():
        n = found[pool_of(pool)]
        every = sum(n.values())
        admin = sum(count for kind, count in n.items() if kind.startswith("admin_"))
        active = last[pool_of(pool)].active_users if pool_of(pool) in last else None

        def rate(count):
            return count * 1000 / days / active if days and active else None

        yield dict(
            aws_region=pool.aws_region,
            pool_id=pool.pool_id,
            pool_name=pool.pool_name,
            active_users=active,
            recorded_days=days,
            events=every,
            self_events=every - admin,
            admin_events=admin,
            mfa_removals=n["admin_mfa_disable"] + n["self_mfa_disable"],
            events_per_day_per_1000_active_users=rate(every),
            admin_events_per_day_per_1000_active_users=rate(admin),
        )


@truth("recovery_refusals", "aws_region pool_id kind reason", low("-refused"))
def _(a):
    found, whole = collections.Counter(), collections.Counter()
    for row, _, is_refused in recovery_attempts(a):
        if is_refused:
            found[row.aws_region, row.pool_id, row.kind, row.reason] += 1
            whole[row.aws_region, row.pool_id, row.kind] += 1
    for key, refused in found.items():
        yield dict(
            zip(("aws_region", "pool_id", "kind", "reason"), key),
            meaning=a.meaning("challenge", key[3]),
            refused=refused,
            kind_refused=whole[key[:3]],
            reason_ratio=share(refused, whole[key[:3]]),
        )


@truth("recovery_by_administrator", "actor_type actor_name actor_session", low("-calls"))
def _(a):
    rows = [
        row for row in a.m.recovery_events if row.kind.startswith("admin_") and a.within(row.event_time) and a.hits(row)
    ]
    for actor, calls in grouped(rows, lambda r: (r.actor_type, r.actor_name, r.actor_session)).items():
        done = [row for row in calls if row.outcome != "failure"]
        yield dict(
            zip(("actor_type", "actor_name", "actor_session"), actor),
            calls=len(done),
            resets=sum(row.kind == "admin_reset" for row in done),
            passwords_set=sum(row.kind == "admin_set_password" for row in done),
            mfa_removals=sum(row.kind == "admin_mfa_disable" for row in done),
            refused=len(calls) - len(done),
            users=len({(row.pool_id, row.sub) for row in done if row.sub is not None}),
            last_call_at=max(row.event_time for row in calls),
        )


def way_back(user, pool):
    """Whether a user recovers: were it not for MFA, and as it is: ({channels}, {channels left})."""
    order = [word for word in (pool.recovery or "").split(",") if word]
    allowed = set(order) if order else {"verified_phone_number", "verified_email"}
    verified = {
        channel
        for channel, is_verified in (
            ("verified_phone_number", user.has_phone and user.phone_verified),
            ("verified_email", user.has_email_address and user.email_verified),
        )
        if is_verified and channel in allowed
    }
    taken = set()
    for channel, factor, alone in (
        ("verified_phone_number", "sms", "sms_only"),
        ("verified_email", "email", "email_only"),
    ):
        if factor in factors_of(user) and (user.preferred == factor or user.strength == alone):
            taken.add(channel)
    return verified, verified - taken


@truth("recovery_dead_ends", "aws_region pool_id")
def _(a):
    by = grouped(a.eligible(), pool_of)
    for pool in a.pools():
        users = by[pool_of(pool)]
        ways = [(user, *way_back(user, pool)) for user in users]

        def taken(channel):
            return sum(channel in before and channel not in after for _, before, after in ways)

        dead = [(user, before) for user, before, after in ways if not after]
        yield dict(
            aws_region=pool.aws_region,
            pool_id=pool.pool_id,
            pool_name=pool.pool_name,
            recovery=pool.recovery,
            eligible_users=len(users),
            phone_users=sum("verified_phone_number" in before for _, before, _ in ways),
            phone_taken_users=taken("verified_phone_number"),
            email_users=sum("verified_email" in before for _, before, _ in ways),
            email_taken_users=taken("verified_email"),
            dead_end_users=len(dead),
            mfa_dead_end_users=sum(bool(before) for _, before in dead),
            active_dead_end_users=sum(user.is_active for user, _ in dead),
            dead_end_ratio=share(len(dead), len(users)),
        )


@truth("recovery_dead_end_users", "aws_region pool_id sub", low("-last_sign_in_at"), limit=1000)
def _(a):
    pools = {pool_of(pool): pool for pool in a.m.pools}
    for user in a.eligible():
        pool = pools[pool_of(user)]
        before, after = way_back(user, pool)
        if user.is_active and not after:
            yield dict(
                by_name(
                    user,
                    *"aws_region pool_id sub strength preferred phone_verified email_verified last_sign_in_at".split(),
                ),
                recovery=pool.recovery,
                is_caused_by_mfa=bool(before),
            )


@truth("reset_completion", "aws_region pool_id")
def _(a):
    found = a.counts(
        "recovery_events",
        "recovery_failures",
        "recovery_unknown",
        "recovery_completions",
        by=lambda r: (pool_of(r), r.kind),
    )
    pools = {key[0] for key in found}
    for region, pool in pools:
        asked = found[(region, pool), "self_reset_requested"]
        more = found[(region, pool), ""]
        requests, nobody = asked["recovery_events"], more["recovery_unknown"]
        if requests:
            yield dict(
                aws_region=region,
                pool_id=pool,
                requests=requests,
                requests_without_user=nobody,
                told_requests=requests - nobody,
                completed=more["recovery_completions"],
                completion_ratio=share(more["recovery_completions"], requests - nobody),
                refused=asked["recovery_failures"],
            )


@truth("resets_then_failures", "aws_region pool_id")
def _(a):
    failed = collections.defaultdict(list)
    for session in a.m.challenge_sessions:
        if session.is_failed:
            failed[session.pool_id, session.sub].append(session.ended_at)
    users, then = collections.defaultdict(set), collections.defaultdict(set)
    for row in a.m.recovery_events:
        is_reset = row.kind == "self_reset_completed" and row.outcome == "success" and row.sub is not None
        if is_reset and a.within(row.event_time) and a.hits(row):
            users[pool_of(row)].add(row.sub)
            if any(row.event_time < at <= row.event_time + DAY for at in failed[row.pool_id, row.sub]):
                then[pool_of(row)].add(row.sub)
    for key, subs in users.items():
        least, most = wilson(len(then[key]), len(subs))
        yield dict(
            aws_region=key[0],
            pool_id=key[1],
            reset_users=len(subs),
            failed_users=len(then[key]),
            failed_ratio=share(len(then[key]), len(subs)),
            failed_low=least,
            failed_high=most,
        )
