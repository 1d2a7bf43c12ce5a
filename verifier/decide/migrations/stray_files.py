"""Files beside migrations that the tool passes over without a word, because of their names."""

import re
from collections.abc import Collection, Iterator, Mapping

from verifier.decide.migrations.branch import Branch
from verifier.model.check_ids import STRAY
from verifier.model.finding import Finding, Outcome

#: Folders that are called after what they hold.
_MIGRATIONS = re.compile(r"(?:^|/)[\w.-]*migrations?/", re.IGNORECASE)


def stray_files(branch: Branch) -> tuple[str, ...]:
    """Return what the branch changes beside its migrations, and the tool takes for none; sorted."""
    if not branch.rules.is_by_number:
        return ()
    files = {m.file for m in branch.migrations}
    folders = {_folder(file) for file in files if file.endswith(".sql")}
    versions = {m.entry_version for m in branch.migrations}
    return tuple(
        sorted(
            path
            for path in branch.changed - files
            if path.endswith(".sql")
            and _folder(path) in folders
            and _first_digits(path) not in versions
            and not (branch.companions and branch.companions.search(path))
        )
    )


def check_strays(there: Collection[str], tool: str) -> Iterator[Finding]:
    """Tell once of all these files, which are in the branch."""
    if there:
        said = f"not taken for a migration: {_one_of(there)}"
        hint = f"if {tool} is to apply it, begin its name with a version; else move it elsewhere"
        yield _told_at_the_first(there, said, hint)


def uncompared_files(changed: Collection[str], folder: str) -> tuple[str, ...]:
    """
    Return the files of SQL that a branch changes and no ledger is compared with; sorted.

    `folder` is where they lie; where that is not said, in any that is called after migrations.
    """
    return tuple(
        sorted(
            path
            for path in changed
            if path.endswith(".sql")
            and (path.startswith(f"{folder}/") if folder else _MIGRATIONS.search(path))
        )
    )


def check_beside(
    beside: Mapping[str, Collection[str]], changed: Collection[str]
) -> Iterator[Finding]:
    """Tell of migrations of another tool that the branch changes, and nothing is compared of."""
    for tool, files in beside.items():
        touched = sorted(set(files) & set(changed))
        if touched:
            told = f"not compared, since the database has no ledger of {tool}: {_one_of(touched)}"
            yield _told_at_the_first(touched, told, "name each tool that is in use under ledger")


def check_uncompared(there: Collection[str]) -> Iterator[Finding]:
    """Tell of them where the schema version alone is compared: it may not have been raised."""
    if there:
        yield _told_at_the_first(
            there,
            f"not compared with production: {_one_of(there)}; the schema version alone is compared",
            "apply it to production first; where the code needs it, raise the expected "
            "schema version in this branch. With ledger.files: ignore nothing is said",
        )


def _one_of(there: Collection[str]) -> str:
    first, *others = there
    return f"{first} and {len(others)} more" if others else first


def _told_at_the_first(there: Collection[str], said: str, hint: str) -> Finding:
    return Finding(STRAY, Outcome.WARN, said, hint=hint, file=next(iter(there)), line=1)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _first_digits(path: str) -> str:
    found = re.match(r"\d+", path.rpartition("/")[2])
    return found[0] if found else ""
