"""Constants of the code that say what it needs of its database. The code is read, never run."""

import re
from collections.abc import Iterator, Mapping

from verifier.decide.named_lists import names_at, without_docstrings
from verifier.model.checkout_facts import CheckoutFacts, VersionConstant

#: A file that holds none of these words says nothing here.
TELLING = ("SCHEMA", "MIGRATION", "_TABLES", "_VIEWS", "julia_status")
#: Sources whose constants are written in one of the usual ways, and SQL.
SUFFIXES = (".py", ".ts", ".js", ".mjs", ".rb", ".sql")

_DECLARED = r"^[ \t]*(?:export\s+)?(?:const\s+|let\s+)?"
_TYPED = r"\s*(?::[^=\n]{1,80})?=\s*"
_VERSION = re.compile(
    _DECLARED
    + r"((?:EXPECTED|REQUIRED|MIN(?:IMUM)?)_(?:DB_|DATABASE_)?SCHEMA_VERSION)"
    + _TYPED
    + r"[\"']([0-9A-Za-z._-]{1,64})[\"']",
    re.MULTILINE,
)
#: A constant of another name, with a version that is a time as tools number migrations by.
_LIKELY = re.compile(
    _DECLARED
    + r"(\w{0,60}(?:SCHEMA|MIGRATION)\w{0,60})"
    + _TYPED
    + r"[\"'](20[0-9]{6}(?:[0-9]{2}){0,3})[\"']",
    re.MULTILINE,
)
_LIST = re.compile(
    _DECLARED
    + r"(?:CRITICAL|REQUIRED)_(?:DB_)?(TABLES|VIEWS)"
    + _TYPED
    + r"(?:(?:new\s+)?\w+\()?(?=[\[({])",
    re.MULTILINE,
)
_KILL_SWITCH = re.compile(
    r"create\s+table\s+(?:if\s+not\s+exists\s+)?"
    r"(?:(?:public|\"public\")\s*\.\s*)?(?:julia_status\b|\"julia_status\")",
    re.IGNORECASE,
)


def find_constants(texts: Mapping[str, str]) -> CheckoutFacts:
    """
    Return what the sources of a checkout, by path, say that they need.

    Where two files disagree, nothing is chosen, and a person is told.
    """
    texts = {file: _code_of(file, text) for file, text in texts.items()}
    versions = [found for file, text in sorted(texts.items()) for found in _versions(file, text)]
    lists = {kind: _names_in_lists(texts, kind) for kind in ("TABLES", "VIEWS")}
    doubts = []
    if len({(found.file, found.name) for found in versions}) > 1:
        places = ", ".join(f"{found.name} in {found.file}" for found in versions)
        doubts.append(f"several constants may be the expected schema version: {places}")
    if not versions:
        likely = [(n, f) for f, text in sorted(texts.items()) for n, _ in _LIKELY.findall(text)]
        doubts += [
            f"{name} in {file} may be the schema version that the code expects: if it is, set "
            f"ledger.expected.file to {file}, with a pattern for {name}"
            for name, file in likely[:3]
        ]
    return CheckoutFacts(
        version=versions[0] if len(versions) == 1 or (versions and not doubts) else None,
        tables=lists["TABLES"],
        views=lists["VIEWS"],
        has_kill_switch=any(
            _KILL_SWITCH.search(text) for file, text in texts.items() if file.endswith(".sql")
        ),
        doubts=tuple(doubts),
    )


def pattern_of(constant: VersionConstant) -> str:
    """Return the pattern, with one group, that finds the constant's value in its file."""
    return f"(?m){_DECLARED}{constant.name}{_TYPED}[\"']([^\"']+)[\"']"


def _versions(file: str, text: str) -> Iterator[VersionConstant]:
    for name, version in _VERSION.findall(text):
        yield VersionConstant(file, name, version)


def _code_of(file: str, text: str) -> str:
    return without_docstrings(text) if file.endswith(".py") else text


def _names_in_lists(texts: Mapping[str, str], kind: str) -> tuple[str, ...]:
    found: list[str] = []
    for _, text in sorted(texts.items()):
        for declared in _LIST.finditer(text):
            if declared[1] == kind:
                found += names_at(text, declared.end())
    return tuple(dict.fromkeys(found))
