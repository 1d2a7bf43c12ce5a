"""How the services of one system must be set up beside one another at Railway."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from verifier.decide.drift.variable_values import (
    doubt_of,
    doubts_of_keys,
    is_of_railway,
    is_stale,
    is_unresolved,
)
from verifier.model.database_places import Place, places_in
from verifier.model.finding import Hidden, Outcome, Unobserved
from verifier.model.service_settings import (
    ObservedEnvironment,
    ObservedService,
    OtherEnvironment,
    WantedService,
)

Row = tuple[str, str, str, Outcome, str]
"""Part, expected, actual, severity, hint."""

_PUBLIC_ROLES = {"api": True, "web": True, "worker": False, "scheduler": False}
_ANEW = re.compile(r"RAILWAY_(?:GIT|DEPLOYMENT|SNAPSHOT|REPLICA)_")
_TIMES = ("RAILWAY_DEPLOYMENT_OVERLAP_SECONDS", "RAILWAY_DEPLOYMENT_DRAINING_SECONDS")


def setup_drift(wanted: WantedService, found: ObservedService, now: datetime) -> Iterator[Row]:
    """Yield what of one service does not fit its role, or looks left over from a template."""
    yield from _public(wanted, found)
    yield from _overlap(wanted, found)
    variables = found.variables or {}
    for name, value in sorted(variables.items()):
        if doubt := doubt_of(name, value):
            hint = (
                f"set the real value of {name} at Railway, or a reference to the service that has "
                "it; remove it where nothing uses it"
            )
            yield f"variable {name}: value", "a real one", doubt, Outcome.WARN, hint
        elif name in found.written_out and is_of_railway(value):
            hint = (
                f"at Railway, refer to the database's own variable, such as ${{{{Redis.{name}}}}}"
            )
            actual = "written out: it stays as it is when the database's password changes"
            yield f"variable {name}: value", "a reference", actual, Outcome.WARN, hint
    if found.variables is not None:
        yield from _references(found, variables)
    ref = wanted.values.get("SUPABASE_PROJECT_REF", "")
    for name, expected, actual in doubts_of_keys(variables, ref, now):
        yield f"variable {name}: value", expected, actual, Outcome.FAIL, ""


def _references(found: ObservedService, variables: Mapping[str, str]) -> Iterator[Row]:
    """Variables of other services: whether there are any, and still the same as at the start."""
    started = found.started_with
    if found.references and isinstance(started, Unobserved):
        actual = f"what the running deployment was started with was not read: {started.reason}"
        yield "references", "as at its start", actual, Outcome.SKIP, started.hint
    before = {} if isinstance(started, Unobserved) else started
    for name, of in sorted(found.references.items()):
        value = variables.get(name, "").strip()
        written = " and ".join(f"${{{{{one}}}}}" for one in of)
        if is_unresolved(value):
            hint = "at Railway, see whether that service is in this environment and has it"
            expected, actual = "a reference to what is there", f"{written} gives nothing"
            yield f"variable {name}: value", expected, actual, Outcome.WARN, hint
        elif is_stale(before.get(name, ""), value) and not _is_of_the_deployment(of):
            hint = f"redeploy {found.name}"
            actual = f"{written} has changed since the running deployment was started"
            yield f"variable {name}: value", "what it refers to", actual, Outcome.WARN, hint


def _is_of_the_deployment(names: Sequence[str]) -> bool:
    """Tell whether each deployment has a value of its own, such as RAILWAY_GIT_COMMIT_SHA."""
    return any(_ANEW.match(name.partition(".")[2]) for name in names)


def environment_drift(
    wanted: Sequence[WantedService], observed: ObservedEnvironment
) -> Iterator[Row]:
    """Yield what is wrong between the services of the environment, and with other environments."""
    # RUN_MODE is what makes several services of one image.
    of_one_image = [service.name for service in wanted if service.run_mode]
    commits: dict[str, list[str]] = defaultdict(list)
    for name in of_one_image:
        found = observed.services.get(name)
        if found is not None and found.commit_sha:
            commits[found.commit_sha[:8]].append(name)
    if len(commits) > 1:
        listed = "; ".join(f"{', '.join(names)} on {sha}" for sha, names in commits.items())
        hint = "deploy the services that are behind, or set their watch paths alike"
        yield "one commit", "services of one image on one commit", listed, Outcome.WARN, hint
    is_guarded = any(service.values for service in wanted)
    for other in observed.others:
        if other.unread is not None:
            severity = unread_severity(other.unread)
            part = f"environment {other.name}" if other.name else "other environments"
            actual = f"could not be compared: {other.unread.reason}"
            expected = f"a database other than that of {observed.name}"
            yield part, expected, actual, severity, other.unread.hint
        for name in _shared(observed, other):
            yield (
                f"environment {other.name}",
                f"a database other than that of {observed.name}",
                f"{name} uses the database of {observed.name}",
                Outcome.FAIL if is_guarded else Outcome.WARN,
                f"give {name} of {other.name} a different address",
            )


def unread_severity(why: Unobserved) -> Outcome:
    """Return how bad it is that something was not read: not at all where it never can be."""
    return Outcome.SKIP if isinstance(why, Hidden) else Outcome.INCONCLUSIVE


def _public(wanted: WantedService, found: ObservedService) -> Iterator[Row]:
    is_said = wanted.is_public is not None
    expected = wanted.is_public if is_said else _PUBLIC_ROLES.get(wanted.role)
    proxies = found.tcp_addresses
    if expected is False and not found.domains and isinstance(proxies, Unobserved):
        actual = f"its TCP proxies were not read: {proxies.reason}"
        yield "public address", "none", actual, unread_severity(proxies), proxies.hint
    # An api behind a TCP proxy alone has no address that speaks HTTP.
    is_counted = is_said or expected is False
    tcp = proxies if is_counted and not isinstance(proxies, Unobserved) else ()
    if expected is None or expected == bool(found.domains or tcp):
        return
    actual = ", ".join((*found.domains, *(f"{address} (TCP)" for address in tcp))) or "none"
    severity = Outcome.FAIL if is_said else Outcome.WARN
    hint = "" if is_said else f"if that is meant: services.{wanted.name}.public"
    yield "public address", "one at least" if expected else "none", actual, severity, hint


def _overlap(wanted: WantedService, found: ObservedService) -> Iterator[Row]:
    overlap_s = _seconds(found, _TIMES[0], found.overlap_s)
    draining_s = _seconds(found, _TIMES[1], found.draining_s)
    for part, expected, actual in (
        ("overlap", wanted.overlap_s, overlap_s),
        ("draining", wanted.draining_s, draining_s),
    ):
        if expected is not None and expected != actual:
            yield part, f"{expected:g} s", f"{actual} s", Outcome.FAIL, ""
    if wanted.role == "scheduler" and wanted.overlap_s is None and overlap_s:
        hint = (
            "set its overlap to 0 at Railway, or have the scheduler take a lock, and write "
            f"services.{wanted.name}.overlap"
        )
        text = f"{overlap_s} s: two schedulers run after each deploy"
        yield "overlap", "0 s", text, Outcome.WARN, hint
    if wanted.role == "scheduler" and wanted.draining_s is None and draining_s:
        hint = (
            "set its draining to 0 at Railway, or have it start nothing once it is told to stop, "
            f"and write services.{wanted.name}.draining"
        )
        text = f"{draining_s} s: the old scheduler may run on beside the new one"
        yield "draining", "0 s", text, Outcome.WARN, hint
    for name in _TIMES:
        said = (found.variables or {}).get(name, "").strip()
        if said and not _is_number(said):
            hint = "write the seconds alone, such as 20"
            text = "not a whole number: it is taken as not set"
            yield f"variable {name}: value", "seconds", text, Outcome.WARN, hint


def _seconds(found: ObservedService, name: str, setting: int) -> int:
    """
    Return what is in force: a variable of the service sets it as well.

    Source: https://docs.railway.com/deployments/deployment-teardown
    """
    said = (found.variables or {}).get(name, "").strip()
    return int(said) if _is_number(said) else setting


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit()


def _shared(observed: ObservedEnvironment, other: OtherEnvironment) -> Iterator[str]:
    own = (places_in(service.variables or {}) for service in observed.services.values())
    ours = frozenset[Place]().union(*own)
    for name, theirs in sorted(other.variables.items()):
        if places_in(theirs) & ours:
            yield name
