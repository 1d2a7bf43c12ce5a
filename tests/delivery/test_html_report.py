"""One page that needs nothing else, runs nothing of strangers, and can be read by everybody."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import click
import pytest

from tests.report.situations import ALL, COMMITS, GOOD, ROLLED_BACK, situation, uuid
from tests.report.test_surfaces import HOSTILE, audit_report, report
from verifier.delivery import html_report, project_docs, surfaces
from verifier.delivery.project_docs import check_page
from verifier.model.background import Background, HealthDifference
from verifier.model.finding import Finding, Outcome
from verifier.model.migration_ledger import LedgerReport
from verifier.model.output_form import OutputForm
from verifier.model.protection import Drift
from verifier.model.timed_answers import ReportedAnswer

VOID = {"meta", "input", "line"}
#: Whatever could load something, lead somewhere, or run.
LEADING = {"src", "srcset", "href", "action", "formaction", "style", "data", "poster", "xlink:href"}
DIFFERENCES = Background(
    "julia-api", ("ERROR no such relation",), ("FEATURE_X",), ("c0ffee0 Send",), ("its network",)
)
SERVICE_PAGE = re.compile(r"https://railway\.com/project/[0-9a-f-]{36}/service/[0-9a-f-]{36}")
LEDGER = LedgerReport("supabase", "schema_migrations", ("1", "2"), ("3",), ("4",))
WHOLE = replace(ROLLED_BACK, background=(DIFFERENCES,), ledger=LEDGER)


class Page(HTMLParser):
    """Elements with their attributes, in order; everything that is opened is closed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.text = [], [], {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        assert len(dict(attributes)) == len(attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def links(page):
    return [a[name] for _, a in page.elements for name in LEADING & a.keys()]


def handlers(page):
    return [name for _, a in page.elements for name in a if name.startswith("on")]


@pytest.mark.parametrize("name", ALL)
def test_a_page_loads_nothing_and_leads_to_pages_of_services_alone(name):
    page = Page(html_report.render(ALL[name]))

    assert handlers(page) == []
    assert [each for each in links(page) if not SERVICE_PAGE.fullmatch(each)] == []
    assert not {"link", "img", "iframe", "object", "base", "form"} & {t for t, _ in page.elements}


def test_only_its_own_style_and_script_run():
    text = html_report.render(WHOLE)
    page = Page(text)
    policy = next(a["content"] for a in page.all("meta") if "http-equiv" in a)

    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        digest = hashlib.sha256(page.text[tag].encode()).digest()
        assert len(page.all(tag)) == 1
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy


def test_a_commit_links_to_its_page_and_to_nothing_else():
    page = f"https://github.test/acme/shop/commit/{GOOD}"
    good = tuple(replace(c, url=page) for c in COMMITS)
    bad = tuple(replace(c, url="javascript:alert(1)") for c in COMMITS)

    assert links(Page(html_report.render(replace(WHOLE, commits=good)))) == [page]
    assert links(Page(html_report.render(replace(WHOLE, commits=bad)))) == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("make", [report, audit_report])
def test_outside_text_stays_text(text, make):
    given = replace(make(text), background=(Background(text, (text,), (text,), (text,)),))
    harmless = replace(make("x"), background=(Background("x", ("x",), ("x",), ("x",)),))
    rendered = html_report.render(given)
    page, expected = Page(rendered), Page(html_report.render(harmless))

    assert [tag for tag, _ in page.elements] == [tag for tag, _ in expected.elements]
    assert (links(page), handlers(page)) == ([], [])
    assert page.text["script"] == expected.text["script"]
    assert not set(rendered) & set("\x1b\u202e\u2066")


def test_everybody_can_read_it():
    page = Page(html_report.render(replace(WHOLE, drift=audit_report("x").drift)))
    ids = [a["id"] for _, a in page.elements if "id" in a]

    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        assert attributes.get("aria-labelledby", ids[0]) in ids
        assert attributes.get("for", ids[0]) in ids
    assert {a["id"] for a in page.all("input")} == {a["for"] for a in page.all("label")}
    assert all("scope" in a for a in page.all("th"))
    assert all(a.get("type") == "button" for a in page.all("button"))
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_an_outcome_is_a_word_and_not_a_colour_alone():
    text = html_report.render(WHOLE)

    badges = re.findall(r'<span class="badge \w+">.*?</span> (\w+)</span>', text)
    assert set(badges) == {"FAILED", "passed"}
    assert len(badges) == text.count('class="badge')


def test_what_differs_and_the_ledger_stand_in_it():
    text = html_report.render(WHOLE)

    for shown in ("FEATURE_X", "ERROR no such relation", "c0ffee0 Send", "its network", "pending"):
        assert shown in text
    assert uuid(16) not in text


def test_migrations_and_health_of_both_deployments_stand_in_it():
    health = (HealthDifference("component.redis", "unhealthy", ""),)
    behind = Background("julia-api", new_migrations=("20260104_step 4",), health=health)
    page = html_report.render(replace(ALL["rolled_back"], background=(behind,)))

    assert "<li><code>20260104_step 4</code></li>" in page
    row = '<th scope="row"><code>component.redis</code></th><td>unhealthy</td><td>-</td>'
    assert row in page


def test_a_finding_leads_to_the_page_of_its_check(monkeypatch):
    monkeypatch.setenv("GITHUB_ACTION_REPOSITORY", "acme/verifier")
    monkeypatch.setenv("GITHUB_ACTION_REF", "v1")
    page = html_report.render(ALL["rolled_back"])
    monkeypatch.setenv("GITHUB_ACTION_REPOSITORY", "javascript:alert(1)")
    unknown = html_report.render(ALL["rolled_back"])

    address = "https://github.com/acme/verifier/blob/v1/docs/checks/migrations.pending.md"
    assert page.count(f'<a href="{address}" rel="noreferrer"><code>migrations.pending</code>') == 2
    assert "javascript:alert" not in unknown


def test_every_check_has_the_page_that_it_leads_to():
    folder = Path(__file__).parents[2] / "docs/checks"
    environ = {"GITHUB_ACTION_REPOSITORY": "a/b", "GITHUB_ACTION_REF": "c"}
    listed = (Path(__file__).parents[1] / "public_seam.txt").read_text("utf-8").splitlines()
    checks = [line.split()[1].replace("*", "x") for line in listed if line.startswith("check ")]
    pages = [check_page(check, environ).rpartition("/")[2] for check in checks]

    assert len(pages) > 60
    assert [name for name in pages if not (folder / name).is_file()] == []


def test_light_dark_and_paper():
    style = Page(html_report.render(WHOLE)).text["style"]

    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style


@pytest.mark.slow
def test_as_many_findings_and_repositories_as_there_are():
    findings = tuple(Finding(f"a.b{n}", Outcome.FAIL, "x", "api") for n in range(1000))
    drift = tuple(
        Drift("approvals", "1", "0", "ruleset", Outcome.FAIL, repository=f"acme/{n}")
        for n in range(1000)
    )
    page = Page(html_report.render(situation(findings=findings, drift=drift)))

    assert len(page.all("details")) >= 1000
    assert len(page.all("tr")) >= 2000


def written(path, given=WHOLE):
    with click.Context(click.Command("gate")) as context:
        context.meta[f"verifier.{OutputForm.HTML}"] = path
        surfaces.write_surfaces(given, None, OutputForm.TEXT)


def test_it_is_written_where_it_was_asked_for(tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    written(tmp_path / "report.html")

    assert (tmp_path / "report.html").read_text("utf-8") == html_report.render(WHOLE)


def test_a_page_that_cannot_be_made_or_written_changes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    written(tmp_path / "missing" / "report.html")
    monkeypatch.setattr(html_report, "spoken_headline", lambda _: 1 / 0)
    written(tmp_path / "report.html")

    told = capsys.readouterr().err
    assert "could not write" in told
    assert "report.html: ZeroDivisionError" in told
    assert not (tmp_path / "report.html").exists()


def test_a_step_is_a_sentence_with_a_link_and_without_an_address():
    text = html_report.render(ALL["not_recovered"])
    shown = re.sub(r"<[^>]*>", "", text.partition("What to do")[2].partition("</section>")[0])

    assert "Railway says 403). (julia-api)" in " ".join(shown.split())
    assert uuid(98) not in shown


@pytest.mark.parametrize(
    ("name", "tone"),
    [("passed", "good"), ("rolled_back", "bad"), ("inconclusive", "warning")],
)
def test_the_head_of_a_page_has_the_tone_of_its_verdict(name, tone):
    assert Page(html_report.render(ALL[name])).all("header") == [{"class": tone}]


def test_the_plot_has_a_scale_and_a_mark_of_its_own_for_each_outcome():
    proof = next(f.evidence for f in ROLLED_BACK.findings if f.evidence)
    found = tuple(
        Finding(f"a.{outcome}", outcome, "said", "api", evidence=replace(proof, duration_ms=n * 10))
        for n, outcome in enumerate((Outcome.PASS, Outcome.WARN, Outcome.FAIL), start=1)
    )
    text = html_report.render(situation(findings=found))
    plot = text.partition('<h2 id="plot">')[2].partition("</section>")[0]
    shapes = [re.sub(r"^M[\d.-]+ [\d.-]+", "", each) for each in re.findall(r' d="([^"]*)"', plot)]

    assert "30 ms" in plot
    assert "0 ms, 12:00:00 UTC" in plot
    assert len(set(shapes)) == len(shapes) == 3
    assert all(word in plot for word in ("FAILED", "warning", "passed"))


def test_the_plot_shows_every_answer_of_the_run_and_not_the_last_ones_alone():
    at = [ROLLED_BACK.started_at + timedelta(seconds=n) for n in range(7)]
    answers = tuple(ReportedAnswer(each, "api", "health.live", Outcome.PASS, 9) for each in at)

    assert html_report.render(replace(ROLLED_BACK, answers=answers)).count("<path ") == 7
    assert html_report.render(ROLLED_BACK).count("<path ") == 2


def test_the_package_is_asked_once_for_its_pages_however_many_findings_there_are(monkeypatch):
    asked = []
    read = project_docs.metadata.metadata
    monkeypatch.setattr(project_docs.metadata, "metadata", lambda n: asked.append(n) or read(n))
    project_docs._of_package.cache_clear()

    for number in range(100):
        check_page(f"component.part_{number}", {})

    assert len(asked) == 1
