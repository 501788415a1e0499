"""What a question is asked with, and what answers are made of."""

import collections
import datetime as dt
import functools
import math

HOUR, DAY, WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7)
TRUTHS = {}
ANSWERS = ("challenge_responses", "challenge_failures")
FACTORS = ("totp", "sms", "email", "passkey")
ASKING = ("self_reset_requested", "code_resent")
ACTOR = ("actor_type", "actor_name", "actor_session")


def hour_of(at):
    return at.replace(minute=0, second=0, microsecond=0)


def week_of(day):
    return day - dt.timedelta(days=day.weekday())


class View:
    """A stretch of time and what of it, as a question takes it."""

    def __init__(self, begin, end, words):
        self.begin, self.end = begin, end
        self.words = words
        self.scope = {
            "aws_region": words.get("region"),
            "pool_id": None,
            "client_id": words.get("client"),
            "factor": words.get("factor"),
            "country": words.get("country"),
        }
        if "pool" in words:
            self.scope["aws_region"], self.scope["pool_id"] = words["pool"].split("/")


class Asked:
    """A question about a view, over the marts."""

    def __init__(self, marts, view, parameters, now):
        self.m, self.v, self.parameters, self.now = marts, view, parameters, now
        self.begin, self.end = view.begin, view.end
        self.first_day = view.begin.date()
        self.last_day = (view.end - dt.timedelta(microseconds=1)).date()
        self.days = (self.last_day - self.first_day).days + 1
        self.wanted = [(name, value) for name, value in view.scope.items() if value is not None and name in parameters]

    def of(self, name):
        return dict(self.wanted).get(name)

    def hits(self, row, *but):
        """Whether a row is of the Region, pool, client, factor and country asked for; labels it lacks do not matter."""
        return all(getattr(row, name) == value for name, value in self.wanted if name not in but and hasattr(row, name))

    def within(self, at):
        return at is not None and self.begin <= at < self.end

    def on(self, day):
        return self.first_day <= day <= self.last_day

    def counts(self, *series, by, when=None, but=()):
        """Counts of whole days, or of what `when` tells, by some labels: {labels: {series: count}}."""
        found = collections.defaultdict(collections.Counter)
        for row in self.m.counts_by_hour:
            if row.series in series and self.hits(row, *but):
                if self.on(row.hour.date()) if when is None else when(row.hour):
                    found[by(row)][row.series] += row.events
        return found

    def users(self, *but):
        return [user for user in self.m.users if self.hits(user, *but)]

    def eligible(self, *but):
        return [user for user in self.users(*but) if user.is_eligible]

    def pools(self):
        return [pool for pool in self.m.pools if self.hits(pool)]

    def once(self, name, make):
        """What many questions need is made once."""
        kept = self.m.kept
        if name not in kept:
            kept[name] = make()
        return kept[name]

    def client_name(self, pool_id, client_id):
        names = self.once("client names", lambda: {(c.pool_id, c.client_id): c.client_name for c in self.m.clients})
        return names.get((pool_id, client_id))

    def client_name_alone(self, client_id):
        names = self.once("names of clients", lambda: {c.client_id: c.client_name for c in self.m.clients})
        return names.get(client_id)

    def pool_name(self, region, pool_id):
        return next((p.pool_name for p in self.m.pools if (p.aws_region, p.pool_id) == (region, pool_id)), None)

    def country_name(self, code):
        names = self.once("country names", lambda: {c.country: c.country_name for c in self.m.countries})
        return names.get(code)

    def meaning(self, place, reason):
        return next((r.meaning for r in self.m.reasons if (r.place, r.reason) == (place, reason)), None)

    def user(self, region, pool_id, sub):
        users = self.once("users by key", lambda: {(u.aws_region, u.pool_id, u.sub): u for u in self.m.users})
        return users.get((region, pool_id, sub))

    def head_counts(self, is_ever=False):
        """The last head count of each pool, until the end of the time shown or ever."""
        last = {}
        for row in self.m.enrolment_by_day:
            key = (row.aws_region, row.pool_id)
            if row.day > self.last_day and not is_ever:
                continue
            if key not in last or last[key].day < row.day:
                last[key] = row
        return last


def share(part, whole):
    return part / whole if whole else None


def wilson(hits, n):
    """Both ends of Wilson's 95 % interval."""
    if not n:
        return None, None
    z = 1.96
    p = hits / n
    middle = p + z * z / (2 * n)
    width = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return (middle - width) / whole, (middle + width) / whole


def quantile(values, p):
    """The smallest value that so great a part is at most."""
    values = sorted(values)
    return values[max(math.ceil(p * len(values) - 1e-12), 1) - 1] if values else None


def between(values, p):
    """The same, between the two values that it is between."""
    if not values:
        return None
    values = sorted(values)
    at = p * (len(values) - 1)
    lower = values[math.floor(at)]
    return lower + (values[math.ceil(at)] - lower) * (at - math.floor(at))


def seconds(delta):
    return delta / dt.timedelta(seconds=1)


def truth(name, key, order=None, limit=None):
    """Registers the answer to a question; `key` names the columns that tell a row, `order` what rows are sorted by."""

    def registered(tell):
        TRUTHS[name] = (tell, key.split(), order, limit)
        return tell

    return registered


def low(*names):
    """Sorted by columns, each ascending, or descending with a minus; nulls last."""

    def key(row):
        parts = []
        for name in names:
            is_down = name.startswith("-")
            value = row[name.lstrip("-")]
            if isinstance(value, bool):
                value = int(value)
            if value is None:
                parts.append((1, 0))
            elif is_down:
                parts.append((0, down(value)))
            else:
                parts.append((0, value))
        return parts

    return key


@functools.total_ordering
class down:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return other.value < self.value


class OneOf:
    """Any of these will do."""

    def __init__(self, values):
        self.values = list(values)

    def __repr__(self):
        return " or ".join(map(repr, self.values))


def recorded_time(a, begin):
    """How long was on record of the whole days that hold the time shown: the last may not be over."""
    last = max((row.hour for row in a.m.counts_by_hour), default=a.end) + HOUR
    over = dt.datetime.combine(a.last_day + DAY, dt.time())
    return min(over, max(a.end, last)) - dt.datetime.combine(begin, dt.time())


def recorded_days(a):
    """Days of the time shown from the first one on record; none without any."""
    first = a.once("first day", lambda: min((row.hour.date() for row in a.m.counts_by_hour), default=None))
    if first is None or first > a.last_day:
        return None
    return recorded_time(a, max(first, a.first_day)) / DAY


def known(user):
    return user.state != "unknown"


def grouped(rows, key):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def pool_of(row):
    return row.aws_region, row.pool_id


def factors_of(user):
    return tuple(factor for factor in FACTORS if getattr(user, f"can_{factor}"))


def by_name(row, *names):
    return {name: getattr(row, name) for name in names}


def allowed(pool):
    names = [("totp", pool.allows_totp), ("sms", pool.allows_sms), ("email", pool.allows_email)]
    return "+".join([name for name, is_allowed in names if is_allowed] + ["passkey"] * bool(pool.passkey_is_mfa))
