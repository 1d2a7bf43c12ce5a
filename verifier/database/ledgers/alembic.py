"""
Alembic: `versions/*.py` with `revision` and `down_revision`; the table holds the heads alone.

Source: https://alembic.sqlalchemy.org/en/latest/tutorial.html
"""

import ast
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from verifier.database.alembic_operations import read_alembic
from verifier.database.code_readers import in_python
from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, TableName, text
from verifier.database.migration_files import (
    REMEMBERED,
    below,
    folder_of,
    in_order,
    inside,
    join,
    named,
    nearest,
)
from verifier.database.python_files import (
    as_texts,
    constants,
    parse_head,
    parse_python,
)
from verifier.database.settings_files import read_ini, read_text, toml_tool
from verifier.database.tool_commands import run_in
from verifier.errors import UnexpectedAnswerError
from verifier.model.cut_text import cut_to
from verifier.model.migration_ledger import Entry, Migration, Reach
from verifier.model.tool_rules import ToolRequests, ToolRules

_RECURSIVE = "recursive_version_locations"
#: What is read of a script stands before its functions.
_OPTIONS = re.compile(rb"^(?:revision|down_revision|depends_on)\b", re.MULTILINE)


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """The revisions, what they depend on first. A file's name means nothing."""
    folders = [folder] if folder else _version_folders(files)
    paths = [p for f in folders for p in inside(files, f) if p.endswith(".py")]
    found: dict[str, Migration] = {}
    twice: list[Migration] = []
    for path, content in files.read(paths).items():
        migration = _migration(path, content)
        if migration is not None and migration.version in found:
            twice.append(migration)
        elif migration is not None:
            found[migration.version] = migration
    requires = {m.version: m.requires for m in found.values()}
    order = in_order(sorted(found), requires)
    _refuse_circle(order, requires)
    return (*(found[version] for version in order), *twice)


def _refuse_circle(order: Sequence[str], requires: Mapping[str, tuple[str, ...]]) -> None:
    places = {version: place for place, version in enumerate(order)}
    for version in order:
        for other in requires[version]:
            if places.get(other, -1) >= places[version]:
                one, another = cut_to(60, version), cut_to(60, other)
                raise UnexpectedAnswerError(
                    f"revision {one} follows {another}, which follows it: alembic runs none",
                    hint="let down_revision of one of them name the revision before both",
                )


@lru_cache(REMEMBERED)
def _migration(path: str, content: bytes) -> Migration | None:
    if b"revision" not in content:
        return None
    options = constants(parse_head(path, content, b"\ndef ", _OPTIONS).body)
    match options.get("revision"):
        case str(revision):
            requires = as_texts(options.get("down_revision")) + as_texts(options.get("depends_on"))
            return Migration(revision, file=path, requires=requires)
        case _:
            return None


def _version_folders(files: Files) -> list[str]:
    found = named(files, "alembic.ini")
    if found:
        path = nearest(found)
        parser = read_ini(files, path)
        if parser.has_section("alembic"):
            options = dict(parser.items("alembic"))
            here = folder_of(path)
            if "script_location" not in options and join(here, "env.py") in files.paths:
                # Flask-Migrate's lies in the folder of its scripts, which it does not name.
                options["script_location"] = "."
            return _folders(here, options, files)
    for path in named(files, "pyproject.toml"):
        section = toml_tool(files, path).get("alembic")
        if isinstance(section, dict):
            options = {k: "\n".join(as_texts(v)) for k, v in section.items()}
            if section.get(_RECURSIVE) is True:
                options[_RECURSIVE] = "true"
            return _folders(folder_of(path), options, files)
    guessed = {folder_of(p) for p in files.paths if re.search(r"(^|/)versions/[^/]+\.py$", p)}
    return [nearest(guessed)] if guessed else []


def _folders(here: str, options: dict[str, str], files: Files) -> list[str]:
    folders = _named_folders(here, options, files)
    if options.get(_RECURSIVE, "").strip().lower() != "true":
        return folders
    insides = [folder_of(path) for each in folders for path in below(files, each)]
    return list(dict.fromkeys([*folders, *sorted(insides)]))


def _named_folders(here: str, options: dict[str, str], files: Files) -> list[str]:
    script = _there(files, here, options.get("script_location", "alembic"))
    locations = options.get("version_locations", "").strip()
    if not locations:
        return [join(script, "versions")]
    separator = options.get("path_separator", options.get("version_path_separator", "")).strip()
    split = {"os": r"[:\n]+", ":": r":+", ";": r";+", "newline": r"\n+"}
    parts = re.split(split.get(separator, r"[\s,]+"), locations)
    return [_there(files, here, part.strip()) for part in parts if part.strip()]


def _there(files: Files, here: str, location: str) -> str:
    """
    The folder of a location, which alembic looks for from where it is called.

    Raises:
        UnexpectedAnswerError: it is there beside the configuration and from the root as well.
    """
    placed = _placed(location)
    bases = [here] if "%(here)s" in location or not placed.strip("./") else [here, ""]
    if re.match(r"[\w.]+:", location):
        bases += [join(here, "src"), "src"]
    tried = list(dict.fromkeys(join(base, placed) for base in bases))
    found = [each for each in tried if any(p.endswith(".py") for p in below(files, each))]
    if len(found) > 1 and join(here, placed) in found and here:
        raise UnexpectedAnswerError(
            f"alembic may take its scripts from {' or '.join(found)}: that depends on where it is "
            "called",
            hint="set ledger.path to the one that production has",
        )
    return next(iter(found), tried[0])


def _placed(location: str) -> str:
    # `package:folder` is the folder of a package, of which only this project's are here.
    bare = location.replace("%(here)s", "").replace("%%", "%")
    return re.sub(r"^([\w.]+):", lambda m: m[1].replace(".", "/") + "/", bare)


def table_of(files: Files) -> TableName:
    """Its `env.py` may give it another name and schema, as texts or as constants."""
    found: dict[str, set[str]] = {"version_table": set(), "version_table_schema": set()}
    for path in _environments(files):
        tree = parse_python(path, files.read([path])[path])
        known = constants(tree.body)
        for node in ast.walk(tree):
            if not isinstance(node, ast.keyword) or node.arg not in found:
                continue
            match node.value:
                case ast.Constant(value=str(text_)):
                    found[node.arg].add(text_)
                case ast.Name(id=name) if isinstance(known.get(name), str):
                    found[node.arg].add(str(known[name]))
                case _:
                    continue
    schema, table = (found["version_table_schema"], found["version_table"])
    return TableName(
        schema.pop() if len(schema) == 1 else "", table.pop() if len(table) == 1 else ""
    )


def _environments(files: Files) -> list[str]:
    """The `env.py` beside the folders of versions."""
    near = {folder_of(folder) for folder in _version_folders(files)}
    return [path for path in named(files, "env.py") if folder_of(path) in near]


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """Everything that a head rests on is applied too."""
    return tuple(Entry(text(row, "version_num"), reach=Reach.ANCESTORS) for row in rows.ledger)


def detect(files: Files) -> int:
    """Its configuration, or the shape of its scripts."""
    if named(files, "alembic.ini"):
        return 2
    if any("alembic" in toml_tool(files, path) for path in named(files, "pyproject.toml")):
        return 2
    return 1 if named(files, "script.py.mako") else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    configs = named(files, "alembic.ini", "pyproject.toml")
    near = configs[:1]
    for path in _environments(files):
        if "current_app" in read_text(files, path):
            # Flask-Migrate's scripts need the application, which lies beside their folder.
            return run_in([folder_of(path)], "flask db upgrade")
    return run_in(near, "alembic upgrade head")


LEDGER = Ledger(
    tool="alembic",
    table="alembic_version",
    columns=("version_num",),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="alembic upgrade head",
    table_of=table_of,
    apply_in=apply_in,
    read_code=in_python(read_alembic),
    rules=ToolRules(
        (
            ToolRequests(
                "alembic upgrade head",
                "alembic stamp {version}",
                merge="alembic merge heads",
                heads="alembic upgrade heads",
                squash="alembic stamp --purge {version}",
            ),
            # Where Flask runs it.
            ToolRequests(
                "flask db upgrade",
                merge="flask db merge heads",
                heads="flask db upgrade heads",
                squash="flask db stamp --purge {version}",
            ),
        ),
        stops_at_missing=True,
    ),
)
