"""Finds a tool's files in a checkout."""

import re
from collections.abc import Collection, Sequence

from verifier.database.files import Files
from verifier.errors import UnexpectedAnswerError
from verifier.model.migration_ledger import Migration

#: How many files are looked into to recognise a tool by their contents.
_MOST_SAMPLES = 40

JS = r"(?:js|cjs|mjs|ts|cts|mts)"
#: Of so many files what was read is kept: several commits of one run have mostly the same.
REMEMBERED = 32_768


def folder_of(path: str) -> str:
    """Return the folder of a path, empty at the root."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]


def join(folder: str, name: str) -> str:
    """Return a path below a folder, without `.` and `..` parts."""
    parts: list[str] = []
    for part in (*folder.split("/"), *name.replace("\\", "/").split("/")):
        if part == "..":
            parts[-1:] = []
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def nearest(paths: Collection[str]) -> str:
    """
    Return the path that is nearest to the root; `paths` are not empty.

    Raises:
        UnexpectedAnswerError: several are as near, as in a repository of several projects.
    """
    depth = min(path.count("/") if path else -1 for path in paths)
    near = sorted(path for path in paths if (path.count("/") if path else -1) == depth)
    if len(near) > 1:
        listed = ", ".join(near)
        raise UnexpectedAnswerError(
            f"the checkout has migrations of several projects ({listed})",
            hint="set ledger.path to the folder of one",
        )
    return near[0]


def named(files: Files, *names: str) -> list[str]:
    """Return the paths of files with one of these names, nearest to the root first."""
    found = [path for path in files.paths if name_of(path) in names]
    return sorted(found, key=lambda path: (path.count("/"), path))


def inside(files: Files, folder: str) -> list[str]:
    """Return the paths directly in a folder."""
    return [path for path in files.paths if folder_of(path) == folder]


def below(files: Files, folder: str) -> list[str]:
    """Return the paths in a folder and its folders."""
    prefix = f"{folder}/" if folder else ""
    return [path for path in files.paths if path.startswith(prefix)]


def is_at(path: str, place: str) -> bool:
    """Whether a path is that of a file, or leads below that folder; an empty one is the root."""
    return not place or path == place or path.startswith(f"{place}/")


def choose_folder(files: Files, pattern: re.Pattern[str], usual: Sequence[str]) -> str | None:
    """
    Return the folder whose file names match and which is called as such folders are.

    One that ends in one of the `usual` paths wins, earlier ones first. None where there is none:
    a folder of other files must not be taken for migrations that nobody applied.

    Raises:
        UnexpectedAnswerError: several could be meant.
    """
    return usual_folder({folder_of(p) for p in files.paths if pattern.match(name_of(p))}, usual)


def usual_folder(folders: Collection[str], usual: Sequence[str]) -> str | None:
    """
    Return the one of `folders` that is called as such folders are, as `choose_folder` does.

    Raises:
        UnexpectedAnswerError: several could be meant.
    """
    for ending in usual:
        found = [f for f in folders if f == ending or f.endswith(f"/{ending}")]
        if found:
            return nearest(found)
    called_so = [folder for folder in folders if "migrat" in name_of(folder).casefold()]
    return nearest(called_so) if called_so else None


def guessed(files: Files, pattern: re.Pattern[str], usual: Sequence[str]) -> list[str]:
    """Return some paths of every folder that `choose_folder` would consider, and raise nothing."""
    by_folder: dict[str, list[str]] = {}
    for path in files.paths:
        folder = folder_of(path)
        is_usual = any(folder == u or folder.endswith(f"/{u}") for u in usual)
        is_called_so = is_usual or "migrat" in name_of(folder).casefold()
        if is_called_so and pattern.match(name_of(path)):
            by_folder.setdefault(folder, []).append(path)
    return [path for paths in by_folder.values() for path in paths[:2]][:_MOST_SAMPLES]


def matching(
    files: Files, folder: str, pattern: re.Pattern[str], usual: Sequence[str]
) -> list[tuple[str, re.Match[str]]]:
    """Return path and match of each file of the tool's folder, sorted by path."""
    chosen = folder or choose_folder(files, pattern, usual)
    if chosen is None:
        return []
    found = [(path, pattern.match(name_of(path))) for path in inside(files, chosen)]
    return [(path, match) for path, match in found if match is not None]


def matching_in(
    files: Files, folders: Sequence[str], pattern: re.Pattern[str], usual: Sequence[str]
) -> list[tuple[str, re.Match[str]]]:
    """Return what `matching` does of each folder; that of the tool's own where none is named."""
    return [each for at in folders or [""] for each in matching(files, at, pattern, usual)]


def by_name(found: Sequence[tuple[str, re.Match[str]]], group: int = 0) -> tuple[Migration, ...]:
    """Return what `matching` found, in the order of the names; the group is the version."""
    ordered = sorted((match[group], path) for path, match in found)
    return tuple(Migration(name, file=path) for name, path in ordered)


def app_of(files: Files, folder: str, config: str, pattern: re.Pattern[bytes]) -> str:
    """
    The app whose migrations are in `folder`, which is inside the app's own.

    Its name is its folder's, unless the app's `config` gives another, the pattern's group.
    """
    app = folder_of(folder)
    path = join(app, config)
    if path in files.paths:
        match = pattern.search(files.read([path])[path])
        if match:
            return match[1].decode()
    return name_of(app)


def says(files: Files, paths: Sequence[str], word: str) -> bool:
    """Whether one of the first few of these files holds a word."""
    chosen = list(paths)[:_MOST_SAMPLES]
    return any(
        word in content.decode("utf-8", "replace") for content in files.read(chosen).values()
    )


def in_order(order: Sequence[str], requires: dict[str, tuple[str, ...]]) -> list[str]:
    """
    Sort so that whatever is required stands first, else in the given order.

    What a cycle keeps from being placed stands last, as given.
    """
    placed: dict[str, None] = {}
    known = set(order)
    for start in order:
        stack = [(start, iter(requires.get(start, ())))]
        entered = {start}
        while stack:
            name, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                placed.setdefault(name)
                stack.pop()
            elif following in known and following not in placed and following not in entered:
                entered.add(following)
                stack.append((following, iter(requires.get(following, ()))))
    return list(placed)
