"""Where one change set of Liquibase stands in a file of several, and in which form."""

from functools import lru_cache
from itertools import pairwise

import yaml

from verifier.database.ledger_tool import ending_of
from verifier.database.liquibase_sql import change_sets_in
from verifier.guarded import bounded_yaml
from verifier.model.migration_ledger import Migration


def own_part(migration: Migration, content: bytes) -> tuple[int, bytes]:
    """
    Return the line in which a migration begins in its file, from 1, and what it consists of.

    That is the file, except where it holds several: its text may change, and not that migration.
    """
    parts = _parts(content, ending_of(migration))
    return parts.get(migration.version.partition("::")[2], (1, content))


@lru_cache(2)
def _parts(content: bytes, ending: str) -> dict[str, tuple[int, bytes]]:
    """
    Return the line and the text of each change set of a file, by its id and author.

    A file is read once for all of them: there may be thousands.
    """
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    read = {"sql": _in_sql, "xml": _in_xml}.get(ending, _in_yaml)
    found: dict[str, tuple[int, bytes]] = {}
    line, at = 1, 0
    for start, end, author, id_ in sorted(read(text)):
        line, at = line + text.count("\n", at, start), start
        found.setdefault(f"{id_}::{author}", (line, text[start:end].rstrip().encode()))
    return found


_Place = tuple[int, int, str, str]
"""Where a change set begins and ends, its author and its id."""


def _in_sql(text: str) -> list[_Place]:
    sets = [*change_sets_in(text), (len(text), "", "")]
    return [(start, end, author, id_) for (start, author, id_), (end, _, _) in pairwise(sets)]


def _in_xml(text: str) -> list[_Place]:
    from xml.parsers import expat  # a start that reads no changelog does not pay for it

    content = text.encode()
    begun: list[tuple[int, str, str]] = []
    marks: list[int] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "changeSet":
            given = (attributes.get("author", ""), attributes.get("id", ""))
            begun.append((parser.CurrentByteIndex, *given))

    def end(name: str) -> None:
        if name.rpartition(":")[2] == "changeSet":
            marks.append(parser.CurrentByteIndex)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return []
    # In characters, as the text is looked at; a file of other letters has fewer of them.
    at = _characters(content, [*(first for first, _, _ in begun), *marks])
    return [
        (at[first], at[mark], author, id_)
        for (first, author, id_), mark in zip(begun, marks, strict=True)
    ]


def _characters(content: bytes, places: list[int]) -> dict[int, int]:
    """How many characters stand before each of these bytes."""
    found = {0: 0}
    for before, after in pairwise(sorted({0, *places})):
        found[after] = found[before] + len(content[before:after].decode("utf-8", "replace"))
    return found


def _in_yaml(text: str) -> list[_Place]:
    """Of YAML, which JSON without tabs is, too; nothing where it is none."""
    try:
        root, _ = bounded_yaml.read(bounded_yaml.Loader(text))
    except (ValueError, yaml.YAMLError, RecursionError):
        return []
    found = []
    for _, log in _pairs(root):
        for entry in log.value if isinstance(log, yaml.SequenceNode) else ():
            for name, given in _pairs(entry):
                if name == "changeSet":
                    said = {key: node.value for key, node in _pairs(given)}
                    place = (given.start_mark.index, _end(given))
                    found.append((*place, str(said.get("author")), str(said.get("id"))))
    return found


def _pairs(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    return [(str(k.value), v) for k, v in node.value] if isinstance(node, yaml.MappingNode) else []


def _end(node: yaml.Node) -> int:
    """Where the last value of a node ends: the node itself goes on to what stands behind it."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return max(_end(value) for _, value in node.value)
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return max(_end(value) for value in node.value)
    return int(node.end_mark.index)
