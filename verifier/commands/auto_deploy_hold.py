"""Keeps the next push from bringing a bad commit back, by switching auto-deploy off."""

from typing import Protocol

from verifier.commands.ports import Journal, Memory, attempt
from verifier.errors import UnexpectedAnswerError
from verifier.model.deployment import Service
from verifier.model.finding import Unobserved
from verifier.model.platform import AutoDeploy, HoldOutcome


class AutoDeploys(Protocol):
    """Railway's switches. Every method may raise a `ProviderError`."""

    def auto_deploy(self, service: str) -> AutoDeploy: ...
    def set_auto_deploy(self, service: str, *, enabled: bool) -> None: ...


def hold(switches: AutoDeploys, memory: Memory, service: Service, journal: Journal) -> HoldOutcome:
    """Switch auto-deploy of a service off, unless it is; never raises."""
    done = attempt(lambda: _switch_off(switches, memory, service, journal))
    if isinstance(done, Unobserved):
        text = f"could not turn auto-deploy off: {done.explained}"
        journal.note("warning", text, service.name)
        return HoldOutcome.NOT_HELD
    if done is HoldOutcome.HELD:
        journal.note("hold", "auto-deploy is off until verifier release", service.name)
    return done


def _switch_off(
    switches: AutoDeploys, memory: Memory, service: Service, journal: Journal
) -> HoldOutcome:
    if not switches.auto_deploy(service.name).enabled:
        return HoldOutcome.OFF_BEFORE
    # Before it is done, so that a run that is killed in between leaves nothing off unknown.
    kept = attempt(lambda: memory.hold(service.id))
    if isinstance(kept, Unobserved):
        journal.note("warning", f"could not record this hold: {kept.explained}", service.name)
    switch(switches, service.name, enabled=False)
    return HoldOutcome.HELD


def switch(switches: AutoDeploys, name: str, *, enabled: bool) -> None:
    """
    Switch auto-deploy of a service on or off, and see that Railway shows it.

    Raises:
        ProviderError: it was not switched, or is not shown to be.
    """
    switches.set_auto_deploy(name, enabled=enabled)
    shown = switches.auto_deploy(name)
    if shown.enabled is not enabled:
        why = f" ({shown.reason})" if shown.reason else ""
        was, wanted = ("on", "off") if shown.enabled else ("off", "on")
        raise UnexpectedAnswerError(
            f"Railway still shows auto-deploy of {name} {was}{why}",
            hint=f"turn it {wanted} on the service's page on Railway",
        )
