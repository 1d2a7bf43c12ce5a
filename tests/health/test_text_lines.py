"""Texts that plugins print and people write: marks before names, counts, pairs in a row."""

import pytest

from tests.health.corpus import Row, findings, outcome_of
from tests.patience import processor_s
from verifier.health.reader import parse_health
from verifier.health.text_document import read_text

ROWS = (
    ("OK - load average: 0.12, 0.10, 0.09|load1=0.120;15.000;30.000;0;", 200, [], ["pass"]),
    ("OK: all services up | time=0.2s", 200, [], ["pass"]),
    (
        "HTTP OK: HTTP/1.1 200 OK - 1024 bytes in 0.012 second response time |time=0.012s;;;0.000 size=1024B;;;0",
        200,
        [],
        ["pass"],
    ),
    ("DISK OK - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968", 200, [], ["pass"]),
    ("PING OK - Packet loss = 0%, RTA = 0.80 ms", 200, [], ["pass"]),
    ("DISK WARNING - free space: / 326 MB (6%); | /=5643MB;5948;5958;0;5968", 200, [], ["warn"]),
    ("WARNING - queue depth 900 (warn 500) | depth=900;500;1000", 200, [], ["warn"]),
    ("CRITICAL - db connection failed | conn=0", 200, [], ["fail"]),
    ("CRITICAL: redis timed out", 500, [], ["fail"]),
    ("DISK CRITICAL - free space: / 3 MB (0%);", 200, [], ["fail"]),
    ("UNKNOWN - could not read status", 200, [], ["inconclusive"]),
    ("REDIS CRITICAL - Connection refused", 200, [], ["fail"]),
    ("MYSQL OK - 12 threads, uptime 12345s", 200, [], ["pass"]),
    ("3/3 checks passed", 200, [], ["pass"]),
    ("2/3 checks passed", 200, [], ["fail", "inconclusive"]),
    ("0/3 checks passed", 200, [], ["fail"]),
    ("2 of 3 checks passed", 200, [], ["fail", "inconclusive"]),
    ("All checks passed", 200, [], ["pass"]),
    ("3 checks passed, 1 failed", 200, [], ["fail", "inconclusive"]),
    ("3 checks passed, 0 failed", 200, [], ["pass"]),
    ("3 passed, 1 failed", 200, [], ["fail", "inconclusive"]),
    ("passed: 3, failed: 1", 200, [], ["fail", "inconclusive"]),
    ("passed: 3\nfailed: 0", 200, [], ["pass"]),
    ("checks: 3/3 ok", 200, [], ["pass"]),
    ("checks: 2/3 ok", 200, [], ["fail", "inconclusive"]),
    ("3/3 healthy", 200, [], ["pass"]),
    ("✓ database\n✓ redis", 200, ["redis"], ["pass"]),
    ("✓ database\n✗ redis", 200, ["redis"], ["fail"]),
    ("✓ database\n✗ redis", 200, [], ["fail", "inconclusive"]),
    ("✅ db\n❌ cache: connection refused", 200, ["cache"], ["fail"]),
    ("✔ database (3 ms)\n✖ redis (timeout)", 200, ["redis"], ["fail"]),
    ("[✓] database\n[x] redis", 200, ["database"], ["fail", "inconclusive"]),
    ("[OK] database\n[FAIL] redis", 200, ["redis"], ["fail"]),
    ("[OK] database\n[OK] redis", 200, ["redis"], ["pass"]),
    ("[PASS] database\n[PASS] redis", 200, ["redis"], ["pass"]),
    ("PASS database\nPASS redis", 200, ["redis"], ["pass"]),
    ("PASS database\nFAIL redis: refused", 200, ["redis"], ["fail"]),
    ("FAIL redis: refused", 200, ["redis"], ["fail"]),
    ("PASS: database\nFAIL: redis", 200, ["redis"], ["fail"]),
    ("ok database\nnot ok redis", 200, ["redis"], ["fail"]),
    ("1..2\nok 1 - database\nnot ok 2 - redis", 200, ["redis"], ["fail"]),
    ("1..2\nok 1 - database\nok 2 - redis", 200, ["redis"], ["pass"]),
    ("[+]ping ok\n[+]etcd ok\nhealthz check passed", 200, ["etcd"], ["pass"]),
    ("[+]ping ok\n[-]etcd failed: reason withheld\nhealthz check failed", 500, ["etcd"], ["fail"]),
    ("[+]ping ok\n[-]etcd failed: reason withheld\nhealthz check failed", 200, ["etcd"], ["fail"]),
    ("[+] db\n[-] cache", 200, ["cache"], ["fail"]),
    ("database: ok\nredis: ok", 200, ["redis"], ["pass"]),
    ("database ... ok\nredis ... ok", 200, ["redis"], ["pass"]),
    ("database ... ok\nredis ... FAILED", 200, ["redis"], ["fail"]),
    ("database.......... OK\nredis............. FAIL", 200, ["redis"], ["fail"]),
    ("database OK\nredis FAIL", 200, ["redis"], ["fail"]),
    ("database OK\nredis OK", 200, ["redis"], ["pass"]),
    ("database\tok\nredis\tfail", 200, ["redis"], ["fail"]),
    ("database=ok redis=ok", 200, ["redis"], ["pass"]),
    ("database=ok redis=down", 200, ["redis"], ["fail"]),
    ("database=ok,redis=down", 200, ["redis"], ["fail"]),
    ("db:ok;redis:fail", 200, ["redis"], ["fail"]),
    ("database: ok, redis: ok", 200, ["redis"], ["pass"]),
    ("database: ok, redis: error", 200, ["redis"], ["fail"]),
    ("imok", 200, [], ["pass"]),
    ("+OK", 200, [], ["pass"]),
    ("-ERR db down", 200, [], ["fail"]),
    ("+PONG", 200, [], ["pass"]),
    (
        "| check | status |\n|---|---|\n| db | ok |\n| redis | fail |",
        200,
        ["redis"],
        ["fail", "inconclusive"],
    ),
    ("OK\ndatabase: ok\nredis: down", 200, ["redis"], ["fail"]),
    ("OK\ndatabase: ok\nredis: ok", 200, ["redis"], ["pass"]),
    ("HEALTHY\n- db: up\n- redis: up", 200, ["redis"], ["pass"]),
    ("UNHEALTHY\n- db: up\n- redis: down", 200, ["redis"], ["fail"]),
    ("Status: OK\nVersion: 1.2.3\nUptime: 123s", 200, [], ["pass"]),
    ("Status: DEGRADED\nredis: slow", 200, [], ["warn"]),
    ("status=UP\nversion=1.2", 200, [], ["pass"]),
    ("status=DOWN\nversion=1.2", 200, [], ["fail"]),
    ("up 0\n", 200, [], ["fail", "inconclusive"]),
    ("Server is healthy ✅", 200, [], ["pass"]),
    ("SERVICE UNAVAILABLE", 200, [], ["fail"]),
    ("WARN redis slow 900ms", 200, [], ["warn"]),
    ("health: ok\nchecks:\n  db: ok\n  redis: fail", 200, ["redis"], ["fail"]),
    ("health: ok\nchecks:\n  db: ok\n  redis: ok", 200, ["redis"], ["pass"]),
    ("🟢 db\n🔴 redis", 200, ["redis"], ["fail"]),
    ("🟢 db\n🟢 redis", 200, ["redis"], ["pass"]),
    ("db 🟢\nredis 🔴", 200, ["redis"], ["fail"]),
    ("db: ✅\nredis: ❌", 200, ["redis"], ["fail"]),
    ("db: ✅\nredis: ✅", 200, ["redis"], ["pass"]),
    ("db ✓\nredis ✗", 200, ["redis"], ["fail"]),
)


def found(body, required=(), status=200):
    row = Row("", "", "", "deep", list(required), status, "text/plain", body, "", "")
    return findings(row)


@pytest.mark.parametrize(("body", "status", "required", "expected"), ROWS)
def test_a_text_is_read_as_its_user_expects(body, status, required, expected):
    assert outcome_of(found(body, required, status)).value in expected


@pytest.mark.parametrize(
    "body",
    [
        "✅ db\n❌ cache: connection refused",
        "PASS db\nFAIL cache: connection refused",
        "1..2\nok 1 - db\nnot ok 2 - cache",
        "[OK] db\n[FAIL] cache (connection refused)",
        "db ..... OK\ncache ..... FAIL",
        "db=ok cache=down",
        "CACHE CRITICAL - Connection refused | time=3s",
    ],
)
def test_what_is_bad_in_a_text_is_named(body):
    failing = [f.check for f in found(body, ["cache"]) if f.outcome.value == "fail"]

    assert "component.cache" in failing


@pytest.mark.parametrize(
    "body",
    [
        "✓ I have read the terms\nWelcome to our shop, it is a long sentence",
        "OK I will get back to you",
        "ok computer\nby radiohead",
        "1/2 cup of sugar",
        "12 passed by",
        "user=fail2ban role=admin",
        "[x] database\n[x] redis",
        "NOT OK: this is how it is",
        "PASS the salt",
    ],
)
def test_a_text_about_something_else_is_no_status(body):
    document = read_text(body, is_success=True)

    assert document is None or document.status.value != "good"


def test_a_good_mark_over_what_a_driver_says_is_not_final():
    body = "✅ db: connection refused\n✅ cache"

    assert outcome_of(found(body, ["db"])).value == "inconclusive"


def text_outcome(text):
    return outcome_of(findings(Row("", "", "", "deep", [], 200, "text/plain", text, "", ""))).value


INFORMATION = (
    "info: timeout 30s",
    "info: timeout set to 3s",
    "stats: failed jobs 0",
    "note: offline mode off",
    "notice: lost packets 0",
    "deprecated: mysqli_connect(): refused",
    "log: DB_HOST not set, using default",
    "timeout: 30",
)


@pytest.mark.parametrize("line", INFORMATION)
def test_a_line_of_information_condemns_nothing(line):
    for text in (f"status: ok\ndatabase: ok\n{line}", f"search: ok\nqueue: ok\n{line}"):
        assert text_outcome(text) in ("pass", "warn"), text
    assert text_outcome(f"status: ok\ndatabase: down\n{line}") == "fail"


@pytest.mark.parametrize("text", ["OK - timeout 30s", "OK - down since never", "OK\ntimeout: 30"])
def test_what_stands_after_ok_warns_at_most(text):
    assert text_outcome(text) not in ("fail", "critical")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Warning: DB_HOST not set, using default", "warn"),
        ("Deprecated: Function strftime() is deprecated in x.php on line 3", "pass"),
        ("<br /><b>Notice</b>: undefined index", "pass"),
        ("ERROR: connection refused", "warn"),
    ],
)
def test_json_after_lines_of_a_log_is_read(before, expected):
    assert text_outcome(before + '\n{"status": "ok", "database": "ok"}') == expected
    assert text_outcome(before + '\n{"status": "down"}') == "fail"


@pytest.mark.parametrize(
    ("text", "code", "required", "expected"),
    [
        ("database,up\nredis,up\n", 200, ["database"], "pass"),
        ("database,down\nredis,up\n", 200, ["database"], "fail"),
        ("database;down\nredis;up\n", 200, [], "fail"),
        ("name,status,message\ndatabase,ok,3 ms\nredis,failed,refused\n", 200, ["redis"], "fail"),
        ("city,up\nLisbon,Porto\n", 200, [], "inconclusive"),
        ("[+]node ok\n[+]leader does not exist\n[+]store ok\n", 503, [], "fail"),
        ("[+]node ok\n[+]leader does not exist\n[+]store ok\n", 200, ["leader"], "fail"),
        ("gateway readiness check OK (37 seconds)", 200, [], "pass"),
        ("gateway readiness check failed", 200, [], "warn"),
        (
            "Host: web-1\nPID: 4021\nElapsed Time: 2ms\n\nOK: db - active\nOK: mail - up",
            200,
            [],
            "pass",
        ),
        ("Host: web-1\nPID: 4021\n\nOK: db - active\nWARN: mail - slow", 200, [], "warn"),
        ("Host: web-1\nPID: 4021\n\nOK: db - active\nFAIL: mail - refused", 200, ["mail"], "fail"),
        ("We are experiencing problems", 200, [], "fail"),
        ("The service is having difficulties", 200, [], "fail"),
        ("We are not experiencing problems", 200, [], "inconclusive"),
        ("We are experiencing no problems", 200, [], "inconclusive"),
        ("If you are experiencing problems, write to us", 200, [], "inconclusive"),
    ],
)
def test_lines_that_other_servers_write(text, code, required, expected):
    row = Row("", "", "", "deep", required, code, "text/plain", text, "", "")
    assert outcome_of(findings(row)).value == expected


@pytest.mark.parametrize("blank", [" ", "\t", " -", "\n"])
def test_a_text_of_blanks_is_read_in_time(blank):
    body = f"db: ok\n{blank * (900_000 // len(blank))}x".encode()

    assert processor_s(lambda: parse_health(body, status_code=503), 5) < 5
