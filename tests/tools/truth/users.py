"""Users and their enrolment."""

from .asked import DAY, FACTORS, WEEK, factors_of, grouped, known, low, pool_of, share, truth, week_of

STATES = ("explicit", "proven", "implicit", "none", "unknown")
STRETCHES = ((1, "1 day"), (7, "7 days"), (30, "30 days"), (90, "90 days"))


def heads(users):
    """Of eligible users."""
    capable = [user for user in users if user.is_capable]
    active_known = [user for user in users if user.is_active and known(user)]
    active_capable = [user for user in capable if user.is_active]
    return dict(
        eligible_users=len(users),
        known_users=sum(map(known, users)),
        capable_users=len(capable),
        enrolment_ratio=share(len(capable), sum(map(known, users))),
        coverage_ratio=share(sum(map(known, users)), len(users)),
        active_known_users=len(active_known),
        active_capable_users=len(active_capable),
        active_enrolment_ratio=share(len(active_capable), len(active_known)),
        strong_users=sum(user.strength == "strong" for user in users),
        sms_only_users=sum(user.strength == "sms_only" for user in users),
    )


@truth("enrolment_by_country", "country", low("-eligible_users"))
def _(a):
    for country, users in grouped(a.eligible(), lambda u: u.country).items():
        yield dict(country=country, country_name=a.country_name(country), **heads(users))


@truth("enrolment_by_factor", "aws_region pool_id factor")
def _(a):
    for (region, pool), users in grouped(a.eligible(), pool_of).items():
        capable = [user for user in users if user.is_capable]
        for factor in FACTORS:
            having = [user for user in capable if factor in factors_of(user)]
            yield dict(
                aws_region=region,
                pool_id=pool,
                factor=factor,
                capable_users=len(capable),
                factor_users=len(having),
                factor_ratio=share(len(having), len(capable)),
                only_factor_users=sum(len(factors_of(user)) == 1 for user in having),
                preferring_users=sum(user.preferred == factor for user in having),
            )


@truth("factor_combinations", "aws_region pool_id factors")
def _(a):
    for (region, pool), users in grouped([u for u in a.eligible() if u.is_capable], pool_of).items():
        for factors, some in grouped(users, factors_of).items():
            yield dict(
                aws_region=region,
                pool_id=pool,
                factors="+".join(factors),
                capable_users=len(some),
                active_users=sum(user.is_active for user in some),
                pool_capable_users=len(users),
                capable_ratio=share(len(some), len(users)),
            )


@truth("enrolment_by_pool", "aws_region pool_id")
def _(a):
    last = a.head_counts(is_ever=True)
    for pool in a.pools():
        row = last.get(pool_of(pool))

        def n(name):
            return getattr(row, name) if row else None

        def of(part, whole):
            return None if row is None else share(part, whole)

        yield dict(
            aws_region=pool.aws_region,
            pool_id=pool.pool_id,
            pool_name=pool.pool_name,
            mfa_configuration=pool.mfa_configuration,
            counted_on=n("day"),
            eligible_users=n("eligible_users"),
            known_users=n("known_users"),
            capable_users=n("capable_users"),
            enrolment_ratio=of(n("capable_users"), n("known_users")),
            coverage_ratio=of(n("known_users"), n("eligible_users")),
            enrolment_least_ratio=of(n("capable_users"), n("eligible_users")),
            enrolment_most_ratio=row and share(row.capable_users + row.unknown_users, row.eligible_users),
            active_users=n("active_users"),
            active_known_users=n("active_known_users"),
            active_capable_users=n("active_capable_users"),
            active_enrolment_ratio=of(n("active_capable_users"), n("active_known_users")),
        )


@truth("enrolment_by_week", "week aws_region pool_id", low("-week"))
def _(a):
    last = {}
    for row in a.m.enrolment_by_day:
        if a.on(row.day) and a.hits(row):
            key = (row.aws_region, row.pool_id, week_of(row.day))
            if key not in last or last[key].day < row.day:
                last[key] = row
    before = {}
    for (region, pool, week), row in sorted(last.items()):
        ratio = share(row.capable_users, row.known_users)
        old = before.get((region, pool))
        old_ratio = old and share(old.capable_users, old.known_users)
        yield dict(
            week=week,
            aws_region=region,
            pool_id=pool,
            counted_on=row.day,
            eligible_users=row.eligible_users,
            known_users=row.known_users,
            capable_users=row.capable_users,
            enrolment_ratio=ratio,
            coverage_ratio=share(row.known_users, row.eligible_users),
            strong_users=row.strong_users,
            sms_only_users=row.sms_only_users,
            capable_change_users=old and row.capable_users - old.capable_users,
            enrolment_change=None if old is None or ratio is None or old_ratio is None else ratio - old_ratio,
        )
        before[region, pool] = row


@truth("head_counts_missing", "aws_region pool_id")
def _(a):
    for pool in a.pools():
        days = [row.day for row in a.m.enrolment_by_day if pool_of(row) == pool_of(pool)]
        counted = sum(map(a.on, days))
        yield dict(
            aws_region=pool.aws_region,
            pool_id=pool.pool_id,
            pool_name=pool.pool_name,
            first_counted_on=min(days, default=None),
            last_counted_on=max(days, default=None),
            days_shown=a.days,
            counted_days=counted,
            counted_ratio=share(counted, a.days),
            users_listed_at=pool.users_listed_at,
        )


@truth("conflicting_users", "aws_region pool_id sub", low("-looked_up_at"), limit=1000)
def _(a):
    for user in a.eligible():
        if user.is_conflict:
            yield {
                name: getattr(user, name)
                for name in "aws_region pool_id sub has_totp has_sms has_email has_passkey looked_up_at evidence_at "
                "last_sign_in_at".split()
            }


@truth("unprotected_active_users", "aws_region pool_id sub", low("-last_sign_in_at"), limit=1000)
def _(a):
    for user in a.eligible():
        if user.is_active and known(user) and not user.is_capable:
            yield {
                name: getattr(user, name)
                for name in "aws_region pool_id sub status state country has_phone phone_verified created_at "
                "last_sign_in_at evidence_at".split()
            }


@truth("users_by_status", "aws_region pool_id status is_enabled")
def _(a):
    for key, users in grouped(a.users(), lambda u: (u.aws_region, u.pool_id, u.status, u.is_enabled)).items():
        eligible = {user.is_eligible for user in users}
        yield dict(
            zip(("aws_region", "pool_id", "status", "is_enabled"), key),
            is_eligible=eligible.pop() if len(eligible) == 1 else "mixed",
            users=len(users),
            known_users=sum(user.state not in ("unknown", "federated") for user in users),
            capable_users=sum(user.is_capable for user in users),
            active_users=sum(user.is_active for user in users),
        )


@truth("newly_capable_users_by_week", "week aws_region pool_id", low("-week"))
def _(a):
    now_capable = [u for u in a.eligible() if u.is_capable and a.within(u.capable_since)]
    by = grouped(now_capable, lambda u: (week_of(u.capable_since.date()), u.aws_region, u.pool_id))
    for (week, region, pool), users in by.items():
        strong = sum(u.strength == "strong" for u in users)
        sms = sum(u.strength == "sms_only" for u in users)
        yield dict(
            week=week,
            aws_region=region,
            pool_id=pool,
            newly_capable_users=len(users),
            new_account_users=sum(u.created_at is not None and u.capable_since - u.created_at <= WEEK for u in users),
            strong_users=strong,
            sms_only_users=sms,
            other_users=len(users) - strong - sms,
        )


def stretch(took, begin, beyond, nothing):
    """The stretch of time that something is back, in the answers' words."""
    if took is None:
        return nothing
    return next((f"{begin} {words}" for days, words in STRETCHES if took <= days * DAY), beyond)


@truth("evidence_age", "aws_region pool_id age")
def _(a):
    def age(user):
        at = user.evidence_at
        return stretch(at and a.end - at, "up to", "more than 90 days", "none")

    for key, every in grouped(a.eligible(), pool_of).items():
        for words, users in grouped(every, age).items():
            yield dict(
                {f"{state}_users": sum(user.state == state for user in users) for state in STATES},
                aws_region=key[0],
                pool_id=key[1],
                age=words,
                eligible_users=len(users),
                age_ratio=share(len(users), len(every)),
                conflicting_users=sum(user.is_conflict for user in users),
            )


@truth("users_by_sign_in_recency", "aws_region pool_id last_sign_in")
def _(a):
    def recency(user):
        at = user.last_sign_in_at
        return stretch(at and a.end - at, "within", "more than 90 days ago", "none on record")

    for key, users in grouped(a.eligible(), lambda u: (*pool_of(u), recency(u))).items():
        capable = sum(user.is_capable for user in users)
        unknown = sum(not known(user) for user in users)
        yield dict(
            zip(("aws_region", "pool_id", "last_sign_in"), key),
            eligible_users=len(users),
            capable_users=capable,
            strong_users=sum(user.strength == "strong" for user in users),
            sms_only_users=sum(user.strength == "sms_only" for user in users),
            unprotected_users=len(users) - capable - unknown,
            unknown_users=unknown,
            capable_ratio=share(capable, len(users) - unknown),
        )


@truth("unknown_users_and_why", "aws_region pool_id why")
def _(a):
    def why(user):
        if user.is_direction_unknown:
            return "factors were changed, and the record does not tell how"
        if user.evidence_at is not None:
            return "the evidence is too old, or only tells of factors switched off"
        if user.is_active:
            return "signs in unchallenged, never looked up"
        if user.last_sign_in_at is not None:
            return "no sign-in for 30 days, never looked up"
        return "no sign-in on record, never looked up"

    for key, every in grouped(a.eligible(), pool_of).items():
        for words, users in grouped([user for user in every if not known(user)], why).items():
            yield dict(
                aws_region=key[0],
                pool_id=key[1],
                why=words,
                unknown_users=len(users),
                active_users=sum(user.is_active for user in users),
                eligible_users=len(every),
                unknown_ratio=share(len(users), len(every)),
            )
