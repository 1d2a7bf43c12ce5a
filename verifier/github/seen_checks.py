"""What a gate saw of its checks, as JSON in the record of a deployment, and back."""

from collections.abc import Iterator, Mapping

from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing

#: Of one check; what fails on more objects than these is excused on these alone.
_MOST_OBJECTS = 50


def entry_of(seen: KnownBefore) -> dict[str, object]:
    """Return the fields that keep it."""
    checks = {*seen.good, *(f.seen for f in seen.failing)}
    return {
        "asked": sorted([c.check, c.service, c.asked] for c in checks if c.asked),
        "good": sorted([check.check, check.service] for check in seen.good),
        "failing": [
            [f.seen.check, f.seen.service, sorted(f.objects)[:_MOST_OBJECTS]] for f in seen.failing
        ],
    }


def seen_in(entry: Mapping[str, object]) -> KnownBefore | None:
    """Return what an entry keeps; None where it keeps none, as those of earlier versions."""
    good, failing = entry.get("good"), entry.get("failing")
    if not isinstance(good, list) or not isinstance(failing, list):
        return None
    asked = _asked(entry.get("asked"))
    return KnownBefore(
        frozenset(_with(check, asked) for check in _checks(good)),
        tuple(SeenFailing(_with(f.seen, asked), f.objects) for f in _failures(failing)),
    )


def _with(seen: SeenCheck, asked: Mapping[tuple[str, str], str]) -> SeenCheck:
    return SeenCheck(seen.check, seen.service, asked.get((seen.check, seen.service), ""))


def _asked(items: object) -> Mapping[tuple[str, str], str]:
    """By check and service; earlier versions kept none."""
    found = {}
    for item in items if isinstance(items, list) else ():
        match item:
            case [str(check), str(service), str(asked)]:
                found[check, service] = asked
            case _:
                continue
    return found


def _checks(items: list[object]) -> Iterator[SeenCheck]:
    for item in items:
        match item:
            case [str(check), str(service)]:
                yield SeenCheck(check, service)
            case _:
                continue


def _failures(items: list[object]) -> Iterator[SeenFailing]:
    for item in items:
        match item:
            case [str(check), str(service), list(objects)]:
                texts = frozenset(o for o in objects if isinstance(o, str))
                yield SeenFailing(SeenCheck(check, service), texts)
            case _:
                continue
