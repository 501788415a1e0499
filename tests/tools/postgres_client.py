"""psycopg against the marts: parameters, kinds of values, cursors, copies, refusals, cancelling; and bytes that are no
protocol at all.

usage: postgres_client.py PORT USERS
"""

import datetime
import decimal
import random
import socket
import struct
import sys
import threading
import time
import uuid

import psycopg
from psycopg import errors
from psycopg.types import TypeInfo

PORT, USERS = int(sys.argv[1]), int(sys.argv[2])
# Longer than anybody waits for, if it is not stopped.
ENDLESS = "select count(*) from range(1000000) as a(x), range(1000000) as b(y) where hash(x * y) % 7 = 3"


def connect(**more):
    return psycopg.connect(f"host=127.0.0.1 port={PORT} user=analyst dbname=mfascope connect_timeout=10", **more)


def raises(kind, work):
    try:
        work()
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was not raised")


def values():
    utc = datetime.timezone.utc
    wanted = {
        "true": True,
        "42::tinyint": 42,
        "-7::bigint": -7,
        "170141183460469231731687303715884105727::hugeint": 170141183460469231731687303715884105727,
        "'-12.30'::decimal(9, 2)": decimal.Decimal("-12.30"),
        "0.1::double": 0.1,
        "'a\"b, c'": 'a"b, c',
        "date '2026-02-28'": datetime.date(2026, 2, 28),
        "timestamp '2026-02-28 01:02:03.456789'": datetime.datetime(2026, 2, 28, 1, 2, 3, 456789),
        "timestamptz '2026-02-28 01:02:03+00'": datetime.datetime(2026, 2, 28, 1, 2, 3, tzinfo=utc),
        "'\\x00\\xFF'::blob": b"\x00\xff",
        "[1, null, 3]": [1, None, 3],
        "null": None,
    }
    with connect() as connection:
        for binary in (False, True):
            for sql, value in wanted.items():
                found = connection.execute(f"select {sql}", binary=binary).fetchone()[0]
                assert found == value, (sql, binary, found)
        subs = connection.execute("select sub from users limit 3", binary=True).fetchall()
        assert all(uuid.UUID(str(sub)) for (sub,) in subs)


def parameters():
    with connect() as connection:
        for form in ("%s", "%t", "%b"):
            for value, kind in [(1, "int"), ("it's", "varchar"), (True, "boolean"), (-2.5, "double"), (None, "int")]:
                assert connection.execute(f"select ({form})::{kind}", (value,)).fetchone()[0] == value
        sql = "select count(*) from users where has_phone = %s and created_at < %s"
        found = connection.execute(sql, (True, datetime.datetime(2030, 1, 1))).fetchone()[0]
        assert 0 < found <= USERS, found
        hostile = "'; drop table users; --"
        assert connection.execute("select count(*) from users where country = %s", (hostile,)).fetchone() == (0,)


def cursors_and_copies():
    with connect() as connection:
        with connection.cursor("named") as cursor:
            cursor.itersize = 10
            cursor.execute("select sub from users order by sub")
            assert len(cursor.fetchall()) == USERS
        with connection.cursor().copy("copy (select 1 as a, 'x,y' as b) to stdout (format csv, header)") as copy:
            assert b"".join(copy) == b'a,b\n1,"x,y"\n'


def refusals():
    allowed = errors.InsufficientPrivilege
    with connect(autocommit=True) as connection:
        for sql, kind in [
            ("selec 1", errors.SyntaxError),
            ("select * from nope", errors.UndefinedTable),
            ("select nope from users", errors.UndefinedColumn),
            ("drop table users", allowed),
            ("delete from users", allowed),
            ("insert into users select * from users", allowed),
            ("copy users from stdin", allowed),
            ("attach 'x'", allowed),
            ("install httpfs", allowed),
            ("select * from read_csv('/etc/passwd')", allowed),
            ("select * from '/etc/passwd'", psycopg.Error),
            ("copy (select * from read_text('/etc/passwd')) to stdout", allowed),
            ("copy users to '/tmp/users.csv'", psycopg.Error),
            ("select * from listed_user", errors.UndefinedTable),
            ("select * from main.listed_user", psycopg.Error),
            ("select getenv('HOME')", psycopg.Error),
            ("select pg_read_file('/etc/passwd')", psycopg.Error),
            ("select * from pg_class, read_text('/etc/passwd')", psycopg.Error),
            ("select relname from pg_class union all select content from read_text('/etc/passwd')", psycopg.Error),
            ("with gone as (delete from users returning 1) select * from gone", psycopg.Error),
        ]:
            raises(kind, lambda: connection.execute(sql))
            assert connection.execute("select 1").fetchone() == (1,), sql
    with connect() as connection:
        raises(errors.UndefinedTable, lambda: connection.execute("select * from nope"))
        raises(errors.InFailedSqlTransaction, lambda: connection.execute("select 1"))
        connection.rollback()
        assert connection.execute("select count(*) from users").fetchone() == (USERS,)


def cancelling():
    with connect(autocommit=True) as connection:
        threading.Timer(0.5, connection.cancel).start()
        begun = time.monotonic()
        raises(errors.QueryCanceled, lambda: connection.execute(ENDLESS))
        assert time.monotonic() - begun < 20
        assert connection.execute("select 1").fetchone() == (1,)
    for _ in range(6):
        gone = connect(autocommit=True)
        gone.pgconn.send_query(ENDLESS.encode())
        gone.pgconn.flush()
        gone.pgconn.finish()
    with connect() as connection:
        assert connection.execute("select 1").fetchone() == (1,), "those who went away hold nothing"


def catalogue():
    with connect() as connection:
        assert TypeInfo.fetch(connection, "uuid").oid == 2950
        sql = "select table_name from information_schema.tables where table_schema = 'public'"
        tables = {name for (name,) in connection.execute(sql)}
        assert {"users", "events", "sms_messages"} <= tables and "listed_user" not in tables, tables
        sql = "select column_name, data_type from information_schema.columns where table_name = 'users'"
        assert ("is_eligible", "boolean") in connection.execute(sql).fetchall()


def garbage():
    chance = random.Random(7)
    body = b"user\0analyst\0database\0mfascope\0\0"
    startup = struct.pack("!II", len(body) + 8, 196608) + body

    def send(data):
        with socket.create_connection(("127.0.0.1", PORT), timeout=5) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except OSError:
                pass

    for _ in range(40):
        send(chance.randbytes(chance.randrange(1, 200)))
    for kind in b"QPBEDCHSpdcfXFz":
        for text in (b"", b"\0", b"\xff" * 3, b"\0\0\0\x01\0\0\0\x01\x7f\xff\xff\xff", chance.randbytes(20)):
            send(startup + bytes([kind]) + struct.pack("!I", len(text) + 4) + text)
    for length in (0, 3, 4, 0x7FFFFFFF, 0xFFFFFFFF):
        send(startup + b"Q" + struct.pack("!I", length) + b"x" * 10)
        send(struct.pack("!I", length) + b"x" * 10)
    for sql in (b"select " + b"(" * 60000 + b"1\0", b"select relname from pg_class where " + b"not " * 7000 + b"true\0"):
        send(startup + b"Q" + struct.pack("!I", len(sql) + 4) + sql)
    with connect() as connection:
        assert connection.execute("select count(*) from users").fetchone() == (USERS,)


for work in (values, parameters, cursors_and_copies, refusals, cancelling, catalogue, garbage):
    begun = time.monotonic()
    work()
    print(f"{work.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
