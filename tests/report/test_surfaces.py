"""Every surface of one report, and outside text that tries to be more than text."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.builders import START
from verifier.config.schemas import published_schemas
from verifier.delivery import html_report
from verifier.delivery.surfaces import read_report
from verifier.errors import ConfigError
from verifier.guarded.redaction import Redactor, redacted
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, Outcome, Provenance
from verifier.model.protection import Drift
from verifier.model.report import (
    JudgedDeployment,
    Report,
    RestoreOutcome,
    RollbackResult,
    ServiceReport,
    TimelineEntry,
)
from verifier.model.verdict import VerdictWord
from verifier.report import (
    annotations,
    drift_text,
    json_report,
    markdown,
    outputs,
    sarif,
    slack,
    terminal,
)
from verifier.report.headline import headline

DATA = Path(__file__).parent / "data"


def report(text="schema version 1 is behind 2", **changes):
    """A deployment that failed and was rolled back, with `text` wherever the world speaks."""
    return Report(
        **{
            "command": "gate",
            "verdict": VerdictWord.FAILED,
            "reason": f"health.schema of api: {text}",
            "exit_code": ExitCode.FAILED_SAFE,
            "commit": "b" * 40,
            "environment": "acme / production",
            "started_at": START,
            "ended_at": START + timedelta(seconds=20),
            "services": (
                ServiceReport(
                    "api",
                    "api",
                    JudgedDeployment("new", "b" * 40, "REMOVED", START),
                    "old",
                    "back",
                    RollbackResult("old", "back", RestoreOutcome.RESTORED, "", "new"),
                ),
            ),
            "findings": (
                Finding("health.live", Outcome.PASS, "HTTP 200", "api"),
                Finding(
                    "health.schema",
                    Outcome.FAIL,
                    text,
                    "api",
                    text,
                    "apply the migrations",
                    Provenance("GET /", START, "deployment id"),
                ),
                Finding("component.mail", Outcome.WARN, "slow", "api"),
            ),
            "timeline": (TimelineEntry(START + timedelta(seconds=3), "fail", "api", text),),
            "advice": ("Apply the migrations.",),
            "recovered_in_s": 12.0,
            **changes,
        }
    )


def test_terminal():
    assert terminal.render(report()) == (DATA / "terminal.txt").read_text("utf-8")


def test_markdown():
    assert markdown.render(report()) == (DATA / "summary.md").read_text("utf-8")


def test_annotations():
    assert annotations.render(report()).splitlines() == [
        "::error title=Failed and rolled back%3A production is healthy again::"
        "health.schema of api: schema version 1 is behind 2",
        "::error title=health.schema api::schema version 1 is behind 2 - apply the migrations",
        "::warning title=component.mail api::slow",
    ]


def test_outputs():
    values = outputs.outputs(report(), "report.json")

    assert values == {
        "verdict": "failed",
        "reason": "health.schema of api: schema version 1 is behind 2",
        "exit-code": "1",
        "rolled-back": "true",
        "judged": "api=new",
        "active": "api=back",
        "report": "report.json",
    }
    assert outputs.render({"a": "1"}, lambda: "D") == "a<<D\n1\nD\n"


def test_json_follows_the_contract():
    value = json.loads(json_report.render(report()))

    Draft202012Validator(json.loads(published_schemas()["report.schema.json"])).validate(value)
    assert value["schema"] == "verifier.report/v1"
    assert value["services"][0]["rollback"]["from"] == "new"
    assert value["started_at"] == "2026-01-01T12:00:00Z"
    assert (value["exit_code"], value["findings"][1]["outcome"]) == (1, "fail")


def test_a_report_of_before_is_read_though_it_calls_a_rollback_stopped_that_was_not_sent():
    text = json_report.render(report())
    today, before = (
        text.replace(': "restored"', f': "{word}"') for word in ("not sent", "stopped")
    )

    assert '"stopped"' in before
    assert json_report.parse(before.encode()) == json_report.parse(today.encode())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"exit_code": ExitCode.GOOD, "verdict": VerdictWord.PASSED}, "Passed: ", id="passed"
        ),
        pytest.param(
            {"exit_code": ExitCode.GOOD, "verdict": VerdictWord.SUPERSEDED},
            "Superseded: ",
            id="superseded",
        ),
        pytest.param(
            {"exit_code": ExitCode.GOOD, "verdict": VerdictWord.UNAFFECTED},
            "Unaffected: ",
            id="unaffected",
        ),
        pytest.param({"services": ()}, "Failed: no service was judged", id="no-services"),
        pytest.param(
            {"exit_code": ExitCode.NOT_RECOVERED},
            "Failed: production is NOT confirmed healthy",
            id="bad",
        ),
        pytest.param({"exit_code": ExitCode.INCONCLUSIVE}, "Inconclusive: ", id="inconclusive"),
        pytest.param({"exit_code": ExitCode.CANCELLED}, "Cancelled", id="cancelled"),
    ],
)
def test_headline(changes, expected):
    assert headline(report(**changes)).startswith(expected)


HOSTILE = [
    "::error::owned",
    "x\n::set-output name=a::b",
    "##[error]owned",
    "text ##[set-env name=A;]b",
    "\x1b[31mred\x1b[2J",
    "a\u202eb\u2066c",
    "<script>alert(1)</script>",
    "@everyone",
    "![x](https://evil.test/x.png)",
    "| a | b |\n|---|",
    "`code` $(id) ${{ secrets.A }}",
    "EOF\nverdict<<EOF",
    "%0A::error::x",
    "x" * 1_000_000,
]
#: What GitHub would render, or notify somebody of.
MARKUP = ("<script", "![x]", "@everyone", "| a | b |")


def commands(text):
    """Lines that GitHub's runner would take for commands, in either of its two forms."""
    return [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line]


def assert_harmless(summary, *others):
    """No control characters and no end of text anywhere, and no markup in the summary."""
    for rendered in (summary, *others):
        assert not set(rendered) & set("\x1b\u202e\u2066")
        assert len(rendered) < 40_000
    for markup in MARKUP:
        assert markup not in summary


def audit_report(text):
    """An audit, with `text` wherever the world speaks."""
    row = Drift(text, text, text, text, Outcome.FAIL, text, text, 1, text, text)
    given = {"command": "audit", "services": (), "findings": (), "timeline": (), "advice": ()}
    return report(text, **given, drift=(row,), audited=(text,), changes=(f"new: {text}",))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_outside_text_stays_text_in_every_form_of_drift(text):
    given = audit_report(text)
    table = drift_text.render_csv(given.drift)
    summary = markdown.render(given) + markdown.render_drift(given)
    plain = terminal.render(given)
    annotated = annotations.render(given)

    assert commands(table) == commands(summary) == commands(plain) == []
    assert len(commands(annotated)) == len(annotated.splitlines()) == 2
    (cells,) = list(csv.reader(io.StringIO(table)))[1:]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert_harmless(summary, table, plain, annotated)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_drift_of_any_text_is_a_result_that_code_scanning_takes(text):
    value = json.loads(sarif.render(audit_report(text)))

    (run,) = value["runs"]
    (result,) = run["results"]
    (rule,) = run["tool"]["driver"]["rules"]
    (location,) = result["locations"]
    assert (value["version"], result["ruleId"]) == ("2.1.0", rule["id"])
    assert len(result["message"]["text"]) <= 1000
    assert location["physicalLocation"]["region"]["startLine"] >= 1
    assert commands(result["message"]["text"]) == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_outside_text_stays_text_everywhere(text):
    given = report(text)

    plain = terminal.render(given)
    summary = markdown.render(given)
    annotated = annotations.render(given)
    written = outputs.render(outputs.outputs(given, ""), lambda: "DELIMITER")

    assert commands(plain) == commands(summary) == []
    assert commands(json_report.render(given)) == []
    assert len(commands(annotated)) == len(annotated.splitlines()) == 3
    assert written.count("DELIMITER") == 14
    assert len(written.splitlines()) == 21
    assert_harmless(summary, plain, annotated, written)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_in_an_output_is_plain_both_where_it_is_made_and_where_it_is_written(text):
    made = outputs.outputs(report(text), "")["reason"]
    written = outputs.render({"reason": text}, lambda: "DELIMITER")

    first, *lines, last = written.splitlines()
    assert (first, last, len(lines)) == ("reason<<DELIMITER", "DELIMITER", 1)
    for shown in (made, lines[0]):
        assert commands(shown) == []
        assert len(shown.splitlines()) == 1
        assert len(shown) <= 4000
        assert not set(shown) & set("\x1b\u202e\u2066")


def kinds(rendered):
    return [line.split(" ", 1)[0] for line in rendered.splitlines()]


def test_no_more_annotations_of_a_kind_than_github_shows():
    outcomes = [Outcome.WARN] * 30 + [Outcome.FAIL] * 30 + [Outcome.CRITICAL]
    many = tuple(Finding(f"a.b{n}", outcome, "x") for n, outcome in enumerate(outcomes))
    (row,) = audit_report("x").drift

    told = annotations.render(report(findings=many))
    audited = annotations.render(report(findings=(), drift=(row,) * 30))

    assert kinds(told).count("::error") == 10
    assert kinds(told).count("::warning") == 9
    assert "title=a.b60::" in told.splitlines()[1], "the worst comes first"
    assert kinds(audited) == ["::error"] * 10


SECRET = "p@ss/w0rd+very=secret"
CANARIES = [
    SECRET,
    f"postgresql://user:{SECRET}@host/db",
    "p%40ss%2Fw0rd%2Bvery%3Dsecret",
    "cEBzcy93MHJkK3Zlcnk9c2VjcmV0",
    "user:somebody-elses@host: postgres://user:somebody-elses@host",
    "password=somebody-elses host=x",
    '{"token": "somebody-elses"}',
    "Authorization: Bearer somebody-elses",
    "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic29tZWJvZHktZWxzZXMifQ.c29tZWJvZHk",
    "ghp_somebodyElses0123456789",
]


@pytest.mark.parametrize("text", CANARIES, ids=range(len(CANARIES)))
def test_no_secret_comes_out(text):
    clean = redacted(report(text), Redactor([SECRET]))
    audited = redacted(audit_report(text), Redactor([SECRET]))

    for rendered in (
        json_report.render(audited),
        markdown.render(audited),
        terminal.render(audited),
        annotations.render(audited),
        sarif.render(audited),
        drift_text.render_csv(audited.drift),
        slack.render(clean, ""),
        html_report.render(clean),
        html_report.render(audited),
        json_report.render(clean),
        markdown.render(clean),
        terminal.render(clean),
        annotations.render(clean),
    ):
        for shown in (
            SECRET,
            "w0rd",
            "cEBzcy93",
            "eyJhbGci",
            "somebodyElses",
            "=somebody",
            ' "somebody',
            "Bearer somebody",
            "//user:somebody",
        ):
            assert shown not in rendered


@pytest.mark.parametrize(
    "word", ["x", "eyJ-", "a://", "password ", "password=", "Bearer ", "a:b@", "ghp", "'"]
)
@pytest.mark.slow
def test_a_long_line_is_gone_through_once(word):
    assert "kept" in Redactor(["first-secret"])(word * (1_000_000 // len(word)) + " (kept")


def test_a_quoted_secret_is_hidden_too():
    secret = 'a/secret"\nof two lines'
    shown = f"{secret!r} {json.dumps(secret)} {json.dumps(secret).replace('/', chr(92) + '/')}"

    assert Redactor([secret])(shown).count("***") == 3
    assert "of two lines" not in Redactor([secret])(shown)


def test_what_is_learnt_later_is_hidden_too():
    redact = Redactor(["first-secret"])
    redact.learn(["second-secret"])

    assert redact("first-secret second-secret third") == "*** *** third"


def test_short_values_do_not_garble_everything():
    assert Redactor(["a", "1", "prod"])("a production 1") == "a production 1"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"schema": "verifier.report/v2", "drift": {}}', r"another version .*report/v2"),
        ('{"schema": "verifier.report/v1"}', "is not a report"),
        ('{"schema": "evil\\u001b[31m"}', "is not a report"),
        ("[]", "is not a report"),
        ("\ud800x".encode("utf-8", "surrogatepass").decode("latin-1"), "is not a report"),
    ],
    ids=["newer", "no-report", "another-schema", "a-list", "no-json"],
)
def test_a_report_that_cannot_be_read_back_says_why(tmp_path, text, told):
    path = tmp_path / "report.json"
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigError, match=told):
        read_report(path)


TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_the_number_of_a_request_stands_where_programs_read_and_not_where_people_do():
    said = f'Railway answered "Problem processing request" (trace {TRACE}), asked twice'
    found = (Finding("x.y", Outcome.FAIL, said),)
    told = replace(report(), reason=said, advice=(said,), findings=found)

    shown = (terminal.render(told), markdown.render(told), annotations.render(told))
    messages = (slack.render(told, ""), slack.render_flat(told, ""), html_report.render(told))

    assert TRACE in json_report.render(told)
    for text in (*shown, *messages):
        assert "Problem processing request" in text
        assert TRACE not in text
