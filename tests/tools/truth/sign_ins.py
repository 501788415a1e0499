"""Completed sign-ins."""

import collections

from .asked import low, recorded_days, share, truth, week_of


def sign_ins(a, key):
    """Sign-ins through the API, those that passed MFA, those on a device, and those on pages."""
    found = collections.defaultdict(collections.Counter)
    for row in a.m.counts_by_hour:
        if row.series in ("sign_ins", "mfa_sign_ins", "device_sign_ins"):
            if a.on(row.hour.date()) and a.hits(row):
                series = row.series if row.series != "sign_ins" else f"{row.via}_sign_ins"
                found[key(row)][series] += row.events
    return found


@truth("mfa_sign_ins_by_client", "aws_region pool_id client_id", low("-other_sign_ins"))
def _(a):
    for (region, pool, client), n in sign_ins(a, lambda r: (r.aws_region, r.pool_id, r.client_id)).items():
        yield dict(
            aws_region=region,
            pool_id=pool,
            client_id=client,
            client_name=a.client_name(pool, client),
            sign_ins=n["api_sign_ins"],
            mfa_sign_ins=n["mfa_sign_ins"],
            mfa_ratio=share(n["mfa_sign_ins"], n["api_sign_ins"]),
            device_sign_ins=n["device_sign_ins"],
            other_sign_ins=n["api_sign_ins"] - n["mfa_sign_ins"] - n["device_sign_ins"],
            page_sign_ins=n["ui_sign_ins"],
        )


@truth("mfa_sign_ins_by_week", "week aws_region pool_id", low("-week"))
def _(a):
    days = collections.defaultdict(set)
    for row in a.m.counts_by_hour:
        if row.series == "sign_ins" and row.via == "api" and a.on(row.hour.date()) and a.hits(row):
            days[week_of(row.hour.date()), row.aws_region, row.pool_id].add(row.hour.date())
    for key, n in sign_ins(a, lambda r: (week_of(r.hour.date()), r.aws_region, r.pool_id)).items():
        if n["api_sign_ins"]:
            yield dict(
                week=key[0],
                aws_region=key[1],
                pool_id=key[2],
                days=len(days[key]),
                sign_ins=n["api_sign_ins"],
                mfa_sign_ins=n["mfa_sign_ins"],
                mfa_ratio=share(n["mfa_sign_ins"], n["api_sign_ins"]),
                device_sign_ins=n["device_sign_ins"],
                device_ratio=share(n["device_sign_ins"], n["api_sign_ins"]),
            )


@truth("remembered_devices", "aws_region pool_id client_id", low("-device_sign_ins"))
def _(a):
    pools = {(pool.aws_region, pool.pool_id): pool for pool in a.m.pools}
    for (region, pool, client), n in sign_ins(a, lambda r: (r.aws_region, r.pool_id, r.client_id)).items():
        listed = pools.get((region, pool))
        if n["api_sign_ins"]:
            yield dict(
                aws_region=region,
                pool_id=pool,
                client_id=client,
                client_name=a.client_name(pool, client),
                devices=listed and listed.devices,
                device_skips_mfa=listed and listed.device_skips_mfa,
                sign_ins=n["api_sign_ins"],
                device_sign_ins=n["device_sign_ins"],
                device_ratio=share(n["device_sign_ins"], n["api_sign_ins"]),
                mfa_sign_ins=n["mfa_sign_ins"],
            )


@truth("sign_ins_that_would_be_prompted", "aws_region pool_id", low("-prompted_sign_ins"))
def _(a):
    found = sign_ins(a, lambda r: (r.aws_region, r.pool_id))
    days = recorded_days(a)
    for pool in a.pools():
        n = found[pool.aws_region, pool.pool_id]
        prompted = n["api_sign_ins"] - n["mfa_sign_ins"] - n["device_sign_ins"]
        yield dict(
            aws_region=pool.aws_region,
            pool_id=pool.pool_id,
            pool_name=pool.pool_name,
            mfa_configuration=pool.mfa_configuration,
            device_skips_mfa=pool.device_skips_mfa,
            recorded_days=days,
            sign_ins=n["api_sign_ins"],
            mfa_sign_ins=n["mfa_sign_ins"],
            device_sign_ins=n["device_sign_ins"],
            prompted_sign_ins=prompted,
            prompted_ratio=share(prompted, n["api_sign_ins"]),
            prompted_sign_ins_per_day=share(prompted, days),
            page_sign_ins=n["ui_sign_ins"],
        )


@truth("clients_never_seen_with_mfa", "pool_id client_id", low("-sign_ins"))
def _(a):
    found = collections.defaultdict(collections.Counter)
    wanted = ("sign_ins", "challenge_responses", "challenge_undetermined", "issued", "mfa_setup_issued")
    for row in a.m.counts_by_hour:
        if row.series in wanted and a.on(row.hour.date()) and a.hits(row):
            series = row.series if row.series != "sign_ins" else f"{row.via}_sign_ins"
            found[row.pool_id, row.client_id][series] += row.events
    set_up = set()
    for event in a.m.rows("events", ["event_time", "pool_id", "client_id", "step"]):
        if event.step == "mfa_setup" and a.within(event.event_time):
            set_up.add((event.pool_id, event.client_id))
    listed = {(c.pool_id, c.client_id) for c in a.m.clients if a.hits(c)}
    for pool, client in listed | set(found):
        n = found[pool, client]
        is_seen = n["challenge_responses"] or n["challenge_undetermined"] or (pool, client) in set_up
        if client and not is_seen:
            yield dict(
                pool_id=pool,
                client_id=client,
                client_name=a.client_name(pool, client),
                is_listed=(pool, client) in listed,
                sign_ins=n["api_sign_ins"],
                page_sign_ins=n["ui_sign_ins"],
                challenges_issued=n["issued"],
                setups_issued=n["mfa_setup_issued"],
            )
