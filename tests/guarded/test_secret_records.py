"""Secrets that nobody told of, in errors of databases and behind encoded quotes."""

import pytest

from verifier.guarded.redaction import Redactor

HASH = "$2b$12$KIXQ1m9l8uJ8Zb0nqf9m9uQ0n2sY0b7cYQx1f3F9oJk2w8vO5eG1a"
#: A line, and what is left of it.
HIDDEN = [
    ("DETAIL:  Key (token)=(Zk81mm) already exists.", "DETAIL:  Key (token)=(***) already exists."),
    ("Key (password)=(correcthorse) already exists.", "Key (password)=(***) already exists."),
    ("Key (email, api_key)=(a@b.c, k3J) already exists.", "(email, api_key)=(***) already"),
    ('Key (session_token)=(a8F) is not present in table "s".', "=(***) is not present in table"),
    ("Key (lower(token))=(a8Fk3) already exists.", "Key (lower(token))=(***) already exists."),
    ("Duplicate entry 'Zk81mm' for key 'users.api_token'", "entry '***' for key 'users.api_token'"),
    (
        "INSERT INTO users(name,password) VALUES ('joe','hunter22')",
        "INSERT INTO users(name,password) VALUES (***",
    ),
    (
        "db: \"INSERT INTO u (id, token) VALUES (1, 'a''b; c'), (2, 'd')\" failed",
        'db: "INSERT INTO u (id, token) VALUES (***" failed',
    ),
    ("REPLACE INTO u (id, token) VALUES (1, 'Zk81')", "REPLACE INTO u (id, token) VALUES (***"),
    ("INSERT OR IGNORE INTO u (token) VALUES ('Zk81')", "INTO u (token) VALUES (***"),
    ("[parameters: ('hunter22', 7)]", "[parameters: (***)]"),
    ("[parameters: {'x': 'hunter22'}] (Background", "[parameters: {***}] (Background"),
    ("DETAIL:  parameters: $1 = 'joe', $2 = 'hunter22'", "DETAIL:  parameters: ***"),
    ("Failing row contains (7, joe@x.io, Zk81mm).", "Failing row contains (***)."),
    (f"hash {HASH} of joe", "hash *** of joe"),
    ("kept pbkdf2_sha256$260000$abcsalt$Zm9vYmFyYmF6cXV4 of joe", "kept *** of joe"),
    ("SCRAM-SHA-256$4096:c2FsdHNhbHQ=$StoredKey=:ServerKey= of joe", "*** of joe"),
    ("rolpassword md5a1b2c3d4e5f60718293a4b5c6d7e8f90 of joe", "rolpassword *** of joe"),
    ("{&quot;token&quot;:&quot;Zk81mm&quot;}", "{&quot;token&quot;:&quot;***&quot;}"),
    ("{&amp;quot;token&amp;quot;:&amp;quot;Zk8&amp;quot;}", ":&amp;quot;***&amp;quot;}"),
    (r"{\u0022password\u0022:\u0022hunter22\u0022}", r"{\u0022password\u0022:\u0022***\u0022}"),
    (r"{\x22password\x22:\x22hunter22\x22}", r"{\x22password\x22:\x22***\x22}"),
    ("%7B%22password%22%3A%22hunter22%22%7D", "%7B%22password%22%3A%22***%22%7D"),
    ("%257B%2522token%2522%253A%2522Zk81%2522%257D", "%2522token%2522%253A%2522***%2522"),
    ("next=%2Fcb%3Faccess_token%3DZk81mm%26page%3D2 200", "access_token%3D***%26page%3D2 200"),
    ("<password>hunter22</password>", "<password>***</password>"),
    ("<wsse:Password Type='x'>hunter22</wsse:Password>", ">***</wsse:Password>"),
    ("&lt;password&gt;hunter22&lt;/password&gt;", "&lt;password&gt;***&lt;/password&gt;"),
    ('<add key="Password" value="hunter22"/>', '<add key="Password" value="***"/>'),
    ('{"name": "DB_PASSWORD", "value": "hunter22"}', '{"name": "DB_PASSWORD", "value": "***"}'),
    ("<key>Password</key><string>hunter22</string>", "<string>***</string>"),
    ("db:\n  password: |\n    Zk81mm\n  user: x", "password: | *** user: x"),
    ("api_token: >-\n  Zk81mm-Zk", "api_token: >- ***"),
    ('name="password"\r\n\r\nZk81mm\r\n--x', 'name="password" *** --x'),
    ('name="api_token"\nContent-Type: text/plain\n\nZk81mm\n--x', "text/plain *** --x"),
    (r"name=\"password\"\r\n\r\nZk81mm\r\n--x", r"name=\"password\"\r\n\r\n***\r\n--x"),
    ("sudo curl -u joe:hunter22 https://x", "sudo curl -u joe:*** https://x"),
    ("Server=h;Pwd=/hunter22;", "Server=h;Pwd=***;"),
    ("postgres://app@hunter:x@host/db", "postgres://***@host/db"),
]
READABLE = [
    "DETAIL:  Key (id)=(42) already exists.",
    "DETAIL:  Key (email)=(joe) already exists.",
    "Duplicate entry '42' for key 'users.email'",
    "INSERT INTO users (name, password) VALUES (%s, %s)",
    "INSERT INTO orders (id, name) VALUES (1, 'joe')",
    "[parameters: (7, 8)]",
    "GET /search?q=%22hello%22%3A%20world 200",
    "{&quot;status&quot;:&quot;healthy&quot;}",
    "<token>expired</token>",
    "password: |",
    'name="password" is a field',
    '<add key="Theme" value="dark"/>',
    '{"name": "LOG_LEVEL", "value": "debug"}',
    "ERR AUTH <password> called without any password configured",
    "it costs $5 and $6",
    "md5 of the file",
    "pwd=/app",
    "PWD=/srv/app-1",
    "date -u 12:30:15",
    "sort -u a:b",
    "ps -u root:wheel",
    "Connecting to postgresql://app@db:5432/prod",
    "redis://host:6379",
]


@pytest.mark.parametrize(("line", "left"), HIDDEN, ids=[row[0] for row in HIDDEN])
def test_a_secret_of_a_record_or_behind_encoded_quotes_is_hidden(line, left):
    shown = Redactor()(line)

    assert left in shown
    assert Redactor()(shown) == shown


@pytest.mark.parametrize("line", READABLE)
def test_what_only_looks_like_one_stays(line):
    assert Redactor()(line) == line


def test_a_secret_is_hidden_in_each_line_of_a_log_by_itself():
    lines = ["a &quot;token&quot;:&quot;Zk81&quot;", "b", "DETAIL: Key (token)=(Zk81mm", "c"]

    assert Redactor().lines(lines) == (
        "a &quot;token&quot;:&quot;***&quot;",
        "b",
        "DETAIL: Key (token)=(***",
        "c",
    )


#: A pattern that looked for its end from each of these would take minutes.
ROWS_OF = (
    "<password ",
    "<a password",
    "key (token",
    "insert into x (token ",
    "insert ignore ignore ",
    "insert into x(token)values('",
    "failing row contains (",
    "[parameters: ('",
    'name="token" ',
    "%22token%22",
    "&quot;token&quot;:",
    "$2b$",
    "duplicate entry 'a' for key '",
    "token",
    r"\u0022password\u0022:",
)


@pytest.mark.slow
@pytest.mark.parametrize("piece", ROWS_OF)
@pytest.mark.timeout(20)
def test_a_long_row_of_beginnings_ends(piece):
    assert Redactor()(piece * (100_000 // len(piece)))
