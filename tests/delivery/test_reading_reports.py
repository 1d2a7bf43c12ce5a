"""What is read as a report, and what is said of what is none."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from tests.language.speaking import speaking
from tests.report.situations import ALL
from tests.report.test_surfaces import report
from verifier.cli import cli
from verifier.delivery.surfaces import read_report
from verifier.errors import ConfigError
from verifier.model.finding import Finding, Outcome
from verifier.report import json_report, markdown, terminal
from verifier.report.shortened import SUMMARY_BYTES, shortened
from verifier.report.styled import width_of
from verifier.report.terminal import Style

WHOLE = json.loads(json_report.render(report()))


def without(key):
    return {name: value for name, value in WHOLE.items() if name != key}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param("", "it is no JSON", id="empty"),
        pytest.param("[" * 20_000, "it is no JSON", id="nested-without-end"),
        pytest.param([], "does not say that it is one", id="a-list"),
        pytest.param({"schema": "x/v1"}, "does not say that it is one", id="something-else"),
        pytest.param({"schema": 7}, "does not say that it is one", id="a-number"),
        pytest.param(
            {**WHOLE, "schema": "verifier.report/v2", "new": 1},
            "was written by another version of the verifier (verifier.report/v2)",
            id="of-a-newer-version",
        ),
        pytest.param(without("verdict"), "verdict: ", id="a-part-missing"),
        pytest.param(without("services"), "services", id="no-services"),
        pytest.param(without("findings"), "findings", id="no-findings"),
        pytest.param({**WHOLE, "findings": [{}]}, "findings.0.check: ", id="a-finding-empty"),
        pytest.param({**WHOLE, "verdict": "\x1b[31m::error::"}, "verdict: ", id="hostile"),
    ],
)
def test_what_is_no_report_is_refused_with_the_reason(tmp_path, value, told):
    path = tmp_path / "report.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")

    with pytest.raises(ConfigError) as raised:
        read_report(path)

    assert told in raised.value.message
    assert "\x1b" not in raised.value.message


@pytest.mark.parametrize("extra", [{}, {"new_key": {"a": 1}}], ids=["as-it-is", "with-more"])
def test_a_report_is_read_whatever_was_added_to_it(tmp_path, extra):
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**WHOLE, **extra}), "utf-8")

    assert read_report(path) == report()


@pytest.mark.parametrize(
    "form", ["text", "json", "markdown", "html", "junit", "otlp", "openmetrics"]
)
def test_a_report_is_shown_again_in_every_form(tmp_path, form):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(WHOLE), "utf-8")

    done = CliRunner().invoke(
        cli, ["report", str(path), "--anonymise", "--format", form], standalone_mode=False
    )

    assert (done.exception, done.return_value) == (None, 0)
    assert done.stdout


def test_json_and_another_form_are_one_too_many(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("{}", "utf-8")

    done = CliRunner().invoke(cli, ["report", str(path), "--json", "--format", "html"])

    assert (done.exit_code, "cannot be combined" in done.output) == (2, True)


WIDE = "\u6f22\u5b57 \u05d0\u05d1\u05d2 \u202e \U0001f469 <b>|`@all` " * 4
MANY = tuple(
    Finding(f"extra.n{n}", list(Outcome)[n % 6], f"{WIDE}{n}", f"service-{n % 40}")
    for n in range(5000)
)
LARGE = replace(
    ALL["rolled_back"],
    findings=MANY,
    services=tuple(replace(ALL["rolled_back"].services[0], name=f"service-{n}") for n in range(40)),
)


@pytest.mark.parametrize("width", [60, 200])
def test_five_thousand_findings_of_forty_services_fit_a_terminal(width):
    text = terminal.render(LARGE, Style(width))

    assert max(width_of(line) for line in text.splitlines()) <= width
    assert len(text.splitlines()) < 6000
    assert "more in the report" in text
    assert "\u202e" not in text


def test_and_a_summary():
    text = shortened(markdown.render(LARGE), SUMMARY_BYTES)

    assert len(text.encode()) <= SUMMARY_BYTES
    assert "more lines were left out here" in text


def test_a_time_without_a_zone_is_no_time():
    text = json_report.render(ALL["passed"]).replace('Z"', '"').encode()

    with pytest.raises(ValueError, match="has no time zone"):
        json_report.parse(text)


@pytest.mark.parametrize("ago", [timedelta(seconds=-90), timedelta(minutes=7), timedelta(days=8)])
@pytest.mark.parametrize("form", ["text", "markdown"])
@pytest.mark.parametrize("tongue", ["en", "pt-BR"])
def test_an_earlier_report_says_first_of_which_moment_it_tells(tmp_path, ago, form, tongue):
    now = datetime.now(UTC)
    path = tmp_path / "report.json"
    ended = now - ago
    path.write_text(json_report.render(replace(report(), ended_at=ended)), "utf-8")

    call = ["--language", tongue, "report", str(path), "--format", form]
    with speaking(tongue):  # and English again for whoever comes after
        done = CliRunner().invoke(cli, call, standalone_mode=False)

    first = done.stdout.splitlines()[0]
    assert f"{ended:%Y-%m-%d %H:%M} UTC" in first
    assert ("8 d" in first) is (ago.days == 8)
    assert ("7 min" in first) is (ago == timedelta(minutes=7))
    assert first.startswith("This is of a run") is (tongue == "en")
