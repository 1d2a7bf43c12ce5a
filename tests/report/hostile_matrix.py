"""`python -m tests.report.hostile_matrix`: what strangers write, in each field, on each surface."""

import csv
import io
import json
import sys
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree.ElementTree import fromstring as read_xml

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.report.every_field import FILLED, filled, with_text
from tests.report.test_rendered_markdown import HOSTILE as MARKUP
from tests.report.test_surfaces import HOSTILE as COMMANDS
from tests.report.test_surfaces import commands
from verifier.delivery import html_report
from verifier.delivery.progress import PlainProgress
from verifier.guarded.redaction import Redactor, redacted
from verifier.model.delivery_figures import DeliveryFigures
from verifier.model.drift_moment import DriftMoment
from verifier.model.environment_status import EnvironmentStatus
from verifier.model.finding import Outcome, Unobserved
from verifier.model.health_survey import SurveyedPath
from verifier.model.live_view import LiveView
from verifier.model.replay import Replay
from verifier.model.report import Report
from verifier.model.verdict import RollBackTo
from verifier.report import (
    annotations,
    drift_text,
    event,
    figures_text,
    health_text,
    json_report,
    junit,
    ledger_text,
    markdown,
    open_metrics,
    otlp_trace,
    outputs,
    replay_text,
    result_json,
    sarif,
    slack,
    status_text,
    terminal,
    trend_text,
    view_text,
)
from verifier.report.headline import headline
from verifier.report.otlp_trace import TraceOrigin
from verifier.report.shortened import COMMENT_BYTES, shortened
from verifier.report.terminal import PLAIN

VALUES = (
    *COMMANDS[:-1],
    "x" * 5_000,
    *MARKUP,
    "=cmd|' /C calc'!A0",
    "\uff1dcmd|' /C calc'!A0",
    "\ufe621+1",
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


def _junit(text, usual):
    shown, expected = (list(read_xml(t).iter()) for t in (text, usual))
    if [(e.tag, sorted(e.attrib)) for e in shown] != [(e.tag, sorted(e.attrib)) for e in expected]:
        return "another element"
    return _lines(text, usual)


def _openmetrics(text, usual):
    shown, expected = (
        [
            (f.name, {(s.name, tuple(sorted(s.labels))) for s in f.samples})
            for f in text_string_to_metric_families(t)
        ]
        for t in (text, usual)
    )
    return "another metric" if shown != expected else _lines(text, usual)


def _csv(text, usual):
    rows = list(csv.reader(io.StringIO(text)))
    if list(map(len, rows)) != list(map(len, csv.reader(io.StringIO(usual)))):
        return "another cell"
    # Also in another width, which some spreadsheets read alike.
    cells = (unicodedata.normalize("NFKC", cell) for row in rows[1:] for cell in row)
    if any(cell.startswith(("=", "+", "-", "@")) for cell in cells):
        return "a formula"
    return _lines(text, usual)


def _text_kinds(message):
    return [block["text"]["type"] for block in message["blocks"] if "text" in block]


def _slack(text, usual):
    value = json.loads(text)
    if "<" in value["text"] or _text_kinds(value) != _text_kinds(json.loads(usual)):
        return "markup"
    return "too long" if len(value["blocks"][1]["text"]["text"]) > 3000 else ""


def _keys(text, usual):
    """What no log shows."""
    return "keys" if json.loads(text).keys() != json.loads(usual).keys() else ""


def _flat(text, usual):
    value = json.loads(text)
    if value.keys() != json.loads(usual).keys():
        return "keys"
    return "markup" if any("<" in str(said) for said in value.values()) else _lines(text, usual)


def _health(path):
    """A document, a body that is none, and no answer at all."""
    unread = Unobserved(path.answer.text, path.answer.leads_to)
    forms = (
        path,
        replace(path, answer=replace(path.answer, document=unread)),
        replace(path, answer=unread),
    )
    return "\n".join(
        line
        for form in forms
        for line in health_text.health_lines(FILLED, form, Outcome.WARN, [form.path], [FILLED])
    )


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
    "SARIF": (lambda r: sarif.render(r), _json),
    "JUnit": (junit.render, _junit),
    "OpenMetrics": (open_metrics.render, _openmetrics),
    "OTLP": (lambda r: otlp_trace.render(r, TraceOrigin()), _json),
    "CSV": (lambda r: drift_text.render_csv(r.drift), _csv),
    "Slack": (lambda r: slack.render(r, ""), _slack),
    "status": (lambda r: headline(r)[:140], _lines),
    "HTML": (html_report.render, _html),
}
#: As a command shows what no other does.
_OF_A_COMMAND = {
    f"{command}, {name}": (
        lambda r, command=command, make=make: make(replace(r, command=command)),
        judge,
    )
    for command in ("audit", "preflight", "rollback")
    for name, (make, judge) in {
        "terminal": OF_A_REPORT["terminal"],
        "summary": OF_A_REPORT["summary"],
    }.items()
}
OF_A_REPORT |= {
    **_OF_A_COMMAND,
    "printed": (json_report.printed, _json),
    "webhook": (lambda r: event.render(r, ""), _keys),
    "Slack, workflow": (lambda r: slack.render_flat(r, ""), _flat),
    "Slack, bot": (lambda r: slack.render_for_bot(r, "", "C1", ""), _slack),
    "ledger, text": (lambda r: ledger_text.render(r.ledger, r.findings, r.advice[0]), _lines),
}
OF_A_STATUS = {
    "status, text": (status_text.render, _lines),
    "status, JSON": (status_text.render_json, _json),
}


def _health_json(surveyed):
    told = health_text.health_json(FILLED, surveyed, Outcome.WARN, [surveyed.path], [FILLED])
    return result_json.render("health", told)


#: What else is shown, each with what it shows.
OF_OTHERS = {
    "live view": (LiveView, lambda v: view_text.render(v, PLAIN, v.report.reason), _lines),
    "live view, JSON": (LiveView, view_text.render_json, _json),
    "figures": (DeliveryFigures, figures_text.render, _lines),
    "figures, JSON": (DeliveryFigures, figures_text.render_json, _json),
    "figures, OpenMetrics": (DeliveryFigures, open_metrics.render_figures, _openmetrics),
    "replay": (Replay, replay_text.render, _lines),
    "replay, JSON": (Replay, replay_text.render_json, _json),
    "plan": (RollBackTo, lambda p: terminal.render_plan(p, p.warnings[0]), _lines),
    "health": (SurveyedPath, _health, _lines),
    "health, JSON": (SurveyedPath, _health_json, _json),
    "trend, JSON": (DriftMoment, lambda m: trend_text.trend_json([m]), _json),
    "trend": (DriftMoment, lambda m: "\n".join(trend_text.trend_lines([m])), _lines),
}
SURFACES = (
    {name: (Report, *row) for name, row in OF_A_REPORT.items()}
    | {name: (EnvironmentStatus, *row) for name, row in OF_A_STATUS.items()}
    | OF_OTHERS
)
KINDS = tuple(dict.fromkeys(kind for kind, _, _ in SURFACES.values()))
#: What is redacted as a whole before it is shown.
_REDACTED = (Report, EnvironmentStatus, LiveView, DeliveryFigures)


def broken(surface, value, fields=with_text):
    """Return each field of which this text breaks the surface, with how."""
    kind, make, judge = SURFACES[surface]
    usual = filled(kind)
    harmless = make(usual)
    found = []
    for field, given in fields(usual, value):
        shown = make(redacted(given, Redactor()) if kind in _REDACTED else given)
        wrong = judge(shown, harmless)
        if left := set(shown) & _CONTROLS:
            wrong = f"controls {sorted(left)}"
        if wrong:
            found.append(f"{field}: {wrong}")
    return found


def main():
    """Print how many fields break each surface, by value; exit with 1 where any does."""
    surfaces = list(SURFACES)
    sys.stdout.write(f"{'':44}" + " ".join(surfaces) + "\n")
    worst = 0
    for value in VALUES:
        counts = [len(broken(surface, value)) for surface in surfaces]
        worst = max(worst, *counts)
        cells = " ".join(str(n).rjust(len(s)) for n, s in zip(counts, surfaces, strict=True))
        sys.stdout.write(f"{ascii(value)[:42]:44}{cells}\n")
    fields = sum(1 for kind in KINDS for _ in with_text(filled(kind), "x"))
    sys.stdout.write(f"{len(VALUES)} values, {fields} fields, {FILLED!r} in all others\n")
    sys.exit(worst > 0)


if __name__ == "__main__":
    main()
