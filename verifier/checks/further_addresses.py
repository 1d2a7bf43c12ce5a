"""Do the further addresses of a service lead to the same deployment?"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from verifier.checks.answers import NO_STATEMENT, probes_of
from verifier.checks.identity import names_another
from verifier.model.check_ids import ADDRESSES
from verifier.model.evidence import Answer, Evidence, Origin, Probe, ServiceEvidence
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, Outcome, Provenance, Unobserved
from verifier.model.http_status import meaning_of


def check_addresses(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """
    Compare what Railway's own and the custom domains of a service answer with what `url` does.

    No deployment is to blame for a name that leads nowhere or to a certificate that has run out:
    what is wrong warns.
    """
    for service in evidence.services:
        for probe in service.elsewhere:
            problem = _problem(probe, service)
            if problem is None:
                continue
            place = urlsplit(probe.url).netloc
            yield Finding(
                ADDRESSES,
                Outcome.WARN if problem else Outcome.PASS,
                f"{place}: {problem}" if problem else f"{place} is as good as the url",
                service.service.name,
                hint=f"see the domains of {service.service.name} on Railway" if problem else "",
                evidence=Provenance(f"GET {probe.url}", evidence.at, duration_ms=probe.duration_ms),
            )


def _problem(probe: Probe, service: ServiceEvidence) -> str | None:
    """Return what is wrong at an address; empty where nothing is, None where nobody can tell."""
    answer = probe.answer
    if isinstance(answer, Unobserved):
        return answer.reason
    match answer.origin:
        case Origin.REDIRECT:
            host = answer.leads_to.partition("/")[0].casefold()
            is_own = not host or host in {urlsplit(f"//{d}").hostname for d in _own(service)}
            return "" if is_own else f"it redirects to {answer.leads_to}"
        case Origin.EDGE:
            code = answer.status_code
            return f"HTTP {code} from Railway's edge: the request never reached the app"
        case Origin.CACHE:
            return None
        case Origin.APPLICATION if meaning_of(answer.status_code) in NO_STATEMENT:
            return None
        case Origin.APPLICATION:
            return names_another(answer, service) or _differs(probe, answer, service)


def _differs(probe: Probe, answer: Answer, service: ServiceEvidence) -> str | None:
    """Return how the code differs from that of the configured address."""
    own = [p.answer for p in probes_of(service, probe.endpoint) if isinstance(p.answer, Answer)]
    if not own:
        return None
    if answer.status_code // 100 == own[0].status_code // 100:
        return ""
    place = urlsplit(service.service.url).netloc
    return f"HTTP {answer.status_code}, while {place} answers HTTP {own[0].status_code}"


def _own(service: ServiceEvidence) -> tuple[str, ...]:
    return (*service.after.domains, urlsplit(service.service.url).netloc)
