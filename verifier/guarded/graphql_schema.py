"""What an API says of itself by GraphQL, and whether what is sent to it fits."""

from collections.abc import Collection, Iterator, Mapping

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    get_introspection_query,
    get_named_type,
    parse,
    validate,
    visit,
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
        schema = build_client_schema(introspection, assume_valid=True)  # type: ignore[arg-type]
        for type_ in schema.type_map.values():
            if isinstance(type_, GraphQLEnumType):
                _ = type_.values  # words are read as they are asked for, and may be none
    except (GraphQLError, TypeError, KeyError, AttributeError, ValueError) as error:
        raise UnexpectedAnswerError(
            f"could not read {provider}'s schema: the answer is no introspection"
        ) from error
    return schema


class _NothingDeprecated(NoDeprecatedCustomRule):
    """The library's rule, which reads an argument's field of a text: an introspection has none."""

    _field = ""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        # A field's arguments come before the fields within it.
        self._field = node.name.value
        super().enter_field(node)

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        argument, directive = self.context.get_argument(), self.context.get_directive()
        if argument is None or argument.deprecation_reason is None:
            return
        owner = self.context.get_parent_type()
        place = f"{owner}.{self._field}" if directive is None else f"@{directive.name}"
        said = f"The argument '{place}({node.name.value}:)' is deprecated."
        self.report_error(GraphQLError(f"{said} {argument.deprecation_reason}", node))


def misfits(schema: GraphQLSchema, documents: Mapping[str, str]) -> Iterator[tuple[str, Outcome]]:
    """Yield what of these documents, by name, is not in a schema, or deprecated there."""
    for name, text in documents.items():
        document = parse(text)
        for error in validate(schema, document):
            yield f"{name}: {error.message}", Outcome.FAIL
        for error in validate(schema, document, [_NothingDeprecated]):
            yield f"{name}: {error.message}", Outcome.WARN


def answer_changes(
    known: GraphQLSchema,
    today: GraphQLSchema,
    documents: Mapping[str, str],
    without: Collection[str] = (),
) -> Iterator[tuple[str, Outcome]]:
    """
    Yield how what these documents ask for is answered otherwise than in the schema that is known.

    A field that may be null now, or is of another type, is a failure; a word or a type that an
    answer may hold and that nobody knows yet, of all but the unions `without`, a warning.
    What is no longer there is left to `misfits`.
    """
    reached: dict[str, None] = {}
    for owner, name in _asked_fields(known, documents):
        was, now = _field(known, owner, name), _field(today, owner, name)
        if was is None or now is None:
            continue
        reached[get_named_type(was).name] = None
        if not _is_kept(was, now):
            yield f"{owner}.{name} changed its type from {was} to {now}", Outcome.FAIL
    for name in reached:
        if name not in without:
            for one in sorted(_possible(today, name) - _possible(known, name)):
                yield f"{name} may be {one} now", Outcome.WARN


def _asked_fields(
    schema: GraphQLSchema, documents: Mapping[str, str]
) -> Mapping[tuple[str, str], None]:
    """The fields that are asked for, by the name of their type and their own, in order."""
    seen: dict[tuple[str, str], None] = {}
    info = TypeInfo(schema)

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            owner = info.get_parent_type()
            if owner is not None:
                seen[owner.name, node.name.value] = None

    for text in documents.values():
        visit(parse(text), TypeInfoVisitor(info, Fields()))
    return seen


def _field(schema: GraphQLSchema, owner: str, name: str) -> GraphQLOutputType | None:
    type_ = schema.get_type(owner)
    if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) or name not in type_.fields:
        return None
    found: GraphQLOutputType = type_.fields[name].type
    return found


def _is_kept(was: GraphQLOutputType, now: GraphQLOutputType) -> bool:
    """Whether what is answered now could have been answered then."""
    if isinstance(now, GraphQLNonNull) and not isinstance(was, GraphQLNonNull):
        return _is_kept(was, now.of_type)
    if isinstance(was, GraphQLNonNull) and isinstance(now, GraphQLNonNull):
        return _is_kept(was.of_type, now.of_type)
    if isinstance(was, GraphQLList) and isinstance(now, GraphQLList):
        return _is_kept(was.of_type, now.of_type)
    return str(was) == str(now)


def _possible(schema: GraphQLSchema, name: str) -> set[str]:
    """What an answer of this type may be: an interface is open to all that has its fields."""
    type_ = schema.get_type(name)
    if isinstance(type_, GraphQLEnumType):
        return set(type_.values)
    if isinstance(type_, GraphQLUnionType):
        return {one.name for one in type_.types}
    return set()
