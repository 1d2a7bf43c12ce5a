"""Whether GitHub's GraphQL API still has what is asked of it."""

from collections.abc import Iterator, Mapping

from graphql import build_schema

from verifier.github import actor_numbers, api, bulk_document, classic_details, server_types
from verifier.guarded.graphql_schema import answer_changes, misfits, schema_of
from verifier.model.check_ids import GITHUB_CONTRACT
from verifier.model.finding import Finding, Outcome

#: Each member of it belongs to a word of RepositoryRuleType, which tells a new one.
_TOLD_BY_A_WORD = ("RuleParameters",)
_HINT = "update the verifier; if this is the newest one, open an issue with this line"


def documents() -> Mapping[str, str]:
    """Return everything that is asked of it on github.com, by name."""
    rooms = (bulk_document, actor_numbers, classic_details, server_types, api)
    return {
        name.strip("_"): text
        for room in rooms
        for name, text in vars(room).items()
        if isinstance(text, str) and text.lstrip().startswith("query ")
    }


def check_github_contract(introspection: Mapping[str, object], snapshot: str) -> Iterator[Finding]:
    """
    Compare what is asked with what GitHub says of its API today.

    `introspection` is the `data` of an answer to `introspection_document`, `snapshot` the text of
    the schema that the questions were written for.

    Raises:
        UnexpectedAnswerError: the answer is no schema.
    """
    asked, today = documents(), schema_of(introspection, "GitHub")
    found = dict(misfits(today, asked))
    found |= dict(answer_changes(build_schema(snapshot), today, asked, _TOLD_BY_A_WORD))
    for text, outcome in found.items():
        said = f"GitHub's API has changed: {text}"
        yield Finding(GITHUB_CONTRACT, outcome, said, hint=_HINT)
    if not found:
        text = f"all {len(asked)} questions fit GitHub's GraphQL API as it is today"
        yield Finding(GITHUB_CONTRACT, Outcome.PASS, text)
