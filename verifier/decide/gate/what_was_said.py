"""What was said of some of those that were asked."""

from collections.abc import Collection
from dataclasses import replace

from verifier.model.verdict import Sample


def said_of(told: Sample, services: Collection[str]) -> Sample:
    """Return what was said of some services, and of what all share."""
    return replace(
        told,
        findings=tuple(f for f in told.findings if not f.service or f.service in services),
        silent=told.silent & frozenset(services),
        deployments={n: id_ for n, id_ in told.deployments.items() if n in services},
    )


def with_said(told: Sample, again: Sample) -> Sample:
    """Return what was said with what some services said when they were asked again."""
    names = again.deployments.keys()
    kept = (f for f in told.findings if f.service not in names)
    new = (f for f in again.findings if f.service in names)
    silent = (told.silent - names) | again.silent
    return replace(told, findings=(*kept, *new), silent=frozenset(silent))
