"""What exactly does each check ask? Asked something else, it was not seen good before."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from verifier.checks.answers import probes_of
from verifier.model.check_ids import (
    COMPONENT,
    PROBE,
    REPLICAS,
    RUN_MODE,
    extra_check,
    health_check,
    is_of,
)
from verifier.model.evidence import Endpoint, Evidence
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding

_DEEP = health_check(Endpoint.DEEP)


def with_questions(
    evidence: Evidence, expected: Expectations, findings: Iterable[Finding]
) -> list[Finding]:
    """Return the findings with what they asked, where a configuration may ask something else."""
    asked = {
        (check, service): hashlib.sha256(question.encode()).hexdigest()[:8]
        for check, service, question in _questions(evidence, expected)
    }
    return [replace(f, asked=asked.get((_asking(f.check), f.service), "")) for f in findings]


def _asking(check: str) -> str:
    """Return the check that asks for it: components stand in the deep document."""
    return _DEEP if is_of(check, COMPONENT) else check


def _questions(evidence: Evidence, expected: Expectations) -> Iterator[tuple[str, str, str]]:
    """Yield the check, the service and the question; hosts may change, paths may not."""
    for found in evidence.services:
        service = found.service
        for endpoint in Endpoint:
            for probe in probes_of(found, endpoint):
                wanted = expected.answer_of(service.name, endpoint)
                to = urlsplit(probe.url)
                codes = " ".join(map(str, wanted.codes))
                question = f"{to.path}?{to.query} {wanted.form or ''} {codes}"
                check = health_check(endpoint)
                if endpoint is Endpoint.EXTRA:
                    extra = expected.extras[probe.extra]
                    told = (f"{path} {wanted.text}" for path, wanted in extra.expect.items())
                    question, check = " ".join((question, *told)), extra_check(extra.name)
                yield check, service.name, question
        yield RUN_MODE, service.name, service.run_mode or ""
        yield REPLICAS, service.name, str(service.replicas)
    for name, probe_of in expected.sql_probes.items():
        question = f"{probe_of.sql} {probe_of.equals} {probe_of.fresh_within_s}"
        yield f"{PROBE}.{name}", probe_of.service, question
