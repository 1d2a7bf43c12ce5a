"""What in `protection` and `audit` of `.github/verifier.yml` can have no effect."""

from collections.abc import Iterator

from verifier.config.audit import NameSection
from verifier.config.protection_section import ProtectionSection
from verifier.config.sections import Config
from verifier.guarded.mistakes import Problem
from verifier.guarded.yaml_document import Document, Location
from verifier.model.protection import Demand, Setting

_Mistakes = Iterator[tuple[Location, str]]


def ineffective_for_audits(document: Document, config: Config) -> Iterator[Problem]:
    """Yield each setting of an audit that was written down and can have no effect."""
    protection = config.protection
    for mistakes in (_of_demands(protection), _of_places(protection), _of_names(config)):
        for location, text in mistakes:
            yield document.problem(location, text)


def _of_demands(protection: ProtectionSection) -> _Mistakes:
    """How much of something is demanded where nothing of it is demanded anywhere."""
    every = [protection.settings.demands(), *(o.settings.said() for o in protection.overrides)]
    for key in (Setting.CHECKS, Setting.APPROVALS):
        if any(demands.get(key, Demand.IGNORED) is not Demand.IGNORED for demands in every):
            continue
        text = f"has no effect: protection.settings.{key} is ignored"
        if key.value in protection.model_fields_set:
            yield ("protection", key.value), text
        for index, override in enumerate(protection.overrides):
            if getattr(override, key.value) is not None:
                yield ("protection", "overrides", index, key.value), text


def _of_places(protection: ProtectionSection) -> _Mistakes:
    """Repositories that no name fits, and overrides that say nothing."""
    for index, override in enumerate(protection.overrides):
        at: Location = ("protection", "overrides", index)
        if override.checks is None and override.approvals is None and not override.settings.said():
            yield at, "found no policy, expected checks, approvals or settings"
        empty = {"repositories": override.repositories, "branches": override.branches}
        for key, patterns in empty.items():
            if not patterns:
                yield (*at, key), "found an empty list, which fits nothing: expected * for all"
        for number, pattern in enumerate(override.repositories):
            if _fits_no_repository(pattern):
                yield (*at, "repositories", number), _no_repository(pattern)
    named = {
        "exemptions": [entry.repository for entry in protection.exemptions],
        "bypass": [entry.repository for entry in protection.bypass],
    }
    for key, repositories in named.items():
        for index, pattern in enumerate(repositories):
            if _fits_no_repository(pattern):
                yield ("protection", key, index, "repository"), _no_repository(pattern)


def _fits_no_repository(pattern: str) -> bool:
    return "/" not in pattern and not any(wild in pattern for wild in "*?[")


def _no_repository(pattern: str) -> str:
    return f"found {pattern!r}, which fits no repository: expected OWNER/NAME, with * for anything"


def _of_names(config: Config) -> _Mistakes:
    for index, variable in enumerate(config.audit.variables):
        if isinstance(variable, NameSection) and variable.dependabot:
            text = "has no effect: Dependabot has a store of secrets, and none of variables"
            yield ("audit", "variables", index, "dependabot"), text
    for index, secret in enumerate(config.audit.secrets):
        if isinstance(secret, NameSection) and secret.dependabot and secret.environment:
            text = "has no effect: Dependabot's store has no environments"
            yield ("audit", "secrets", index, "environment"), text
    names = {"secrets": config.audit.secrets, "variables": config.audit.variables}
    for key, entries in names.items():
        for index, entry in enumerate(entries):
            if entry in entries[:index]:
                yield ("audit", key, index), "found twice, expected each once"
