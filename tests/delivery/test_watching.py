"""`verifier check --watch` on a terminal: what each look leaves behind."""

import json
from contextlib import suppress
from importlib import import_module

import pytest
from click.testing import CliRunner

from tests.report.situations import ALL
from tests.report.test_view_text import service, view
from verifier.cli import cli
from verifier.delivery import console
from verifier.errors import UnreachableError
from verifier.wiring.clock import SystemClock

CHECK = import_module("verifier.cli.check")


def until_interrupted(run):
    with suppress(KeyboardInterrupt):
        run()
    return True


@pytest.mark.parametrize(
    ("second", "written"),
    [
        pytest.param(view(service(), situation="passed"), ["failed", "passed"], id="seen-again"),
        pytest.param(UnreachableError("no answer"), ["failed", ""], id="not-seen-again"),
    ],
)
def test_a_report_is_written_after_each_look(monkeypatch, tmp_path, second, written):
    report, found = tmp_path / "report.json", []
    failed = next(name for name in ALL if ALL[name].verdict == "failed")
    looks = [view(service(), situation=failed), second]

    def look(*_):
        seen = looks.pop(0)
        if isinstance(seen, Exception):
            raise seen
        return seen

    def sleep(*_):
        text = report.read_text() if report.exists() else "{}"
        found.append(json.loads(text).get("verdict", ""))
        report.unlink(missing_ok=True)
        if not looks:
            raise KeyboardInterrupt

    terminal = console.choose({}, is_terminal=True, columns=80)
    monkeypatch.setattr(console, "console_of", lambda _: terminal)
    monkeypatch.setattr(CHECK, "until_interrupted", until_interrupted)
    monkeypatch.setattr(CHECK, "is_read", lambda: True)
    monkeypatch.setattr(CHECK, "_look", look)
    monkeypatch.setattr(SystemClock, "sleep", sleep)
    for variable in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ACTIONS"):
        monkeypatch.delenv(variable, raising=False)

    done = CliRunner().invoke(cli, ["check", "--watch", "--report", str(report)])

    assert found == written, done.output
