"""Whether GitHub's GraphQL API still has what is asked of it."""

from collections.abc import Iterator, Mapping

from verifier.github import actor_numbers, api, bulk_document, classic_details
from verifier.guarded.graphql_schema import misfits, schema_of
from verifier.model.check_ids import GITHUB_CONTRACT
from verifier.model.finding import Finding, Outcome

_HINT = "update the verifier; if this is the newest one, open an issue with this line"


def documents() -> Mapping[str, str]:
    """Return everything that is asked of it on github.com, by name."""
    rooms = (bulk_document, actor_numbers, classic_details, api)
    return {
        name.strip("_"): text
        for room in rooms
        for name, text in vars(room).items()
        if isinstance(text, str) and text.lstrip().startswith("query ")
    }


def check_github_contract(introspection: Mapping[str, object]) -> Iterator[Finding]:
    """
    Compare what is asked with what GitHub says of its API today.

    Raises:
        UnexpectedAnswerError: the answer is no schema.
    """
    asked = documents()
    found = dict(misfits(schema_of(introspection, "GitHub"), asked))
    for text, outcome in found.items():
        said = f"GitHub's API has changed: {text}"
        yield Finding(GITHUB_CONTRACT, outcome, said, hint=_HINT)
    if not found:
        text = f"all {len(asked)} questions fit GitHub's GraphQL API as it is today"
        yield Finding(GITHUB_CONTRACT, Outcome.PASS, text)
