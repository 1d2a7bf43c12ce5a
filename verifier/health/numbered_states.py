"""States that are numbers whose meaning their library or protocol gives them."""

import re
from collections.abc import Mapping

from verifier.model.evidence import HealthStatus

#: Frameworks that write a status as a number: the keys of such an object, what its numbers mean,
#: who says so. Without its shape a number tells nothing.
_NUMBERED: tuple[tuple[frozenset[str], str, tuple[HealthStatus, ...], str], ...] = (
    (
        frozenset(("status", "description", "duration", "exception", "data")),
        "status",
        (HealthStatus.BAD, HealthStatus.WARNING, HealthStatus.GOOD),
        "ASP.NET Core's `HealthReportEntry`, as its serializers write the enum",
    ),
    (
        frozenset(("status", "entries", "totalduration")),
        "status",
        (HealthStatus.BAD, HealthStatus.WARNING, HealthStatus.GOOD),
        "ASP.NET Core's `HealthReport`",
    ),
    (
        frozenset(("status", "output")),
        "status",
        (HealthStatus.GOOD, HealthStatus.WARNING, HealthStatus.BAD),
        "Sensu and Nagios: the exit code of a check",
    ),
)
#: Source: https://mongoosejs.com/docs/api/connection.html (`Connection.prototype.readyState`). Of a
#: WebSocket 1 is open and 3 closed as well.
_READY_STATES = {
    0: (HealthStatus.BAD, "disconnected"),
    1: (HealthStatus.GOOD, "connected"),
    2: (HealthStatus.PENDING, "connecting"),
    3: (HealthStatus.BAD, "disconnecting"),
    99: (HealthStatus.PENDING, "uninitialized"),
}
#: Nagios' plugins; to a shell 1 is a failure, to Nagios a warning.
#: Source: https://nagios-plugins.org/doc/guidelines.html#AEN78
_EXIT_CODES = {
    0: (HealthStatus.GOOD, "exit code 0"),
    1: (HealthStatus.PENDING, "exit code 1"),
    2: (HealthStatus.BAD, "exit code 2"),
}
_READY_STATE = re.compile(r"(?:^|[a-z])readystate$|^(?:db|mongo\w*|database)(?:connection)?state$")
_OF_ITSELF = ("readystate", "connectionreadystate")
_EXIT_CODE = re.compile(r"^(?:exit|return)(?:code|status)$")
#: Under these a component that is called after MongoDB keeps the same number.
_OF_MONGO = ("state", "status", "connection", "connectionState", "connection_state")


def status_of_state(key: str, number: object) -> tuple[HealthStatus, str] | None:
    """Return what a number under a key (`readystate`, as keys are compared) says, and its word."""
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    if _READY_STATE.search(key):
        meaning = _READY_STATES.get(number)
        return meaning and (meaning[0], f"{number} ({meaning[1]})")
    return _EXIT_CODES.get(number) if _EXIT_CODE.search(key) else None


def status_by_shape(
    keys: Mapping[str, object],
) -> tuple[HealthStatus, str] | tuple[()] | None:
    """
    Return what a number says in the shape of a framework that means something by it, and its word.

    Empty where the framework has no such number, None where the shape is none of theirs.
    """
    for shape, key, meanings, _ in _NUMBERED:
        number = keys.get(key)
        if isinstance(number, int) and not isinstance(number, bool) and shape <= keys.keys():
            return (meanings[number], str(number)) if 0 <= number < len(meanings) else ()
    return None


def own_state(key: str, number: object) -> tuple[HealthStatus, str] | None:
    """Return what it says of the object that holds it; `dbState` is about a part of that."""
    is_own = key in _OF_ITSELF or _EXIT_CODE.search(key)
    return status_of_state(key, number) if is_own else None


def status_of_mongo(name: str, value: Mapping[str, object]) -> tuple[HealthStatus, str] | None:
    """Return what the number of one called after MongoDB says: `{"mongo": {"state": 0}}`."""
    if "mongo" not in name.casefold():
        return None
    return next((s for k in _OF_MONGO if (s := status_of_state("readystate", value.get(k)))), None)
