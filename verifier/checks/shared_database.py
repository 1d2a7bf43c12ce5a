"""Do the services of one environment use one database, as they did before this deploy?"""

from collections.abc import Iterator, Mapping

from verifier.model.check_ids import SHARED_DATABASE
from verifier.model.evidence import Evidence, ServiceEvidence, Subject, Variables
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, Later, Outcome, Provenance
from verifier.model.same_database import Kinship, NamedDatabase, kinship, named_database

_MAYBE = (
    "another address may point at the same database, such as a pooler's or a replica's: a person "
    "has to check"
)


def check_shared_database(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """
    Compare the database in each service's variables with that of the others.

    Services may well have databases of their own. What is held against a deployment is that it
    left the one which it shared before with a service that stayed; and it condemns only where
    both addresses name a Supabase project, and not the same. A service that this commit has not
    reached may still be about to follow: until the limit of readiness that is "not yet".
    """
    peers = {**evidence.peers, **_variables(evidence)}
    # Once each: all are compared with all, and to read an address takes far longer than that.
    named = {name: named_database(variables.values) for name, variables in peers.items()}
    for service in evidence.services:
        name = service.service.name
        if isinstance(service.variables, Variables):
            others = {n: database for n, database in named.items() if n != name}
            finding = _compare(evidence, service, named[name], others)
            if finding is not None:
                yield finding


def _variables(evidence: Evidence) -> Mapping[str, Variables]:
    return {
        s.service.name: s.variables for s in evidence.services if isinstance(s.variables, Variables)
    }


def _compare(
    evidence: Evidence,
    service: ServiceEvidence,
    own: NamedDatabase | None,
    others: Mapping[str, NamedDatabase | None],
) -> Finding | None:
    name = service.service.name
    found = {n: kinship(own, other) for n, other in others.items()}
    same = [n for n, kin in found.items() if kin is Kinship.SAME]
    apart = [n for n, kin in found.items() if kin in (Kinship.OTHER, Kinship.UNCLEAR)]
    is_own = isinstance(service.variables, Variables) and service.variables.of_this_deployment
    provenance = Provenance("railway", evidence.at, "deployment id" if is_own else "")
    if not apart:
        text = f"it uses the same database as {', '.join(same)}"
        passed = Finding(SHARED_DATABASE, Outcome.PASS, text, name, evidence=provenance)
        return passed if same else None
    before = named_database(_known_before(evidence, service) if is_own else {})
    was = kinship(own, before)
    text = f"its variables name another database than those of {', '.join(apart)}"
    if was is Kinship.SAME:
        text = f"{text}, as those of the deployment before did"
        return Finding(SHARED_DATABASE, Outcome.SKIP, text, name, evidence=provenance)
    left = [n for n in apart if kinship(before, others[n]) is Kinship.SAME]
    if not left:
        hint = f"compare DATABASE_URL of {name} with that of {apart[0]} on Railway"
        return Finding(SHARED_DATABASE, Outcome.WARN, text, name, hint=hint, evidence=provenance)
    is_proven = was is Kinship.OTHER and all(found[n] is Kinship.OTHER for n in left)
    is_settled = any(n not in evidence.peers for n in left)
    return Finding(
        SHARED_DATABASE,
        Outcome.FAIL if is_settled else Outcome.INCONCLUSIVE,
        f"its variables name another database than those of {', '.join(left)}, and the deployment "
        f"before named the same one",
        name,
        hint=f"point DATABASE_URL of {name} at the database of {left[0]} on Railway",
        evidence=provenance,
        blameless="" if is_proven else _MAYBE,
        objects=(name,),
        later=None if is_settled else Later(Outcome.FAIL),
    )


def _known_before(evidence: Evidence, service: ServiceEvidence) -> Mapping[str, str]:
    """Return the variables from before a deploy that is judged; none where they are not known."""
    before = service.variables_before
    is_judged = evidence.subject is Subject.JUDGED
    return before.values if is_judged and isinstance(before, Variables) else {}
