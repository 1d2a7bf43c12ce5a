"""Lines of text that tell how something was, beside a word that all is well now."""

import pytest

from tests.health.corpus import Row, findings, outcome_of


def outcome(text, *required, status=200):
    row = Row("", "", "", "deep", list(required), status, "text/plain", text, "", "")
    return outcome_of(findings(row)).value


@pytest.mark.parametrize(
    "line",
    [
        "previous: failed",
        "previous.status: failed",
        "last_status: failed",
        "last backup: failed",
        "last_deploy=error",
        "history: down",
    ],
)
@pytest.mark.parametrize("whole", ["status: ok", "OK", "health: up", "status=healthy"])
def test_how_something_was_condemns_nothing_that_is_well_now(whole, line):
    assert outcome(f"{whole}\n{line}\n") == "warn"
    assert outcome(f"{line}\n{whole}\n") == "warn"


def test_how_something_was_condemns_nothing_in_a_row():
    assert outcome("status=ok; db=ok; previous=failed") == "warn"


@pytest.mark.parametrize(
    "section",
    [
        "previous:\n  status: failed",
        "last_backup:\n  result: failed",
        "last_deploy:\n    status: error\n    at: 2026-11-01",
        "last_deploy:\n\tstatus: error",
        "history:\n  - status: down\n  - status: up",
        "history:\n- status: down\n- status: up",
        "previous:\n  checks:\n    db: down",
        "[last_backup]\nstatus=failed",
        "## Previous run\nstatus: failed",
        "== previous run ==\nstatus: failed",
    ],
)
def test_nor_does_what_stands_beneath_a_heading_of_another_time(section):
    assert outcome(f"status: ok\ndb: ok\n{section}\n") == "warn"


@pytest.mark.parametrize(
    "text",
    [
        "status: ok\nprevious:\n  status: ok\ndatabase: down",
        "status: ok\nhistory:\n- status: up\ndatabase: down",
        "status: ok\n[last_backup]\nstatus=ok\n[database]\nstatus=down",
        "status: ok\n## Previous run\nstatus: ok\n## Now\ndatabase: down",
        "previous:\n  status: ok\nstatus: down",
        "[+]last_run ok\n[-]etcd failed\nstatus: ok",
        "status: ok\ndb: ok\ncache: down",
    ],
)
def test_what_is_said_of_now_is_bad_as_before(text):
    assert outcome(text) == "fail"


@pytest.mark.parametrize("text", ["last check: failed\ndb: ok", "previous: down\nlast_run: error"])
def test_where_nothing_says_that_all_is_well_the_last_time_counts(text):
    assert outcome(text) == "fail"


def test_what_is_required_is_bad_wherever_it_stands():
    assert outcome("status: ok\nlast_backup: failed\n", "last_backup") == "fail"


def test_a_server_error_is_one_whatever_its_lines_speak_of():
    assert outcome("status: ok\nprevious: failed\n", status=503) == "fail"


@pytest.mark.parametrize(
    "line",
    [
        "log_level: error",
        "LOG_LEVEL=ERROR",
        "Log level: error",
        "logging: error",
        "log_level: failed",
        "on_error: fail",
        "failure_mode: failed",
        "trend: down",
    ],
)
@pytest.mark.parametrize("whole", ["status: ok", "OK", "Status: Healthy"])
def test_how_something_was_set_condemns_nothing_that_is_well(whole, line):
    assert outcome(f"{whole}\n{line}\n") == "warn"
    assert outcome(f"{line}\nversion: 1.2\n{whole}\n") == "warn"


@pytest.mark.parametrize(
    "line", ["db: error", "log_server: down", "logger_status: failed", "mail: failed"]
)
def test_what_is_no_setting_is_bad_as_before(line):
    assert outcome(f"status: ok\n{line}\n") == "fail"
