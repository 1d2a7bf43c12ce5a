"""Tells Slack, the commit and the pull request. A delivery that fails changes no verdict."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import httpx

from verifier.config.sections import NotifySection
from verifier.decide.gate.notify import is_due
from verifier.errors import ProviderError, UnreachableError
from verifier.guarded import rate_limits, web
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Unobserved
from verifier.model.http_status import Meaning, meaning_of
from verifier.model.past_verdict import PastVerdict
from verifier.model.report import Report
from verifier.model.verdict import NotifyMode
from verifier.report import markdown, slack
from verifier.report.harmless_text import plain
from verifier.report.shortened import COMMENT_BYTES, shortened

if TYPE_CHECKING:
    from verifier.github.api import Api

_LIMIT_S = 10.0
_LIMIT_BYTES = 100_000
_TRIES = 3
_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0


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
    url = environ.get("SLACK_WEBHOOK_URL", "").strip()
    is_good_news = report.exit_code is ExitCode.GOOD and section.slack is NotifyMode.ON_CHANGE
    known = records() if url and is_good_news else ()
    if url and is_due(report, section.slack, known):
        _attempt("Slack", lambda: send(url, slack.render(report, _run_url(environ)), sleep))
    if section.commit_status:
        _attempt("the commit status", lambda: _commit_status(report, environ))
    if section.comment:
        _attempt("the pull request", lambda: _comment(report, environ))


def send(url: str, body: str, sleep: Callable[[float], None]) -> None:
    """
    Post to an incoming webhook, again where it asks for that.

    Raises:
        UnreachableError: it did not take it.
    """
    said = "no answer"
    with web.open_client({"Content-Type": "application/json"}) as http:
        for attempt in range(_TRIES):
            try:
                request = http.build_request("POST", url, content=body.encode())
                answer = web.fetch(http, request, limit_s=_LIMIT_S, limit_bytes=_LIMIT_BYTES)
            except httpx.InvalidURL as error:
                raise UnreachableError("SLACK_WEBHOOK_URL is not a valid URL") from error
            except UnreachableError as error:
                said = error.explained
                pause_s = _PAUSE_S
            else:
                if answer.status_code == 200:
                    return
                said = f"HTTP {answer.status_code}"
                if meaning_of(answer.status_code) not in (Meaning.NOT_NOW, Meaning.BROKEN):
                    break
                pause_s = rate_limits.pause_s(answer.headers, datetime.now(UTC), _PAUSE_S)
            if pause_s > _LONGEST_PAUSE_S or attempt == _TRIES - 1:
                break
            sleep(pause_s)
    raise UnreachableError(f"notification not delivered: {said}")


def _attempt(whom: str, send_it: Callable[[], None]) -> None:
    try:
        send_it()
    except ProviderError as error:
        click.echo(f"warning: {whom}: {plain(error.explained)}", err=True)


def _run_url(environ: Mapping[str, str]) -> str:
    run, repository = environ.get("GITHUB_RUN_ID", ""), environ.get("GITHUB_REPOSITORY", "")
    server = environ.get("GITHUB_SERVER_URL", "https://github.com")
    return f"{server}/{repository}/actions/runs/{run}" if run and repository else ""


def _commit_status(report: Report, environ: Mapping[str, str]) -> None:
    from verifier.github.messages import set_status
    from verifier.report.headline import headline

    sha = report.commit or environ.get("GITHUB_SHA", "")
    context = f"Railway deploy verifier / {report.command}"
    with _api(environ) as api:
        set_status(api, sha, context, report.exit_code, headline(report), _run_url(environ))


def _comment(report: Report, environ: Mapping[str, str]) -> None:
    from verifier.github.messages import keep_comment, number_of

    number = number_of(_event(environ))
    if number:
        with _api(environ) as api:
            text = shortened(markdown.render(report), COMMENT_BYTES)
            forged = keep_comment(api, number, report.command, text)
        if forged:
            told = f"warning: ignored {forged} comments by others that pose as the verifier's"
            click.echo(told, err=True)


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
