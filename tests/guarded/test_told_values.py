"""Secrets in password files, commands of a cache, errors of settings; and words about secrets."""

import json
from urllib.parse import quote

import pytest

from tests.counted_calls import calls_of
from verifier.guarded.redaction import Redactor

#: A line, and what is left of it.
HIDDEN = [
    ("db.test:5432:shop:app:hunter2", "db.test:5432:shop:app:***"),
    ("*:*:*:app:letmein", "*:*:*:app:***"),
    (r"localhost:5432:*:postgres:Zx9\:vQ2 x", "localhost:5432:*:postgres:*** x"),
    ("[2001:db8::1]:5432:shop:app:hunter2", ":5432:shop:app:***"),
    ("AUTH hunter2", "AUTH ***"),
    ("127.0.0.1:6379> AUTH app letmein", "6379> AUTH ***"),
    ("127.0.0.1:6379> auth letmein2", "6379> auth ***"),
    ('[0 10.0.0.1:50] "AUTH" "hunter2"', '"AUTH" ***'),
    ('"HELLO" "3" "AUTH" "default" "hunter2"', '"3" "AUTH" ***'),
    ("command: { name: 'AUTH', args: [ 'default', 'hunter2' ] }", "args: [ *** ] }"),
    ("CONFIG SET requirepass hunter2 now", "requirepass *** now"),
    ("redis-server --requirepass 'hunter2' --port 1", "--requirepass *** --port 1"),
    ("masterauth letmein", "masterauth ***"),
    ("sentinel auth-pass mymaster hunter2", "auth-pass mymaster ***"),
    ("user default on >hunter2 ~* +@all", "user default on >*** ~* +@all"),
    ("SELECT CHR(104)||CHR(117)||CHR(110) FROM dual", "SELECT *** FROM dual"),
    ("x = chr(104) + chr(117) + chr(0x6e) ;", "x = *** ;"),
    ("x = PASSWORD(CHAR(104,117,110,116)) ;", "***) ;"),
    (
        "port\n  not an integer [type=int_parsing, input_value='hunter2', input_type=str]",
        "input_value='***', input_type=str]",
    ),
    (
        "secret_key\n  too short [type=string_too_short, input_value='letmein', input_type=str]",
        "input_value='***', input_type=str]",
    ),
    ("{'loc': ('api_token',), 'msg': 'bad', 'input': 'letmein'}", "'input': '***'}"),
    ("Invalid enum value. Expected 'a' | 'b', received 'hunter2'", "'b', received '***'"),
    (
        '{"received":"letmein","code":"x","path":["API_SECRET"]}',
        '{"received":"***","code":"x","path":["API_SECRET"]}',
    ),
    ('"JWT_SECRET" with value "letmein" fails to match', '"JWT_SECRET" with value "***" fails'),
    ("argv: ['app', '--db-password', 's3cr3tPa55']", "'--db-password', '***']"),
    ("os.environ['API_SECRET'] = 'hunter22'", "['API_SECRET'] = '***'"),
    ("using token s3cr3tPa55 for deploy", "using token *** for deploy"),
    ("the password is 'T0pS3cretX'", "password is '***'"),
    ("npm config set //r/:_authToken s3cr3tPa55", "_authToken ***"),
    ("Illegal header value b'hunter2\\n' of h11", "Illegal header value *** of h11"),
]
READABLE = [
    "src/main.c:1234:15:error:expected", "2026-01-01T00:00:00Z 10.0.0.1:5432 db:shop:app ok",
    "fe80:1234:abcd:ef01:2345:6789::", "127.0.0.1:8080:80 is mapped", "registry.test:5000/app:v1",
    "AUTH failed for user", "AUTH command sent", "AUTH required", "AUTH LOGIN", "no AUTH needed",
    "ERR AUTH <password> called without any password configured", "retry AUTH later",
    "requirepass is not set", "NOAUTH Authentication required.", '["AUTH", "CACHE"]',
    "name CHAR(10), price DECIMAL(10,2)", "CHR(13)||CHR(10)",
    "port [type=int_parsing, input_value='abc', input_type=str]",
    "ttl [type=int_parsing, input_value='12', input_type=str]",
    "Expected number, received 'string'", 'expected "a", received "production"',
    "token bucket refilled: 100 tokens", "password reset mail sent to ann@x.io", "key=value pairs",
    "secret santa draw: 12 participants", "primary key id=4711", "Authorization header missing",
    "Authorization: header missing", "authorization: missing", "api_key is required",
    "api_key: is required", "CSRF token: missing or incorrect", "csrf token missing",
    "cache key: user:1:profile", "cache_key=user:1:profile", "token expired at 12:00",
    "token: expired at 12:00", "password: must be at least 8 characters", "password: can't be blank",
    "Password: too short (minimum is 8 characters)", "secret=present", "token=[FILTERED]",
    'Parameters: {"token"=>"[FILTERED]", "user"=>{"password"=>"[FILTERED]"}}', "Cookie: <redacted>",
    'WWW-Authenticate: Bearer realm="api", error="invalid_token"', "credentials: same-origin",
    'WWW-Authenticate: Basic realm="Restricted"', "credentials=include", "fail=1 pass=3/4",
    "secretKeyRef: name=db", "using token bucket2 of 3", "password Argon2 hash",
    "password_changed_at=2026-01-01", "token_expires_on: 2026-01-01",
]  # fmt: skip


@pytest.mark.parametrize(("line", "left"), HIDDEN, ids=[row[0] for row in HIDDEN])
def test_what_a_tool_tells_of_a_secret_is_hidden(line, left):
    shown = Redactor()(line)

    assert left in shown
    assert Redactor()(shown) == shown


@pytest.mark.parametrize("line", READABLE)
def test_a_line_that_only_speaks_of_secrets_stays(line):
    assert Redactor()(line) == line


def test_the_name_of_a_setting_counts_that_stands_in_the_line_before_its_value():
    lines = ["api_secret", "  too short [type=too_short, input_value='letmein', input_type=str]"]

    assert Redactor().lines(lines)[1].endswith("input_value='***', input_type=str]")


SECRET = "Zk8vQ2mX91LrT4wNbbGq73Hs"


@pytest.mark.parametrize("before", ["", "…", "...", 'says "'])
@pytest.mark.parametrize("left", [8, 12, 20])
def test_the_end_of_a_secret_whose_front_was_cut_is_hidden(before, left):
    assert Redactor([SECRET])(f"{before}{SECRET[-left:]} here") == f"{before}*** here"


def test_the_beginning_of_a_secret_is_hidden_that_dots_end():
    assert Redactor([SECRET])(f"input_value={SECRET[:9]}...") == "input_value=***..."


@pytest.mark.parametrize(
    "line", ["horse is here", "…horse is here", "db.internal:5432/shop is away", "a91 …, 73 of 80"]
)
def test_what_may_be_the_end_of_something_else_stays(line):
    secrets = ["correct-battery-horse", "postgresql://app:Zx9vQ2@db.internal:5432/shop", SECRET]

    assert Redactor(secrets)(line) == line


#: A pattern that looked for its end from each of these would take minutes.
ROWS_OF = (
    "a:", "1234:a:", "AUTH ", "'AUTH','", '"auth" "a" ', "requirepass ", "user a on ", "chr(10)||",
    "char(10,10", "input_value='", "a\ninput_value", "received '", 'with value "', "value: 'a' ",
    "'loc': (", "...", "'", "token is ", "token', ",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("piece", ROWS_OF)
@pytest.mark.timeout(20)
def test_a_long_row_of_beginnings_ends(piece):
    assert Redactor([SECRET])(piece * (100_000 // len(piece)))


@pytest.mark.parametrize(
    ("token", "shortest"),
    [
        ("AKIA" + "QYLPMN5HXTZB4WKD", 8),
        ("sk_" + "live_51Hq8ZkLmN2pRsT4uVwXyZ01", 14),
        ("AIza" + "SyD9tSrke72PouQMnMX-a7eZSW0jkFMBWY0", 14),
        ("SG." + "ngeVfQF4QlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr", 12),
        ("sk-" + "proj-Zk8vQ2mX91LrT4wNb7YcT3BlbkFJ3Hd6Jf0Sg5Ae2Ui1Zk8v", 16),
        ("npm_" + "Zk8vQ2mX91LrT4wNb7Yc3Hd6Jf0Sg5Ae2Ui1", 12),
        ("github_pat_" + "11ABCDEFG0Zk8vQ2mX91Lr_T4wNb7Yc3Hd6Jf0Sg5Ae2Ui1Zk8v", 18),
        ("Zk8vQ2mX91LrT4wNb7Yc3Hd6", 14),
    ],
)
def test_a_token_whose_end_was_cut_off_is_hidden(token, shortest):
    for length in range(shortest, len(token) + 1):
        told = Redactor()(f"the words before {token[:length]}… and behind")

        assert token[:shortest] not in told, told
        assert told.startswith("the words before ")
        assert told.endswith(" and behind")


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("https://hooks.slack.com/services/T012AB3CD/B045EF6GH/Zk8vQ2…", "Zk8vQ2"),
        ("deploy --db-password 'two wor…", "two wor"),
        ('credentials: { key: "Xk9vQ2mZ7pLr…', "Xk9vQ2mZ"),
        ("ALTER USER a PASSWORD E'Zx9vQ2…", "Zx9vQ2"),
    ],
)
def test_a_value_whose_closing_sign_was_cut_off_is_hidden(line, hidden):
    assert hidden not in Redactor()(line)


@pytest.mark.parametrize(
    "line",
    [
        "the migration of PaymentsWorker2Queue…",
        "commit 0123456789abcdef0123456789abcdef0123…",
        "3f2a9c1e-77aa-4b1c-9d2e-5566778899…",
        "https://example.com/api/v1/Orders2/Items3x…",
        "it said 'the connection was ref…",
        "version v1.2.3-RC1-build20…",
        "migrations/20240102030405_add_users_to_Org…",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b…",
        "key-frames of the sprite…",
    ],
)
def test_words_that_were_cut_stay(line):
    assert Redactor()(line) == line


def test_a_long_row_of_cuts_ends():
    def calls_for(cuts):
        return calls_of(lambda: Redactor()("password='aB3…" * cuts))

    assert calls_for(1000) < 2.2 * calls_for(500)


QUOTED = {
    "url": lambda text: quote(text, safe=""),
    "url-twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": lambda text: json.dumps(text)[1:-1],
    "numbers-of-json": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "html": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "html-in-hex": lambda text: "".join(f"&#x{ord(char):x};" for char in text),
    "bytes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
}


@pytest.mark.parametrize("mark", ["\u2026", "..."])
@pytest.mark.parametrize(
    "secret", ["\xfcml\xe4ut-Passwort-42-\xdf\xe9\u20ac", "correct horse 9 staple"]
)
@pytest.mark.parametrize("form", QUOTED)
def test_a_secret_is_hidden_that_was_cut_within_one_character(form, secret, mark):
    quoted = QUOTED[form]
    redact = Redactor([secret])
    whole, begun = quoted(secret), quoted(secret[:12])

    shown = [redact(f"it said {whole[:end]}{mark}") for end in range(len(begun), len(whole))]

    assert [text for text in shown if begun in text] == []
