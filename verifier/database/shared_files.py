"""Links of a commit to files of it that another project has as well."""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from verifier.model.finding import Unobserved

#: In signs; git's own limit for what a link leads to is that of the system.
_LONGEST = 4096
_MOST_LINKS_IN_A_ROW = 40
#: Parts of paths that are followed in all: a commit may bring links without end.
_MOST_STEPS = 200_000
#: So many are read one by one where not all are there.
_MOST_ALONE = 64
#: Files that a linked folder has: that of a migration has one or two.
_MOST = 20
_DIGIT = re.compile("[0-9]")
#: Alembic calls its files as it likes.
_IN_PYTHON = re.compile(r"(?:^|/)(?:versions|[^/]*migrat[^/]*)/[^/]+\.py$")
#: A migration of Prisma or Drizzle is a folder, whose file is called alike in all of them.
_OF_A_FOLDER = re.compile(r"(?:^|/)[^/]*[0-9][^/]*/(?:migration|up)\.sql$")


def shared_files(
    files: Mapping[str, str],
    links: Mapping[str, str],
    read: Callable[[Collection[str]], Mapping[str, bytes] | Unobserved],
) -> Mapping[str, str]:
    """
    Return the blobs of what links lead to, by the paths of these links; both are blobs by path.

    Those count that are numbered and lie among files of their kind, as a migration does that two
    projects share: every tool reads these as files. So does a numbered folder among folders of
    migrations, with what is in it. Others could make one project seem to be two.
    What a link leads to may not be there, as in a partial clone, in a submodule or outside of the
    commit: it counts all the same, with the blob of its own.
    """
    kinds = {_kind(path) for path in files}
    kinds |= {_kind_of_folders(path) for path in files if _is_in_numbered(path)}
    numbered = {at: links[at] for at in links if _counts(at, kinds)}
    homes = {_above(_above(path)): _name(path) for path in files if _is_in_numbered(path)}
    folders = {at: links[at] for at in links if _above(at) in homes and _DIGIT.search(_name(at))}
    if not (numbered or folders):
        return {}
    told: dict[str, bytes] = {}
    for wanted in ({*numbered.values(), *folders.values()}, set(links.values())):
        told.update(_texts(sorted(wanted - told.keys()), read))
    targets = {
        at: told[blob].decode("utf-8", "backslashreplace")
        for at, blob in links.items()
        if blob in told
    }
    steps = iter(range(_MOST_STEPS))
    found = {
        at: files.get("/".join(_led_to(at, targets, steps)), own) for at, own in numbered.items()
    }
    paths = sorted(files) if folders else []
    for at, own in folders.items():
        start = "/".join([*_led_to(at, targets, steps), ""])
        first = bisect_left(paths, start)
        inside = [path for path in paths[first : first + _MOST] if path.startswith(start)]
        made = {f"{at}/{path.removeprefix(start)}": files[path] for path in inside if start}
        found |= made or {f"{at}/{homes[_above(at)]}": own}
    return found


def _texts(
    blobs: Sequence[str], read: Callable[[Collection[str]], Mapping[str, bytes] | Unobserved]
) -> Mapping[str, bytes]:
    """Return what blobs hold; where one of them is not there, or too large, what the others do."""
    content = read(blobs)
    if not isinstance(content, Unobserved):
        return content
    if not 1 < len(blobs) <= _MOST_ALONE:
        return {}
    middle = len(blobs) // 2
    return {**_texts(blobs[:middle], read), **_texts(blobs[middle:], read)}


def _kind(path: str) -> tuple[str, str]:
    return _above(path), _name(path).rpartition(".")[2].casefold()


def _kind_of_folders(path: str) -> tuple[str, str]:
    return f"{_above(_above(path))}/*", _name(path)


def _counts(path: str, kinds: Collection[tuple[str, str]]) -> bool:
    """Whether a link lies among files of its kind, and is called as a migration is."""
    name = _name(path)
    is_called_so = _DIGIT.search(name) or (_IN_PYTHON.search(path) and name[:1] != "_")
    if is_called_so and _kind(path) in kinds:
        return True
    return _is_in_numbered(path) and _kind_of_folders(path) in kinds


def _is_in_numbered(path: str) -> bool:
    """Whether it is a migration as a folder of its own has it."""
    return bool(_OF_A_FOLDER.search(path))


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _led_to(path: str, targets: Mapping[str, str], steps: Iterator[int]) -> list[str]:
    """Return the parts of the path of the file itself; none where it is out of the commit."""
    left, at, followed = [*_backwards(path)], list[str](), 0
    while left:
        part = left.pop()
        if next(steps, None) is None:
            return []
        if part == "..":
            if not at:
                return []
            at.pop()
            continue
        at.append(part)
        target = targets.get("/".join(at))
        if target is None:
            continue
        followed += 1
        if followed > _MOST_LINKS_IN_A_ROW or len(target) > _LONGEST or target.startswith("/"):
            return []
        at.pop()
        left += _backwards(target)
    return at


def _backwards(path: str) -> Iterator[str]:
    return (part for part in reversed(path.split("/")) if part not in ("", "."))
