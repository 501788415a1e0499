"""The truth of the saved questions, told a second time without SQL.

Downloads every mart of a running daemon as Parquet, reads it with Apache Arrow, answers every saved question anew in
plain Python from what its header says, and compares that with the daemon's own answers. The rollups that questions
count with are held to the rows behind them.

usage: saved_truth.py URL
"""

import collections
import sys

from truth.asked import TRUTHS
from truth.comparison import compared, formats_differ
from truth.daemon import Daemon, told_marts
from truth.rollups import rollup_differences

# Questions that are not told a second time, and why.
LEFT_OUT = {}
# Questions that may have no answer in any view, and why: of all others a row is wanted, or nothing was compared.
MAY_BE_EMPTY = {"repeated_failures_by_user": "nobody in the demo fails three sessions"}
# The picture moves with the clock: marts and answers must be of one state.
ATTEMPTS = 4


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.strip().splitlines()[-1])
    daemon = Daemon(sys.argv[1])
    for attempt in range(ATTEMPTS):
        marts, questions = told_marts(daemon)
        lines, n = compared(daemon, marts, questions)
        lines += rollup_differences(marts)
        for name in ("users", "sms_messages"):
            lines += formats_differ(daemon, name)
        changed = marts.equals(told_marts(daemon)[0])
        if changed is None:
            break
        print(f"attempt {attempt + 1}: {changed} meanwhile", file=sys.stderr)
    else:
        raise SystemExit("the picture does not stand still: ask a copy of the store")
    names = {question["name"] for question in questions}
    lines += [f"{name}: nobody tells its truth" for name in sorted(names - set(TRUTHS) - set(LEFT_OUT))]
    lines += [f"{name}: there is no such question" for name in sorted((set(TRUTHS) | set(LEFT_OUT)) - names)]
    lines += [f"{name}: has a truth and is left out" for name in sorted(set(TRUTHS) & set(LEFT_OUT))]
    lines += [
        f"{name}: no row in any view: nothing was compared"
        for name in sorted((TRUTHS.keys() & names) - MAY_BE_EMPTY.keys())
        if not n[name]
    ]
    tables = sum(table.num_rows for table in marts.tables.values())
    print(f"{len(marts.tables)} marts of {tables} rows read as Parquet")
    print(f"{len(set(TRUTHS) & names)} of {len(names)} questions told a second time")
    print(f"{n['answers']} answers, {n['rows']} rows, {n['values']} values compared")
    # Of each question and column the first are enough to find the cause.
    alike = collections.Counter()
    for line in lines:
        kind = (line.split(" ")[0], line.split(": ")[0].split(" ")[-1])
        alike[kind] += 1
        if alike[kind] <= 3:
            print(line)
    if lines:
        raise SystemExit(f"{len(lines)} differences")


if __name__ == "__main__":
    main()
