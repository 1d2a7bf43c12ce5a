"""No test measures a machine: what waits has patience, and clocks are read where it was decided."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LEAST_S = 60
_CLOCK = re.compile(r"\btime\.(?:monotonic|time|perf_counter)(?:_ns)?\(\)")
_LIMIT = re.compile(
    r"(?<!\w)(?:run|communicate|Popen|create_connection|Barrier)\([^#]*?\btimeout=(\d+)"
)
_WAIT = re.compile(r"\.(?:wait|join)\((?:timeout=)?(\d+)\)")
#: Where a clock is read, and why that fails on no slow machine.
READ_IN = {
    "patience.py": "the one helper of them all",
    "fuzz/fuzzing.py": "as long as it was asked to try",
    "railway/test_subscription.py": "how long it lasts at least",
    "sandbox/test_cancel.py": "when a runner sends its next signal, measured by the machine itself",
    "soak/__main__.py": "figures for people",
    "worlds/__main__.py": "figures for people",
    "worlds/batch.py": "figures for people",
    "worlds/play.py": "figures for people",
}
#: Short waits for what must not come, and on a clock of the test's own.
SHORT = {"commands/test_observe.py": {5}, "railway/test_subscription.py": {11}}


def impatient(text: str) -> set[int]:
    """Limits of seconds after which a test would give up what it waits for too early."""
    found = {int(s) for pattern in (_LIMIT, _WAIT) for s in pattern.findall(text)}
    return {seconds for seconds in found if 0 < seconds < LEAST_S}


def texts():
    for path in sorted(TESTS.rglob("*.py")):
        if path != Path(__file__) and "data" not in path.parts:
            yield path.relative_to(TESTS).as_posix(), path.read_text("utf-8")


def test_clocks_are_read_only_where_it_was_decided():
    assert {name for name, text in texts() if _CLOCK.search(text)} == set(READ_IN)


def test_what_is_waited_for_has_the_time_of_a_slow_machine():
    found = {name: impatient(text) for name, text in texts()}

    assert {name: limits for name, limits in found.items() if limits} == SHORT


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("run(command, timeout=5)", {5}),
        ("run.communicate(timeout=20)", {20}),
        ("over.wait(5)", {5}),
        ("thread.join(10)", {10}),
        ("thread.join(0)", set()),
        ("over.wait(PATIENCE_S)", set()),
        ("run(command, timeout=600)", set()),
        ("httpx.get(url, timeout=3)", set()),
    ],
)
def test_a_limit_that_a_slow_machine_passes_is_found(text, limits):
    assert impatient(text) == limits
