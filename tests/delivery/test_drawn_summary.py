"""The job summary as a page shows it: its Markdown by GitHub's renderer, its drawing by Mermaid."""

import html
import re
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

from tests.delivery.conftest import ROOT
from tests.language.speaking import speaking
from tests.report.situations import ALL, AUDIT_OF_MANY, START, TIMELINE, situation
from tests.report.test_surfaces import HOSTILE
from verifier.model.report import TimelineEntry
from verifier.report import markdown
from verifier.report.milestones import mermaid, milestones
from verifier.report.spoken import word

pytestmark = pytest.mark.slow
MERMAID = ROOT / "requirements/node/node_modules/mermaid/dist/mermaid.min.js"
DRAWING = re.compile(r'<pre lang="mermaid"><code>(.*?)</code></pre>', re.DOTALL)
SHOWN = {**ALL, "audit": AUDIT_OF_MANY}
DRAWN = ("rolled_back", "not_recovered")
#: Around what GitHub renders, as it is around it there: a language, a title, a region of the page.
PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Summary</title>
<style>body {{ font: 14px/1.5 sans-serif; max-width: 62rem; margin: 2rem auto }}
table {{ border-collapse: collapse }} td, th {{ border: 1px solid #888; padding: .3rem .6rem }}
pre {{ white-space: pre-wrap }}</style></head><body><main><h1>Summary</h1>{body}</main></body></html>"""


def summary_of(report):
    """What stands in GITHUB_STEP_SUMMARY, as GitHub's own renderer makes HTML of it."""
    text = markdown.render(report) + (markdown.render_drift(report) if report.drift else "")
    return github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)


def page_of(report, language="en"):
    """As a page; GitHub puts the drawing where its text stands."""
    body = summary_of(report).replace('<pre lang="mermaid">', "<pre>")
    return PAGE.format(language=language, body=body)


@pytest.fixture
def drawn(open_page):
    """Have the real library read a text, and draw it: what it says of it, and its SVG."""
    assert MERMAID.is_file(), "Mermaid is missing here: `make browser` installs it"
    page = open_page(PAGE.format(language="en", body='<div id="place"></div>'))
    page.add_script_tag(path=MERMAID)
    page.evaluate("mermaid.initialize({startOnLoad: false, suppressErrorRendering: true})")

    def read_and_drawn(text):
        return page.evaluate(
            """async (text) => {
              try {
                const read = await mermaid.parse(text);
                const made = await mermaid.render("drawing", text);
                document.querySelector("#place").innerHTML = made.svg;
                return [read.diagramType, document.querySelector("#place").textContent];
              } catch (error) { return ["refused", String(error)]; }
            }""",
            text,
        )

    return read_and_drawn, page


def squeezed(text):
    """Without the breaks of a drawing's lines."""
    return "".join(text.split())


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("name", DRAWN)
def test_mermaid_reads_the_story_and_draws_each_moment(drawn, picture, name, language):
    draw, page = drawn
    with speaking(language):
        (found,) = DRAWING.findall(summary_of(ALL[name]))
        moments = [word(moment.text) for moment in milestones(ALL[name])]

    kind, words = draw(html.unescape(found))

    assert kind == "timeline"
    assert len(moments) >= 5
    assert [m for m in moments if squeezed(m) not in squeezed(words)] == []
    assert picture(page, f"mermaid-{name}-{language}").startswith(b"\x89PNG")


def test_mermaid_reads_it_whatever_strangers_write(drawn):
    draw, _ = drawn
    for text in HOSTILE:
        entries = tuple(TimelineEntry(e.at, e.event, text, text) for e in TIMELINE)
        odd = TimelineEntry(START, text, text, text)
        kind, words = draw("\n".join(mermaid(situation(timeline=(*entries, odd)))))

        assert kind == "timeline"
        assert "evil" not in words


def test_mermaid_refuses_what_is_no_timeline(drawn):
    """Or the tests above would pass whatever is written."""
    draw, _ = drawn

    assert draw("timeline\n    : : 1 s : a : b\n  section")[0] == "refused"


@pytest.mark.parametrize("name", SHOWN)
def test_axe_finds_nothing_in_a_summary(open_page, picture, name):
    page = open_page(page_of(SHOWN[name]))

    found = Axe().run(page).response["violations"]

    assert picture(page, f"summary-{name}").startswith(b"\x89PNG")
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_forty_services_are_a_summary_too(open_page):
    many = tuple(
        replace(ALL["rolled_back"].services[0], name=f"service-{number}") for number in range(40)
    )

    page = open_page(page_of(replace(ALL["rolled_back"], services=many)))

    assert page.locator("h2").first.inner_text()
