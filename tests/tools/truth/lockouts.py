"""Who may be locked out by a switch of a pool's MFA, and why, told without SQL."""

import collections
import datetime as dt

from .asked import DAY
from .recovery import way_back
from .switches import factors_seen, kept
from .waves import wilson

REASONS = (
    "single_factor",
    "no_recovery",
    "temporary_password",
    "unproven_phone",
    "poor_delivery",
    "repeated_failures",
)
HALF_A_YEAR, QUARTER = 180 * DAY, dt.timedelta(days=90)
GOOD_DELIVERY, FEW = 0.9, 20
CHANNELS = (("verified_phone_number", "sms"), ("verified_email", "email"))


def usable(person, outcome, switch):
    """By what a person would be let in."""
    if outcome == "satisfied":
        return person.held & switch.factors
    return {"automatic_sms": {"sms"}, "automatic_email": {"email"}}.get(outcome, set())


def left_to_recover_by(channels, person, factors):
    """MFA takes the channel that is its only factor, or the preferred one."""
    taken = {
        channel
        for channel, factor in CHANNELS
        if factor in factors and (len(factors) == 1 or person.user.preferred == factor)
    }
    return channels - taken


def poor_countries(pool):
    """Where text messages of the Region that sends the pool's surely fail too often."""

    def make():
        since = (pool.as_of - QUARTER).date()
        region = pool.pool.sms_region or pool.pool.aws_region
        sent = collections.defaultdict(collections.Counter)
        for message in pool.marts.sms_messages:
            if message.aws_region == region and message.sent_at.date() >= since and message.is_final:
                sent[message.country][message.status] += 1
        found = set()
        for country, n in sent.items():
            cases = n["delivered"] + n["failed"]
            if cases >= FEW and wilson(n["delivered"], cases)[1] < GOOD_DELIVERY:
                found.add(country)
        return found

    return kept(pool.marts, f"poor countries of {pool.pool.pool_id}", make)


def repeatedly_failed(pool):
    """Users with three failed sessions or more in the stretch, and none that succeeded since."""
    failed, passed = collections.defaultdict(list), collections.defaultdict(list)
    for session in pool.marts.challenge_sessions:
        if session.pool_id == pool.pool.pool_id and session.sub is not None:
            if not session.is_failed:
                passed[session.sub].append(session.ended_at)
            elif pool.begin <= session.ended_at < pool.end:
                failed[session.sub].append(session.ended_at)
    return {sub for sub, ends in failed.items() if len(ends) >= 3 and not any(at >= max(ends) for at in passed[sub])}


def answered_phones(pool):
    """Users who answered a code that was sent to the phone within half a year."""
    since = pool.as_of - HALF_A_YEAR
    found = {
        sub
        for (pool_id, sub), rows in factors_seen(pool.marts).items()
        if pool_id == pool.pool.pool_id
        and any(row.factor == "sms" and row.proven_at is not None and row.proven_at >= since for row in rows)
    }
    for code in pool.marts.sms_codes:
        if code.pool_id == pool.pool.pool_id and code.is_answered and code.requested_at >= since:
            found.add(code.sub)
    return found


def knows_half_a_year(pool):
    first = min((row.hour for row in pool.marts.counts_by_hour), default=None)
    return first is not None and first <= pool.as_of - HALF_A_YEAR


def locked_out(pool, switch):
    """Eligible users with a reason, as the worklist tells them; dead ends and collisions; by sub."""
    poor, failing, answered = poor_countries(pool), repeatedly_failed(pool), answered_phones(pool)
    is_told = knows_half_a_year(pool)
    found, dead_ends, colliding = {}, set(), set()
    for sub, person in pool.people.items():
        if person.is_federated:
            continue
        outcome = pool.outcome(person, switch)
        factors = usable(person, outcome, switch)
        channels, today = way_back(person.user, pool.pool)
        then = left_to_recover_by(channels, person, factors)
        if not today:
            dead_ends.add(sub)
        elif not then:
            colliding.add(sub)
        is_sms_alone = factors == {"sms"}
        holds = dict(
            single_factor=len(factors) == 1,
            no_recovery=not then,
            temporary_password=person.user.status == "FORCE_CHANGE_PASSWORD",
            unproven_phone=is_told and is_sms_alone and sub not in answered,
            poor_delivery=is_sms_alone and person.user.country in poor,
            repeated_failures=sub in failing,
        )
        if any(holds.values()):
            found[sub] = dict(
                sub=sub,
                outcome=outcome,
                reasons=[reason for reason in REASONS if holds[reason]],
                usable_factors=[factor for factor in ("totp", "sms", "email", "passkey") if factor in factors],
                country=person.user.country,
                client_id=person.client,
                sign_ins=person.sign_ins,
            )
    return found, dict(dead_end_users=len(dead_ends), colliding_users=len(colliding))


def risks(pool, worklist):
    """Users by reason; none where records do not reach back far enough."""
    rows = []
    for reason in REASONS:
        having = [row for row in worklist.values() if reason in row["reasons"]]
        is_told = reason != "unproven_phone" or knows_half_a_year(pool)
        seen = sum(row["sign_ins"] > 0 for row in having)
        users = (len(having), seen) if is_told else (None, None)
        rows.append(dict(reason=reason, users=users[0], seen_users=users[1]))
    return rows
