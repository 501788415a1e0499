"""What a switch of a pool's MFA does to its users and to the sign-ins of a stretch, told without SQL."""

import collections
import datetime as dt
import functools

from .asked import DAY, FACTORS, HOUR, hour_of

OUTCOMES = ("satisfied", "automatic_sms", "automatic_email", "prompted_to_set_up", "blocked", "exempt", "unknown")
# Proofs older than this are none.
PROOF_LASTS = 90 * DAY
# Ends of a self-made sign-up, on the API and on pages; the first sign-in after it is asked for nothing more.
SIGN_UPS = ("ConfirmSignUp", "Confirm_POST", "signup_confirm_POST")


class Switch:
    """What a pool is switched to, and what Cognito is taken to do with users without a factor."""

    def __init__(self, configuration, factors, assumption):
        self.configuration, self.factors, self.assumption = configuration, frozenset(factors), assumption

    def otherwise(self):
        other = {"prompted": "refused", "refused": "prompted"}[self.assumption]
        return Switch(self.configuration, self.factors, other)


def allowed_factors(pool):
    names = [("totp", pool.allows_totp), ("sms", pool.allows_sms), ("email", pool.allows_email)]
    return {name for name, is_allowed in names if is_allowed} | ({"passkey"} if pool.passkey_is_mfa else set())


def switched(pool, words):
    """The switch that words of an address ask for."""
    usual = allowed_factors(pool) or {"totp"}
    without = set(words.get("without", "").split(","))
    return Switch(words.get("target", "ON"), usual - without, words.get("assume", "prompted"))


class Person:
    """A listed user who can sign in."""

    def __init__(self, user, held):
        self.user, self.held = user, frozenset(held)
        self.sub = user.sub
        self.is_federated = user.state == "federated"
        # What nobody saw is not there: somebody looked, or records readably leave nothing on.
        self.is_looked_up = user.looked_up_at is not None or user.state == "none"
        self.sign_ins = 0
        self.client, self.signed_in_at = None, None

    @property
    def is_seen(self):
        return self.sign_ins > 0


def fares(person, knows_mfa, switch):
    """How a person fares at a sign-in through an app client that knows MFA, or does not."""
    if person.is_federated or switch.configuration == "OFF":
        return "exempt"
    if person.held & switch.factors:
        return "satisfied"
    if switch.configuration == "OPTIONAL":
        return "exempt" if person.is_looked_up else "unknown"
    if "sms" in switch.factors and person.user.has_phone:
        return "automatic_sms"
    if "email" in switch.factors and person.user.has_email_address:
        return "automatic_email"
    if not person.is_looked_up:
        return "unknown"
    # MFA_SETUP leads to an authenticator app and to nothing else.
    if switch.assumption == "refused" or "totp" not in switch.factors:
        return "blocked"
    return "prompted_to_set_up" if knows_mfa else "unknown"


class Pool:
    """A pool with its people and their sign-ins from `begin` until `end`."""

    def __init__(self, marts, pool, begin, end, as_of):
        self.marts, self.pool, self.begin, self.end, self.as_of = marts, pool, begin, end, as_of
        self.listed = [u for u in marts.users if (u.aws_region, u.pool_id) == (pool.aws_region, pool.pool_id)]
        able = [u for u in self.listed if u.is_enabled and (u.is_eligible or u.state == "federated")]
        self.left_out = len(self.listed) - len(able)
        self.people = {user.sub: Person(user, held(marts, pool, user, as_of)) for user in able}
        self.knowing = knowing_clients(marts, pool.pool_id)
        self.sign_ins = [e for e in signed_in(marts, pool) if begin <= e.event_time < end]
        self.newcomers = newcomers(marts, pool)
        self.replay()

    def replay(self):
        """Who signed in, and through what last."""
        for event in self.sign_ins:
            person = self.people.get(event.sub)
            if person and event.sign_in == "api":
                person.sign_ins += 1
                if event.client_id and (person.signed_in_at is None or event.event_time > person.signed_in_at):
                    person.client, person.signed_in_at = event.client_id, event.event_time

    @functools.cached_property
    def any_knows(self):
        return any(e.client_id in self.knowing for e in signed_in(self.marts, self.pool) if e.sign_in == "api")

    def knows_mfa(self, person):
        """Of whoever did not sign in, nobody can tell the app: any of the pool's will do."""
        return self.any_knows if person.client is None else person.client in self.knowing

    def outcome(self, person, switch):
        return fares(person, self.knows_mfa(person), switch)

    def tally(self, switch, is_seen=False):
        return collections.Counter(self.outcome(p, switch) for p in self.people.values() if p.is_seen or not is_seen)

    def behind_unseen(self, switch):
        """Unknown people of whom something would be known, were it not for their app."""
        return sum(
            fares(p, self.knows_mfa(p), switch) == "unknown" and fares(p, True, switch) != "unknown"
            for p in self.people.values()
        )

    def met(self, event, switch):
        """How a sign-in fares, and whether it is unknown for want of a name or of a listing."""
        nobody = "exempt" if switch.configuration == "OFF" else "unknown"
        if event.sign_in != "api" or event.sub is None:
            return nobody, "unnamed"
        person = self.people.get(event.sub)
        if person is None:
            return nobody, "unlisted"
        if event.step == "device" or event.event_id == self.newcomers.get(event.sub):
            return "exempt", None
        return fares(person, event.client_id in self.knowing, switch), None

    def replayed(self, switch):
        """Sign-ins by outcome, by outcome and hour, and the unknown ones by what they lack."""
        tally, hours, lacking = collections.Counter(), collections.Counter(), collections.Counter()
        for event in self.sign_ins:
            outcome, lack = self.met(event, switch)
            tally[outcome] += 1
            hours[outcome, hour_of(event.event_time)] += 1
            lacking[lack] += lack is not None and outcome == "unknown"
        return tally, hours, lacking

    def clients(self):
        """App clients with sign-ins through the API, most sign-ins first."""
        sign_ins = collections.Counter(e.client_id for e in self.sign_ins if e.sign_in == "api" and e.client_id)
        users = collections.Counter(p.client for p in self.people.values() if p.client)
        names = {c.client_id: c.client_name for c in self.marts.clients if c.pool_id == self.pool.pool_id}
        return [
            dict(
                client_id=client,
                client_name=names.get(client, ""),
                knows_mfa=client in self.knowing,
                users=users[client],
                sign_ins=number,
            )
            for client, number in sorted(sign_ins.items(), key=lambda item: (-item[1], item[0]))
        ]


def simulated(pool, switch):
    """The members of a simulation that the marts tell."""

    def every(tally):
        return {outcome: tally[outcome] for outcome in OUTCOMES}

    sign_ins, hours, lacking = pool.replayed(switch)
    sign_ins_otherwise, _, _ = pool.replayed(switch.otherwise())
    eligible = [person.user for person in pool.people.values() if not person.is_federated]
    clients = pool.clients()
    return dict(
        target=dict(mfa_configuration=switch.configuration, factors=[f for f in FACTORS if f in switch.factors]),
        coverage=dict(known=sum(user.state != "unknown" for user in eligible), eligible=len(eligible)),
        users=every(pool.tally(switch)),
        seen_users=every(pool.tally(switch, is_seen=True)),
        users_otherwise=every(pool.tally(switch.otherwise())),
        seen_users_otherwise=every(pool.tally(switch.otherwise(), is_seen=True)),
        sign_ins=every(sign_ins),
        sign_ins_otherwise=every(sign_ins_otherwise),
        unnamed_sign_ins=lacking["unnamed"],
        unlisted_sign_ins=lacking["unlisted"],
        users_behind_unseen_clients=pool.behind_unseen(switch),
        peaks=peaks(hours),
        left_out=pool.left_out,
        clients=clients,
        unseen_clients=[client for client in clients if not client["knows_mfa"]],
    )


def peaks(hours):
    """The first of the busiest hours of each outcome."""
    found = []
    for outcome in OUTCOMES:
        of = [(-number, hour) for (each, hour), number in hours.items() if each == outcome]
        if of:
            number, hour = min(of)
            found.append(dict(outcome=outcome, hour=hour, sign_ins=-number))
    return found


def held(marts, pool, user, as_of):
    """Factors that are listed, switched on or proven: not those that a pool that is ON asks for by itself."""
    if user.state == "explicit":
        return {factor for factor in FACTORS if getattr(user, f"has_{factor}")}
    if user.state != "proven":
        return set()
    return {
        seen.factor
        for seen in factors_seen(marts).get((pool.pool_id, user.sub), ())
        if seen.proven_at is not None
        and seen.proven_at >= as_of - PROOF_LASTS
        and (seen.off_at is None or seen.proven_at > seen.off_at)
        and (seen.factor != "passkey" or pool.passkey_is_mfa)
    }


def kept(marts, name, make):
    if name not in marts.kept:
        marts.kept[name] = make()
    return marts.kept[name]


def factors_seen(marts):
    def make():
        found = collections.defaultdict(list)
        for row in marts.user_factors:
            found[row.pool_id, row.sub].append(row)
        return found

    return kept(marts, "factors by user", make)


def knowing_clients(marts, pool_id):
    """App clients that ever answered an MFA challenge or MFA_SETUP."""
    series = ("challenge_responses", "challenge_undetermined")
    counted = {row.client_id for row in marts.counts_by_day if row.pool_id == pool_id and row.series in series}
    return counted | {e.client_id for e in steps(marts) if e.pool_id == pool_id and e.step == "mfa_setup"}


def steps(marts):
    """Records that take a part in a sign-in, or end a sign-up."""
    columns = "event_id event_time aws_region event_name pool_id client_id sub step outcome sign_in".split()

    def make():
        every = marts.rows("events", columns)
        return [e for e in every if e.step is not None or e.sign_in is not None or e.event_name in SIGN_UPS]

    return kept(marts, "steps of sign-ins", make)


def signed_in(marts, pool):
    key = (pool.aws_region, pool.pool_id)
    return [e for e in steps(marts) if e.sign_in is not None and (e.aws_region, e.pool_id) == key]


def newcomers(marts, pool):
    """The record of the first sign-in of each user who signed up before it, by sub."""
    ups, firsts = {}, {}
    for event in steps(marts):
        if event.pool_id != pool.pool_id or event.sub is None:
            continue
        if event.event_name in SIGN_UPS and event.outcome == "success":
            ups[event.sub] = max(ups.get(event.sub, event.event_time), event.event_time)
        if event.sign_in == "api" and (event.sub not in firsts or event.event_time < firsts[event.sub].event_time):
            firsts[event.sub] = event
    return {sub: first.event_id for sub, first in firsts.items() if sub in ups and ups[sub] <= first.event_time}


def stretch(as_of, days):
    """So many days up to the end of the hour that is not over."""
    end = hour_of(as_of) + HOUR
    return end - dt.timedelta(days=days), end
