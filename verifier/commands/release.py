"""Lets pushes deploy again after a gate rolled back and held it."""

from collections.abc import Mapping, Sequence

from verifier.commands.auto_deploy_hold import AutoDeploys, switch
from verifier.commands.ports import Memory, attempt
from verifier.model.deployment import Service
from verifier.model.finding import Unobserved


class Release:
    """Whether pushes deploy each service, what gates hold, and the way to switch it on again."""

    def __init__(self, switches: AutoDeploys, memory: Memory, services: Sequence[Service]) -> None:
        """Read them all; raises `ProviderError` where Railway does not tell."""
        self._switches = switches
        self._memory = memory
        self._services = services
        found = attempt(memory.holds)
        self._held_ids = frozenset() if isinstance(found, Unobserved) else found
        self.unread = found.explained if isinstance(found, Unobserved) else memory.lacking
        """Why nobody knows what gates hold; empty where it is known."""
        self._shown = {s.name: switches.auto_deploy(s.name) for s in services}

    def lines(self) -> Sequence[str]:
        """Return a line a service, for a person."""
        return [f"{s.name}: auto-deploy is {self._word(s)}" for s in self._services]

    def states(self) -> Sequence[Mapping[str, object]]:
        """Return the same for a program, as it was before anything was switched."""
        return [
            {
                "service": service.name,
                "auto_deploy": self._shown[service.name].enabled,
                "held": service.id in self._held_ids,
            }
            for service in self._services
        ]

    def chosen(self, named: Sequence[str]) -> tuple[Service, ...]:
        """
        Return whose auto-deploy is to be switched on: those named, or else those gates hold.

        One that is on already is left alone.
        """
        return tuple(
            s
            for s in self._services
            if not self._shown[s.name].enabled
            and (s.name in named or (not named and s.id in self._held_ids))
        )

    def switch_on(self, service: Service) -> None:
        """
        Switch auto-deploy of a service on, and forget that it was held.

        Raises:
            ProviderError: it was not switched on, or is not shown to be.
        """
        switch(self._switches, service.name, enabled=True)
        self._memory.release(service.id)

    def _word(self, service: Service) -> str:
        if self._shown[service.name].enabled:
            return "on"
        return "off, held by a gate" if service.id in self._held_ids else "off"
