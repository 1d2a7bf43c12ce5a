"""What people read of a run is Portuguese to the last word; what programs read stays English."""

import html
import json
import re
from dataclasses import replace

import pytest

from tests.language.speaking import speaking
from tests.report.situations import ALL
from verifier.cli.languages import speak, speak_as_configured
from verifier.delivery import html_report, surfaces
from verifier.delivery.kept_names import keep_names
from verifier.model.background import Background
from verifier.model.finding import Outcome
from verifier.model.output_form import OutputForm
from verifier.model.protection import Drift
from verifier.report import (
    annotations,
    event,
    json_report,
    junit,
    markdown,
    outputs,
    slack,
    terminal,
)
from verifier.report.spoken import language, say

#: Words that English sentences are made of, and Portuguese ones are not.
ENGLISH = re.compile(
    r"\b(the|is|was|are|were|has|have|had|not|of|and|to|in|on|by|at|from|with|it|its|this|that|be|been|an|or|but"
    r"|did|does|must|may|can|could|which|what|who|only|still|after|before|until|any|all|more|there)\b"
)
#: Quotations, code, addresses, and the names and titles of strangers.
NOT_OURS = re.compile(
    r"“[^”]*”|\"[^\"]*\"|`[^`]*`|<code>.*?</code>|https?\S*|Send campaigns by plan|Count opened mails"
)


def _page(report):
    page = re.sub(r"<(style|script)>.*?</\1>", "", html_report.render(report), flags=re.DOTALL)
    page = re.sub(r"<code>.*?</code>", "", page)
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


def _slack(report):
    blocks = json.loads(slack.render(report, ""))["blocks"]
    return "\n".join(block["text"]["text"] for block in blocks if "text" in block)


SURFACES = {
    "terminal": lambda report: terminal.render(report, terminal.Style(is_verbose=True)),
    "summary": markdown.render,
    "annotations": annotations.render,
    "html": _page,
    "slack": _slack,
    "slack-flat": lambda report: "\n".join(json.loads(slack.render_flat(report, "")).values()),
}


def left_in_english(text):
    """Lines with a word that only English has."""
    return [line for line in text.splitlines() if ENGLISH.search(NOT_OURS.sub("", line))]


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", ALL)
def test_nothing_that_people_read_is_left_in_english(name, surface):
    with speaking("pt-BR"):
        said = SURFACES[surface](ALL[name])

    assert left_in_english(said) == []


@pytest.mark.parametrize(
    ("surface", "times"), [("terminal", 3), ("summary", 3), ("html", 2), ("slack", 1)]
)
def test_what_a_log_a_commit_or_a_person_says_stays_as_it_is(surface, times):
    theirs = "all checks passed and held for 10.0 s"
    background = Background("julia-api", log_lines=(theirs,), commits=(theirs,))
    report = replace(ALL["rolled_back"], rollback_reason=theirs, background=(background,))
    with speaking("pt-BR"):
        said = SURFACES[surface](report)

    assert said.count(theirs) == times


@pytest.mark.parametrize("title", ["Send by plan", "Merge a and b", "all checks passed for now"])
@pytest.mark.parametrize("surface", ["terminal", "summary", "html", "slack"])
def test_a_title_of_any_words_of_ours_stays_in_what_is_live(surface, title):
    commits = tuple(replace(commit, title=title) for commit in ALL["passed"].commits)
    with speaking("pt-BR"):
        said = SURFACES[surface](replace(ALL["not_recovered"], commits=commits))

    assert title in said
    assert " old" not in said


@pytest.mark.parametrize("name", ALL)
def test_what_programs_read_is_the_same_in_every_language(name):
    def for_programs():
        values = outputs.outputs(ALL[name], "")
        return (
            json_report.render(ALL[name]),
            junit.render(ALL[name]),
            event.render(ALL[name], ""),
            values,
        )

    english = for_programs()
    with speaking("pt-BR"):
        assert for_programs() == english


def test_a_page_names_its_language():
    with speaking("pt-BR"):
        assert language() == "pt-BR"
        assert '<html lang="pt-BR">' in html_report.render(ALL["passed"])
    assert '<html lang="en">' in html_report.render(ALL["passed"])


def test_names_that_users_have_given_are_no_words_of_ours():
    text = "Deploy to Railway is not required; Api for Clients: the build or start failed"
    with speaking("pt-BR"):
        keep_names(["Deploy to Railway", "Api for Clients", "start"])
        said = say(text)
    with speaking("pt-BR"):
        again = say(text)

    assert "Deploy to Railway" in said
    assert "Api for Clients" in said
    assert "not required" not in said
    assert "\ue000" not in said
    assert "Deploy to Railway" not in again, "the names of one run are not those of the next"


def test_what_a_configuration_names_is_kept(tmp_path):
    path = tmp_path / "verifier.yml"
    path.write_text(
        "language: pt-BR\nservices:\n  Api for Clients: {}\n"
        "protection: { checks: ['Deploy to Railway', \"Lint was moved to Test\"] }\n",
        "utf-8",
    )
    try:
        speak_as_configured(path)
        names = ("Api for Clients", "Deploy to Railway", "Lint was moved to Test")
        assert [say(name) for name in names] == list(names)
    finally:
        speak("en")


HOSTILE = (
    "Api for Clients",
    "Jobs and Cron",
    "Lint was moved to Test",
    "not required",
    "failed: production was never touched",
    "nothing was rolled back; look again",
)


def _times(name, report):
    found = re.findall(r"\w+", surfaces.rendered(report, OutputForm.MARKDOWN))
    return " ".join(found).count(" ".join(re.findall(r"\w+", name)))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_service_is_named_as_often_in_every_language(name):
    text = json_report.render(ALL["rolled_back"]).replace("julia-api", name)
    report = json_report.parse(text.encode())
    english = _times(name, report)
    with speaking("pt-BR"):
        assert _times(name, report) >= english > 0


@pytest.mark.parametrize("name", HOSTILE)
def test_a_check_that_only_github_names_has_its_name_in_every_language(name):
    setting, hint = f"check-reported: {name}", f"Take {name} out of the rules."
    drift = Drift(setting, "reported by a job", "never", "GitHub", Outcome.FAIL, hint)
    report = replace(ALL["passed"], command="audit", services=(), drift=(drift,))
    english = _times(name, report)
    with speaking("pt-BR"):
        assert _times(name, report) >= english > 0
