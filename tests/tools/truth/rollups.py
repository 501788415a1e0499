"""The rollups, by the rows behind them."""

import collections

from .asked import ASKING, hour_of, seconds


def rolled_up(m):
    """What the rollups should hold, as far as the rows behind them are marts: {(series, hour, labels): n}."""
    told = collections.Counter()

    def count(n, series, at, region, pool="", client="", country="", factor="", reason="", kind="", via=""):
        labels = (region, pool, client or "", country or "", factor or "", reason or "", kind or "", via or "")
        told[series, hour_of(at), *labels] += n

    for s in m.challenge_sessions:
        at = (s.ended_at, s.aws_region, s.pool_id, s.client_id)
        count(1, "sessions", *at, factor=s.factor)
        count(s.is_failed, "session_failures", *at, factor=s.factor)
        count(s.is_first_try, "first_try_sessions", *at, factor=s.factor)
        if not s.is_failed:
            count(s.answers, "session_answers", *at, factor=s.factor)
            count(round(seconds(s.ended_at - s.started_at)), "session_seconds", *at, factor=s.factor)
    for r in m.recovery_events:
        at = (r.event_time, r.aws_region, r.pool_id)
        count(r.outcome == "success" or r.kind in ASKING, "recovery_events", *at, kind=r.kind)
        if r.outcome == "failure":
            count(1, "recovery_failures", *at, kind=r.kind, reason=r.reason)
        count(r.kind == "self_reset_requested" and r.sub is None, "recovery_unknown", *at)
    for c in m.sms_codes:
        if c.country is not None:
            at = dict(
                at=c.requested_at, region=c.aws_region, pool=c.pool_id, country=c.country, kind=c.purpose, via=c.via
            )
            count(1, "sms_requests", **at)
            count(c.is_resend, "sms_resends", **at)
            count(c.is_answered, "sms_conversions", **at)
            count(bool(c.is_new_user), "sms_new_users", **at)
    for t in m.sms_messages:
        at = dict(at=t.sent_at, region=t.aws_region, country=t.country)
        count(t.status in ("delivered", "failed"), "sms_messages", **at)
        count(t.status == "delivered", "sms_delivered", **at)
        count(t.status == "unknown", "sms_unknown", **at)
        if t.status == "failed":
            count(1, "sms_failures", **at, reason=t.reason)
        if t.status != "pending" and t.price_usd is not None:
            count(round(t.price_usd * 1_000_000), "sms_price_micro_usd", **at)
        if t.status == "delivered" and t.delay_ms is not None:
            count(t.delay_ms, "sms_delivery_ms", **at)
    for e in m.auth_events:
        if e.mfa is not None:
            count(1, "auth_events_mfa", e.happened_at, e.aws_region, e.pool_id, kind=e.mfa)
    for n in m.sms_notices:
        count(1, "sms_send_errors", n.noticed_at, n.aws_region, n.pool_id, reason="notification")
    columns = "event_time aws_region pool_id client_id issued_challenge sign_in send_error".split()
    for e in m.rows("events", columns):
        at = (e.event_time, e.aws_region, e.pool_id, e.client_id)
        if e.sign_in is not None:
            count(1, "sign_ins", *at, via=e.sign_in)
        if e.send_error is not None:
            count(1, "sms_send_errors", *at[:3], reason=e.send_error)
        count(e.issued_challenge == "MFA_SETUP", "mfa_setup_issued", *at)
        count(e.issued_challenge == "SELECT_MFA_TYPE", "select_mfa_issued", *at)
    return {key: n for key, n in told.items() if n}


def of_rollup(m):
    told = collections.Counter()
    for row in m.counts_by_hour:
        labels = (row.aws_region, row.pool_id, row.client_id, row.country, row.factor, row.reason, row.kind, row.via)
        told[row.series, row.hour, *labels] += row.events
    return told


def rollup_differences(m):
    """Where rollups differ from the rows behind them, and days from their hours."""
    told, truth_of = of_rollup(m), rolled_up(m)
    series = {key[0] for key in truth_of}
    seen = {key: n for key, n in told.items() if key[0] in series}
    print(f"rollups: {len(series)} series, {len(truth_of)} counts by hour made of their rows")
    for key in sorted(set(seen) | set(truth_of), key=str):
        if seen.get(key, 0) != truth_of.get(key, 0):
            yield f"counts_by_hour {' '.join(map(str, key))}: {seen.get(key, 0)} instead of {truth_of.get(key, 0)}"
    days = collections.Counter()
    for row in m.counts_by_hour:
        days[(row.hour.date(), *row[1:-1])] += row.events
    stored = {tuple(row[:-1]): row.events for row in m.counts_by_day}
    print(f"rollups: {len(stored)} counts by day made of their hours")
    for key in sorted(set(days) | set(stored), key=str):
        if days.get(key, 0) != stored.get(key, 0):
            yield f"counts_by_day {' '.join(map(str, key))}: {stored.get(key, 0)} instead of {days.get(key, 0)}"
