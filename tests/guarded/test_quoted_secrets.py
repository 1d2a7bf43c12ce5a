"""Secrets as drivers, shells and programs quote them, and in pieces: hidden, the rest readable."""

import pytest

from verifier.guarded.redaction import Redactor

MANY = "Zq7-pL9w-Kx3v"
ADDRESS = "postgres://app:a1@b2:c3#d4/e5@db.host.io:5432/shop"
BRACED = "Driver={x};PWD={Hun;ter22 Zx}};q};UID=app"

#: A line of nobody's secret, and what is left of it.
UNKNOWN = [
    ("Driver={ODBC 18};UID=app;PWD={Hun;ter22 x};Encrypt=yes", ";UID=app;PWD={***};Encrypt=yes"),
    ("Server=db.io;Password={ab}}c;d};Database=shop", "Password={***};Database=shop"),
    ("DB_PWD={p}", "DB_PWD={***}"),
    ("Password={Hunter2;cut", "Password={***"),
    ("Password='a;b''c';User Id=x", "Password='***';User Id=x"),
    ('Password="a;b""c";User Id=x', 'Password="***";User Id=x'),
    ("host=db password='it\\'s x y' user=app", "host=db password='***' user=app"),
    ("export DB_PASSWORD=$'it\\'s a\\n9x' && run", "export DB_PASSWORD=$'***' && run"),
    ("PGPASSWORD=$'hun\\x74er22' psql", "PGPASSWORD=$'***' psql"),
    ('PASSWORD=$"hunter 22" run', 'PASSWORD=$"***" run'),
    ("mysql -p$'ab cd\\'ef' shop", "mysql -p*** shop"),
    ("tool --password $'hun ter22' go", "tool --password *** go"),
    ("tool --token=$'hun ter22' go", "tool --token=$'***' go"),
]
#: What is no secret in the same forms.
READABLE = [
    'password={"kind":"none"}',
    "password={{ secrets.DB }}",
    "password=${DB_PASSWORD}",
    "password: '' user: 'app'",
    "tool --password $DB_PASSWORD go",
    "the ids are 1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
    "at 12:34:56 from 00:1b:44:11:3a:b7",
]
#: A secret, a line with it, and what is left.
KNOWN = [
    (BRACED, "login failed for Hun;ter22 Zx};q as app", "login failed for *** as app"),
    (BRACED, "given PWD={Hun;ter22 Zx}};q} of it", "given PWD={***} of it"),
    ("Server=x;Password='a;b''c8';", "used a;b'c8 here", "used *** here"),
    ("host=x password='a b\\'c8' port=1", "used a b'c8 here", "used *** here"),
    ("Server=x;Pwd=a b c8d9;", "used a b c8d9 here", "used *** here"),
    ("$'hunter\\'22 zz!'", "login with hunter'22 zz! failed", "login with *** failed"),
    ("hunter'22\nzz!", "x $'hunter\\'22\\nzz!' y", "x $'***' y"),
    ("hunter'22\nzz!", "x $'hunter\\04722\\nzz!' y", "x $'***' y"),
    ("hunter'22", "\\150\\165\\156\\164\\145\\162'22 y", "*** y"),
    (ADDRESS, 'could not translate host name "b2" to address', 'host name "***" to address'),
    (ADDRESS, "dial tcp: lookup b2 on 10.0.0.1: no such host", "lookup *** on 10.0.0.1"),
    (ADDRESS, "getaddrinfo ENOTFOUND b2 in 3 ms", "getaddrinfo ENOTFOUND *** in 3 ms"),
    (ADDRESS, 'no route to host "b2:c3" now', 'no route to host "***" now'),
]


def apart(between):
    return between.join(MANY[at : at + 2] for at in range(0, len(MANY), 2))


PIECES = {
    "pairs": apart(" "),
    "pairs with strokes": apart("-"),
    "list of pairs": str([MANY[at : at + 2] for at in range(0, len(MANY), 2)]),
    "list of characters": str(list(MANY)),
    "list of bytes": str(list(MANY.encode())),
    "bytes as Go prints them": " ".join(str(byte) for byte in MANY.encode()),
    "hex with colons": MANY.encode().hex(":"),
    "hex with blanks": MANY.encode().hex(" "),
    "a line each": apart("\n"),
}


@pytest.mark.parametrize(("line", "left"), UNKNOWN)
def test_a_quoted_value_is_hidden_as_a_whole(line, left):
    assert left in Redactor()(line)


@pytest.mark.parametrize("line", READABLE)
def test_what_only_looks_quoted_stays(line):
    assert Redactor([MANY, ADDRESS, BRACED])(line) == line


@pytest.mark.parametrize(("secret", "line", "left"), KNOWN)
def test_what_a_quoted_secret_says_is_known(secret, line, left):
    assert left in Redactor([secret])(line)


@pytest.mark.parametrize("row", PIECES.values(), ids=PIECES)
def test_a_secret_in_pieces_is_hidden(row):
    shown = Redactor([MANY])(f"before {row} after")

    assert not any(piece in shown for piece in ("Zq", "pL", "9w", "x3", "'Z'", "90", "5a"))
    assert shown.startswith("before ")
    assert shown.endswith(" after")
