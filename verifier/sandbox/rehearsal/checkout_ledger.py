"""What a gate finds of a ledger in a team's checkout, and whether that can be played."""

import re
from collections.abc import Sequence
from pathlib import Path

from verifier.config.ledgers import LedgerSection, VersionInFile
from verifier.database.checkout import shipped_by
from verifier.database.files import Files, Folder
from verifier.database.ledger_tool import Ledger
from verifier.database.ledgers import LEDGERS, plain
from verifier.database.tool_detection import choose_tool, signs_of
from verifier.database.written_version import version_in
from verifier.errors import UnexpectedAnswerError
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import ExpectedVersion
from verifier.sandbox.scenarios.scenario import SCENARIOS, Migration, read_scenario


def why_unfound(section: LedgerSection, checkout: Path) -> str:
    """Return why no gate finds migrations of a ledger in a checkout; empty where one may."""
    if section.files == "ignore":
        return ""
    files = Folder(checkout)
    try:
        candidates = _candidates(section, files)
    except UnexpectedAnswerError as error:
        return error.message
    reasons = []
    for ledger in candidates:
        if ledger.is_one_row and section.expected is not None:
            return ""  # a bare version is compared with no files
        found = shipped_by(ledger, files, section.path)
        if not isinstance(found, Unobserved):
            return ""
        reasons.append(found.reason)
    return reasons[0]


def files_found(section: LedgerSection, checkout: Path) -> frozenset[str]:
    """Return the files of the migrations that lie in a checkout, for whichever tool is meant."""
    if section.files == "ignore":
        return frozenset()
    files = Folder(checkout)
    try:
        found = [shipped_by(ledger, files, section.path) for ledger in _candidates(section, files)]
    except UnexpectedAnswerError:
        return frozenset()
    shipped = [each for each in found if not isinstance(each, Unobserved)]
    return frozenset(m.file for each in shipped for m in each.migrations if m.file)


def _candidates(section: LedgerSection, files: Files) -> Sequence[Ledger]:
    """The ledgers that may be meant: several where only a database tells which of them is."""
    if section.tool == plain.TOOL and section.table:
        return [plain.own_table(section.table, section.column, section.pattern or "")]
    if section.tool != "auto":
        return [LEDGERS[section.tool]]
    signs = signs_of(files)
    found = choose_tool(signs, ())
    if isinstance(found, Ledger):
        return [found]
    if section.expected is not None:
        return [plain.LEDGER]
    if not signs:
        raise UnexpectedAnswerError(found.reason)
    return [LEDGERS[name] for name in signs]


def made_up() -> list[Migration]:
    """Return the migration that stands for those of a tool whose form is not played."""
    return read_scenario(SCENARIOS / "demo.yml").steps[:1]


def is_played_as_it_is(expected: VersionInFile, text: str) -> bool:
    """
    Whether a gate of a rehearsal reads from that file what one of the pipelines would: no version,
    or one in whose place that of a made-up migration can stand.
    """
    try:
        if isinstance(version_in(text, expected.file, expected.pattern), Unobserved):
            return True
        version = made_up()[-1].version
        played = with_version(text, re.compile(expected.pattern), version)
        read = version_in(played, expected.file, expected.pattern)
    except UnexpectedAnswerError:
        return True
    return isinstance(read, ExpectedVersion) and read.version == version


def with_version(text: str, pattern: re.Pattern[str], version: str) -> str:
    """Return a text with another version wherever its pattern finds one."""
    parts, end = [], 0
    for found in pattern.finditer(text):
        if found.start(1) >= end:
            parts += [text[end : found.start(1)], version]
            end = found.end(1)
    return "".join([*parts, text[end:]])
