"""What stands beside a good status and must not pass without a word: counts, words, flags."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of


def outcome(body, *required):
    kind = "text/plain" if isinstance(body, str) else "application/json"
    row = Row("", "", "", "deep", [*required], 200, kind, body, "", "")
    return outcome_of(findings(row)).value


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": "ok", "passing": 2, "failing": 1}, "warn"),
        ({"status": "ok", "passing": 2, "failing": 0}, "pass"),
        ({"status": "ok", "failing_checks": 1}, "warn"),
        ({"status": "ok", "failed": 3}, "warn"),
        ({"status": "passing", "critical": 1}, "warn"),
        ({"status": "passing", "passing": 4, "critical": 0}, "pass"),
        ({"status": "ok", "value": 3, "warning": 5, "critical": 10}, "pass"),
        ({"status": "ok", "checks": ["ok", "down"]}, "warn"),
        ({"status": "ok", "checks": [True, False]}, "warn"),
        ({"status": "ok", "tests": ["ok", "down"]}, "warn"),
        ({"status": "ok", "checks": ["ok", "ok"]}, "pass"),
        ({"status": "ok", "checks": ["database", "redis"]}, "pass"),
        ({"status": "ok", "statuses": ["ok", "degraded", "down"]}, "pass"),
        ({"isPassing": False}, "fail"),
        ({"isPassing": True}, "pass"),
        ({"code": 1, "msg": "db connection failed"}, "inconclusive"),
        ({"code": 0, "msg": "db connection failed"}, "warn"),
        ({"code": 0, "msg": "success"}, "pass"),
        ({"status": "The Seq node is in service."}, "pass"),
        ({"status": "The Seq node is not in service."}, "warn"),
    ],
    ids=json.dumps,
)
def test_what_is_counted_or_listed_beside_a_good_status(body, expected):
    assert outcome(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": "ok", "checks": {"db": {"status": "kaputtski"}}}, "warn"),
        ({"status": "ok", "components": [{"name": "db", "status": "quux"}]}, "warn"),
        ({"status": "ok", "checks": {"db": {"status": "unknown"}}}, "pass"),
        ({"status": "ok", "checks": {"db": {"status": "PRIMARY"}}}, "pass"),
        ({"status": "ok", "checks": {"disk": {"status": "80%"}}}, "pass"),
        ({"status": "ok", "license": {"status": "trial"}}, "pass"),
        ({"status": "ok", "database": {"status": "quux"}}, "warn"),
        ({"status": "ok", "last_order": {"status": "shipped"}}, "pass"),
        ({"status": "ok", "jobs": {"status": "scheduled"}}, "pass"),
        ({"status": "ok", "checks": {"database": "ծառայություն"}}, "warn"),
        ({"status": "ok", "database": "ծառայություն"}, "warn"),
        ({"status": "ok", "service": "ծառայություն"}, "pass"),
        ({"status": "ok", "database": "postgres"}, "pass"),
    ],
    ids=json.dumps,
)
def test_a_word_that_nobody_knows_as_the_status_of_a_component_is_told(body, expected):
    assert outcome(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": ["ok"], "db": ["connected"]}, "pass"),
        ({"status": ["ok"], "db": ["down"]}, "warn"),
        ({"status": ["down"]}, "fail"),
        ({"healthy": [False]}, "fail"),
        ({"status": "ok", "database": ["down"]}, "warn"),
        ({"status": "ok", "services": [{"name": "db", "status": ["down"]}]}, "warn"),
        ({"status": "ok", "databases": ["main", "audit"]}, "pass"),
    ],
    ids=json.dumps,
)
def test_a_status_in_a_list_of_its_own_is_read(body, expected):
    assert outcome(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"serviceState": "STARTED", "healthSummary": "BAD"}, "fail"),
        ({"serviceState": "STARTED", "healthSummary": "CONCERNING"}, "warn"),
        ({"serviceState": "STARTED", "healthSummary": "GOOD"}, "pass"),
        ({"self_check_result": "EMERGENCY"}, "fail"),
        ({"self_check_result": "DEGRADED"}, "warn"),
        ({"self_check_result": "GOOD"}, "pass"),
        ({"status": "ok", "overall_result": "EMERGENCY"}, "fail"),
        ({"status": "ok", "summary": "Sales of the last day"}, "pass"),
        ({"status": "ok", "summary": "critical"}, "warn"),
        (
            {"healthChecks": [{"name": "a", "summary": "BAD"}, {"name": "b", "summary": "GOOD"}]},
            "fail",
        ),
    ],
    ids=json.dumps,
)
def test_a_key_that_sums_up_a_health_holds_a_status(body, expected):
    assert outcome(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"normal": 120, "warning": 0, "critical": 1}, "warn"),
        ({"normal": 120, "warning": 0, "critical": 0}, "pass"),
        ({"status": "ok", "alarms": {"normal": 120, "warning": 0, "critical": 1}}, "warn"),
        ({"status": "ok", "alarms": {"normal": 120, "warning": 0, "critical": 0}}, "pass"),
        ({"status": "ok", "alerts": {"critical": ["disk"], "warning": []}}, "warn"),
        ({"status": "ok", "criticalAlarms": 1}, "warn"),
        ({"status": "ok", "critical_alerts": 0}, "pass"),
        ({"status": "ok", "message": "We are experiencing issues with payments"}, "warn"),
        ({"status": "ok", "message": "Write to us when you have problems"}, "pass"),
        ({"status": "ok", "message": "Having issues? Write to us"}, "pass"),
        ({"health": "NOK - failed to persist metadata"}, "fail"),
        ({"health": "OK", "topics": []}, "pass"),
        ({"healthy": True, "workers": {"alive": 3, "dead": 1}}, "warn"),
        ({"healthy": True, "workers": {"alive": 4, "dead": 0}}, "pass"),
        ({"status": "ok", "queue": {"waiting": 2, "dead": 1}}, "pass"),
    ],
    ids=json.dumps,
)
def test_alarms_that_are_counted_and_sentences_of_trouble_are_told(body, expected):
    assert outcome(body) == expected


def test_a_component_is_named_by_what_it_asks():
    assert outcome({"isHttpOk": True, "isKafkaOk": False}, "kafka") == "fail"
    assert outcome({"isHttpOk": True, "isKafkaOk": True}, "kafka") == "pass"


TROUBLE = [
    "is_stuck",
    "is_full",
    "is_locked",
    "is_stale",
    "is_expired",
    "in_degraded_mode",
    "fail_safe_mode",
    "failed_mode",
    "with_errors",
    "requires_repair",
    "requires_attention",
    "needs_intervention",
    "auto_failed",
    "disable_due_to_errors",
    "no_connection",
    "has_lost_connection",
]
FACTS = [
    "is_leader",
    "require_login",
    "is_first_run",
    "has_users",
    "strict_mode",
    "dark_mode",
    "needs_update",
    "auto_update",
    "is_empty",
    "is_full_text_enabled",
    "no_index",
    "is_not_degraded",
    "never_stale",
    "restart_required",
    "locked",
]


@pytest.mark.parametrize("flag", TROUBLE)
def test_a_flag_of_trouble_is_told_wherever_it_stands(flag):
    whole = {"status": "ok", flag: True, "checks": {"database": "ok"}}
    part = {"status": "ok", "checks": {"database": {"status": "ok", flag: True}}}

    assert outcome(whole) == "warn"
    assert outcome(part, "database") in ("warn", "inconclusive", "fail")
    assert outcome({**whole, flag: False}) == "pass"


@pytest.mark.parametrize("flag", FACTS)
@pytest.mark.parametrize("said", [True, False])
def test_a_fact_is_no_flag_of_trouble(flag, said):
    assert outcome({"status": "ok", flag: said, "checks": {"database": "ok"}}) == "pass"


TABLE = "Required Services:\n\npostgres   {}\nredis   OK\n\nOptional Services:\nsearch   {}\n"


@pytest.mark.parametrize(
    ("said", "of_optional", "expected"),
    [
        ("OK", "OK", "pass"),
        ("OK", "WARN slow answers", "warn"),
        ("OK", "ERR refused", "warn"),
        ("ERR timeout", "OK", "fail"),
    ],
)
def test_a_table_with_headings(said, of_optional, expected):
    assert outcome(TABLE.format(said, of_optional), "postgres") == expected


@pytest.mark.parametrize("place", ["modules", "plugins", "integrations"])
@pytest.mark.parametrize("rest", [{"checks": {"db": {"status": "ok"}}}, {"db": True, "mq": True}])
def test_what_to_do_where_something_fails_is_no_failure(place, rest):
    """`fallback: error` among plugins may be how they were set up."""
    chosen = {place: {"fallback": "error", "retry": "failed"}}

    assert outcome({**rest, **chosen}, "db") == "pass"
    assert outcome({**rest, **chosen}) == "pass"
    assert outcome({**rest, **chosen}, "db", "retry") == "fail"


@pytest.mark.parametrize(
    "flag", ["no_connection", "not_connected", "in_failed_state", "has_errors"]
)
def test_a_flag_of_trouble_that_is_denied_is_good(flag):
    assert outcome({"status": "ok", "checks": {"db": {flag: False}}}, "db") == "pass"
    assert outcome({"status": "ok", "checks": {"db": {flag: True}}}, "db") != "pass"


def test_one_word_of_several_that_is_bad_is_told():
    words = {"db": "OK", "cache": "OK", "sessions": "CRITICAL"}

    assert outcome(words, "db") == "warn"
    assert outcome({**words, "sessions": "OK", "log_level": "CRITICAL"}, "db") == "pass"
    assert outcome({**words, "db": "CRITICAL"}, "db") == "fail"


@pytest.mark.parametrize("word", ["exited", "stuck", "restarting", "evicted", "hung", "overloaded"])
@pytest.mark.parametrize(
    "body",
    [
        {"status": "ok", "checks": {"db": {"state": "WORD"}}},
        {"status": "ok", "services": [{"name": "db", "state": "WORD"}]},
        {"status": "ok", "database": {"state": "WORD"}},
        {
            "status": "ok",
            "checks": [{"name": "a", "status": "ok"}, {"name": "b", "status": "WORD"}],
        },
        {"status": "ok", "nodes": [{"name": "a", "status": "up"}, {"name": "b", "status": "WORD"}]},
    ],
    ids=json.dumps,
)
def test_a_state_that_sounds_bad_is_told_where_it_is_all_that_an_entry_says(body, word):
    assert outcome(json.loads(json.dumps(body).replace("WORD", word))) == "warn"


@pytest.mark.parametrize("word", ["SP", "primary", "running", "leader", "shipped", "v2"])
def test_a_state_that_does_not_sound_bad_may_be_anything(word):
    assert outcome({"status": "ok", "services": [{"name": "db", "state": word}]}) == "pass"
