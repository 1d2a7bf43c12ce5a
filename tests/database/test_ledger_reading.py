"""A ledger of which rows may be hidden: what it lacks may be there."""

import pytest

from verifier.database.ledger_reading import LedgerQueries, Table, parse_ledger, plan_ledger
from verifier.database.ledgers import LEDGERS
from verifier.database.visibility import Sight, Sights
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import LedgerReading


def read(tool, rows, *, hides_rows):
    ledger = LEDGERS[tool]
    schema, _, name = ledger.table.rpartition(".")
    columns = frozenset({*ledger.columns, *ledger.optional})
    asked = plan_ledger(ledger, [Table(schema or "public", name, columns, is_near=True)])
    assert isinstance(asked, LedgerQueries)
    (label,) = asked.labels.values()
    sight = Sight(
        label, schema or "public", name, False, "verifier", True, True, True, hides_rows=hides_rows
    )
    answers = {name: [tuple(row.get(c) for c in asked.columns[name]) for row in rows]}
    return parse_ledger(asked, answers, Sights((sight,)))


@pytest.mark.parametrize(("hides_rows", "kind"), [(False, LedgerReading), (True, Unobserved)])
@pytest.mark.parametrize("rows", [[], [{"version": "1"}]], ids=["no-row", "a-row"])
def test_a_ledger_of_which_rows_may_be_hidden_is_not_read(rows, hides_rows, kind):
    assert isinstance(read("rails", rows, hides_rows=hides_rows), kind)


def test_the_one_row_of_a_plain_ledger_is_seen_or_not_there():
    row = {"key": "schema_version", "value": "7"}

    assert isinstance(read("plain", [row], hides_rows=True), LedgerReading)
    assert isinstance(read("plain", [], hides_rows=True), Unobserved)
