"""Whether Railway's API is still the one that the documents are written for."""

from collections.abc import Iterator, Mapping

from graphql import build_schema
from graphql.utilities import find_breaking_changes, find_dangerous_changes

from verifier.guarded.graphql_schema import misfits, schema_of
from verifier.model.check_ids import CONTRACT
from verifier.model.finding import Finding, Outcome
from verifier.railway import operations

_HINT = "update the verifier; if this is the newest one, open an issue with this line"
#: What is only more than before, unless it is a word that an answer may hold.
_TELLING = ("VALUE_ADDED_TO_ENUM", "ARG_DEFAULT_VALUE_CHANGE", "TYPE_ADDED_TO_UNION")
#: Of the GraphQL language, not of Railway.
_LANGUAGE = ("DIRECTIVE_LOCATION_REMOVED", "DIRECTIVE_REMOVED", "DIRECTIVE_ARG_REMOVED")


def documents() -> Mapping[str, str]:
    """
    Return everything that is sent to Railway, by name, each for a single service.

    `ROLL_BACK_OBJECT` is not among it: it is for an API that contradicts the schema.
    """
    found = {
        name: text
        for name, text in vars(operations).items()
        if name.isupper() and not name.startswith("_") and isinstance(text, str)
    }
    del found["ROLL_BACK_OBJECT"]
    asks = (
        operations.fleet,
        operations.more_deployments,
        operations.deployments,
        operations.deployment_variables,
        operations.service_variables,
        operations.audited_services,
    )
    return found | {ask.__name__: ask(1) for ask in asks}


def check_contract(introspection: Mapping[str, object], snapshot: str) -> Iterator[Finding]:
    """
    Compare what is sent with what Railway says of its API today.

    `introspection` is the `data` of an answer to `introspection_document`, `snapshot` the text of
    the schema that the documents were written for.

    Raises:
        UnexpectedAnswerError: the answer is no schema.
    """
    today = schema_of(introspection, "Railway")
    known = build_schema(snapshot)
    found = dict(misfits(today, documents()))
    for breaking in find_breaking_changes(known, today):
        if breaking.type.name not in _LANGUAGE:
            found[breaking.description] = Outcome.FAIL
    for change in find_dangerous_changes(known, today):
        if change.type.name in _TELLING:
            found[change.description] = Outcome.WARN
    for text, outcome in found.items():
        yield Finding(CONTRACT, outcome, f"Railway's API has changed: {text}", hint=_HINT)
    if not found:
        text = f"all {len(documents())} operations fit Railway's API as it is today"
        yield Finding(CONTRACT, Outcome.PASS, text)
