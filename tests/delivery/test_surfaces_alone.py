"""What comes after the verdict changes nothing of it, and one surface that breaks is one that is missing."""

import json
import sys
from dataclasses import fields, replace

import click
import pytest
from click.testing import CliRunner

from tests.commands.test_sources_alone import ERRORS
from tests.report.test_surfaces import report
from verifier.cli import ending
from verifier.delivery import html_report, surfaces
from verifier.delivery.progress import PlainProgress
from verifier.guarded.redaction import Redactor
from verifier.model.finding import Unobserved
from verifier.model.output_form import OutputForm
from verifier.report import annotations, json_report, markdown, outputs, terminal
from verifier.wiring.gate_session import GateSession


class Commits:
    def __init__(self, error=None, found=()):
        self.error, self.found = error, dict(found)

    def describe(self, shas):
        if self.error:
            raise self.error
        return self.found


class Task:
    causes = ()


def finished(commits, end_progress=lambda: None):
    given = replace(report(), known_causes=())
    parts = dict.fromkeys(field.name for field in fields(GateSession))
    parts |= {"task": Task, "redact": Redactor(), "commits": commits, "page_url": "https://x"}
    parts["end_progress"] = end_progress
    return given, GateSession(**parts).finished(given)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_git_that_breaks_is_told_in_the_report(error):
    given, told = finished(Commits(error))

    assert (told.verdict, told.exit_code, told.commits) == (given.verdict, given.exit_code, ())
    assert "unexpected error" in told.timeline[-1].text


def test_a_commit_that_cannot_be_read_is_told_too():
    _, told = finished(Commits(found={"a" * 40: Unobserved("the date of commit a is none")}))

    assert told.timeline[-1].text == "the date of commit a is none"


def test_a_report_stands_behind_the_fold_of_what_happened_and_not_in_it(capsys):
    progress = PlainProgress(sys.stderr, str, terminal.Style(has_groups=True))
    progress.happened(report().timeline[0])

    _, told = finished(Commits(), progress.close)
    sys.stderr.write(terminal.render(told))
    progress.close()

    shown = capsys.readouterr().err
    assert shown.index("::endgroup::") < shown.index("Failed and rolled back")
    assert shown.count("::endgroup::") == shown.count("::group::") == 1


@pytest.mark.parametrize("error", [BrokenPipeError(), ValueError("I/O operation on closed file")])
def test_a_stream_that_is_gone_keeps_no_report_back(error):
    def fail():
        raise error

    assert finished(Commits(), fail)[1].verdict is report().verdict


SURFACES = {
    "the log": (terminal, "render"),
    "report.json": (json_report, "render"),
    "the annotations": (annotations, "render"),
    "summary.md": (markdown, "render"),
    "outputs.txt": (outputs, "render"),
    "report.html": (html_report, "render"),
}


@pytest.mark.parametrize("broken", SURFACES)
def test_a_surface_that_breaks_is_told_and_keeps_no_other_from_being_written(
    broken, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs.txt"))
    for surface in ("the log", "the annotations"):
        monkeypatch.setattr(*SURFACES[surface], lambda *_, surface=surface: f"<{surface}>")
    monkeypatch.setattr(*SURFACES[broken], lambda *_, **__: 1 / 0)

    with click.Context(click.Command("gate")) as context:
        context.meta["verifier.html"] = tmp_path / "report.html"
        surfaces.publish(report(), tmp_path / "report.json", OutputForm.TEXT)

    shown = capsys.readouterr()
    written = {path.name for path in tmp_path.iterdir()}
    written |= {surface for surface in SURFACES if f"<{surface}>" in shown.out}
    assert written == set(SURFACES) - {broken}
    assert shown.err.count("could not write") == 1
    if (tmp_path / "report.json").exists():
        json.loads((tmp_path / "report.json").read_text())


def signalled_after(run, monkeypatch):
    """What a command ends with that a signal reaches behind what it runs."""
    for name in ("listen", "ignore", "_publish_end"):
        monkeypatch.setattr(ending, name, lambda *_: None)

    @click.command()
    @ending.leaves_report("check")
    def command():
        run()
        raise KeyboardInterrupt

    return CliRunner().invoke(command, standalone_mode=False)


def test_a_signal_behind_the_verdict_ends_deliveries_alone(monkeypatch):
    done = signalled_after(lambda: ending.publish(report(), None, OutputForm.TEXT), monkeypatch)

    assert done.return_value == int(report().exit_code)
    assert "ended before all messages were delivered" in done.output


def test_a_signal_before_the_verdict_ends_the_command(monkeypatch):
    done = signalled_after(lambda: None, monkeypatch)

    assert isinstance(done.exception, click.Abort)
