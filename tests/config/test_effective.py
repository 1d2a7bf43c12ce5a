"""`verifier config`: what a file comes to, and what its keys mean."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from verifier.cli import cli
from verifier.config.effective import effective_settings
from verifier.config.explained import all_keys, explain
from verifier.config.fields import duration_text
from verifier.config.schemas import config_schema
from verifier.config.settings import load_document

ROOT = Path(__file__).parents[2]
FILE = """\
version: 1
services:
  shop-api: { role: api, url: https://shop.example.com }
gate:
  fail-after: 5
  stable-for: 90s
ledger:
  tool: plain
  expected: { file: app/version.py, pattern: 'V = (.*)' }
probes:
  - { name: jobs, sql: select 1, equals: 1 }
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "verifier.yml"
    path.write_text(FILE, "utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(cli, ["config", *map(str, arguments)], standalone_mode=False)


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("services.shop-api.url", '"https://shop.example.com"', 3),
        ("gate.fail-after", "5", 5),
        ("gate.stable-for", "90s", 6),
        ("gate.deadline", "15m", None),
        ("ledger.expected.file", '"app/version.py"', 9),
        ("probes.0.name", "jobs", 11),
        ("health.live", "/health", None),
    ],
)
def test_a_setting_says_where_it_comes_from(file, key, value, line):
    settings = {s.key: s for s in effective_settings(*load_document(file))}

    assert (settings[key].value, settings[key].line) == (value, line)


def test_what_is_empty_by_default_is_shown_as_such(file):
    settings = {s.key: (s.value, s.line) for s in effective_settings(*load_document(file))}

    assert settings["waivers"] == ("[]", None)
    assert settings["relations"] == ("null", None)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.3, "300ms"),
        (2, "2s"),
        (90, "90s"),
        (120, "2m"),
        (5400, "90m"),
        (7200, "2h"),
        (259_200, "72h"),
        (604_800, "7d"),
        (2_592_000, "30d"),
        (608_400, "169h"),
    ],
)
def test_a_duration_is_written_in_the_largest_unit_that_fits(seconds, text):
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("key", "takes", "default"),
    [
        ("gate.fail-after", "a whole number from 1 to 100", "3"),
        ("gate.deadline", "a duration such as 2s or 5m", '"15m"'),
        ("gate.rollback", "one of auto, off, plan", '"auto"'),
        ("gate.cancel", "true or false", "true"),
        ("services.anything.url", "text or null", ""),
        ("probes.0.name", "text", ""),
        ("gate", "a section with keys", ""),
    ],
)
def test_a_key_is_explained(key, takes, default):
    found = explain(config_schema(), key)

    assert (found.takes, found.default) == (takes, default)


@pytest.mark.parametrize("key", ["", "gates", "gate.nothing", "gate.fail-after.more", "services"])
def test_only_keys_that_are_there_are_explained(key):
    assert (explain(config_schema(), key) is None) == (key != "services")


def test_every_key_of_the_schema_is_explained():
    schema = config_schema()

    unsaid = [
        k for k in all_keys(schema) if (found := explain(schema, k)) is None or not found.meaning
    ]

    assert unsaid == []


def test_no_default_of_the_schema_is_one_that_the_file_would_refuse():
    schema = config_schema()
    sections = [schema, *schema["$defs"].values()]
    settings = [s for section in sections for s in section.get("properties", {}).values()]

    wrong = [s for s in settings if s.get("type") == "string" and s.get("default") is not None
             and not isinstance(s["default"], str)]  # fmt: skip

    assert wrong == []


def test_the_file_is_checked_without_any_token(file):
    assert "is valid" in run("check", "--config", file).output

    file.write_text(FILE.replace("fail-after: 5", "fail-afer: 5"), "utf-8")
    broken = run("check", "--config", file)

    assert "did you mean 'fail-after'" in str(broken.exception)


def test_show_names_the_lines_and_on_request_the_defaults(file):
    given, everything = (run("show", "--config", file, *more).output for more in ((), ("--all",)))

    assert "gate.fail-after: 5  # line 5" in given
    assert "default" not in given
    assert "gate.interval: 2s  # default" in everything


def test_explain_suggests_what_is_near():
    assert "did you mean 'gate.fail-after'" in str(run("explain", "gate.fail-afer").exception)
    assert "a whole number from 1 to 100. Default: 3." in run("explain", "gate.fail-after").output


def test_the_schema_is_the_published_one():
    assert run("schema").output == (ROOT / "schemas" / "verifier.schema.json").read_text("utf-8")


def test_the_page_shows_what_is_printed(file):
    page = (ROOT / "docs" / "commands" / "config.md").read_text("utf-8")
    (shown,) = re.findall(r"\$ verifier config explain (\S+)\n(.*?)```", page, re.DOTALL)

    assert run("explain", shown[0]).output == shown[1]


@pytest.mark.parametrize(
    ("key", "below"),
    [
        ("services", "NAME.role"),
        ("probes", "each.sql"),
        ("rollback", "hold"),
    ],
)
def test_a_section_lists_the_keys_below_it(key, below):
    assert below in explain(config_schema(), key).inner


def test_a_direction_mark_of_a_key_reaches_no_terminal(file):
    file.write_text('version: 1\nservices: { "\\u202ex": { role: api } }\n', "utf-8")

    assert "\u202e" not in run("show", "--config", file).output
