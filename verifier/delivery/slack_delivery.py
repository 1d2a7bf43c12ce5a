"""
Tells Slack: by an incoming webhook, a workflow's webhook, or a bot in one thread a deploy.

Sources: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
https://docs.slack.dev/reference/methods/chat.postMessage
"""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from verifier.delivery.posting import Receiver, post
from verifier.errors import UnreachableError
from verifier.guarded.redaction import without_secrets
from verifier.model.report import Report
from verifier.report import slack
from verifier.report.harmless_text import plain

_API = "https://slack.com/api"
_WORKFLOW = re.compile(r"(?i:https?)://[^/?#]+/(?:triggers|workflows)/")
#: How far back a bot looks for the thread of a deploy.
_MESSAGES = 100


def tell_slack(
    report: Report,
    run_url: str,
    channel: str,
    environ: Mapping[str, str],
    sleep: Callable[[float], None],
) -> None:
    """
    Send the report; by the bot where there is one, else by the webhook.

    Raises:
        UnreachableError: Slack did not take it.
    """
    token = environ.get("SLACK_BOT_TOKEN", "").strip()
    if token and channel:
        api_url = environ.get("SLACK_API_URL", "").strip().rstrip("/") or _API
        _tell_by_bot(report, run_url, channel, _Bot(api_url, token, sleep))
        return
    url = environ.get("SLACK_WEBHOOK_URL", "").strip()
    render = slack.render_flat if _WORKFLOW.match(url) else slack.render
    post(Receiver(url, "SLACK_WEBHOOK_URL"), render(report, run_url), sleep)


class _Bot:
    """Asks Slack's methods, whose refusals come with HTTP 200."""

    def __init__(self, api_url: str, token: str, sleep: Callable[[float], None]) -> None:
        self._api_url = api_url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._sleep = sleep

    def ask(self, method: str, body: str, content_type: str) -> Mapping[str, object]:
        """
        Return the answer of a method.

        Raises:
            UnreachableError: there is none, or it is a refusal.
        """
        url = f"{self._api_url}/{method}"
        receiver = Receiver(url, "SLACK_API_URL", self._headers, content_type=content_type)
        try:
            answer: object = json.loads(post(receiver, body, self._sleep))
        except (ValueError, RecursionError) as error:
            raise UnreachableError(f"{method}: the answer is no JSON") from error
        told = (
            {str(name): value for name, value in answer.items()} if isinstance(answer, dict) else {}
        )
        if told.get("ok") is True:
            return told
        raise UnreachableError(
            f"{method}: Slack says {plain(without_secrets(str(told.get('error'))), 80)}"
        )


def _tell_by_bot(report: Report, run_url: str, channel: str, bot: _Bot) -> None:
    thread_ts = ""
    try:
        asked = urlencode({"channel": channel, "limit": _MESSAGES, "include_all_metadata": "true"})
        form = "application/x-www-form-urlencoded"
        found = slack.messages_in(bot.ask("conversations.history", asked, form))
        thread_ts = slack.thread_for(report, found)
    except UnreachableError:
        # A bot that may only write begins a new thread each time.
        pass
    body = slack.render_for_bot(report, run_url, channel, thread_ts)
    bot.ask("chat.postMessage", body, "application/json; charset=utf-8")
