"""The way to an authenticator app."""

import collections

from .asked import between, grouped, low, seconds, share, truth


def steps_of(a):
    return a.once(
        "steps",
        lambda: {
            key: sorted(rows, key=lambda r: r.stepped_at)
            for key, rows in grouped(a.m.enrolment_steps, lambda r: (r.pool_id, r.sub)).items()
        },
    )


@truth("authenticator_app_dropouts", "pool_id sub", low("-last_step_at"), limit=1000)
def _(a):
    for (pool, sub), rows in steps_of(a).items():
        begins = [r for r in rows if r.step == "began" and a.within(r.stepped_at) and a.hits(r)]
        if not begins:
            continue
        began = begins[0].stepped_at
        since = [r for r in rows if r.stepped_at >= began]
        # Who prefers the app, or used it, had its first code accepted, on record or not.
        is_through = any(r.step in ("verified", "preferred") or r.passed_at is not None for r in since)
        if is_through:
            continue
        yield dict(
            aws_region=begins[0].aws_region,
            pool_id=pool,
            sub=sub,
            began_at=began,
            last_step_at=since[-1].stepped_at,
            begins=sum(r.step == "began" for r in since),
            refused_codes=sum(r.step == "refused" for r in since),
        )


@truth("authenticator_app_funnel", "aws_region pool_id")
def _(a):
    found = collections.defaultdict(list)
    for (pool, _), rows in steps_of(a).items():
        begins = [r for r in rows if r.step == "began" and a.hits(r)]
        if not begins or not a.within(begins[0].stepped_at):
            continue
        began = begins[0]
        since = [r for r in rows if r.stepped_at >= began.stepped_at]
        verified = next((r.stepped_at for r in since if r.step == "verified"), None)
        used = any(r.passed_at is not None for r in since)
        # A preference before the first code is none of the app's; where no first code is on record, it tells of one.
        preferred = any(r.step == "preferred" and r.stepped_at >= (verified or began.stepped_at) for r in since)
        found[began.aws_region, pool].append(
            dict(
                verified=verified is not None or preferred or used,
                preferred=preferred or used,
                used=used,
                refused=any(r.step == "refused" for r in since),
                unreadable=any(r.step == "unreadable" for r in since) and not (preferred or used),
                took=verified and seconds(verified - began.stepped_at),
            )
        )
    for (region, pool), users in found.items():
        began, verified, preferred, used = (
            len(users),
            *(sum(user[name] for user in users) for name in ("verified", "preferred", "used")),
        )
        yield dict(
            aws_region=region,
            pool_id=pool,
            began_users=began,
            verified_users=verified,
            verified_ratio=share(verified, began),
            preferred_users=preferred,
            preferred_ratio=share(preferred, verified),
            used_users=used,
            used_ratio=share(used, preferred),
            began_to_used_ratio=share(used, began),
            refused_users=sum(user["refused"] for user in users),
            unreadable_users=sum(user["unreadable"] for user in users),
            median_verify_seconds=between([user["took"] for user in users if user["took"] is not None], 0.5),
        )
