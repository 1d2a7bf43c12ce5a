"""`python -m tests.report.hostile_matrix`: what strangers write, in each field, on each surface."""

import csv
import io
import json
import sys
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

from tests.report.every_field import FILLED, filled, with_text
from tests.report.test_rendered_markdown import HOSTILE as MARKUP
from tests.report.test_surfaces import HOSTILE as COMMANDS
from tests.report.test_surfaces import commands
from verifier.delivery import html_report
from verifier.delivery.progress import PlainProgress
from verifier.guarded.redaction import Redactor, redacted
from verifier.model.environment_status import EnvironmentStatus
from verifier.model.report import Report
from verifier.report import (
    annotations,
    drift_text,
    json_report,
    ledger_text,
    markdown,
    outputs,
    sarif,
    slack,
    status_text,
    terminal,
)
from verifier.report.headline import headline
from verifier.report.shortened import COMMENT_BYTES, shortened

VALUES = (
    *COMMANDS[:-1],
    "x" * 5_000,
    *MARKUP,
    "=cmd|' /C calc'!A0",
    "+1+1",
    '"quoted", "cell"',
    "' onmouseover='alert(1)",
    '"><script>alert(1)</script>',
    "javascript:alert(1)",
    "<!channel> <@U012> <https://evil.test|here>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "]]> <![CDATA[",
    'sequence "A" : ; %% end',
    "</title><svg onload=alert(1)>",
    "\x00\x07\x08\x9b31m",
    "\u00ad\u200d\ufeff\u2028\u2029",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324",
    "\u05d0\u05d1\u05d2 \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
)
_CONTROLS = frozenset(map(chr, (*range(9), *range(11, 32), *range(127, 160)))) | frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff"
)

#: Where a sign is kept apart, and where a title is empty between its own marks.
_OURS = {("span",), ("hr",)}


class _Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        shown = {name: value for name, value in attributes if name in ("href", "src")}
        names = sorted(name for name, _ in attributes)
        self.found.append((tag, *names, *shown.values()))


def _lines(text, _usual):
    return "a command" if commands(text) else ""


def _markdown(text, usual):
    rendered = github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    usual = github_flavored_markdown_to_html(usual, options=Options.CMARK_OPT_UNSAFE)
    new = set(_Elements(rendered).found) - set(_Elements(usual).found) - _OURS
    return f"markup {sorted(new)}" if new else _lines(text, usual)


def _html(text, usual):
    new = set(_Elements(text).found) - set(_Elements(usual).found)
    return f"markup {sorted(new)}" if new else ""


def _annotations(text, usual):
    lines = text.splitlines()
    kinds = [line.split(" ")[0] for line in lines]
    if kinds != [line.split(" ")[0] for line in usual.splitlines()]:
        return f"annotations {kinds}"
    return "a command within" if any("##[" in line for line in lines) else ""


def _outputs(text, usual):
    keys = [line for line in text.splitlines() if line.endswith("<<END")]
    expected = [line for line in usual.splitlines() if line.endswith("<<END")]
    if (keys, text.count("\n")) != (expected, usual.count("\n")):
        return "another output"
    return _lines(text, usual)


def _json(text, usual):
    value = json.loads(text)
    text.encode()
    return "keys" if value.keys() != json.loads(usual).keys() else _lines(text, usual)


def _csv(text, usual):
    rows = list(csv.reader(io.StringIO(text)))
    if list(map(len, rows)) != list(map(len, csv.reader(io.StringIO(usual)))):
        return "another cell"
    if any(cell.startswith(("=", "+", "-", "@")) for row in rows[1:] for cell in row):
        return "a formula"
    return _lines(text, usual)


def _slack(text, usual):
    value = json.loads(text)
    blocks = [block["text"]["type"] for block in value["blocks"]]
    if "<" in value["text"] or blocks != [b["text"]["type"] for b in json.loads(usual)["blocks"]]:
        return "markup"
    return "too long" if len(value["blocks"][1]["text"]["text"]) > 3000 else ""


def _progress(report):
    stream = io.StringIO()
    progress = PlainProgress(stream, Redactor())
    for entry in report.timeline:
        progress.happened(entry)
    progress.close()
    return stream.getvalue()


def _audit(report):
    return markdown.render(report) + markdown.render_drift(report)


#: How each is made, and what is wrong with it beside the same of harmless text, or nothing.
OF_A_REPORT = {
    "terminal": (terminal.render, _lines),
    "log": (_progress, _lines),
    "summary": (markdown.render, _markdown),
    "comment": (lambda r: shortened(markdown.render(r), COMMENT_BYTES), _markdown),
    "issue": (_audit, _markdown),
    "annotations": (annotations.render, _annotations),
    "outputs": (lambda r: outputs.render(outputs.outputs(r, ""), lambda: "END"), _outputs),
    "JSON": (json_report.render, _json),
    "audit, JSON": (drift_text.render_json, _json),
    "ledger, JSON": (lambda r: ledger_text.render_json([r.ledger]), _json),
    "SARIF": (lambda r: sarif.render(r.drift), _json),
    "CSV": (lambda r: drift_text.render_csv(r.drift), _csv),
    "Slack": (lambda r: slack.render(r, ""), _slack),
    "status": (lambda r: headline(r)[:140], _lines),
    "HTML": (html_report.render, _html),
}
OF_A_STATUS = {
    "status, text": (status_text.render, _lines),
    "status, JSON": (status_text.render_json, _json),
}


def broken(surface, value, fields=with_text):
    """Return each field of which this text breaks the surface, with how."""
    of_a_report = surface in OF_A_REPORT
    make, judge = OF_A_REPORT[surface] if of_a_report else OF_A_STATUS[surface]
    usual = filled(Report if of_a_report else EnvironmentStatus)
    harmless = make(usual)
    found = []
    for field, given in fields(usual, value):
        shown = make(redacted(given, Redactor()))
        wrong = judge(shown, harmless)
        if left := set(shown) & _CONTROLS:
            wrong = f"controls {sorted(left)}"
        if wrong:
            found.append(f"{field}: {wrong}")
    return found


def main():
    """Print how many fields break each surface, by value; exit with 1 where any does."""
    surfaces = [*OF_A_REPORT, *OF_A_STATUS]
    sys.stdout.write(f"{'':44}" + " ".join(surfaces) + "\n")
    worst = 0
    for value in VALUES:
        counts = [len(broken(surface, value)) for surface in surfaces]
        worst = max(worst, *counts)
        cells = " ".join(str(n).rjust(len(s)) for n, s in zip(counts, surfaces, strict=True))
        sys.stdout.write(f"{ascii(value)[:42]:44}{cells}\n")
    fields = sum(1 for kind in (Report, EnvironmentStatus) for _ in with_text(filled(kind), "x"))
    sys.stdout.write(f"{len(VALUES)} values, {fields} fields, {FILLED!r} in all others\n")
    sys.exit(worst > 0)


if __name__ == "__main__":
    main()
