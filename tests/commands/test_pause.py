"""When a pause has taken effect."""

import pytest

from tests.commands.script import FakeClock
from verifier.commands.pause import set_status
from verifier.errors import DeniedError, UnreachableError

VALUES = {"status": "pausado", "reason": "a reason", "actor": "verifier: x"}


class Table:
    """Shows what was written after `delay_s`; fails to be read where told."""

    def __init__(self, clock, delay_s=0.0, broken=None, is_counted=True, shows="ativo"):
        self.is_counted = is_counted
        self.shows = shows
        self.clock = clock
        self.delay_s = delay_s
        self.broken = broken
        self.written = []

    def write(self, values):
        self.written.append(values)
        return self.is_counted

    def read(self, values):
        if self.broken:
            raise UnreachableError(self.broken)
        is_there = self.written and self.clock.seconds >= self.delay_s
        return values["status"] if is_there else self.shows


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        pytest.param({}, None, id="at-once"),
        pytest.param({"delay_s": 20}, None, id="late"),
        pytest.param({"delay_s": 60}, "the status is 'ativo'", id="never"),
        pytest.param({"broken": "no route"}, "no route", id="cannot-be-read"),
    ],
)
def test_it_is_written_once_and_read_until_it_is_there(behaviour, expected):
    clock = FakeClock()
    table = Table(clock, **behaviour)

    assert set_status(table, clock, VALUES) == expected
    assert table.written == [VALUES]
    assert clock.seconds <= 31


def test_a_row_that_is_not_seen_is_not_told_as_one_without_effect():
    clock = FakeClock()

    problem = set_status(Table(clock, delay_s=60, shows=""), clock, VALUES)

    assert "row level security hides it from this role" in problem


@pytest.mark.parametrize(
    ("delay_s", "told"),
    [
        pytest.param(0, None, id="it-is-there-all-the-same"),
        pytest.param(60, "it wrote no row", id="it-is-not"),
    ],
)
def test_what_the_database_did_not_write_is_not_waited_for(delay_s, told):
    clock = FakeClock()

    problem = set_status(Table(clock, delay_s, is_counted=False), clock, VALUES)

    assert (told in problem) if told else problem is None
    assert clock.seconds == 0


def test_what_was_not_written_is_not_awaited():
    class Denied(Table):
        def write(self, values):
            raise DeniedError("this database user may not write it")

    with pytest.raises(DeniedError):
        set_status(Denied(FakeClock()), FakeClock(), VALUES)
