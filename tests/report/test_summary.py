"""The job summary: commits where ids stood, each thing once, and a picture of the time."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START
from tests.report.situations import (
    ALL,
    COMMITS,
    GOOD,
    PASSED,
    ROLLED_BACK,
    TIMELINE,
    situation,
    uuid,
)
from tests.report.test_surfaces import HOSTILE
from tests.report.test_terminal import LONG_ID
from verifier.model.report import TimelineEntry
from verifier.report import markdown
from verifier.report.milestones import mermaid, milestones

#: A line of Mermaid's timeline: a period without a colon, and one event without one.
#: Source: packages/mermaid/src/diagrams/timeline/parser/timeline.jison
EVENT = re.compile(r"    [^#:;\n]+ : [^#:;\n]+")
TITLE = re.compile(r"    title [^#;\n]+")
ALPHABET = re.compile(r"[a-z0-9 :]*")


#: What may colour it: names and colours of ours.
INIT = re.compile(
    r'%%\{init: \{"themeVariables": '
    r'\{("cScale(Label)?\d+": "#[0-9a-f]{6}"(, )?)+\}\}\}%%'
)


def is_timeline(lines):
    coloured, head, title, *events = lines
    return (
        INIT.fullmatch(coloured) is not None
        and head == "timeline"
        and TITLE.fullmatch(title) is not None
        and len(events) >= 2
        and all(EVENT.fullmatch(line) for line in events)
    )


def page(commit):
    return f"https://github.test/acme/shop/commit/{commit}"


def linked(url):
    return replace(ROLLED_BACK, commits=tuple(replace(c, url=url(c.hash)) for c in COMMITS))


def test_what_is_live_is_told_by_commit_author_age_and_link():
    (row,) = (
        line for line in markdown.render(linked(page)).splitlines() if line.startswith("| all 3")
    )

    assert row == (
        f"| all 3 services | [`a41f2c00`]({page(GOOD)}) Count opened mails | Ana | 3 d "
        "| 100 s ago, at 11:59 UTC | rolled back |"
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "https://github.test/acme/shop/commit/x) ![x](https://evil.test",
        f"https://github.test/acme/shop/commit/{GOOD}?x=1",
        f"https://user@evil.test/acme/shop/commit/{GOOD}",
    ],
)
def test_no_link_but_a_commits_page_is_made(url):
    assert "](" not in markdown.render(linked(lambda _: url))


@pytest.mark.parametrize("name", ALL)
def test_the_first_lines_answer_and_no_long_id_is_shown(name):
    shown = re.sub(r"<!-- -->", "", markdown.render(ALL[name]))

    assert LONG_ID.findall(shown.replace(GOOD, "")) == []
    assert shown.index("What to do") < 1500 if "What to do" in shown else name == "passed"


def test_what_to_do_says_a_thing_once():
    shown = markdown.render(ROLLED_BACK)

    assert shown.lower().count("apply the missing migrations") == 1
    assert "apply the migrations named below" not in shown.lower()


def test_a_finding_of_several_services_is_one_row():
    (row,) = (
        line
        for line in markdown.render(ROLLED_BACK).splitlines()
        if "health.schema" in line and line.startswith("| ❌")
    )

    assert "julia-api and julia-worker" in row
    assert row.endswith("the answer names this deployment |")


def test_the_story_of_a_rollback_is_drawn():
    assert [(m.after_s, m.text) for m in milestones(ROLLED_BACK)] == [
        (1, "deployment found"),
        (12, "first answer that counts"),
        (12, "first failure"),
        (16, "verdict"),
        (17, "rollback requested"),
        (19, "last good one is back"),
        (30, "verified again"),
    ]
    assert is_timeline(mermaid(ROLLED_BACK))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_word_of_strangers_is_in_the_drawing(text):
    entries = tuple(TimelineEntry(e.at, e.event, text, text) for e in TIMELINE)
    odd = TimelineEntry(START + timedelta(seconds=1), text, text, text)
    drawn = mermaid(situation(timeline=(*entries, odd)))

    assert drawn == mermaid(situation(timeline=TIMELINE))
    assert all(ALPHABET.fullmatch(line) for line in drawn[1:])
    assert INIT.fullmatch(drawn[0])


def test_what_has_no_story_is_not_drawn():
    assert mermaid(situation(timeline=TIMELINE[:1])) == ()
    assert "mermaid" not in markdown.render(ALL["preflight"])


def test_the_grammar_here_refuses_what_mermaid_refuses():
    coloured = mermaid(ROLLED_BACK)[0]
    assert not is_timeline((coloured, "timeline", "    title a", "    12:00 : a", "    2 s : b"))
    assert not is_timeline((coloured, "timeline", "    title a", "    1 s : a", "    2 s : a; b"))
    assert not is_timeline((coloured, "timeline", "    title a", "    1 s : a"))


def test_what_went_wrong_is_drawn_red_and_what_is_good_again_green():
    red, green = "#ffb3ae", "#9be9a8"
    drawn = mermaid(ROLLED_BACK)[0]
    passed = mermaid(replace(PASSED, timeline=TIMELINE[:2] + TIMELINE[4:5]))[0]

    assert re.findall(r'"cScale\d": "(#\w+)"', drawn)[2:] == [red, red, "#c4ccd4", green, green]
    assert (red in passed, green in passed) == (False, True)


def test_ids_stand_folded_below():
    shown = markdown.render(ROLLED_BACK)

    assert shown.index("<summary>Deployments</summary>") < shown.index(uuid(1)[:8])
