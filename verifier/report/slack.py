"""
A report as a Slack message: the headline, what is live, what to do.

Everything that the world says is plain text there: no mention, no link, no markup.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.model.exit_code import ExitCode
from verifier.model.report import Report
from verifier.report.harmless_text import plain, prose
from verifier.report.headline import MARKS, spoken_headline
from verifier.report.spoken import say, word
from verifier.report.story import cause_words, commit_words, live_now, live_words, step_of, steps

#: Slack takes 150 characters of a header and 3,000 of a text.
_HEADER = 150
_TEXT = 2900
#: So many steps of that length fit into a text.
_STEPS = 9
#: And 10 elements of a context.
_LINKS = 10


def render(report: Report, run_url: str) -> str:
    """Return the JSON body for an incoming webhook; `run_url` is this run's page, if any."""
    return json.dumps(_content(report, run_url))


def _content(report: Report, run_url: str) -> dict[str, object]:
    title = f"{MARKS[report.exit_code]} {spoken_headline(report)}"
    lines = "\n".join(_lines(report))
    blocks: list[object] = [
        {"type": "header", "text": _plain(title, _HEADER)},
        {"type": "section", "text": _plain(lines, _TEXT)},
    ]
    shown_steps = [step_of(step).text for step in steps(report)]
    if to_do := "\n".join(_numbered(shown_steps)):
        blocks.append({"type": "section", "text": _plain(to_do, _TEXT)})
    links = [(word("Run and report"), run_url)] if run_url else []
    links += dict.fromkeys(page for step in steps(report) for page in step_of(step).pages)
    if links:
        shown = [f"<{_escaped(url)}|{_escaped(name)}>" for name, url in links[:_LINKS]]
        elements = [{"type": "mrkdwn", "text": text} for text in shown]
        blocks.append({"type": "context", "elements": elements})
    return {"text": _escaped(plain(title, _HEADER)), "blocks": blocks}


def render_flat(report: Report, run_url: str) -> str:
    """
    Return the JSON body for the webhook of a workflow, whose variables are all text.

    Source: https://slack.com/help/articles/360041352714
    """
    live = "; ".join(say(live_words(report, one)) for one in live_now(report))
    said = {
        "headline": f"{MARKS[report.exit_code]} {spoken_headline(report)}",
        "verdict": str(report.verdict),
        "exit_code": str(int(report.exit_code)),
        "environment": report.environment or next(iter(report.audited), ""),
        "commit": say(commit_words(report, report.commit)),
        "reason": say(report.reason),
        "live_now": live,
        "to_do": " ".join(_numbered(steps(report))),
        "run": run_url,
    }
    return json.dumps({name: _escaped(prose(text, _TEXT)) for name, text in said.items()})


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """What a bot finds of itself in a channel: what an earlier run said."""

    ts: str
    environment: str
    commit: str
    is_good: bool
    replies: int


def messages_in(answer: Mapping[str, object]) -> tuple[ChannelMessage, ...]:
    """Return the verifier's own messages in an answer of `conversations.history`, newest first."""
    listed = answer.get("messages")
    found = [_message(each) for each in listed] if isinstance(listed, list) else []
    return tuple(message for message in found if message is not None)


def _message(value: object) -> ChannelMessage | None:
    match value:
        case {
            "ts": str(ts),
            "metadata": {
                "event_type": "railway_deploy_verifier",
                "event_payload": {
                    "environment": str(environment),
                    "commit": str(commit),
                    "is_good": bool(is_good),
                },
            },
            **rest,
        }:
            replies = rest.get("reply_count", 0)
            number = replies if isinstance(replies, int) else 0
            return ChannelMessage(ts, environment, commit, is_good, number)
        case _:
            return None


def thread_for(report: Report, messages: Sequence[ChannelMessage]) -> str:
    """
    Return the thread that a report belongs to; empty where it begins one.

    A deploy has one thread. What is good again after a failure is told below that failure.
    """
    about = [each for each in messages if each.environment == report.environment]
    if not report.environment or not about:
        return ""
    latest = about[0]
    is_good = report.exit_code is ExitCode.GOOD
    recovers = is_good and not latest.is_good and not latest.replies
    same = bool(report.commit) and latest.commit == report.commit
    return latest.ts if same or recovers else ""


def render_for_bot(report: Report, run_url: str, channel: str, thread_ts: str) -> str:
    """Return the JSON body for `chat.postMessage`."""
    payload = {
        "environment": plain(report.environment, 300),
        "commit": report.commit,
        "is_good": report.exit_code is ExitCode.GOOD,
    }
    return json.dumps(
        {
            **_content(report, run_url),
            "channel": channel,
            "metadata": {"event_type": "railway_deploy_verifier", "event_payload": payload},
            **({"thread_ts": thread_ts} if thread_ts else {}),
        }
    )


def _lines(report: Report) -> Iterator[str]:
    place = report.environment or next(iter(report.audited), "")
    if place:
        yield plain(place, 300)
    if report.commit:
        yield plain(f"{word('Commit')}: {say(commit_words(report, report.commit))}", 300)
    yield prose(say(report.reason), 900)
    if report.rollback_reason:
        yield prose(f"{say('Reason for the manual rollback')}: {report.rollback_reason}", 600)
    for live in live_now(report)[:8]:
        yield prose(f"{word('Live now')}: {say(live_words(report, live))}", 300)
    for cause in report.known_causes[:1]:
        yield prose(f"{word('Likely cause')}: {say(cause_words(cause))}", 600)


def _numbered(found: Sequence[str]) -> Iterator[str]:
    """Every step that there is room for: what is left out is said to be."""
    for number, step in enumerate(found[:_STEPS], start=1):
        yield prose(f"{number}. {say(step)}", 300)
    if (left := len(found) - _STEPS) > 0:
        yield say(
            "1 more step is in the report" if left == 1 else f"{left} more steps are in the report"
        )


def _plain(text: str, limit: int) -> dict[str, object]:
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return {"type": "plain_text", "text": shown, "emoji": False}


def _escaped(text: str) -> str:
    """Slack reads `<…>` as mentions and links wherever it reads markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
