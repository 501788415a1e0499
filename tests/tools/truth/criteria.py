"""What the gate comes to, told without SQL: all but the days on record, which no mart tells to the hour."""

from fractions import Fraction

from .waves import concerned

PASSED, FAILED, UNDECIDABLE = "passed", "failed", "not_decidable"


def percent(part, whole):
    return Fraction(100 * part, whole) if whole else None


def criteria(simulation, limits):
    """The verdict of each criterion by its name."""
    if simulation["target"]["mfa_configuration"] != "OFF" and not simulation["target"]["factors"]:
        return {"target": UNDECIDABLE}
    coverage, seen = simulation["coverage"], simulation["seen_users"]
    whole, unknown = concerned(seen), seen["unknown"]
    known = percent(coverage["known"], coverage["eligible"])

    def least(number, limit):
        """Held whatever the unknown turn out to be, held if they turn out well, or not at all."""
        if not whole:
            return UNDECIDABLE
        if percent(number, whole) >= limit:
            return PASSED
        return UNDECIDABLE if percent(number + unknown, whole) >= limit else FAILED

    def most(number, limit):
        if not whole:
            return UNDECIDABLE
        if percent(number + unknown, whole) <= limit:
            return PASSED
        return UNDECIDABLE if percent(number, whole) <= limit else FAILED

    is_known = known is not None and known >= limits["min_coverage"]
    is_told = whole and percent(unknown, whole) <= limits["max_unknown"]
    return {
        "coverage": PASSED if is_known else UNDECIDABLE,
        "unknown": PASSED if is_told else UNDECIDABLE,
        "target": least(seen["satisfied"], limits["target"]),
        "blocked": most(seen["blocked"], limits["max_blocked"]),
    }
