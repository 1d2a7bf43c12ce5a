"""Which incidents can happen to a team, and which name services that it does not have."""

from collections.abc import Iterator, Mapping

from verifier.errors import ConfigError
from verifier.sandbox.rehearsal.incident import Incident
from verifier.sandbox.rehearsal.team import GROUPS, Team


def missing_for(team: Team, incident: Incident) -> str:
    """Return why an incident cannot happen to a team; empty where it can."""
    meant = [word.removeprefix("one-") for word in incident.services if word in GROUPS]
    for need in (*incident.needs, *meant):
        reason = _missing(team, need)
        if reason:
            return reason
    return ""


def _missing(team: Team, need: str) -> str:
    mode = team.config.gate.rollback.value
    match need:
        case "public" if not team.public:
            return "no service has an address"
        case "private" if not team.private:
            return "every service has an address"
        case "database" if not team.has_database:
            return (
                "nothing of the configuration tells of a database: it has no ledger, guards, "
                "relations or probes, and no health.deep or health.schema"
            )
        case "ledger" if not (team.ledger or team.has_documents):
            return (
                "a missing migration shows nowhere: the configuration has no ledger, and no "
                "health.deep or health.schema that could name the version of the schema"
            )
        case "rollback" if mode != "auto":
            return f"gate.rollback is {mode}, so no rollback is asked for"
        case _:
            return ""


def refuse_unknown_services(team: Team, incidents: Mapping[str, Incident]) -> None:
    """
    Refuse incidents of services that the team does not have: they would play nothing.

    Raises:
        ConfigError: there are some, with each of them.
    """
    mistakes = [text for name in incidents for text in _unknown(team, name, incidents[name])]
    if mistakes:
        services, roles = team.config.services, dict.fromkeys(_roles(team))
        known = f"services: {', '.join(services)}" + (
            f"; roles: {', '.join(roles)}" if roles else ""
        )
        hint = f"{known}; or {', '.join(GROUPS)}"
        raise ConfigError("; ".join(mistakes), hint=hint)


def _unknown(team: Team, name: str, incident: Incident) -> Iterator[str]:
    for word in incident.services:
        if word not in GROUPS and not team.named(word):
            yield f"{name}: no such service: {word!r} is neither the name of one nor its role"


def _roles(team: Team) -> Iterator[str]:
    return (said.role for said in team.config.services.values() if said.role)
