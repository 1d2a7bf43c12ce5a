"""Every tool's ledger in every state, on a real PostgreSQL; and recorded ones where they are."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import psycopg
import pytest

from tests.database.corpus import STATES, TOOLS
from verifier.commands.ledger import compare_ledgers
from verifier.config.ledgers import LedgerSection, Tool
from verifier.database.files import Folder
from verifier.database.ledgers import LEDGERS
from verifier.model.finding import Unobserved
from verifier.wiring.ledger import open_ledgers

#: Ledgers that the real tools wrote, with what they say of them.
RECORDED = Path(__file__).parents[3] / "shared" / "ledgers"
#: As those, of projects that renamed tables and folders, in `tests/data`.
RENAMED = Path(__file__).parents[1] / "data" / "ledgers"
KINDS = ("applied", "pending", "unknown", "modified", "failed")


def recorded_states(root):
    for path in sorted(root.glob("*/expected.json")):
        told = json.loads(path.read_text("utf-8"))
        for state, expected in told["states"].items():
            yield pytest.param(
                path.parent, told["tool"], state, expected, id=f"{path.parent.name}-{state}"
            )


@pytest.fixture(scope="module")
def database(postgres):
    """Address of a database of this file's own; each test empties it."""
    name = "ledgers"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    yield postgres.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def load(database):
    """Empty the database and run SQL in it."""

    def load(*statements):
        with psycopg.connect(database, autocommit=True) as connection:
            schemas = connection.execute(
                "select nspname from pg_namespace where nspname !~ '^pg_' "
                "and nspname <> 'information_schema'"
            ).fetchall()
            for (schema,) in schemas:
                connection.execute(f'drop schema "{schema}" cascade')
            connection.execute("create schema public")
            for statement in statements:
                connection.execute(statement)
        return database

    return load


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def compared(checkout, url, tool):
    sections = [LedgerSection(tool=tool)]
    (found,) = compare_ledgers(lambda: open_ledgers(Folder(checkout), url, sections))
    return found


def test_every_tool_has_its_states_here_and_its_name_in_the_configuration():
    assert {tool.name for tool in TOOLS} == set(LEDGERS)
    assert set(get_args(Tool)) == {"auto", *LEDGERS}
    assert len(STATES) >= 4 * len(LEDGERS)


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.tool}-{state.name}")
@pytest.mark.slow
def test_a_state_of_a_ledger(state, load, tmp_path):
    url = load(*state.statements)

    found = compared(write(tmp_path, state.files), url, state.tool)

    assert not isinstance(found, Unobserved), found
    report = asdict(found.report)
    assert {kind: report[kind] for kind in KINDS} == {kind: getattr(state, kind) for kind in KINDS}
    for key, expected in state.more.items():
        value = report[key]
        assert (tuple(value[0].values()) if key == "restamped" else value) == expected


def first_state(tool):
    return next(state for state in STATES if state.tool == tool)


@pytest.mark.slow
def test_two_tools_with_a_table_each_are_two_ledgers(load, tmp_path):
    one, other = first_state("supabase"), first_state("prisma")
    url = load(*one.statements, *other.statements)
    checkout = Folder(write(tmp_path, {**one.files, **other.files}))

    found = compare_ledgers(lambda: open_ledgers(checkout, url, [LedgerSection()]))

    assert [each.report.name for each in found] == ["prisma", "supabase"]
    assert [each.report.tool for each in found] == ["prisma", "supabase"]


@pytest.mark.slow
def test_the_migrations_of_a_tool_without_a_table_are_beside_those_compared(load, tmp_path):
    one, other = first_state("supabase"), first_state("prisma")
    url = load(*one.statements)
    checkout = Folder(write(tmp_path, {**one.files, **other.files}))

    (found,) = compare_ledgers(lambda: open_ledgers(checkout, url, [LedgerSection()]))

    assert found.report.tool == "supabase"
    assert list(found.evidence.beside) == ["prisma"]


def test_files_that_only_look_like_those_of_a_tool_are_not_told_as_its_migrations(load, tmp_path):
    state = first_state("supabase")
    checkout = Folder(write(tmp_path, {**state.files, "sql/V1__users.sql": "select 1"}))

    (found,) = compare_ledgers(
        lambda: open_ledgers(checkout, load(*state.statements), [LedgerSection()])
    )

    assert found.report.tool == "supabase"
    assert found.evidence.beside == {}


@pytest.mark.parametrize("tool", [t.name for t in TOOLS if t.name != "plain"])
def test_the_tool_is_recognised(tool, load, tmp_path):
    state = first_state(tool)
    url = load(*state.statements)

    found = compared(write(tmp_path, state.files), url, "auto")

    assert found.report.tool == tool


RECORDED_STATES = list(recorded_states(RECORDED))
RENAMED_STATES = list(recorded_states(RENAMED))


@pytest.mark.parametrize(("folder", "tool", "state", "expected"), RENAMED_STATES)
@pytest.mark.slow
def test_a_ledger_of_a_project_with_names_of_its_own(folder, tool, state, expected, load):
    url = load((folder / f"{state}.sql").read_text("utf-8"))
    table = json.loads((folder / "expected.json").read_text("utf-8"))["ledger_table"]
    for asked in (tool, "auto"):
        found = compared(folder / expected["repo"], url, asked)
        agrees(found, tool, expected)
        assert found.report.table == table


if RECORDED_STATES:

    @pytest.mark.parametrize(("folder", "tool", "state", "expected"), RECORDED_STATES)
    @pytest.mark.slow
    def test_a_recorded_ledger(folder, tool, state, expected, load):
        url = load((folder / f"{state}.sql").read_text("utf-8"))
        for asked in (tool, "auto"):
            agrees(compared(folder / expected["repo"], url, asked), tool, expected)


def agrees(found, tool, expected):

    assert not isinstance(found, Unobserved), found
    report = asdict(found.report)
    wanted = {kind: tuple(expected[kind]) for kind in KINDS if expected[kind] is not None}
    assert {kind: report[kind] for kind in wanted} == wanted
    assert (report["tool"], report["locked"]) == (tool, expected.get("locked", False))
