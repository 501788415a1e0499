"""Who switched off or weakened whose protection."""

import collections

from .asked import ACTOR, DAY, HOUR, WEEK, OneOf, between, by_name, grouped, low, pool_of, share, truth, week_of


@truth("administrators_removing_mfa", " ".join(ACTOR), low("-removals"))
def _(a):
    rows = [r for r in a.m.mfa_removals if r.kind == "admin_mfa_disable" and a.within(r.removed_at) and a.hits(r)]
    for actor, calls in grouped(rows, lambda r: (r.actor_type, r.actor_name, r.actor_session)).items():
        again = sum(row.protected_at is not None for row in calls)
        yield dict(
            zip(ACTOR, actor),
            removals=len(calls),
            direction_unknown=sum(row.direction_unknown for row in calls),
            users=len({(row.pool_id, row.sub) for row in calls if row.sub is not None}),
            pools=len({row.pool_id for row in calls}),
            protected_again=again,
            protected_again_ratio=share(again, len(calls)),
            most_removals_a_day=max(collections.Counter(row.removed_at.date() for row in calls).values()),
            first_removal_at=min(row.removed_at for row in calls),
            last_removal_at=max(row.removed_at for row in calls),
        )


@truth("time_to_protection", "kind")
def _(a):
    rows = [r for r in a.m.mfa_removals if r.sub is not None and a.within(r.removed_at) and a.hits(r)]
    for kind, calls in grouped(rows, lambda r: r.kind).items():
        took = [(row.protected_at - row.removed_at) / HOUR for row in calls if row.protected_at is not None]

        def old(stretch):
            some = [row for row in calls if row.removed_at <= a.end - stretch]
            done = sum(row.protected_at is not None and row.protected_at - row.removed_at <= stretch for row in some)
            return len(some), share(done, len(some))

        a_day, in_a_day = old(DAY)
        a_week, in_a_week = old(WEEK)
        yield dict(
            kind=kind,
            removals=len(calls),
            protected_again=len(took),
            median_hours=between(took, 0.5),
            p90_hours=between(took, 0.9),
            removals_a_day_old=a_day,
            protected_in_a_day_ratio=in_a_day,
            removals_a_week_old=a_week,
            protected_in_a_week_ratio=in_a_week,
        )


@truth("users_still_unprotected", "pool_id sub", low("removed_at"), limit=1000)
def _(a):
    rows = [r for r in a.m.mfa_removals if r.sub is not None and a.within(r.removed_at) and a.hits(r)]
    users = a.once("users by pool", lambda: grouped(a.m.users, lambda u: (u.pool_id, u.sub)))
    for (pool, sub), calls in grouped(rows, lambda r: (r.pool_id, r.sub)).items():
        last = max(calls, key=lambda row: row.removed_at)
        user = next(iter(users.get((pool, sub), [])), None)
        if last.protected_at is not None or user is None:
            continue
        is_looked_up = user.looked_up_at is not None and user.looked_up_at > last.removed_at
        # A look-up after it that lists a factor.
        if is_looked_up and user.state == "explicit":
            continue
        yield dict(
            by_name(last, "aws_region", "removed_at", "kind", *ACTOR),
            pool_id=pool,
            sub=sub,
            unprotected_hours=(a.end - last.removed_at) / HOUR,
            removals=len(calls),
            direction_unknown=last.direction_unknown and not is_looked_up,
            state=user.state,
            is_capable=user.is_capable,
            last_sign_in_at=user.last_sign_in_at,
            has_signed_in_since=OneOf(
                [user.last_sign_in_at > last.removed_at] if user.last_sign_in_at is not None else [False, None]
            ),
        )


@truth("weakened_users", "event_id", low("-happened_at"), limit=1000)
def _(a):
    first_app = {(r.pool_id, r.sub): r.first_seen_at for r in a.m.user_factors if r.factor == "totp"}
    for row in a.m.weakenings:
        if row.kind not in ("totp_to_sms", "sms_preferred") or not a.within(row.happened_at) or not a.hits(row):
            continue
        # Preferring text messages weakens only who had shown an app before.
        shown = first_app.get((row.pool_id, row.sub))
        if row.kind == "sms_preferred" and not (shown is not None and shown < row.happened_at):
            continue
        user = a.user(row.aws_region, row.pool_id, row.sub)
        yield dict(
            by_name(row, "event_id", "happened_at", "aws_region", "pool_id", "sub", "kind", *ACTOR),
            strength_now=user and user.strength,
            preferred_now=user and user.preferred,
            is_active=user and user.is_active,
        )


@truth("weakenings_by_week", "week", low("-week"))
def _(a):
    weeks = collections.defaultdict(lambda: [collections.Counter(), set()])
    for row in a.m.mfa_removals:
        if a.within(row.removed_at) and a.hits(row):
            n, users = weeks[week_of(row.removed_at.date())]
            n["admin_removals" if row.kind == "admin_mfa_disable" else "self_removals"] += 1
            if row.sub is not None:
                users.add((row.pool_id, row.sub))
    names = {"totp_to_sms": "put_before_app", "sms_preferred": "sms_preferred", "phone_changed": "phones_changed"}
    for row in a.m.weakenings:
        if a.within(row.happened_at) and a.hits(row):
            weeks[week_of(row.happened_at.date())][0][names[row.kind]] += 1
    for week, (n, users) in weeks.items():
        yield dict(
            {name: n[name] for name in ("admin_removals", "self_removals", *names.values())},
            week=week,
            removed_users=len(users),
        )


@truth("phone_changes_without_proof", "event_id", low("-happened_at"), limit=1000)
def _(a):
    factors = a.once("factors", lambda: grouped(a.m.user_factors, lambda r: (r.pool_id, r.sub)))
    failed = a.once(
        "failed", lambda: grouped([s for s in a.m.challenge_sessions if s.is_failed], lambda s: (s.pool_id, s.sub))
    )
    for row in a.m.weakenings:
        if row.kind != "phone_changed" or not a.within(row.happened_at) or not a.hits(row):
            continue
        mine = factors.get((row.pool_id, row.sub), [])
        signs = [at for r in mine for at in (r.proven_at, r.on_at) if at is not None]
        if any(at > row.happened_at for at in signs):
            continue
        user = a.user(row.aws_region, row.pool_id, row.sub)
        last = user and user.last_sign_in_at
        yield dict(
            by_name(row, "event_id", "happened_at", "aws_region", "pool_id", "sub", *ACTOR),
            proven_before_at=max((r.proven_at for r in mine if r.proven_at is not None), default=None),
            failed_sessions_since=sum(s.ended_at > row.happened_at for s in failed.get((row.pool_id, row.sub), [])),
            last_sign_in_at=last,
            has_signed_in_since=OneOf([last > row.happened_at] if last is not None else [False, None]),
            strength_now=user and user.strength,
        )


@truth(
    "pool_configuration_changes",
    "happened_at aws_region pool_id evidence event_name actor_name",
    low("-happened_at"),
    limit=1000,
)
def _(a):
    rank = {"OFF": 0, "OPTIONAL": 1, "ON": 2}
    before = {}
    rows = sorted(a.m.pool_history, key=lambda r: (r.happened_at, r.evidence == "listing"))
    for row in rows:
        key = pool_of(row)
        old = before.get(key)
        new = row.mfa_configuration
        if new is not None:
            before[key] = new
        if a.within(row.happened_at) and a.hits(row):
            lowered = None if old is None or new is None else rank[new] < rank[old]
            yield dict(
                by_name(
                    row,
                    *"happened_at aws_region pool_id evidence event_name mfa_configuration allows_totp allows_sms "
                    "allows_email passkey_is_mfa devices sms_failure".split(),
                    *ACTOR,
                ),
                pool_name=a.pool_name(*key),
                mfa_before=old,
                is_lowered=OneOf([lowered] if lowered is not None else [False, None]),
            )
