"""Does a health endpoint show a password to everybody who asks?"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from verifier.model.check_ids import PUBLISHED
from verifier.model.cut_text import cut_to
from verifier.model.evidence import Answer, Evidence, HealthDocument
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, Outcome, Provenance

_LONGEST_PLACE = 100
_HINT = "show host and port alone, then change the password, which everybody could read"


def check_published(evidence: Evidence, _expected: Expectations) -> Iterator[Finding]:
    """
    Warn of a health document with an address that holds a password.

    Whoever gave the answer: no deployment has to be proven to have published it.
    """
    for service in evidence.services:
        for probe in service.probes:
            given = probe.answer
            document = given.document if isinstance(given, Answer) else None
            if not isinstance(document, HealthDocument) or not document.passwords_at:
                continue
            places = ", ".join(cut_to(_LONGEST_PLACE, place) for place in document.passwords_at)
            yield Finding(
                PUBLISHED,
                Outcome.WARN,
                f"{urlsplit(probe.url).path or '/'} shows a password to everybody, in {places}",
                service.service.name,
                hint=_HINT,
                evidence=Provenance(f"GET {probe.url}", evidence.at),
            )
