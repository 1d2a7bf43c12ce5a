"""What is bad in a document stays told, whatever good-sounding keys stand around it."""

from dataclasses import replace

import pytest

from tests.health.corpus import Row, findings, outcome_of
from tests.health.test_components_that_are_not_required import found, outcome
from tests.health.test_corpus import ROWS

#: What sounds good beside a document, each under keys that it has not.
GOOD_KEYS = (
    {"status": "ok"},
    {"ok": True},
    {"success": True},
    {"ready": True, "live": True},
    {"message": "ok"},
    {"summary": "all good"},
    {"checks": {"cache": "ok"}},
    {"cache": {"status": "up"}},
    {"circuits": {"stripe": "closed"}},
    {"uptime": 12, "version": "1.2"},
)
TOLD = [r for r in ROWS if isinstance(r.body, dict) and r.outcome in ("warn", "fail", "critical")]


@pytest.mark.parametrize("share", [80, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("keys", GOOD_KEYS, ids=str)
def test_no_good_key_beside_a_bad_document_hides_it(keys, share):
    others = [r for r in TOLD if keys.keys().isdisjoint(r.body)]
    passed = [
        row.name
        for row in others[GOOD_KEYS.index(keys) :: share]
        for body in ({**keys, **row.body}, {**row.body, **keys})
        if outcome_of(findings(replace(row, body=body))).value == "pass"
    ]

    assert len(others) > 100
    assert passed == []


@pytest.mark.parametrize("name", ["sessions", "mailer", "memory", "payments", "redis", "nodes"])
@pytest.mark.parametrize("word", ["critical", "CRITICAL", "fatal", "emergency"])
def test_a_word_of_gravity_is_told_of_any_name(name, word):
    assert outcome({"status": "ok", name: word}, ()) == "warn"
    assert outcome({"db": "OK", "status": "ok", name: word}, ()) == "warn"
    assert outcome({"status": "ok", name: word}, (name,)) in ("fail", "critical")
    assert name in " ".join(f.summary for f in found({"status": "ok", name: word}, ()))


@pytest.mark.parametrize("name", ["payments", "sessions", "memory", "redis", "workers", "webhooks"])
@pytest.mark.parametrize("word", ["red", "err", "alert", "problem"])
def test_a_colour_or_an_alarm_is_told_of_what_works(name, word):
    assert outcome({"status": "ok", name: word}, ()) == "warn"


@pytest.mark.parametrize(
    "setting",
    [
        {"importance": "critical"},
        {"min_severity": "critical"},
        {"log_threshold": "fatal"},
        {"notify": "critical"},
        {"sla": "critical"},
        {"theme": "red"},
        {"slot": "red"},
        {"alertChannel": "emergency"},
        {"checkGroup": "critical"},
        {"branch": "fix-down"},
        {"commitMessage": "Fix database error"},
    ],
    ids=str,
)
def test_how_grave_something_would_be_is_a_setting(setting):
    assert outcome({"status": "ok", **setting}, ()) == "pass"
    assert outcome({"status": "ok", "checks": {"mail": {"status": "ok", **setting}}}, ()) == "pass"


@pytest.mark.parametrize("where", ["summary", "tests", "data", "counts", ""])
@pytest.mark.parametrize(
    "counts",
    [
        {"passed": 9, "failed": 3},
        {"total": 12, "passed": 9, "failed": 3},
        {"total": 3, "up": 2},
        {"ok": 3, "critical": 1},
        {"normal": 120, "warning": 0, "critical": 1},
        {"healthy": 2, "total": 3, "skipped": 0},
    ],
    ids=str,
)
def test_counts_of_what_is_not_well_warn_beside_a_good_word(counts, where):
    told = {where: counts} if where else counts

    assert outcome({"status": "ok", **told}, ()) == "warn"
    assert outcome({"message": "ok", **told}, ()) == "warn"


@pytest.mark.parametrize(
    "counts",
    [
        {"passed": 9, "failed": 0},
        {"total": 12, "passed": 12, "failed": 0},
        {"total": 4, "passed": 3, "skipped": 1},
        {"total": 3, "up": 3},
        {"requests": 900, "ok": 890, "failed": 10},
        {"processed": 120, "failed": 3, "healthy": 2},
        {"total": 8, "available": 2},
        {"total": 8, "ready": 2},
    ],
    ids=str,
)
@pytest.mark.parametrize("where", ["summary", "stats", "nodes", "tally"])
def test_counts_of_what_is_well_are_no_trouble(counts, where):
    assert outcome({"status": "ok", where: counts}, ()) == "pass"


@pytest.mark.parametrize("where", ["data", "info", "stats", "details"])
def test_a_total_may_be_one_of_anything(where):
    assert outcome({"status": "ok", where: {"ok": 1, "total": 12}}, ()) == "pass"
    assert outcome({"status": "ok", where: {"passed": 9, "failed": 3}}, ()) == "warn"
    if where != "data":
        assert outcome({"status": "ok", where: {"up": 3600, "total": 9000}}, ()) == "pass"


def test_a_group_with_fewer_that_are_well_than_all_warns():
    assert outcome({"status": "ok", "nodes": {"total": 3, "up": 2}}, ()) == "warn"
    assert outcome({"status": "ok", "nodes": {"total": 3, "healthy": 3}}, ()) == "pass"
    assert outcome({"status": "ok", "ok": 1, "total": 5}, ()) == "pass"


@pytest.mark.parametrize("around", ["data", "result", "details"])
def test_a_message_of_trouble_in_an_envelope_is_heard(around):
    body = {"status": "ok", around: {"status": "ok", "message": "Degraded: replica lag 40 s"}}

    assert outcome(body, ()) == "warn"
    assert outcome({"status": "ok", around: {"status": "ok", "message": "all is well"}}, ()) == (
        "pass"
    )


@pytest.mark.parametrize("word", ["UNDERMAINTENANCE", "HASISSUES", "under maintenance", "settling"])
def test_words_that_are_written_as_one_are_known(word):
    assert outcome({"status": "ok", "page": {"status": word}}, ()) == "warn"


def test_a_bad_state_is_told_by_the_name_of_its_key():
    body = {"status": "ok", "properties": {"availabilityState": "Unavailable"}}

    assert outcome(body, ()) == "warn"
    assert outcome({"status": "ok", "properties": {"lastState": "Unavailable"}}, ()) == "pass"


def test_of_two_of_one_name_the_one_with_a_doubt_is_told():
    body = {
        "status": "ok",
        "stripe": {"ok": True, "mocked": True},
        "circuits": {"stripe": "closed"},
    }

    assert outcome(body, ()) == "warn"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("errors: ok", "pass"),
        ("failures - ok", "pass"),
        ("alerts-down: ok", "warn"),
        ("failed: ok", "warn"),
        ("errors: down", "fail"),
        ("not ready: ok", "fail"),
    ],
)
def test_a_line_that_says_ok_under_a_name_of_trouble_condemns_nothing(line, expected):
    text = f"{line}\ndb: ok\n"
    row = Row("", "", "", "deep", [], 200, "text/plain", text, "", "")

    assert outcome_of(findings(row)).value == expected


@pytest.mark.parametrize("name", ["errors", "failures"])
def test_the_name_of_a_service_condemns_nothing(name):
    assert outcome({"status": "ok", "service": name}, ()) == "warn"
    assert outcome({"status": "ok", "application": name}, ()) == "warn"
    assert outcome({"status": "ok", "app": name, "db": "up"}, ()) == "warn"
    assert outcome({"status": name}, ()) == "fail"
    assert outcome({"status": "ok", "payments": name}, ()) == "warn"
    assert outcome({"status": "ok", "checks": {"db": name}}) == "fail"
