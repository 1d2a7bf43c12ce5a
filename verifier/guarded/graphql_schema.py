"""What an API says of itself by GraphQL, and whether what is sent to it fits."""

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLError,
    GraphQLSchema,
    build_client_schema,
    get_introspection_query,
    parse,
    validate,
)
from graphql.validation import NoDeprecatedCustomRule

from verifier.errors import UnexpectedAnswerError
from verifier.model.finding import Outcome


def introspection_document() -> str:
    """Return the question for the whole schema."""
    return get_introspection_query(descriptions=False, input_value_deprecation=True)


def schema_of(introspection: Mapping[str, object], provider: str) -> GraphQLSchema:
    """
    Return the schema that an answer to `introspection_document` tells.

    Raises:
        UnexpectedAnswerError: the answer is no schema.
    """
    try:
        return build_client_schema(introspection, assume_valid=True)  # type: ignore[arg-type]
    except (GraphQLError, TypeError, KeyError, AttributeError, ValueError) as error:
        raise UnexpectedAnswerError(
            f"could not read {provider}'s schema: the answer is no introspection"
        ) from error


def misfits(schema: GraphQLSchema, documents: Mapping[str, str]) -> Iterator[tuple[str, Outcome]]:
    """Yield what of these documents, by name, is not in a schema, or deprecated there."""
    for name, text in documents.items():
        document = parse(text)
        for error in validate(schema, document):
            yield f"{name}: {error.message}", Outcome.FAIL
        for error in validate(schema, document, [NoDeprecatedCustomRule]):
            yield f"{name}: {error.message}", Outcome.WARN
