"""A ledger as JSON and as text: what was not read, or is not known, stands there, too."""

import json

import pytest

from verifier.model.migration_ledger import LedgerReport
from verifier.report.ledger_text import render, render_json

READ = LedgerReport("rails", "schema_migrations", ("1",), (), (), name="main")


@pytest.mark.parametrize(
    ("reports", "unread", "expected"),
    [
        pytest.param([READ], [], "main", id="one"),
        pytest.param([], ["no connection"], {"not_read": "no connection"}, id="unreachable"),
        pytest.param([READ, READ], [], ["main", "main"], id="two"),
        pytest.param(
            [READ], ["denied"], ["main", {"not_read": "denied"}], id="one-of-two-unreachable"
        ),
    ],
)
def test_every_ledger_has_its_object(reports, unread, expected):
    def short(shown):
        return shown.get("name", shown)

    shown = json.loads(render_json(reports, unread))

    assert (list(map(short, shown)) if isinstance(shown, list) else short(shown)) == expected


@pytest.mark.parametrize(
    ("applied", "row"),
    [
        pytest.param(("1", "2"), ["applied", "2", "up", "to", "2"], id="known"),
        pytest.param((), ["applied", "0"], id="none"),
        pytest.param(None, ["applied", "undetermined"], id="not-known"),
    ],
)
def test_a_state_says_how_many_there_are_or_that_nobody_knows(applied, row):
    ledger = LedgerReport("rails", "schema_migrations", applied, ("3",), ())

    rows = [line.split() for line in render(ledger, (), "").splitlines()]

    assert row in rows
    assert ["pending", "1", "3"] in rows
