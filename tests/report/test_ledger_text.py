"""A ledger as JSON: what was not read stands there, too."""

import json

import pytest

from verifier.model.migration_ledger import LedgerReport
from verifier.report.ledger_text import render_json

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
