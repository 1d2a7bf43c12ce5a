"""Every workflow, ours or proposed, uses the same pinned actions, and none on a Node that is gone."""

import importlib.util
import re
from pathlib import Path

import pytest

from verifier.decide.first_config import Discovered, propose
from verifier.model import project
from verifier.model.action_pins import PINS

ROOT = Path(__file__).parents[1]
#: Known to run on Node 20, which runners lost on 2026-09-16, as does everything older.
ON_NODE_20 = {
    "actions/attest": 2,
    "actions/checkout": 4,
    "actions/setup-python": 5,
    "actions/upload-artifact": 4,
    "actions/download-artifact": 4,
}
OURS = re.escape(project.REPOSITORY or project.PLACEHOLDER)
FOREIGN = re.compile(rf"uses: (?!{OURS}(?:/\S+)?@|acme/|\./)(\S+@\S+(?: # \S+)?)")


def script():
    spec = importlib.util.spec_from_file_location("pins", ROOT / "docs" / "pins.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = sorted(script().pages())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_uses_what_is_listed(page):
    used = FOREIGN.findall(page.read_text("utf-8"))

    assert set(used) <= {str(pin) for pin in PINS}, "run: make pins"


def test_what_init_writes_uses_what_is_listed():
    seen = Discovered("shop", "production", {"api": {}}, "supabase", ())

    files = propose(seen, "acme/railway-deploy-verifier@COMMIT").files

    used = {use for text in files.values() for use in FOREIGN.findall(text)}
    assert used == {str(PINS[0])}


def test_the_pages_are_those_where_workflows_stand():
    assert ROOT / ".github/workflows/gate.yml" in PAGES
    assert any(FOREIGN.findall(page.read_text("utf-8")) for page in PAGES)


def test_an_older_pin_is_written_anew():
    old = "- uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2\n  with:"

    assert script().pin(old) == f"- uses: {PINS[0]}\n  with:"


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.action)
def test_none_runs_on_a_node_that_runners_lost(pin):
    assert int(pin.version.removeprefix("v").partition(".")[0]) > ON_NODE_20[pin.action]
    assert re.fullmatch("[0-9a-f]{40}", pin.commit)
