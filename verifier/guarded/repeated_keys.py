"""A YAML file in which a key stands twice, by each of its values: the last hides the others."""

from collections import Counter
from collections.abc import Iterator

import yaml

from verifier.guarded.bounded_yaml import Loader
from verifier.guarded.yaml_document import Document, mappings_in

_MOST_READINGS = 5


def readings(document: Document) -> Iterator[Document]:
    """
    Yield the document with the first of each key that stands twice, then the second, and so on.

    The document itself, in which the last counts, comes last, or is the only one.
    """
    for number in range(min(_most_often(document.root) - 1, _MOST_READINGS)):
        try:
            root = _with_nth(document.root, number, {})
            value = Loader("").construct_document(root)
        except (yaml.YAMLError, RecursionError, ValueError):
            continue
        yield Document(document.file, value, root)
    yield document


def _most_often(root: yaml.Node | None) -> int:
    """How often the key that stands most often in one mapping stands there; 1 at least."""
    names = (
        Counter(key.value for key, _ in mapping.value if isinstance(key, yaml.ScalarNode))
        for mapping in mappings_in(root)
    )
    return max((max(found.values(), default=1) for found in names), default=1)


def _with_nth(node: yaml.Node | None, number: int, made: dict[int, yaml.Node]) -> yaml.Node | None:
    """Copy a tree in which each key stands once, with its value of that number or its last."""
    if id(node) in made:
        return made[id(node)]
    match node:
        case yaml.MappingNode():
            pairs: dict[object, list[tuple[yaml.Node, yaml.Node]]] = {}
            for key, value in node.value:
                name = key.value if isinstance(key, yaml.ScalarNode) else id(key)
                pairs.setdefault(name, []).append((key, value))
            copy = yaml.MappingNode(node.tag, [], node.start_mark, node.end_mark)
            made[id(node)] = copy
            chosen = [found[min(number, len(found) - 1)] for found in pairs.values()]
            copy.value = [(key, _with_nth(value, number, made)) for key, value in chosen]
            return copy
        case yaml.SequenceNode():
            row = yaml.SequenceNode(node.tag, [], node.start_mark, node.end_mark)
            made[id(node)] = row
            row.value = [_with_nth(value, number, made) for value in node.value]
            return row
        case _:
            return node
