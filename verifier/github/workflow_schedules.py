"""
Schedules that GitHub refuses, and with them their whole file.

Only what is surely refused is told: the extensions of some schedulers, such as L, are left to runs.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
"""

import re
from collections.abc import Iterator

from verifier.github.json_shapes import mapping

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
#: Of minute, hour, day, month and weekday the least and the greatest number, and the names; 7 is
#: Sunday as well to some.
_FIELDS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, _MONTHS), (0, 7, _DAYS),
)  # fmt: skip
_EXTENSION = re.compile(r"[LW#?]", re.IGNORECASE)
_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d+))?", re.ASCII)


def in_schedules(said: object) -> Iterator[str]:
    """Yield why GitHub refuses what stands under `on: schedule`."""
    if said is not None and not isinstance(said, list):
        yield "schedule is no list"
    for entry in said if isinstance(said, list) else ():
        cron = mapping(entry).get("cron")
        if not isinstance(cron, str):
            yield "an entry of schedule has no cron"
        else:
            yield from _in_cron(cron)


def _in_cron(cron: str) -> Iterator[str]:
    fields = cron.split()
    if len(fields) != len(_FIELDS):
        yield f"the cron {cron} does not have five fields"
        return
    for (least, greatest, names), field in zip(_FIELDS, fields, strict=True):
        for part in field.split(","):
            if not _is_part(part.upper(), least, greatest, names):
                yield f"the cron {cron} has {part} where it may not stand"


def _is_part(part: str, least: int, greatest: int, names: tuple[str, ...]) -> bool:
    found = _PART.fullmatch(part)
    if found is None or (found[3] is not None and int(found[3]) == 0):
        return _is_extension(part, names)
    ends = [end for end in found.groups()[:2] if end is not None]
    numbers = [end for end in ends if end.isdigit()]
    words = [end for end in ends if not end.isdigit() and end not in names]
    return all(least <= int(number) <= greatest for number in numbers) and all(
        _is_extension(word, names) for word in words
    )


def _is_extension(part: str, names: tuple[str, ...]) -> bool:
    """Whether another scheduler may know it."""
    bare = re.sub("|".join(names), "", part) if names else part
    return _EXTENSION.search(bare) is not None
