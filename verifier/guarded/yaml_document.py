"""Reads a YAML file so that every value can still be pointed at: line and column."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from verifier.errors import words_of
from verifier.guarded import bounded_yaml
from verifier.guarded.met_names import is_heard, meet, quoted_in
from verifier.guarded.mistakes import InvalidConfigError, Problem
from verifier.guarded.yaml_values import QuickWorkflowLoader, SettingsLoader, WorkflowLoader

_LIMIT_BYTES = 256 * 1024

_MERGE_KEY = "found a merge key (<<), which GitHub does not accept: repeat what it refers to"

Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file: its value, and where each part of it stands."""

    file: str
    value: object
    root: yaml.Node | None
    _keys: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = field(default_factory=dict)
    """The keys of each mapping that was asked for, by the mapping's id."""

    def problem(self, location: Location, text: str) -> Problem:
        """Point at the value at `location`, or at the nearest part of it that is there."""
        line, column = self._position(location)
        return Problem(self.file, line, column, text)

    def key_problem(self, location: Location, text: str) -> Problem:
        """Point at the last key of `location` itself."""
        line, column = self._position(location, of_key=True)
        return Problem(self.file, line, column, text)

    def line(self, location: Location) -> int:
        """Return the line of the last key of `location`."""
        return self._position(location, of_key=True)[0]

    def duplicates(self, as_compared: Callable[[str], str] = str) -> Iterator[Problem]:
        """Yield a problem for each key that stands twice in one mapping, by what is compared."""
        for mapping in mappings_in(self.root):
            keys = set()
            for key, _ in mapping.value:
                name = as_compared(key.value) if isinstance(key, yaml.ScalarNode) else id(key)
                if name in keys:
                    line, column = _position(key)
                    text = f"found {key.value!r} twice, expected it once"
                    yield Problem(self.file, line, column, text)
                keys.add(name)

    def _position(self, location: Location, *, of_key: bool = False) -> tuple[int, int]:
        node = self.root
        if node is None:
            return 1, 1
        position = _position(node)
        for key in location:
            if isinstance(node, yaml.MappingNode):
                found = self._keys_of(node).get(str(key))
                if found is None:
                    continue
                key_node, node = found
                position = _position(key_node)
                if isinstance(node, yaml.ScalarNode) and node.value and not of_key:
                    position = _position(node)
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
                node = node.value[key]
                position = _position(node)
        return position

    def _keys_of(self, node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """The last of each key, with its value."""
        if id(node) not in self._keys:
            keys = [pair for pair in node.value if isinstance(pair[0], yaml.ScalarNode)]
            self._keys[id(node)] = {str(k.value): (k, v) for k, v in keys}
        return self._keys[id(node)]


def read_document(path: Path) -> Document:
    """
    Read a YAML file.

    Raises:
        InvalidConfigError: it cannot be read, or is no YAML mapping.
    """
    file = str(path)
    try:
        if path.exists() and not path.is_file():
            raise InvalidConfigError([Problem(file, 1, 1, "expected a file")])
        if _leads_away(path):
            away = "found a link that points outside this folder; it is not followed"
            raise InvalidConfigError([Problem(file, 1, 1, away)])
        with path.open("rb") as opened:
            found = opened.read(_LIMIT_BYTES + 1)
        if len(found) > _LIMIT_BYTES:
            raise InvalidConfigError([Problem(file, 1, 1, "found more than 256 KiB")])
        text = found.decode("utf-8-sig")
    except FileNotFoundError as error:
        missing = "found no such file; create it, name another, or check out the repository first"
        raise InvalidConfigError([Problem(file, 1, 1, missing)]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidConfigError(
            [Problem(file, 1, 1, f"found an unreadable file: {words_of(error)}")]
        ) from error
    return parse_document(file, text)


def _leads_away(path: Path) -> bool:
    """Whether what stands in the folder of this process is a link to something outside."""
    here = Path.cwd()
    named = Path(os.path.abspath(path))  # noqa: PTH100  links in it are not to be followed yet
    return named.is_relative_to(here) and not Path(os.path.realpath(path)).is_relative_to(here)


def parse_document(file: str, text: str) -> Document:
    """
    Parse the text of a YAML file.

    Raises:
        InvalidConfigError: it is no YAML mapping.
    """
    return _parsed(file, lambda: SettingsLoader(text))


def parse_workflow_document(file: str, text: str) -> Document:
    """
    Parse the text of a workflow file, its values as GitHub takes them.

    Raises:
        InvalidConfigError: it is no YAML mapping, or has a key twice or a merge key (`<<`),
            with which GitHub does not take it.
    """
    document = _quickly_parsed(file, text) or _parsed(file, lambda: WorkflowLoader(text))
    merged = [Problem(file, line, 1, _MERGE_KEY) for line in _merge_keys(document.root)]
    # Source: TemplateReader of https://github.com/actions/runner, StringComparer.OrdinalIgnoreCase
    refused = [*document.duplicates(str.upper), *merged]
    if refused:
        raise InvalidConfigError(refused)
    return document


def _quickly_parsed(file: str, text: str) -> Document | None:
    """The document; None where libyaml is missing, or cannot read it: the other parser may."""
    if not yaml.__with_libyaml__:
        return None
    try:
        return _parsed(file, lambda: QuickWorkflowLoader(text))
    except InvalidConfigError:
        return None


def _merge_keys(root: yaml.Node | None) -> Iterator[int]:
    for mapping in mappings_in(root):
        for key, _ in mapping.value:
            if isinstance(key, yaml.ScalarNode) and key.value == "<<":
                yield _position(key)[0]


def mappings_in(root: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    """Yield each mapping of a document once, however often an alias names it."""
    nodes = [root] if root is not None else []
    seen: set[int] = set()
    while nodes:
        node = nodes.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield node
            nodes += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            nodes += node.value


def _parsed(file: str, load: Callable[[], bounded_yaml.Loader]) -> Document:
    try:
        root, value = bounded_yaml.read(load())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = Problem(file, line, column, f"found invalid YAML: {error.problem}")
        raise InvalidConfigError([problem]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InvalidConfigError([Problem(file, 1, 1, f"found invalid YAML: {error}")]) from error
    _meet_names(root)
    if not isinstance(value, Mapping):
        raise InvalidConfigError([Problem(file, 1, 1, "expected a mapping, such as version: 1")])
    return Document(file, value, root)


def _meet_names(root: yaml.Node | None) -> None:
    """Tell of what its owner has named in it: keys, values of one line, what others quote."""
    waiting = [root] if root is not None and is_heard() else []
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.ScalarNode):
            meet((str(node.value).strip(),))
            meet(quoted_in(str(node.value)))


def _position(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
