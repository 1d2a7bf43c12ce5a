"""What is said where nothing tells which of several migration tools is in use."""

import pytest

from verifier.database.tool_detection import choose_tool
from verifier.model.finding import Unobserved


@pytest.mark.parametrize(
    ("signs", "there", "line"),
    [
        ({"prisma": 2, "drizzle": 2}, (), "ledger: [{ name: drizzle, tool: drizzle }, { name: prisma, tool: prisma }]"),
        ({"prisma": 2, "drizzle": 2, "knex": 1}, (), "ledger: [{ name: drizzle, tool: drizzle }, { name: prisma, tool: prisma }]"),
        ({"prisma": 2, "drizzle": 2}, ("prisma", "drizzle"), "configure each: ledger: [{ name: drizzle, tool: drizzle }, { name: prisma, tool: prisma }]"),
    ],
)  # fmt: skip
def test_the_line_to_write_is_told(signs, there, line):
    found = choose_tool(signs, there)

    assert isinstance(found, Unobserved)
    assert line in found.hint


@pytest.mark.parametrize("there", [(), ("knex",)])
def test_one_that_is_clearer_or_has_its_table_is_taken(there):
    found = choose_tool({"prisma": 2, "knex": 1}, there)

    assert not isinstance(found, Unobserved)
    assert found.tool == ("knex" if there else "prisma")
