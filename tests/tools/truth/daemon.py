"""The daemon, and its marts as another engine reads them."""

import collections
import datetime as dt
import io
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

PARQUET, ARROW = "application/vnd.apache.parquet", "application/vnd.apache.arrow.stream"


class Daemon:
    def __init__(self, url):
        self.url = url.rstrip("/")

    def asked(self, request):
        for _ in range(50):
            try:
                with urllib.request.urlopen(request, timeout=120) as answer:
                    return answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                text = error.read().decode()
                if error.code != 429:
                    raise SystemExit(f"{request.full_url}: {error.code} {text}") from None
                time.sleep(0.5)
        raise SystemExit(f"{request.full_url}: still too busy")

    def get(self, path, **words):
        words = {name: word for name, word in words.items() if word is not None}
        url = f"{self.url}{path}?{urllib.parse.urlencode(words)}"
        headers, body = self.asked(urllib.request.Request(url))
        return headers, json.loads(body)

    def sql(self, sql, accept):
        request = urllib.request.Request(
            f"{self.url}/api/v1/query",
            json.dumps({"sql": sql}).encode(),
            {"content-type": "application/json", "accept": accept},
        )
        headers, body = self.asked(request)
        if headers["mfascope-truncated"] != "false":
            raise SystemExit(f"{sql}: more rows than the daemon tells: let it tell more ([query] rows)")
        return body

    def mart(self, name):
        return pa.parquet.read_table(io.BytesIO(self.sql(f"select * from {name}", PARQUET)))


def plain(value):
    """As everything is compared: instants in UTC without a zone."""
    if isinstance(value, dt.datetime) and value.tzinfo:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    if isinstance(value, (bytes, bytearray)):
        return str(uuid.UUID(bytes=bytes(value)))
    if type(value).__name__ in ("Decimal", "UUID"):
        return float(value) if type(value).__name__ == "Decimal" else str(value)
    return value


class Marts:
    """Marts as lists of rows; a row is an object with its columns as attributes."""

    def __init__(self, tables):
        self.tables = tables
        self.kept = {}

    def __getattr__(self, name):
        if name not in self.kept:
            self.kept[name] = self.rows(name, self.tables[name].column_names)
        return self.kept[name]

    def rows(self, name, columns):
        table = self.tables[name]
        kind = collections.namedtuple(name, columns)
        values = [[plain(value) for value in table.column(column).to_pylist()] for column in columns]
        return [kind(*row) for row in zip(*values)] if table.num_rows else []

    def equals(self, other):
        def sorted_rows(table):
            table = table.combine_chunks()
            return table.sort_by([(column, "ascending") for column in table.column_names])

        for name, table in self.tables.items():
            if table.num_rows != other.tables[name].num_rows or sorted_rows(table) != sorted_rows(other.tables[name]):
                return f"{name} changed"
        return None


def told_marts(daemon):
    _, schema = daemon.get("/api/v1/sql")
    names = [table["name"] for table in schema["tables"]]
    return Marts({name: daemon.mart(name) for name in names}), schema["saved"]
