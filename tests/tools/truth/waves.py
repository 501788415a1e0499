"""Users in groups, and groups in the order in which to switch them, told without SQL."""

import collections
import math
from decimal import Decimal, localcontext

from .asked import DAY
from .switches import OUTCOMES, factors_seen

# The 97.5 % quantile of the normal distribution.
QUANTILE = Decimal("1.9599639845400542355")
AGES = ((30 * DAY, "0-30 days"), (180 * DAY, "30-180 days"), (365 * DAY, "180-365 days"))


def exact_wilson(hits, cases):
    """Both ends of Wilson's 95 % interval: the shares p with (hits - cases p)² = z² cases p (1 - p)."""
    with localcontext() as context:
        context.prec = 40
        # As a quadratic in p: a p² - b p + c = 0.
        square = QUANTILE * QUANTILE
        a = Decimal(cases) * cases + square * cases
        b = 2 * Decimal(hits) * cases + square * cases
        c = Decimal(hits) * hits
        root = (b * b - 4 * a * c).sqrt()
        low, high = (b - root) / (2 * a), (b + root) / (2 * a)
        # At the very ends the roots are whole.
        return (Decimal(0) if hits == 0 else low), (Decimal(1) if hits == cases else high)


def wilson(hits, cases):
    return tuple(map(float, exact_wilson(hits, cases)))


def last_factors(pool):
    """The factor that each user passed last; a passkey that only signs in is none."""
    found = {}
    for (pool_id, sub), rows in factors_seen(pool.marts).items():
        counting = [row for row in rows if row.factor != "passkey" or pool.pool.passkey_is_mfa]
        proven = [(row.proven_at, row.factor) for row in counting if row.proven_at is not None]
        if pool_id == pool.pool.pool_id and proven:
            found[sub] = max(proven)[1]
    return found


def names(pool, grouping):
    """What a person has in common with others, as a function."""
    if grouping == "client":
        return lambda person: person.client or ""
    if grouping == "country":
        return lambda person: person.user.country or ""
    if grouping == "last_factor":
        factors = last_factors(pool)
        return lambda person: factors.get(person.sub, "")

    def age(person):
        if person.user.created_at is None:
            return ""
        old = pool.as_of - person.user.created_at
        return next((words for most, words in AGES if old <= most), "over 365 days")

    return age


def groups(pool, switch, grouping):
    users, seen = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    name_of = names(pool, grouping)
    for person in pool.people.values():
        name, outcome = name_of(person), pool.outcome(person, switch)
        users[name][outcome] += 1
        seen[name][outcome] += person.is_seen

    def every(tally):
        return {outcome: tally[outcome] for outcome in OUTCOMES}

    return [dict(name=name, users=every(users[name]), seen_users=every(seen[name])) for name in sorted(users)]


def concerned(tally):
    return sum(tally.values()) - tally["exempt"]


def affected(group):
    """Users whom a switch stops or holds up, of those of whom something is known."""
    seen = group["seen_users"]
    return seen["prompted_to_set_up"] + seen["blocked"], concerned(seen) - seen["unknown"]


def planned(told, limit):
    """Waves, safest groups first; no day of a wave brings more than the limit even at the upper ends."""
    rated = []
    for group in told:
        hits, cases = affected(group)
        if cases:
            high = exact_wilson(hits, cases)[1]
            most = math.ceil(high * concerned(group["seen_users"]))
            rated.append((high, group["name"], most, hits, concerned(group["seen_users"])))
    waves = []
    for _, name, most, hits, users in sorted(rated):
        if waves and waves[-1]["most_affected"] + most <= limit:
            wave = waves[-1]
            wave["groups"].append(name)
            wave["users"] += users
            wave["affected"] += hits
            wave["most_affected"] += most
        else:
            days = max(math.ceil(most / limit), 1)
            waves.append(dict(groups=[name], users=users, affected=hits, most_affected=most, days=days))
    return waves
