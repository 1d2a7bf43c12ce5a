"""What is told beside a report: no secret in it, whoever says it."""

import ast
import json
from pathlib import Path

import pytest

import verifier
from tests.delivery.test_notifications import served
from tests.report.test_surfaces import report
from verifier.config.sections import NotifySection
from verifier.delivery import surfaces
from verifier.delivery.notifications import tell
from verifier.delivery.posting import try_to_deliver
from verifier.delivery.trace_export import send_trace
from verifier.errors import UnreachableError
from verifier.guarded.redaction import Redactor, in_force

SECRET = "Zk8vQ2mX91LrT4wN-of-the-job"
ROOMS = ("cli", "delivery")
#: What an error says, or how it is written down.
WORDS = {"explained", "message", "repr", "words_of", "reason", "hint", "problem", "renewed"}
#: What takes secrets out of a text.
CLEANING = {"redact", "keep_lines", "without_secrets"}


def parrot(status):
    """Says back what it was told by whom, as error pages and debug modes do."""

    def answer(path, headers, _body):
        said = f"{path} {headers}"
        told = {"message": said, "ok": False, "error": said}
        told |= {"partialSuccess": {"rejectedSpans": 1, "errorMessage": said}}
        return status, {"content-type": "application/json"}, json.dumps(told).encode()

    return served(answer)


def by_github(url):
    environ = {
        "GITHUB_TOKEN": SECRET,
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_API_URL": url,
        "GITHUB_SHA": "f" * 40,
    }
    tell(report(), NotifySection(**{"commit-status": True}), environ=environ)


def by_slack(url):
    environ = {"SLACK_BOT_TOKEN": SECRET, "SLACK_API_URL": url}
    section = NotifySection(**{"slack": "always", "slack-channel": "C1"})
    tell(report(), section, sleep=lambda _: None, environ=environ)


def by_a_collector(url):
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"{url}/{SECRET}"}
    send_trace(report(), environ, lambda _: None)


@pytest.mark.parametrize("status", [200, 401, 422, 500])
@pytest.mark.parametrize("send", [by_github, by_slack, by_a_collector])
def test_a_receiver_that_says_a_secret_back_shows_none(send, status, capsys, monkeypatch):
    monkeypatch.setenv("JOB_SECRET", SECRET)

    with parrot(status) as url:
        send(url)

    told = capsys.readouterr().err
    assert "warning" in told
    assert SECRET not in told
    assert SECRET[:16] not in told


def test_the_words_around_it_stay(capsys, monkeypatch):
    monkeypatch.setenv("JOB_SECRET", SECRET)

    def fail():
        raise UnreachableError(f"the answer is {SECRET} and no more", hint=f"ask for {SECRET}")

    try_to_deliver("Slack", fail)

    assert capsys.readouterr().err == "warning: Slack: the answer is *** and no more; ask for ***\n"


def test_what_a_run_has_learnt_of_its_containers_is_hidden_here_too(capsys):
    def fail():
        raise ValueError(SECRET)

    with in_force(Redactor([SECRET])):
        surfaces._show("the log", fail)

    assert SECRET not in (told := capsys.readouterr().err)
    assert "could not write the log" in told


def calls(node, name):
    called = node.func if isinstance(node, ast.Call) else None
    return getattr(called, "attr", getattr(called, "id", "")) == name


def tells_words_of_others(node):
    """Whether a piece of code says what an error says, outside of what cleans it."""
    if any(calls(node, cleaning) for cleaning in CLEANING):
        return False
    if isinstance(node, ast.Attribute | ast.Name):
        return getattr(node, "attr", getattr(node, "id", "")) in WORDS
    return any(tells_words_of_others(inner) for inner in ast.iter_child_nodes(node))


def test_no_words_of_others_are_printed_as_they_come():
    printed = []
    for room in ROOMS:
        for file in sorted((Path(verifier.__file__).parent / room).glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if calls(node, "echo") and tells_words_of_others(node):
                    printed.append(f"{file.name}:{node.lineno}")

    assert printed == []
