"""What `verifier doctor --schema` compares: Railway's API of today, and what is sent to it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from verifier.commands.ports import attempt
from verifier.config.env_checks import railway_headers_of, railway_url_of
from verifier.decide.diagnosis import contract_report
from verifier.guarded import web
from verifier.model.check_ids import CONTRACT
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.report import Report
from verifier.railway.api_changes import check_contract, introspection_document
from verifier.railway.transport import Transport


def examine_contract(
    environ: Mapping[str, str], snapshot: str, now: Callable[[], datetime]
) -> Report:
    """
    Ask Railway for its schema, and tell how it differs from `snapshot`, the text of ours.

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
    return contract_report(found, started_at, now())
