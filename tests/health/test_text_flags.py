"""Lines of text that say "no": of a component it is bad, of what would be wrong it is good."""

import pytest

from tests.health.corpus import Row, findings, outcome_of
from tests.health.test_sentences import outcome
from verifier.model.finding import Outcome


@pytest.mark.parametrize("said", ["false", "no", "off", "never", "False"])
@pytest.mark.parametrize("name", ["Stuck", "Stale", "Degraded", "Locked", "Warnings", "Dead"])
@pytest.mark.parametrize("first", ["OK", "OK: true", "status: ok", "database: ok"])
def test_what_would_be_wrong_and_is_not_is_good(first, name, said):
    assert outcome(f"{first}\n{name}: {said}\n", content_type="text/plain") is Outcome.PASS


@pytest.mark.parametrize("name", ["Read-only", "Maintenance", "Throttled", "Alerts"])
def test_what_is_as_well_off_as_on_condemns_nobody(name):
    assert outcome(f"OK\n{name}: off\n", content_type="text/plain") is Outcome.PASS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OK\ndatabase: no\n", Outcome.FAIL),
        ("OK\nconnected: no\n", Outcome.FAIL),
        ("OK\nready: false\n", Outcome.FAIL),
        ("OK\nredis: off\n", Outcome.FAIL),
        ("healthy: false\n", Outcome.FAIL),
        ("OK: false\n", Outcome.FAIL),
        ("mailer: false\nsms: true\n", Outcome.FAIL),
        ("OK\nfailed: 2\n", Outcome.WARN),
        ("database: ok\nfailed: 2\n", Outcome.FAIL),
        ("OK\nmailer: false\n", Outcome.WARN),
        ("OK\nDelayed job running: false\n", Outcome.WARN),
    ],
)
def test_what_is_to_be_so_and_is_not_is_bad(text, expected):
    assert outcome(text, content_type="text/plain") is expected


@pytest.mark.parametrize("line", ["The database is gone", "something else"])
def test_a_line_that_is_no_pair_keeps_a_good_word_above_it_from_counting(line):
    assert outcome(f"OK\n{line}\n", content_type="text/plain") is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OK, but database is unreachable", Outcome.WARN),
        ("OK but database down", Outcome.WARN),
        ("ok; db: error", Outcome.WARN),
        ("OK\ncannot reach database", Outcome.WARN),
        ("healthy, except database: connection refused", Outcome.WARN),
        ("Hello, world", Outcome.PASS),
        ("There are no errors here", Outcome.PASS),
        ("http_errors_total 0\n" * 20, Outcome.PASS),
    ],
)
def test_a_text_that_is_not_understood_is_alive_and_told_where_it_speaks_of_trouble(text, expected):
    row = Row("", "", "", "live", [], 200, "text/plain", text, "", "")
    assert outcome_of(findings(row)) is expected
