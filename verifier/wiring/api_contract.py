"""What `verifier doctor --schema` compares: the APIs of today, and what is sent to them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from verifier.commands.ports import attempt
from verifier.config.env_checks import railway_headers_of, railway_url_of
from verifier.config.settings import GITHUB_URL
from verifier.decide.diagnosis import contract_report
from verifier.errors import UnexpectedAnswerError
from verifier.github.connection import open_connection
from verifier.github.graphql_changes import check_github_contract
from verifier.github.json_shapes import mapping, parsed
from verifier.guarded import web
from verifier.guarded.graphql_schema import introspection_document
from verifier.model.check_ids import CONTRACT, GITHUB_CONTRACT
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.http_status import Meaning, meaning_of
from verifier.model.report import Report
from verifier.railway.api_changes import check_contract
from verifier.railway.transport import Transport


def examine_contract(
    environ: Mapping[str, str], snapshot: str, of_github: str, now: Callable[[], datetime]
) -> Report:
    """
    Ask Railway for its schema, and tell how it differs from `snapshot`, the text of ours.

    GitHub is asked for its own, where there is a token for that; it is compared with `of_github`.

    Raises:
        UnreachableError: no connection can be made with the settings of this runner.
    """
    started_at = now()
    with web.open_client(railway_headers_of(environ)) as http:
        transport = Transport(http, railway_url_of(environ))

        def ask() -> tuple[Finding, ...]:
            schema = transport.read("read Railway's schema", introspection_document())
            return tuple(check_contract(schema, snapshot))

        found = attempt(ask)
    if isinstance(found, Unobserved):
        found = (Finding(CONTRACT, Outcome.INCONCLUSIVE, found.reason, hint=found.hint),)
    return contract_report((*found, *_of_github(environ, of_github)), started_at, now())


def _of_github(environ: Mapping[str, str], snapshot: str) -> tuple[Finding, ...]:
    token = environ.get("GITHUB_TOKEN", "").strip()
    if not token:
        text = "GitHub's API was not compared: GITHUB_TOKEN is not set"
        return (Finding(GITHUB_CONTRACT, Outcome.SKIP, text),)
    url = environ.get("GITHUB_API_URL", "").strip().rstrip("/") or GITHUB_URL

    def ask() -> tuple[Finding, ...]:
        connection = open_connection(url, token)
        try:
            fetched = connection.ask(introspection_document(), {}, "read GitHub's schema")
        finally:
            connection.close()
        if meaning_of(fetched.status_code) is not Meaning.SUCCESS:
            text = f"could not read GitHub's schema: HTTP {fetched.status_code}"
            raise UnexpectedAnswerError(text, hint="check GITHUB_TOKEN and GITHUB_API_URL")
        answer = mapping(parsed(fetched.body))
        return tuple(check_github_contract(mapping(answer.get("data")), snapshot))

    found = attempt(ask)
    if isinstance(found, Unobserved):
        return (Finding(GITHUB_CONTRACT, Outcome.INCONCLUSIVE, found.reason, hint=found.hint),)
    return found
