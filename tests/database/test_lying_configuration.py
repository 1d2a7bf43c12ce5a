"""A tool's files that lie, in its own checkout: each is told in a sentence, or read; none ends a command."""

import re
from functools import partial

import pytest

from tests.database.corpus import STATES
from tests.database.test_ledgers import write
from verifier.config.ledgers import LedgerSection
from verifier.database.checkout import shipped_by
from verifier.database.files import Folder
from verifier.database.ledger_tool import command_in
from verifier.database.ledgers import LEDGERS
from verifier.database.tool_detection import choose_tool, signs_of
from verifier.errors import UnexpectedAnswerError
from verifier.model.finding import Unobserved
from verifier.wiring.ledger import ledger_of

#: Of each tool the state with all files.
FULL = {state.tool: state for state in STATES if state.name == "current" and state.tool != "plain"}
LIES = {
    "zero-byte": lambda text: f"{text[: len(text) // 2]}\0{text[len(text) // 2 :]}",
    "cut": lambda text: text[: len(text) // 2],
    "twice": lambda text: text + text,
    "nested": lambda text: "[" * 50_000,
    "long-number": lambda text: f'{{"version": {"9" * 5000}, "entries": [{{"idx": 1e999}}]}}',
    "long-numbers": lambda text: re.sub(r"\d+", "9" * 4400, text),
    "no-number": lambda text: re.sub(r"\d", "²", text),
    "elsewhere": lambda text: re.sub(r"[\w./]*migrations", "../../../../etc", text),
}


def chosen_in(files):
    return choose_tool(signs_of(files), ())


@pytest.mark.slow
@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("tool", sorted(FULL))
def test_a_lie_ends_nothing_and_is_told_in_a_sentence(tool, lie, tmp_path):
    for number, lying in enumerate(sorted(FULL[tool].files)):
        texts = FULL[tool].files
        folder = tmp_path / str(number)
        files = Folder(write(folder, {**texts, lying: LIES[lie](texts[lying])}))

        told = []
        for ask in (
            partial(shipped_by, LEDGERS[tool], files, ""),
            partial(chosen_in, files),
            partial(ledger_of, LEDGERS[tool], LedgerSection(tool=tool), files),
            partial(command_in, LEDGERS[tool], files, ()),
        ):
            try:
                told.append(ask())
            except UnexpectedAnswerError as error:
                told.append(Unobserved(error.message))

        for each in told:
            if isinstance(each, Unobserved):
                assert 0 < len(each.reason) < 1000, each.reason[:200]
                assert "\n" not in each.reason, each.reason[:200]
