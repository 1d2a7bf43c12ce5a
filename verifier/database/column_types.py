"""Types of columns as one text: their parts, and which of them hold what another one holds."""

_TEXTS = ("text", "varchar", "bpchar", "citext")
_SIZED = ("varchar", "numeric", "varbit", "timestamp", "timestamptz", "time", "interval")


def bare_type(name: str | None) -> str:
    """Return a type without its size and brackets."""
    return (name or "").partition("(")[0].removesuffix("[]")


def is_wider(before: str, after: str) -> bool:
    """Whether what could be written to a type and read from it still can, in the same form."""
    if before == after:
        return True
    (old, old_sizes), (new, new_sizes) = sized(before), sized(after)
    if old in _TEXTS[:2] and (new == "text" or after == "varchar"):
        return True
    if old == new and old in _SIZED:
        return not new_sizes or (bool(old_sizes) and _all_at_least(new_sizes, old_sizes))
    return {old, new} == {"serial", "int4"} or {old, new} == {"bigserial", "int8"}


def _all_at_least(new: tuple[int, ...], old: tuple[int, ...]) -> bool:
    if len(new) == len(old) == 2:  # precision and scale: what stands before the point must fit
        return new[1] >= old[1] and new[0] - new[1] >= old[0] - old[1]
    return len(new) == len(old) and all(n >= o for n, o in zip(new, old, strict=True))


def sized(name: str) -> tuple[str, tuple[int, ...]]:
    """Return a type without its sizes, and these."""
    base, _, rest = name.partition("(")
    numbers = rest.partition(")")[0]
    return base, tuple(int(n) for n in numbers.split(",") if n.strip().isdecimal())
