"""What a gate is given: the services of the commit, and the kill switch where it may use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from verifier.commands.gate import Gate
from verifier.commands.ports import attempt
from verifier.config.settings import Settings
from verifier.decide.gate.arrival import Wanted
from verifier.model.verdict import RollbackMode
from verifier.wiring.gate_session import GateSession, open_session
from verifier.wiring.pause import emergency_of


@contextmanager
def open_gate(
    settings: Settings, checkout: Path, wanted: Wanted, mode: RollbackMode | None
) -> Iterator[tuple[GateSession, Gate]]:
    """
    Connect to Railway, and return a gate that is ready to run; `mode` overrides the file's.

    Raises:
        ConfigError: the configuration, or an id that is wanted, does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    with open_session("gate", settings, checkout, wanted, mode) as session:
        for service, id_ in (wanted.ids or {}).items():
            # What Railway does not show yet is waited for; what it shows elsewhere is a mistake.
            attempt(partial(session.railway.check_owner, service, id_))
        yield (
            session,
            Gate(
                session.world,
                session.memory,
                session.task,
                session.clock,
                session.journal,
                emergency_of(settings),
            ),
        )
