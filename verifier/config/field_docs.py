"""What stands below a field in its class, for a schema: Python itself keeps no such text."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

_MODEL = Path(__file__).parents[1] / "model"


def described(schema: Mapping[str, object]) -> Mapping[str, object]:
    """Return a schema of classes of the model, each field with what its class says of it."""
    texts = dict(_field_texts())
    whole = _of_class(schema, str(schema.get("title")), texts)
    match schema:
        case {"$defs": dict(classes)}:
            inner = {name: _of_class(each, name, texts) for name, each in classes.items()}
            return {**whole, "$defs": inner}
        case _:
            return whole


def _of_class(
    schema: Mapping[str, object], name: str, texts: Mapping[tuple[str, str], str]
) -> Mapping[str, object]:
    match schema:
        case {"properties": dict(fields)}:
            return {
                **schema,
                "properties": {k: _of_field(f, texts.get((name, k))) for k, f in fields.items()},
            }
        case _:
            return schema


def _of_field(schema: Mapping[str, object], text: str | None) -> Mapping[str, object]:
    return {"description": text, **schema} if text else schema


def _field_texts() -> Iterator[tuple[tuple[str, str], str]]:
    """Yield class and field, and the text below the field."""
    for path in sorted(_MODEL.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                yield from (((node.name, field), text) for field, text in _texts_in(node))


def _texts_in(kind: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(kind.body, kind.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(ast.Constant(str(text))),
            ):
                # `from_` is the key `from`.
                yield name.rstrip("_"), " ".join(text.split())
            case _:
                pass
