"""Tells Slack, the commit and the pull request. A delivery that fails changes no verdict."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.config.env_checks import receivers_of
from verifier.config.sections import NotifySection
from verifier.decide.gate.notify import is_due
from verifier.delivery.posting import try_to_deliver
from verifier.errors import ProviderError, UnreachableError
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Unobserved
from verifier.model.job_pages import run_page
from verifier.model.past_verdict import PastVerdict
from verifier.model.report import Report
from verifier.model.verdict import NotifyMode, VerdictWord
from verifier.report import markdown
from verifier.report.shortened import COMMENT_BYTES, shortened
from verifier.report.spoken import say

if TYPE_CHECKING:
    from verifier.github.api import Api

#: What is certain enough to be said of a deployment.
_TOLD_STATES = {VerdictWord.PASSED: "success", VerdictWord.FAILED: "failure"}


def tell(
    report: Report,
    section: NotifySection | None,
    records: Callable[[], Sequence[PastVerdict] | Unobserved] = tuple,
    sleep: Callable[[float], None] = time.sleep,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """
    Send a redacted report to whom the configuration names, and say what did not arrive.

    `records` reads what gates found, newest first; it is asked only where good news may be old.
    """
    if section is None:
        return
    run_url, channel = run_page(environ), section.slack_channel
    receivers = set(receivers_of(channel, environ))
    has_slack, has_webhook = "slack" in receivers, "webhook" in receivers
    modes = [section.slack] * has_slack + [section.webhook] * has_webhook
    is_good_news = report.exit_code is ExitCode.GOOD and NotifyMode.ON_CHANGE in modes
    known = records() if is_good_news else ()
    if has_slack and is_due(report, section.slack, known):
        from verifier.delivery.slack_delivery import tell_slack

        send = partial(tell_slack, report, run_url, channel, environ, sleep)
        try_to_deliver("Slack", send)
    if has_webhook and is_due(report, section.webhook, known):
        from verifier.delivery.webhook import tell_webhook

        send = partial(tell_webhook, report, run_url, environ, datetime.now(UTC), sleep)
        try_to_deliver("the webhook", send)
    if section.commit_status:
        try_to_deliver("the commit status", lambda: _commit_status(report, environ))
    if section.comment:
        names_author = section.name_author
        try_to_deliver("the pull request", lambda: _comment(report, environ, names_author))
    if section.railway_deployment:
        try_to_deliver("the deployment at GitHub", lambda: _railway_deployment(report, environ))


def _commit_status(report: Report, environ: Mapping[str, str]) -> None:
    from verifier.github.messages import set_status
    from verifier.report.headline import spoken_headline

    sha = report.commit or environ.get("GITHUB_SHA", "")
    context = f"Railway deploy verifier / {report.command}"
    with _api(environ) as api:
        set_status(api, sha, context, report.exit_code, spoken_headline(report), run_page(environ))


def _railway_deployment(report: Report, environ: Mapping[str, str]) -> None:
    """Tell a gate's verdict on Railway's own record, which says success of whatever has started."""
    from verifier.github.messages import tell_railway_deployment
    from verifier.report.headline import spoken_headline

    state = _TOLD_STATES.get(report.verdict, "") if report.command == "gate" else ""
    if not state or not report.commit:
        return
    said, run_url = spoken_headline(report), run_page(environ)
    with _api(environ) as api:
        tell_railway_deployment(api, report.commit, report.environment, state, said, run_url)


def _comment(report: Report, environ: Mapping[str, str], names_author: bool) -> None:
    """
    Keep the comment on the pull request of the event, else on the one that brought the commit.

    A good deploy is no news there: it only brings a comment up to date that is there already.
    """
    from verifier.github.messages import author_of, keep_comment, number_of, pull_request_of

    number = number_of(_event(environ))
    if not number and not report.commit:
        return
    with _api(environ) as api:
        is_news = bool(number) or report.exit_code is not ExitCode.GOOD
        found = number or pull_request_of(api, report.commit)
        if not found:
            return
        text = shortened(markdown.render(report), COMMENT_BYTES)
        if names_author and report.commit and report.exit_code is not ExitCode.GOOD:
            # Who cannot be read keeps no comment back.
            with suppress(ProviderError):
                author = author_of(api, report.commit)
                text += f"\n@{author}" if author else ""
        forged = keep_comment(api, found, report.command, text, begins=is_news)
    if forged:
        told = (
            "warning: ignored 1 comment by somebody else that poses as the verifier's"
            if forged == 1
            else f"warning: ignored {forged} comments by others that pose as the verifier's"
        )
        click.echo(say(told), err=True)


def _event(environ: Mapping[str, str]) -> str:
    try:
        return Path(environ.get("GITHUB_EVENT_PATH", "")).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


@contextmanager
def _api(environ: Mapping[str, str]) -> Iterator["Api"]:
    from verifier.github.api import Api
    from verifier.github.connection import open_connection

    name = environ.get("GITHUB_REPOSITORY", "")
    url = environ.get("GITHUB_API_URL", "").rstrip("/") or "https://api.github.com"
    token = environ.get("GITHUB_TOKEN", "").strip()
    if not token or name.count("/") != 1:
        raise UnreachableError("GITHUB_TOKEN or GITHUB_REPOSITORY is not set")
    with closing(open_connection(url, token)) as connection:
        yield Api(connection, name)
