"""The folders of migrations that `config/database.yml` of a Rails application names."""

import re
from collections.abc import Iterator, Mapping, Sequence

import yaml

from verifier.database.files import Files
from verifier.database.migration_files import below, folder_of, join, named
from verifier.database.settings_files import read_text
from verifier.errors import UnexpectedAnswerError
from verifier.guarded import bounded_yaml

FOLDER = "db/migrate"
_KEY = "migrations_paths"
_YAML = re.compile(r"^( *)([\w-]+|<<):\s*([^#]*)")
_ANCHOR, _ALIAS = re.compile(r"&([\w-]+)"), re.compile(r"\*([\w-]+)")
_ENVIRONMENTS = {"default", "production", "development", "test", "staging"}
#: What Ruby fills in before the file is read, as a value or as lines.
_FILLED, _LINES = re.compile(r"<%=(?:(?!%>)[^\n]){0,1000}%>"), re.compile(r"<%")
#: What no path is called.
_UNKNOWN = "filled~in"


def folders_of_database(files: Files) -> tuple[str, ...]:
    """
    The folders that `config/database.yml` names for the application's own database.

    Raises:
        UnexpectedAnswerError: it names them in a way that is not read, or differently.
    """
    found: set[tuple[str, ...]] = set()
    for path in named(files, "database.yml"):
        for texts in _own_paths(read_text(files, path)):
            if not all(re.fullmatch(r"[\w./-]+", each) for each in texts):
                raise UnexpectedAnswerError(
                    f"migrations_paths in {path} is not a plain text",
                    hint="set ledger.path to the folder",
                )
            root = folder_of(folder_of(path))
            found.add(tuple(join(root, each) for each in texts))
    usual = {join(folder_of(folder_of(path)), FOLDER) for path in named(files, "database.yml")}
    others = usual - {each for paths in found for each in paths}
    is_another = len(usual) > 1 and any(below(files, each) for each in others)
    if len(found) > 1 or (found and is_another):
        raise UnexpectedAnswerError(
            "migrations_paths in database.yml differ", hint="set ledger.path to the folder"
        )
    return next(iter(found), ())


def _own_paths(text: str) -> Iterator[Sequence[str]]:
    """What production's own database is given as its folders, as it stands there."""
    production = _production_of(text)
    if production is not None:
        value = _own_database(production).get(_KEY)
        if value:
            yield [str(each) for each in value] if isinstance(value, list) else [str(value)]
        return
    for value in _own_lines(text):
        yield [each.strip().strip("'\"") for each in value.strip("[]").split(",")]


def _production_of(text: str) -> Mapping[object, object] | None:
    """Production's part of a file; None where it has none, or only Ruby knows its lines."""
    filled = _FILLED.sub(_UNKNOWN, text)
    if _LINES.search(filled):
        return None
    try:
        _, value = bounded_yaml.read(bounded_yaml.Loader(filled))
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    match value:
        case {"production": dict(production)}:
            return production
        case _:
            return None


def _own_database(production: Mapping[object, object]) -> Mapping[object, object]:
    """Of several databases that called `primary`, or else the first."""
    several = {name: each for name, each in production.items() if isinstance(each, dict)}
    if not several:
        return production
    return several.get("primary", next(iter(several.values())))


def _own_lines(text: str) -> Iterator[str]:
    lines = list(_with_blocks(text))
    own = _blocks_of_production(lines)
    for above, key, value in lines:
        if key != _KEY:
            continue
        is_usual = above[-1:] == ("primary",) or (len(above) == 1 and above[0] in _ENVIRONMENTS)
        if not above or (above in own if own else is_usual):
            yield value


def _with_blocks(text: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Each key with the keys above it, and what stands behind it in its line."""
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        if match := _YAML.match(line):
            depth, key = len(match[1]), match[2]
            above = [each for each in above if each[0] < depth]
            yield tuple(name for _, name in above), key, match[3].strip()
            above.append((depth, key))


def _blocks_of_production(
    lines: Sequence[tuple[tuple[str, ...], str, str]],
) -> frozenset[tuple[str, ...]]:
    """Production's own blocks, with those that are merged into them; none where it has none."""
    if not any(key == "production" and not above for above, key, _ in lines):
        return frozenset()
    anchors = {m[1]: (*above, key) for above, key, value in lines if (m := _ANCHOR.match(value))}
    blocks: frozenset[tuple[str, ...]] = frozenset()
    merged = frozenset({("production",), ("production", "primary")})
    while merged - blocks:
        blocks |= merged
        merging = [value for above, key, value in lines if key == "<<" and above in blocks]
        names = {name for value in merging for name in _ALIAS.findall(value)}
        merged = frozenset(anchors[name] for name in names & anchors.keys())
    return blocks
