"""Links of a commit to files of it that another project has as well."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from verifier.model.finding import Unobserved

#: In signs; git's own limit for what a link leads to is that of the system.
_LONGEST = 4096
_MOST_LINKS_IN_A_ROW = 40
#: Parts of paths that are followed in all: a commit may bring links without end.
_MOST_STEPS = 200_000
#: So many are read one by one where not all are there.
_MOST_ALONE = 64
_DIGIT = re.compile("[0-9]")


def shared_files(
    files: Mapping[str, str],
    links: Mapping[str, str],
    read: Callable[[Collection[str]], Mapping[str, bytes] | Unobserved],
) -> Mapping[str, str]:
    """
    Return the blobs of what links lead to, by the paths of these links; both are blobs by path.

    Those count that are numbered and lie among files of their kind, as a migration does that two
    projects share: every tool reads these as files. Others could make one project seem to be two.
    What a link leads to may not be there, as in a partial clone, in a submodule or outside of the
    commit: it counts all the same, with the blob of its own.
    """
    kinds = {_kind(path) for path in files}
    numbered = {at: links[at] for at in links if _kind(at) in kinds and _DIGIT.search(_name(at))}
    if not numbered:
        return {}
    told: dict[str, bytes] = {}
    for wanted in (set(numbered.values()), set(links.values())):
        told.update(_texts(sorted(wanted - told.keys()), read))
    targets = {
        at: told[blob].decode("utf-8", "backslashreplace")
        for at, blob in links.items()
        if blob in told
    }
    steps = iter(range(_MOST_STEPS))
    return {
        at: files.get("/".join(_led_to(at, targets, steps)), own) for at, own in numbered.items()
    }


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
    name = _name(path)
    return path.removesuffix(name), name.rpartition(".")[2]


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
