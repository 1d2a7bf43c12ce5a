"""What a person reads on a terminal, in a job's log and through a pipe, at any width."""

import fcntl
import os
import re
import struct
import termios
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.language.speaking import speaking
from tests.report.situations import (
    ALL,
    AUDIT_OF_MANY,
    INCONCLUSIVE,
    NAMES,
    ROLLED_BACK,
    situation,
    uuid,
)
from tests.report.ten_seconds import PAGE, page
from tests.report.test_surfaces import HOSTILE, report
from verifier.delivery.console import choose, console_of
from verifier.model.cause import Cause, CauseKind
from verifier.model.finding import Finding, Outcome
from verifier.model.protection import Drift
from verifier.report import markdown, terminal
from verifier.report.styled import ESCAPES, Line, fitted, laid_out, painted, span, width_of

DATA = Path(__file__).parent / "data"
WIDTHS = (60, 80, 120, 200)
#: Other than in an address, where half of one leads nowhere.
LONG_ID = re.compile(r"(?<!/)\b(?=[0-9a-f-]*[a-f])[0-9a-f-]{9,}\b")


def bare(text):
    for escape in ESCAPES:
        text = text.replace(escape, "")
    return text


@contextmanager
def pseudo_terminal(width):
    """A stream that is a terminal of that width, and what a person would see of it."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))

    def seen():
        """Everything since the last time: a terminal gives it in pieces."""
        stream.write("\x04")
        stream.flush()
        got = b""
        while not got.endswith(b"\x04"):
            got += os.read(ours, 1_000_000)
        return got[:-1].decode().replace("\r\n", "\n")

    with os.fdopen(theirs, "w") as stream:
        yield stream, seen
    os.close(ours)


@pytest.fixture
def no_wishes(monkeypatch):
    wishes = ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "FORCE_HYPERLINK", "TERM_PROGRAM")
    for name in (*wishes, "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize(("language", "kind"), [("en", ""), ("pt-BR", "pt-BR-")])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.usefixtures("no_wishes")
def test_a_terminal_shows_what_was_captured_with_colours_and_without(
    width, language, kind, monkeypatch
):
    captured = (DATA / f"terminal-{kind}{width}.txt").read_text("utf-8")
    with pseudo_terminal(width) as (stream, seen), speaking(language):
        stream.write(terminal.render(ROLLED_BACK, console_of(stream).style))
        coloured = seen()
        monkeypatch.setenv("NO_COLOR", "1")
        stream.write(terminal.render(ROLLED_BACK, console_of(stream).style))
        plain = seen()

    assert coloured == captured
    assert plain == bare(captured)
    assert all(width_of(line) <= width for line in plain.splitlines())


@pytest.mark.parametrize(
    ("environ", "is_terminal", "expected"),
    [
        pytest.param({}, True, (True, True, 100), id="terminal"),
        pytest.param({}, False, (False, False, None), id="pipe"),
        pytest.param({"NO_COLOR": "1"}, True, (False, True, 100), id="no colour"),
        pytest.param({"NO_COLOR": ""}, True, (True, True, 100), id="empty is not set"),
        pytest.param({"FORCE_COLOR": "1"}, False, (True, False, None), id="forced"),
        pytest.param({"FORCE_COLOR": "0"}, False, (False, False, None), id="forced off"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, (False, False, None), id="both"),
        pytest.param({"TERM": "dumb"}, True, (False, False, 100), id="dumb"),
        pytest.param({"GITHUB_ACTIONS": "true"}, False, (True, False, None), id="job"),
        pytest.param(
            {"GITHUB_ACTIONS": "true", "NO_COLOR": "1"},
            False,
            (False, False, None),
            id="job without",
        ),
    ],
)
def test_colours_and_moving_lines_are_for_who_can_show_them(environ, is_terminal, expected):
    chosen = choose(environ, is_terminal=is_terminal, columns=100)

    assert (chosen.style.is_coloured, chosen.is_live, chosen.style.width) == expected
    assert chosen.style.has_groups == ("GITHUB_ACTIONS" in environ)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param({"TERM_PROGRAM": "iTerm.app"}, True, id="iterm"),
        pytest.param({"TERM": "xterm-kitty"}, True, id="kitty"),
        pytest.param({"VTE_VERSION": "7600"}, True, id="gnome"),
        pytest.param({"VTE_VERSION": "5000"}, False, id="a-vte-that-breaks"),
        pytest.param({"VTE_VERSION": "x"}, False, id="no-version"),
        pytest.param({"WT_SESSION": "1"}, True, id="windows-terminal"),
        pytest.param({"TERM": "xterm-256color"}, False, id="unknown"),
        pytest.param({"TERM": "xterm-kitty", "NO_COLOR": "1"}, False, id="no-colour"),
        pytest.param({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False, id="not-wanted"),
        pytest.param({"TERM_PROGRAM": "vscode", "TERM": "dumb"}, False, id="dumb"),
        pytest.param({"FORCE_HYPERLINK": "1"}, True, id="wanted"),
        pytest.param({"TERM": "xterm-kitty", "GITHUB_ACTIONS": "true"}, False, id="job"),
    ],
)
def test_links_are_for_terminals_that_make_them(environ, expected):
    assert choose(environ, is_terminal=True, columns=100).style.has_links is expected


COMMIT_PAGE = "https://github.com/acme/shop/commit/"
LINK = re.compile(r"\x1b\]8;;(.*?)\x1b\\(.*?)\x1b\]8;;\x1b\\")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_short_hash_is_a_link_to_its_commit_and_the_text_stays(width):
    commits = tuple(replace(c, url=f"{COMMIT_PAGE}{c.hash}") for c in ROLLED_BACK.commits)
    known = replace(ROLLED_BACK, commits=commits)
    linked = terminal.render(known, terminal.Style(width, True, has_links=True))

    pages = {c.hash[:8]: c.url for c in commits}
    found = LINK.findall(linked)
    assert found
    assert all(pages[words] == page for page, words in found)
    assert LINK.sub(r"\2", linked) == terminal.render(known, terminal.Style(width, True))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_of_a_commit_becomes_a_link_of_its_own(text):
    commits = tuple(
        replace(c, url=f"https://x.test/{text}", title=text) for c in ROLLED_BACK.commits
    )

    shown = terminal.render(replace(ROLLED_BACK, commits=commits), terminal.Style(has_links=True))

    assert "\x1b" not in shown


@pytest.mark.parametrize(("columns", "expected"), [(20, 40), (60, 60), (200, 200), (900, 200)])
def test_lines_are_as_wide_as_can_be_read(columns, expected):
    assert choose({}, is_terminal=True, columns=columns).style.width == expected


@pytest.mark.parametrize(
    ("name", "happened", "live", "now"),
    [
        pytest.param(
            "passed", "Passed: this commit is live and healthy", "commit c0ffee00", "", id="passed"
        ),
        pytest.param(
            "rolled_back",
            "Failed and rolled back: production is healthy again on a41f2c00 since 11:59 UTC; "
            "julia-api and "
            "julia-worker: the database is missing what this commit needs "
            "(migration 20260104090000)",
            "all 3 services: commit a41f2c00 “Count opened mails” by Ana, 3 d old",
            "Auto-deploy is still on",
            id="rolled back",
        ),
        pytest.param(
            "not_recovered",
            "Failed: production is NOT confirmed healthy; julia-api and julia-worker: the database",
            "commit c0ffee00 “Send campaigns by plan” by Bia, 10 min old, deployed 5 min ago, at",
            "Look at production now: verifier check says what is live and how it is.",
            id="not recovered",
        ),
        pytest.param(
            "inconclusive",
            "Inconclusive: could not verify this deployment; julia-api: this response could not be",
            "all 3 services: commit c0ffee00",
            "Have the health document name RAILWAY_DEPLOYMENT_ID where identity looks for it.",
            id="inconclusive",
        ),
        pytest.param(
            "broken_build",
            "Failed: production was never touched; julia-api: the build or start failed",
            "all 3 services: commit a41f2c00 “Count opened mails” by Ana, 3 d old, deployed 3 d ago, on 2025-12-29",
            "Read the build logs of julia-api at Railway.",
            id="broken build",
        ),
        pytest.param(
            "preflight",
            "Failed: do not merge until every migration is applied in production",
            "",
            "Apply what is pending with: supabase db push",
            id="preflight",
        ),
    ],
)
def test_ten_seconds_are_enough(name, happened, live, now):
    """The headline and five lines say what happened, what is live, what now."""
    head, *lines = terminal.render(ALL[name]).splitlines()[:6]

    assert happened in head
    assert any(live in line for line in lines)
    assert any(now in line for line in lines)
    assert LONG_ID.findall("\n".join([head, *lines])) == []


def test_the_page_of_ten_seconds_says_what_is_printed():
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.report.ten_seconds"


@pytest.mark.parametrize("name", ALL)
def test_no_long_id_is_shown_anywhere(name):
    shown = terminal.render(ALL[name], terminal.Style(is_verbose=True))

    assert LONG_ID.findall(shown) == []


def test_what_is_the_same_for_several_services_is_said_once():
    shown = terminal.render(ROLLED_BACK)

    assert shown.count("is behind 20260104090000") == 1
    assert shown.count("Count opened mails") == 1
    assert shown.count("Apply the missing migrations") == 1
    assert "apply the migrations named below" not in shown.lower()


def test_quiet_says_the_verdict_and_verbose_what_passed():
    quiet = terminal.render(ROLLED_BACK, terminal.Style(is_quiet=True))
    usual = terminal.render(ROLLED_BACK)
    verbose = terminal.render(ROLLED_BACK, terminal.Style(is_verbose=True))

    assert ("Failed checks" in quiet, "To do" in quiet) == (False, True)
    assert ("Failed checks" in usual, "health.live" in usual) == (True, False)
    assert "health.live" in verbose
    assert usual.startswith(quiet)


def test_a_jobs_log_folds_what_is_not_needed_at_once():
    shown = terminal.render(INCONCLUSIVE, terminal.Style(has_groups=True)).splitlines()

    assert shown.count("::group::Unclear, and warnings") == shown.count("::endgroup::") == 1
    assert not any(line.startswith("::") for line in shown[:4])


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("width", [None, *WIDTHS])
def test_outside_text_brings_no_escape_and_no_command_of_its_own(text, width):
    style = terminal.Style(width, True, width is None, is_verbose=True)
    shown = terminal.render(report(text), style)

    assert not set(bare(shown)) & set("\x1b\u202e\u2066")
    lines = bare(shown).splitlines() if width is None else ()
    assert {line for line in lines if line.lstrip().startswith("::")} <= {
        "::endgroup::",
        "::group::Unclear, and warnings",
        "::group::Deployments",
        "::group::Passed and skipped checks",
    }
    assert "##[" not in shown


@pytest.mark.parametrize(
    ("text", "width"), [("数据库", 6), ("e\u0301", 1), ("déjà", 4), ("한국", 4), ("", 0)]
)
def test_wide_letters_take_two_cells(text, width):
    assert width_of(text) == width


@pytest.mark.parametrize("text", ["x" * 500, "数据库" * 100, "a b " * 100, "مرحبا " * 50, ""])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal(text, width):
    lines = painted(laid_out([Line((span(text),), 10)], width), is_coloured=False).splitlines()

    assert all(width_of(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_forty_services_stay_readable():
    findings = tuple(
        Finding("health.live", Outcome.FAIL, "HTTP 503", f"service-{n}") for n in range(40)
    )
    shown = terminal.render(situation(findings=findings))

    assert "service-0, service-1 and 38 more" in shown
    assert len(shown.splitlines()) < 12


def test_a_step_that_is_the_same_for_several_services_is_said_once():
    steps = tuple(f"Read the deploy logs of {name} on Railway." for name in NAMES[:2])

    said = terminal.render(replace(ROLLED_BACK, advice=(*steps, "Look at it.")))

    assert "1. Read the deploy logs of julia-api and julia-worker on Railway.\n" in said
    assert "2. Look at it.\n" in said


def test_what_did_not_appear_is_asked_about_once():
    hint = "is the service connected to this repository and branch?"
    missing = Finding("deployment.arrival", Outcome.INCONCLUSIVE, "none yet", NAMES[0], hint=hint)
    given = replace(
        ALL["not_recovered"],
        findings=(missing,),
        cause=Cause(CauseKind.PLATFORM, "Railway did not deploy this commit", "check the branch"),
        advice=("Is the service connected to this repository and branch?",),
    )

    said = terminal.render(given)

    assert "Is the service connected" in said
    assert "Check the branch" not in said


def _refused():
    page = f"https://railway.com/project/{uuid(97)}/service/{uuid(98)}?environmentId={uuid(99)}"
    what = f"Roll back manually at Railway, julia-api to {uuid(1)} (Railway says 403)"
    step = f"{what}: julia-api {page}"
    return page, replace(ALL["not_recovered"], advice=("Check it now.", step))


def test_addresses_stand_behind_everything_that_is_read():
    page, given = _refused()

    *before, last = terminal.render(given, terminal.Style(is_quiet=True)).splitlines()

    assert last.endswith(f"julia-api {page}")
    assert [line for line in before if LONG_ID.search(line)] == []


def test_the_summary_links_to_a_services_page_by_its_name():
    page, given = _refused()

    assert f"\\(Railway says 403\\). ([julia-api]({page}))" in markdown.render(given)


@pytest.mark.parametrize(
    ("hours", "told"),
    [(1, "60 min ago, at 11:00 UTC"), (26, "26 h ago, on 2025-12-31 10:00 UTC")],
)
def test_what_is_live_is_told_with_the_time_at_which_it_came(hours, told):
    at = ROLLED_BACK.ended_at.replace(hour=12, minute=0, second=0, microsecond=0)
    live = ROLLED_BACK.services[0].live_after
    made = replace(live, created_at=at - timedelta(hours=hours))
    service = replace(ROLLED_BACK.services[0], live_after=made)

    said = terminal.render(replace(ROLLED_BACK, services=(service,), ended_at=at))

    assert f"deployed {told}" in said


@pytest.mark.parametrize(
    ("severities", "title"),
    [((Outcome.WARN,), "Warnings"), ((Outcome.WARN, Outcome.FAIL), "Drift")],
)
def test_what_an_audit_only_warns_of_is_not_called_drift(severities, title):
    rows = {row.severity: row for row in AUDIT_OF_MANY.drift}
    told = replace(AUDIT_OF_MANY, drift=tuple(rows[each] for each in severities))

    assert f"\n{title}\n" in terminal.render(told)


@pytest.mark.parametrize("width", WIDTHS)
def test_finished_lines_are_fitted_and_go_on_behind_their_label(width):
    label, said = "  back to  ", "6e042ea8, commit 5a8053fd, not verified by a gate " * 4
    first, *rest = fitted(f"{label}{said}\nshort", width).splitlines()

    assert all(width_of(line) <= width for line in (first, *rest))
    assert first.startswith(label)
    assert all(line.startswith(" " * len(label)) for line in rest[:-1])
    assert " ".join((first, *rest[:-1])).split() == f"{label}{said}".split()
    assert rest[-1] == "short"
    assert fitted(f"{label}{said}", None) == f"{label}{said}".rstrip() + "\n"


def test_an_audit_says_once_what_is_the_same_of_several_services_and_indents_it():
    rows = tuple(
        Drift(
            f"service: {name}: variable REDIS_URL: value",
            "a real one",
            "this container itself (localhost)",
            "Railway",
            Outcome.WARN,
            hint="set it",
            repository="acme/shop",
        )
        for name in ("api", "worker")
    )
    other = replace(rows[0], setting="service: api: sleeps", actual="yes", expected="no", hint="")

    drift = (rows[0], other, rows[1])
    lines = terminal.render(replace(AUDIT_OF_MANY, drift=drift)).splitlines()

    start = next(n for n, line in enumerate(lines) if "api: variable" in line)
    assert lines[start : start + 4] == [
        "  WARN          acme/shop  service: api: variable REDIS_URL: value",
        "  WARN          acme/shop  service: worker: variable REDIS_URL: value",
        "                this container itself (localhost); expected: a real one",
        "                set it",
    ]
