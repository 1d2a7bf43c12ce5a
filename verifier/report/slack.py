"""
A report as a Slack message: the headline, what is live, what to do.

Everything that the world says is plain text there: no mention, no link, no markup.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

import json
from collections.abc import Iterator

from verifier.model.report import Report
from verifier.report.harmless_text import plain, prose
from verifier.report.headline import MARKS, headline
from verifier.report.story import live_now, live_words, steps

#: Slack takes 150 characters of a header and 3,000 of a text.
_HEADER = 150
_TEXT = 2900


def render(report: Report, run_url: str) -> str:
    """Return the JSON body for an incoming webhook; `run_url` is this run's page, if any."""
    title = f"{MARKS[report.exit_code]} {headline(report)}"
    lines = "\n".join(_lines(report))
    blocks: list[object] = [
        {"type": "header", "text": _plain(title, _HEADER)},
        {"type": "section", "text": _plain(lines, _TEXT)},
    ]
    if run_url:
        link = {"type": "mrkdwn", "text": f"<{_escaped(run_url)}|Run and report>"}
        blocks.append({"type": "context", "elements": [link]})
    return json.dumps({"text": _escaped(plain(title, _HEADER)), "blocks": blocks})


def _lines(report: Report) -> Iterator[str]:
    place = report.environment or next(iter(report.audited), "")
    commit = f" commit {report.commit[:8]}" if report.commit else ""
    if place or commit:
        yield plain(f"{place}{commit}".strip(), 300)
    yield prose(report.reason, 900)
    if report.rollback_reason:
        yield prose(f"Reason for the manual rollback: {report.rollback_reason}", 600)
    for live in live_now(report)[:8]:
        yield prose(f"Live now: {live_words(report, live)}", 300)
    for number, step in enumerate(steps(report)[:3], start=1):
        yield prose(f"{number}. {step}", 300)


def _plain(text: str, limit: int) -> dict[str, object]:
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return {"type": "plain_text", "text": shown, "emoji": False}


def _escaped(text: str) -> str:
    """Slack reads `<…>` as mentions and links wherever it reads markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
