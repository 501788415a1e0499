"""The truth of decisions about MFA, told a second time without SQL.

Downloads every mart of a running daemon as Parquet, reads it with Apache Arrow, replays the sign-ins of every pool
against several switches in plain Python, from what the documents of outcomes, waves and risks say, and compares that
with the daemon's own decisions: exactly, figure by figure, and user by user where the worklist names them.

usage: rollout_truth.py URL
"""

import collections
import datetime as dt
import sys

from truth.criteria import criteria
from truth.daemon import Daemon, plain, told_marts
from truth.lockouts import locked_out, risks
from truth.switches import Pool, simulated, stretch, switched
from truth.waves import groups, planned

GROUPINGS = ("country", "last_factor", "client", "account_age")
SWITCHES = (
    dict(target="ON"),
    dict(target="ON", assume="refused"),
    dict(target="ON", without="sms"),
    dict(target="ON", without="sms,email", assume="refused"),
    dict(target="ON", without="totp"),
    dict(target="OPTIONAL"),
    dict(target="OFF"),
    dict(target="ON", days="7"),
)
DAYS = 28
# Every user with a reason is asked for.
EVERYBODY = "100000"
# The picture moves with the clock: marts and decisions must be of one state.
ATTEMPTS = 4


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.strip().splitlines()[-1])
    daemon = Daemon(sys.argv[1])
    for attempt in range(ATTEMPTS):
        marts, _ = told_marts(daemon)
        lines, n = compared(daemon, marts)
        changed = marts.equals(told_marts(daemon)[0])
        if changed is None:
            break
        print(f"attempt {attempt + 1}: {changed} meanwhile", file=sys.stderr)
    else:
        raise SystemExit("the picture does not stand still: ask a copy of the store")
    lines += [f"{outcome}: nobody fares so in any switch: nothing was compared" for outcome in n["never"]]
    print(f"{n['decisions']} decisions, {n['values']} values, {n['users']} users of worklists compared")
    for line in lines[:60]:
        print(line)
    if lines:
        raise SystemExit(f"{len(lines)} differences")


def compared(daemon, marts):
    """Asks for every switch of every pool: lines, and how much was compared."""
    lines, n, reached = [], collections.Counter(), collections.Counter()
    replayed = {}
    for pool in sorted(marts.pools, key=lambda pool: pool.pool_id):
        for number, words in enumerate(SWITCHES):
            # All of them once; of the others two, and one where users fare alike or days are fewer.
            for grouping in GROUPINGS if number == 0 else GROUPINGS[: 2 if number < 4 else 1]:
                asked = dict(words, pool=f"{pool.aws_region}/{pool.pool_id}", group=grouping)
                _, shown = daemon.get("/api/v1/rollout", **asked)
                told, replay, switch = decision(marts, pool, words, grouping, shown, replayed)
                where = " ".join(f"{name}={word}" for name, word in {"pool": pool.pool_name, **words}.items())
                found = list(differences("", told, shown, n))
                found += list(criteria_differences(told["simulation"], shown["judgement"], n))
                lines += [f"{where} group={grouping}: {line}" for line in found]
                n["decisions"] += 1
                reached.update(told["simulation"]["seen_users"])
            _, worklist = daemon.get("/api/v1/rollout/users", **dict(asked, limit=EVERYBODY))
            lines += [f"{where}: {line}" for line in worklist_differences(locked_out(replay, switch)[0], worklist, n)]
    return lines, {**n, "never": [outcome for outcome, number in reached.items() if not number]}


def decision(marts, pool, words, grouping, shown, replayed):
    """The members of a decision that the marts tell."""
    as_of = instant(shown["as_of"])
    begin, end = stretch(as_of, int(words.get("days", DAYS)))
    # People are of the instant, yet seconds change nothing: marts that changed are found at the end.
    key = (pool.pool_id, begin, end)
    if key not in replayed:
        replayed[key] = Pool(marts, pool, begin, end, as_of)
    replay, switch = replayed[key], switched(pool, words)
    worklist, recovery = locked_out(replay, switch)
    told = groups(replay, switch, grouping)
    simulation = simulated(replay, switch)
    first = min((row.hour for row in marts.counts_by_hour), default=None)
    simulation["hours"] = {"from": begin, "to": end, "recorded_from": first}
    return (
        dict(
            simulation=simulation,
            groups=told,
            waves=planned(told, shown["support_limit_per_day"]),
            risks=risks(replay, worklist),
            recovery=recovery,
        ),
        replay,
        switch,
    )


def instant(text):
    return plain(dt.datetime.fromisoformat(text))


def differences(place, told, shown, n):
    """One line for each figure that differs; what only the daemon tells is left alone."""
    if isinstance(told, dict):
        for name, value in told.items():
            if not isinstance(shown, dict) or name not in shown:
                yield f"{place}.{name} is missing"
            else:
                yield from differences(f"{place}.{name}".lstrip("."), value, shown[name], n)
    elif isinstance(told, list) and all(isinstance(value, dict) for value in told):
        if len(told) != len(shown):
            yield f"{place}: {len(shown)} rows instead of {len(told)}: {shown} instead of {told}"
        for number, (value, other) in enumerate(zip(told, shown)):
            name = next((value[key] for key in ("name", "client_id", "reason", "outcome") if key in value), number)
            yield from differences(f"{place}[{name}]", value, other, n)
    else:
        n["values"] += 1
        shown = instant(shown) if isinstance(told, dt.datetime) else shown
        if shown != told:
            yield f"{place} is {shown}, the truth is {told}"


def criteria_differences(simulation, judgement, n):
    shown = {criterion["name"]: criterion["verdict"] for criterion in judgement["criteria"]}
    for name, verdict in criteria(simulation, judgement["limits"]).items():
        n["values"] += 1
        if shown.get(name) != verdict:
            yield f"criterion {name} is {shown.get(name)}, the truth is {verdict}"


def worklist_differences(told, answer, n):
    shown = {user["sub"]: user for user in answer["users"]}
    if len(shown) != len(answer["users"]):
        yield "the worklist names users twice"
    for sub in sorted(set(told) | set(shown)):
        n["users"] += 1
        if sub not in shown:
            yield f"worklist: {sub} is missing: {told[sub]}"
        elif sub not in told:
            yield f"worklist: {sub} should not be there: {shown[sub]}"
        elif told[sub] != shown[sub]:
            yield f"worklist: {sub} is {shown[sub]}, the truth is {told[sub]}"


if __name__ == "__main__":
    main()
