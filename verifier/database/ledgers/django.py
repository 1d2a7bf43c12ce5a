"""
Django: `<app>/migrations/<name>.py`; the graph decides, not the names.

Source: https://docs.djangoproject.com/en/stable/topics/migrations/
"""

import ast
import re
from functools import lru_cache, partial

from verifier.database.code_readers import in_python
from verifier.database.django_operations import read_django
from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, ReadSteps, Rows, by_number, text
from verifier.database.migration_files import (
    REMEMBERED,
    app_of,
    folder_of,
    in_order,
    is_at,
    name_of,
    named,
)
from verifier.database.python_files import parse_head
from verifier.database.tool_commands import run_in
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import ToolRequests, ToolRules

_FILE = re.compile(r"^(?:.*/)?migrations/[^/]+\.py$")
#: What is read of a migration stands before its operations.
_OPTIONS = re.compile(rb"^    (?:dependencies|replaces)\b|^class ", re.MULTILINE)
_LABEL = re.compile(rb"^[ \t]+label[ \t]*=\s*['\"](\w+)['\"]", re.MULTILINE)


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """What a migration depends on stands before it."""
    paths = [
        path
        for path in files.paths
        if _FILE.match(path) and name_of(path) != "__init__.py" and is_at(path, folder)
    ]
    labels = {f: app_of(files, f, "apps.py", _LABEL) for f in {folder_of(path) for path in paths}}
    found = {
        migration.version: migration
        for path, content in files.read(paths).items()
        if (migration := _migration(path, content, labels[folder_of(path)])) is not None
    }
    requires = {m.version: m.requires for m in found.values()}
    return tuple(found[version] for version in in_order(sorted(found), requires))


@lru_cache(REMEMBERED)
def _migration(path: str, content: bytes, label: str) -> Migration | None:
    for statement in parse_head(path, content, b"\n    operations", _OPTIONS).body:
        if isinstance(statement, ast.ClassDef) and statement.name == "Migration":
            return Migration(
                version=f"{label}.{name_of(path).removesuffix('.py')}",
                file=path,
                requires=_pairs(statement, "dependencies"),
                replaces=_pairs(statement, "replaces"),
                group=label,
            )
    return None


def _pairs(statement: ast.ClassDef, name: str) -> tuple[str, ...]:
    """The pairs of app and name in a list, those left out that only a run resolves."""
    for line in statement.body:
        match line:
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.List(elts=items)) if (
                found == name
            ):
                return tuple(f"{pair[0]}.{pair[1]}" for item in items if (pair := _pair(item)))
    return ()


def _pair(item: ast.expr) -> tuple[str, str] | None:
    match item:
        case ast.Tuple(elts=[ast.Constant(value=str(app)), ast.Constant(value=str(name))]):
            return app, name
        case _:
            return None


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """Apps of other people have rows too, which their group tells apart."""
    return tuple(
        Entry(f"{text(row, 'app')}.{text(row, 'name')}", group=text(row, "app"))
        for row in by_number(rows.ledger)
    )


def detect(files: Files) -> int:
    """Its `manage.py`, or migrations that import it."""
    if named(files, "manage.py"):
        return 2
    return 1 if any(re.search(r"/migrations/\d{4}_\w+\.py$", path) for path in files.paths) else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    return run_in(named(files, "manage.py"), "python manage.py migrate")


def read_code(migration: Migration, content: bytes) -> ReadSteps | None:
    """A module of Python, in an app whose label is the migration's group."""
    return in_python(partial(read_django, app=migration.group))(migration, content)


LEDGER = Ledger(
    tool="django",
    table="django_migrations",
    columns=("id", "app", "name"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="python manage.py migrate",
    apply_in=apply_in,
    read_code=read_code,
    rules=ToolRules(
        (
            ToolRequests(
                "manage.py migrate",
                "manage.py migrate --fake {group} {name}",
                merge="manage.py makemigrations --merge",
            ),
        ),
        marks_all_before=True,
    ),
)
