"""The daemon's answers beside the truth."""

import collections
import csv
import datetime as dt
import email.utils
import io
import json
import math

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from .asked import DAY, HOUR, TRUTHS, Asked, OneOf, View, hour_of
from .daemon import ARROW, PARQUET, plain

TOLERANCE = 1e-9
MEANT = {"region": "aws_region", "pool": "pool_id", "client": "client_id", "factor": "factor", "country": "country"}


def same(shown, told):
    if isinstance(told, OneOf):
        return any(same(shown, value) for value in told.values)
    if shown is None or told is None:
        return shown is None and told is None
    if isinstance(told, bool) or isinstance(shown, bool):
        return shown is told
    if isinstance(told, float):
        return math.isclose(shown, told, rel_tol=TOLERANCE, abs_tol=1e-12)
    return shown == told


def read(value, kind):
    """A value of a JSON answer."""
    if value is None or not isinstance(value, str):
        return value
    if kind.startswith("timestamp"):
        return plain(dt.datetime.fromisoformat(value))
    if kind == "date":
        return dt.date.fromisoformat(value)
    return value


def in_order(row):
    """Factors joined by + are a set: their order tells nothing."""
    for column in ("factors", "allowed_factors"):
        if row.get(column):
            row[column] = "+".join(sorted(row[column].split("+")))
    return row


def differences(name, rows, columns, asked):
    """One line for each difference between the daemon's answer and the truth: question, row, column."""
    tell, key, order, limit = TRUTHS[name]
    told, rows = [in_order(row) for row in tell(asked)], [in_order(row) for row in rows]
    stray = set().union(*(row.keys() for row in told)) ^ set(columns) if told else set()
    if stray:
        return [f"{name}: columns that only one of both tells: {', '.join(sorted(stray))}"]

    def key_of(row):
        return tuple(row[column] for column in key)

    lines = []
    shown, truths = {key_of(row): row for row in rows}, {key_of(row): row for row in told}
    if len(shown) != len(rows):
        lines.append(f"{name}: the answer tells rows twice")
    assert len(truths) == len(told), f"{name}: the truth tells rows twice"
    is_cut = limit is not None and len(told) > limit
    if is_cut and len(rows) != limit:
        lines.append(f"{name}: {len(rows)} rows instead of the first {limit}")
    for which in sorted(set(shown) | set(truths), key=str):
        if which not in truths:
            lines.append(f"{name} {which}: the row should not be: {shown[which]}")
        elif which not in shown:
            if not is_cut:
                lines.append(f"{name} {which}: the row is missing: {truths[which]}")
        else:
            for column in columns:
                if not same(shown[which][column], truths[which][column]):
                    lines.append(
                        f"{name} {which} {column}: {shown[which][column]!r} instead of {truths[which][column]!r}"
                    )
    if order:
        keys = [order(row) for row in rows]
        wrong = next((n for n in range(1, len(keys)) if keys[n] < keys[n - 1]), None)
        if wrong is not None:
            lines.append(f"{name} {key_of(rows[wrong])}: the row is sorted after {key_of(rows[wrong - 1])}")
        if is_cut and shown.keys() & truths.keys():
            left = [order(row) for which, row in truths.items() if which not in shown]
            if min(left) < max(order(row) for which, row in truths.items() if which in shown):
                lines.append(f"{name}: a row beyond the first {limit} belongs before the last of them")
    return lines


def views(marts, now):
    """What every question is asked with; those that lack a parameter take the view without it."""
    end = hour_of(now) + HOUR
    events = collections.Counter()
    for row in marts.counts_by_hour:
        if row.series in ("challenge_responses", "sign_ins") and row.client_id:
            events[row.client_id] += row.events
    client = max(events, key=events.get, default="none")
    countries = collections.Counter(c.country for c in marts.sms_codes if c.country not in (None, "unknown"))
    country = max(countries, key=countries.get, default="BR")
    regions = sorted({pool.aws_region for pool in marts.pools})
    pools = sorted(f"{pool.aws_region}/{pool.pool_id}" for pool in marts.pools)
    # A stretch with odd ends, of which the last is two days ago, too.
    odd = dict(begin=end - 13 * DAY - 5 * HOUR, end=end - 2 * DAY - 2 * HOUR)
    yield View(end - 30 * DAY, end, {})
    yield View(words={}, **odd)
    # More than is on record, less, and next to nothing.
    yield View(end - 400 * DAY, end, {})
    yield View(end - 400 * DAY, end - 300 * DAY, {})
    yield View(end - 3 * DAY - 2 * HOUR, end - 3 * DAY - HOUR, {})
    for region in regions:
        yield View(end - 30 * DAY, end, {"region": region})
    for pool in pools:
        yield View(end - 30 * DAY, end, {"pool": pool})
    yield View(words={"client": client}, **odd)
    for factor in ("sms", "totp"):
        yield View(end - 30 * DAY, end, {"factor": factor})
    yield View(end - 30 * DAY, end, {"country": country})
    yield View(words={"country": "unknown"}, **odd)


def compared(daemon, marts, questions):
    """Asks every question in every view and compares: lines, and how much was compared."""
    headers, _ = daemon.get("/api/v1/queries")
    now = plain(email.utils.parsedate_to_datetime(headers["date"]))
    lines, n = [], collections.Counter()
    for number, view in enumerate(views(marts, now)):
        for question in questions:
            name, parameters = question["name"], question["parameters"]
            if name not in TRUTHS or any(MEANT[word] not in parameters for word in view.words):
                continue
            if number and not view.words and "from" not in parameters:
                continue
            given = (
                {}
                if number == 0
                else {"from": f"{view.begin}Z".replace(" ", "T"), "to": f"{view.end}Z".replace(" ", "T")}
            )
            _, answer = daemon.get("/api/v1/query", name=name, **given, **view.words)
            if answer["truncated"]:
                lines.append(f"{name}: more rows than the daemon tells")
            kinds = answer["types"]
            rows = [
                {column: read(value, kind) for column, value, kind in zip(answer["columns"], row, kinds)}
                for row in answer["rows"]
            ]
            where = " ".join(f"{word}={value}" for word, value in {**given, **view.words}.items())
            found = differences(name, rows, answer["columns"], Asked(marts, view, parameters, now))
            lines += [f"{line} [{where or 'as it is'}]" for line in found]
            n["answers"] += 1
            n["rows"] += len(rows)
            n["values"] += len(rows) * len(answer["columns"])
            n[name] += len(rows)
    return lines, n


def formats_differ(daemon, name):
    """Whether a mart is the same as Parquet, Arrow, CSV and JSON."""
    sql = f"select * from {name} order by all"
    parquet = pa.parquet.read_table(io.BytesIO(daemon.sql(sql, PARQUET)))
    arrow = pa.ipc.open_stream(daemon.sql(sql, ARROW)).read_all()
    text = list(csv.reader(io.StringIO(daemon.sql(sql, "text/csv").decode(), newline="")))
    answer = json.loads(daemon.sql(sql, "application/json"))

    def rows(table):
        columns = [[plain(value) for value in column.to_pylist()] for column in table.columns]
        return [tuple(row) for row in zip(*columns)]

    kept, lines = rows(parquet), []
    if parquet.column_names != arrow.column_names or kept != rows(arrow):
        lines.append(f"{name}: Arrow differs from Parquet")

    def as_text(value):
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(value).lower()
        return value

    def is_told(cell, value):
        if isinstance(value, dt.datetime):
            return plain(dt.datetime.fromisoformat(cell)) == value
        if isinstance(value, float):
            return float(cell) == value
        return cell == str(as_text(value))

    if text[0] != parquet.column_names or len(text) - 1 != len(kept):
        lines.append(f"{name}: CSV has other columns or rows than Parquet")
    for row, cells in zip(kept, text[1:]):
        for column, value, cell in zip(text[0], row, cells):
            if not is_told(cell, value):
                lines.append(f"{name} {column}: CSV tells {cell!r}, Parquet {value!r}")
    if answer["columns"] != parquet.column_names or len(answer["rows"]) != len(kept):
        lines.append(f"{name}: JSON has other columns or rows than Parquet")
    for row, cells in zip(kept, answer["rows"]):
        for column, value, cell, kind in zip(answer["columns"], row, cells, answer["types"]):
            if not same(read(cell, kind), value):
                lines.append(f"{name} {column}: JSON tells {cell!r}, Parquet {value!r}")
    return lines[:20]
