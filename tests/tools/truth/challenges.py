"""Challenges and their answers."""

import bisect
import collections
import datetime as dt

from .asked import ANSWERS, DAY, HOUR, OneOf, low, quantile, seconds, share, truth, week_of, wilson


@truth("abandoned_challenges", "aws_region pool_id client_id factor", low("-abandoned_low"))
def _(a):
    found = a.counts("issued", "abandoned", by=lambda r: (r.aws_region, r.pool_id, r.client_id, r.factor))
    for (region, pool, client, factor), n in found.items():
        if n["issued"]:
            least, most = wilson(n["abandoned"], n["issued"])
            yield dict(
                aws_region=region,
                pool_id=pool,
                client_id=client,
                client_name=a.client_name(pool, client),
                factor=factor,
                issued=n["issued"],
                abandoned=n["abandoned"],
                abandoned_ratio=share(n["abandoned"], n["issued"]),
                abandoned_low=least,
                abandoned_high=most,
            )


@truth("challenge_failures_by_client", "aws_region pool_id client_id", low("-session_failure_low"))
def _(a):
    found = a.counts("sessions", "session_failures", *ANSWERS, by=lambda r: (r.aws_region, r.pool_id, r.client_id))
    for (region, pool, client), n in found.items():
        least, most = wilson(n["session_failures"], n["sessions"])
        yield dict(
            aws_region=region,
            pool_id=pool,
            client_id=client,
            client_name=a.client_name(pool, client),
            sessions=n["sessions"],
            failed_sessions=n["session_failures"],
            session_failure_ratio=share(n["session_failures"], n["sessions"]),
            session_failure_low=least,
            session_failure_high=most,
            responses=n["challenge_responses"],
            failures=n["challenge_failures"],
            response_failure_ratio=share(n["challenge_failures"], n["challenge_responses"]),
        )


def failures_of(n):
    responses, failures = n["challenge_responses"], n["challenge_failures"]
    least, most = wilson(failures, responses)
    return dict(
        responses=responses,
        failures=failures,
        failure_ratio=share(failures, responses),
        failure_low=least,
        failure_high=most,
    )


@truth("challenge_failures_by_client_software", "agent", low("-failure_low"))
def _(a):
    found = a.counts(*ANSWERS, "challenge_undetermined", by=lambda r: r.agent)
    for agent, n in found.items():
        yield dict(agent=agent, undetermined=n["challenge_undetermined"], **failures_of(n))


@truth("challenge_failures_by_hour_of_day", "hour_of_day", low("hour_of_day"))
def _(a):
    found = a.counts(*ANSWERS, by=lambda r: r.hour.hour, when=a.within)
    for hour in range(24):
        yield dict(hour_of_day=hour, **failures_of(found[hour]))


@truth("challenge_failures_by_reason", "factor reason", low("-failures"))
def _(a):
    of_factor = a.counts(*ANSWERS, by=lambda r: r.factor)
    found = a.counts("challenge_failures", by=lambda r: (r.factor, r.reason))
    for (factor, reason), n in found.items():
        failures, whole = n["challenge_failures"], of_factor[factor]
        yield dict(
            factor=factor,
            reason=reason,
            meaning=a.meaning("challenge", reason),
            responses=whole["challenge_responses"],
            failures=failures,
            failure_ratio=share(failures, whole["challenge_responses"]),
            factor_failures=whole["challenge_failures"],
            reason_ratio=share(failures, whole["challenge_failures"]),
        )


@truth("challenge_failures_by_week", "week factor", low("-week"))
def _(a):
    weeks = collections.defaultdict(lambda: [set(), 0, 0, 0])
    for session in a.m.challenge_sessions:
        day = session.ended_at.date()
        if a.on(day) and a.hits(session):
            n = weeks[week_of(day), session.factor]
            n[0].add(day)
            n[1] += 1
            n[2] += session.is_failed
            n[3] += session.is_first_try
    for (week, factor), (days, sessions, failed, first) in weeks.items():
        yield dict(
            week=week,
            factor=factor,
            days=len(days),
            sessions=sessions,
            failed_sessions=failed,
            session_failure_ratio=share(failed, sessions),
            first_try_sessions=first,
            first_try_ratio=share(first, sessions),
        )


@truth("first_factor_failures", "aws_region pool_id client_id reason", low("-failures"))
def _(a):
    signed_in = collections.Counter()
    for row in a.m.counts_by_hour:
        if row.series == "sign_ins" and row.via == "api" and a.on(row.hour.date()) and a.hits(row):
            signed_in[row.aws_region, row.pool_id, row.client_id] += row.events
    found = a.counts("first_factor_failures", by=lambda r: (r.aws_region, r.pool_id, r.client_id, r.reason))
    for (region, pool, client, reason), n in found.items():
        sign_ins = signed_in[region, pool, client]
        yield dict(
            aws_region=region,
            pool_id=pool,
            client_id=client,
            reason=reason,
            meaning=a.meaning("challenge", reason),
            failures=n["first_factor_failures"],
            client_sign_ins=sign_ins,
            failures_per_sign_in=share(n["first_factor_failures"], sign_ins),
        )


@truth("first_try_sessions", "client_id factor", low("first_try_high"))
def _(a):
    found = collections.defaultdict(list)
    for session in a.m.challenge_sessions:
        if a.on(session.ended_at.date()) and a.hits(session):
            found[session.client_id, session.factor].append(session)
    for (client, factor), sessions in found.items():
        first = sum(s.is_first_try for s in sessions)
        failed = sum(s.is_failed for s in sessions)
        passed = len(sessions) - failed
        least, most = wilson(first, len(sessions))
        yield dict(
            client_id=client,
            client_name=a.client_name_alone(client),
            factor=factor,
            sessions=len(sessions),
            first_try_sessions=first,
            first_try_ratio=share(first, len(sessions)),
            first_try_low=least,
            first_try_high=most,
            later_try_sessions=passed - first,
            failed_sessions=failed,
            answers_per_success=share(sum(s.answers for s in sessions if not s.is_failed), passed),
        )


@truth("time_to_get_through", "factor", low("-passed_sessions"))
def _(a):
    found = collections.defaultdict(list)
    for session in a.m.challenge_sessions:
        if a.within(session.ended_at) and a.hits(session) and not session.is_failed:
            found[session.factor].append(session)
    for factor, sessions in found.items():
        # Rounded as instants are told: whole seconds.
        took = [round(seconds(s.ended_at - s.started_at)) for s in sessions if not s.is_first_try]
        yield dict(
            factor=factor,
            passed_sessions=len(sessions),
            retried_sessions=len(took),
            retried_ratio=share(len(took), len(sessions)),
            median_seconds=quantile(took, 0.5),
            p90_seconds=quantile(took, 0.9),
            longest_seconds=max(took, default=None),
        )


@truth("undetermined_answers", "aws_region pool_id reason", low("-undetermined"))
def _(a):
    whole = a.counts("challenge_responses", "challenge_undetermined", by=lambda r: (r.aws_region, r.pool_id))
    found = a.counts("challenge_undetermined", by=lambda r: (r.aws_region, r.pool_id, r.reason))
    for (region, pool, reason), n in found.items():
        every = sum(whole[region, pool].values())
        yield dict(
            aws_region=region,
            pool_id=pool,
            reason=reason,
            meaning=a.meaning("challenge", reason),
            undetermined=n["challenge_undetermined"],
            all_answers=every,
            undetermined_ratio=share(n["challenge_undetermined"], every),
        )


@truth("worst_hours", "hour aws_region pool_id", low("-failure_low"), limit=100)
def _(a):
    found = a.counts(*ANSWERS, by=lambda r: (r.hour, r.aws_region, r.pool_id), when=a.within)
    for (hour, region, pool), n in found.items():
        # An hour without a refusal is no bad one.
        if n["challenge_responses"] >= 20 and n["challenge_failures"]:
            yield dict(hour=hour, aws_region=region, pool_id=pool, **failures_of(n))


@truth("seconds_to_answer", "factor")
def _(a):
    factors = {"SMS_MFA": "sms", "SOFTWARE_TOKEN_MFA": "totp"}
    columns = "event_time aws_region pool_id client_id sub challenge_name issued_challenge outcome vocabulary".split()
    events = a.once("challenge events", lambda: a.m.rows("events", columns))
    issues = collections.defaultdict(list)
    for event in events:
        if event.issued_challenge in factors and event.sub is not None:
            issues[event.pool_id, event.client_id, event.sub, event.issued_challenge].append(event.event_time)
    for instants in issues.values():
        instants.sort()
    found = collections.defaultdict(lambda: [0, []])
    for event in events:
        is_answer = event.challenge_name in factors and event.outcome == "success"
        if is_answer and a.end - DAY <= event.event_time < a.end and a.hits(event):
            n = found[factors[event.challenge_name]]
            n[0] += 1
            instants = issues[event.pool_id, event.client_id, event.sub, event.challenge_name]
            at = bisect.bisect_right(instants, event.event_time)
            if at and event.event_time - instants[at - 1] <= dt.timedelta(minutes=15):
                n[1].append(round(seconds(event.event_time - instants[at - 1])))
    for factor, (accepted, took) in found.items():
        yield dict(
            factor=factor,
            accepted_answers=accepted,
            timed_answers=len(took),
            timed_ratio=share(len(took), accepted),
            median_seconds=quantile(took, 0.5),
            p90_seconds=quantile(took, 0.9),
            p99_seconds=quantile(took, 0.99),
        )


def proofs(a):
    """When users last passed MFA until now: {pool, sub: instant}."""

    def made():
        with_passkeys = {pool.pool_id for pool in a.m.pools if pool.passkey_is_mfa}
        newest = {}

        def passed(pool, sub, at):
            if at is not None and (pool, sub) not in newest or newest[pool, sub] < at:
                newest[pool, sub] = at

        for row in a.m.user_factors:
            if row.proven_at is not None and (row.factor != "passkey" or row.pool_id in with_passkeys):
                passed(row.pool_id, row.sub, row.proven_at)
        # Custom challenges and pages leave no proof.
        for row in a.m.challenge_sessions:
            if not row.is_failed and row.factor in ("custom", "unknown"):
                passed(row.pool_id, row.sub, row.ended_at)
        return newest

    return a.once("proofs", made)


@truth("stuck_users", "pool_id sub", low("-failed_sessions", "-refused_answers"), limit=1000)
def _(a):
    failed = collections.defaultdict(list)
    for session in a.m.challenge_sessions:
        if session.is_failed and a.within(session.ended_at) and a.hits(session):
            failed[session.pool_id, session.sub].append(session)
    for (pool, sub), sessions in failed.items():
        if proofs(a).get((pool, sub), dt.datetime.min) >= a.begin:
            continue
        last = max(sessions, key=lambda s: s.ended_at)
        yield dict(
            aws_region=last.aws_region,
            pool_id=pool,
            sub=sub,
            failed_sessions=len(sessions),
            refused_answers=sum(s.answers for s in sessions),
            first_failed_at=min(s.ended_at for s in sessions),
            last_failed_at=last.ended_at,
            last_client_id=last.client_id,
            last_factor=last.factor,
            last_reason=last.reason,
            last_meaning=a.meaning("challenge", last.reason),
        )


@truth("stuck_user_ratio", "pool_id")
def _(a):
    challenged, failed = collections.defaultdict(set), collections.defaultdict(set)
    for session in a.m.challenge_sessions:
        if session.is_failed and session.ended_at >= a.begin and a.hits(session):
            failed[session.pool_id].add(session.sub)
            challenged[session.pool_id].add(session.sub)
    for (pool, sub), at in proofs(a).items():
        if at >= a.begin and a.of("pool_id") in (None, pool):
            challenged[pool].add(sub)
            failed[pool].discard(sub)
    for pool, subs in challenged.items():
        yield dict(
            pool_id=pool,
            challenged_users=len(subs),
            stuck_users=len(failed[pool]),
            stuck_ratio=share(len(failed[pool]), len(subs)),
        )


@truth("repeated_failures_by_user", "pool_id sub", low("-failed_sessions"), limit=1000)
def _(a):
    failed = collections.defaultdict(list)
    for session in a.m.challenge_sessions:
        if session.is_failed and a.within(session.ended_at) and a.hits(session):
            failed[session.pool_id, session.sub].append(session)
    proven = a.once("any proof", dict)
    if not proven:
        for row in a.m.user_factors:
            if row.proven_at is not None:
                key = (row.pool_id, row.sub)
                proven[key] = max(proven.get(key, dt.datetime.min), row.proven_at)
    for (pool, sub), sessions in failed.items():
        if len(sessions) < 3:
            continue
        reasons = collections.Counter(s.reason for s in sessions)
        most = max(reasons.values())
        last = max(s.ended_at for s in sessions)
        proof = proven.get((pool, sub))
        yield dict(
            pool_id=pool,
            sub=sub,
            failed_sessions=len(sessions),
            refused_answers=sum(s.answers for s in sessions),
            failing_days=len({s.ended_at.date() for s in sessions}),
            app_clients=len({s.client_id for s in sessions}),
            most_frequent_reason=OneOf(reason for reason, n in reasons.items() if n == most),
            first_failed_at=min(s.ended_at for s in sessions),
            last_failed_at=last,
            proven_at=proof,
            has_passed_since=OneOf([proof is not None and proof > last] + ([None] if proof is None else [])),
        )


@truth("failure_bursts_by_user", "pool_id sub", low("-refused_answers"), limit=1000)
def _(a):
    found = collections.defaultdict(list)
    for session in a.m.challenge_sessions:
        if a.within(session.ended_at) and a.hits(session):
            refused = session.answers - (not session.is_failed)
            # One slip before the accepted code is in no burst.
            if session.is_failed or refused > 1:
                found[session.pool_id, session.sub].append((session.ended_at, refused, session))
    for (pool, sub), rows in found.items():
        rows.sort(key=lambda row: row[0])
        every = sum(refused for _, refused, _ in rows)
        windows = []
        for end, _, _ in rows:
            burst = [row for row in rows if end - HOUR < row[0] <= end]
            windows.append((sum(refused for _, refused, _ in burst), burst))
        most = max(n for n, _ in windows)
        if most < 5:
            continue
        worst = [burst for n, burst in windows if n == most]

        def told(burst):
            return dict(
                burst_from=burst[0][0],
                burst_to=burst[-1][0],
                sessions=len(burst),
                app_clients=len({row[2].client_id for row in burst}),
                is_passed=not burst[-1][2].is_failed,
            )

        options = [told(burst) for burst in worst]
        yield dict(
            pool_id=pool,
            sub=sub,
            refused_answers=most,
            all_refused_answers=every,
            **{name: OneOf(option[name] for option in options) for name in options[0]},
        )
