"""What GitHub's own engine makes of strangers' text: text, and nothing else."""

import html
import re
from html.parser import HTMLParser

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

from tests.report.test_surfaces import audit_report, report
from verifier.guarded.redaction import Redactor, redacted
from verifier.model.printable_text import printable
from verifier.report import markdown
from verifier.report.harmless_text import markdown as harmless

#: Elements that our own summary is made of.
OURS = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "br"}
OURS |= {"ul", "ol", "li", "details", "summary", "span"}
#: A diagram, whose every word is ours: tests/report/test_summary.py.
DIAGRAM = {"pre"}

HOSTILE = (
    "see #12, GH-1, gh-2, org/repo#1 and @user",
    "http://evil.test https://evil.test/x?a=1&b=2 HTTPS://EVIL.TEST",
    "www.evil.test WWW.evil.test ftp://evil.test",
    "at_https://evil.test 2_www.evil.test 1https://evil.test éhttps://evil.test éwww.evil.test",
    "mailto:a@evil.test xmpp:a@evil.test/x a@evil.test",
    "fixed in 4e6a85acb7f4e65344544e6a85acb7f4e6534454 and a1b2c3d",
    "https://github.com/org/repo/issues/1",
    "[link](http://evil.test) ![image](http://evil.test/x.png)",
    "[link][1] [1]: http://evil.test",
    "<http://evil.test> <a@evil.test>",
    "<b>bold</b> <img src=x onerror=alert(1)> <!-- -->",
    "<details><summary>x</summary>",
    "</details></td></table>",
    "&lt;b&gt; &#35;12 &#x23;12 &commat;user",
    "**bold** __bold__ *i* _i_ ~~s~~ `code` ``c``",
    "- item",
    "* item",
    "+ item",
    "- [ ] task",
    "1. item",
    "1) item",
    "123456789. item",
    "# heading",
    "###### heading",
    "=====",
    "-----",
    "***",
    "___",
    "- - -",
    "> quote",
    "> [!WARNING]",
    "```mermaid",
    "~~~",
    "    indented",
    "\tindented",
    "a | b | c",
    "|---|---|",
    "line\n\n# heading\n- item",
    "line\r\n\r\n<b>",
    "line\u2028# heading",
    "trailing  \nbreak",
    "backslash\\\nbreak",
    "footnote[^1] [^1]: text",
    "$x^2$ and $$y$$ and $`z`$",
    ":smile: :+1:",
    "\u202eevil\u202c @\u200buser",
    "half \ud83d emoji",
    "\x1b[31mred",
    "::error::x",
)

_REFERENCE = re.compile(
    r"#[0-9]|\bGH-[0-9]|@[A-Za-z0-9]|\b[0-9a-f]{7,40}\b|https?:|www\.|\$|:[a-z0-9_+-]+:",
    re.IGNORECASE,
)


class Seen(HTMLParser):
    """The elements, and the pieces of text that GitHub looks for references in."""

    def __init__(self, rendered):
        super().__init__(convert_charrefs=True)
        self.elements, self.pieces, self.open = [], [], []
        self.feed(rendered)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.open.append(tag)
        is_diagram = tag == "pre" and attributes == [("lang", "mermaid")]
        assert is_diagram or not {name for name, _ in attributes} - {"align"}

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        is_code, is_sign = "code" in self.open, data == "$"
        self.pieces.append(("" if is_code or is_sign else data, data))

    def handle_comment(self, data):
        assert data == " ", "only our own"


def rendered(source):
    return github_flavored_markdown_to_html(source, options=Options.CMARK_OPT_UNSAFE)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text):
    seen = Seen(rendered(harmless(text)))

    assert set(seen.elements) - {"span"} <= {"p"}
    assert len(seen.elements) - seen.elements.count("span") == 1
    assert [piece for piece, _ in seen.pieces if _REFERENCE.search(piece)] == []
    shown = "".join(whole for _, whole in seen.pieces).replace("@\u200b", "@").strip()
    assert shown == printable(text).replace("::error", ". ::error").replace(". . ", ". ").strip()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_summary_and_an_issue_are_made_of_our_elements_alone(text):
    clean = redacted(report(text), Redactor())
    audited = redacted(audit_report(text), Redactor())
    for source, plain_source in (
        (markdown.render(clean), markdown.render(redacted(report("x"), Redactor()))),
        (markdown.render_drift(audited), markdown.render_drift(audit_report("x"))),
    ):
        seen, expected = Seen(rendered(source)), Seen(rendered(plain_source))
        spans = [e for e in seen.elements if e != "span"]
        assert spans == [e for e in expected.elements if e != "span"]
        assert set(seen.elements) <= OURS | DIAGRAM | {"hr"}
        assert html.unescape(rendered(source)).count("<script") == 0
