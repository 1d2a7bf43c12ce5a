"""What may a recorded finding be under another configuration?"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from verifier.model.check_ids import (
    COMPONENT,
    EXPECTS,
    HEALTH,
    NOT_LOOKED_AT,
    NOT_THERE,
    ORDER,
    PENDING,
    component_check,
    is_of,
)
from verifier.model.expectations import CheckWorth, Worth
from verifier.model.finding import Finding, Leniency, Outcome
from verifier.model.replay import ReplayTerms
from verifier.model.verdict import OUTCOMES, Reaction

#: What a finding may be; None where there is to be none.
Possible = tuple[Outcome | None, ...]
_FAIL, _WARN, _OPEN = Outcome.FAIL, Outcome.WARN, Outcome.INCONCLUSIVE
#: Checks of a ledger that also warn of what no policy makes a failure of.
_WARNS_OF_ITSELF = (PENDING, ORDER)
_LESSER = (Worth.WARN, Worth.IGNORE)
_NOT_BAD = (Leniency.SKIPPED, Leniency.MISSING)
_SUMMARY_OF_ALL = component_check("required")


@dataclass(frozen=True, slots=True)
class Meant:
    """What a finding may be, and by which setting."""

    outcomes: Possible
    reason: str = ""

    @property
    def may_condemn(self) -> bool:
        """Whether it may be a reason for a failing verdict."""
        return any(each is not None and each.condemns for each in self.outcomes)

    @property
    def must_condemn(self) -> bool:
        """Whether it is one whatever the report does not tell."""
        return all(each is not None and each.condemns for each in self.outcomes)


def reread(finding: Finding, others: Sequence[Finding], terms: ReplayTerms, day: date) -> Meant:
    """
    Return what a recorded finding may be by other terms; `others` are all of its run.

    What is bad is known from it. How bad is the configuration's to say, which the report does not
    hold: where that decides and cannot be told from the findings either, there are several.
    """
    if not terms.is_asked(finding.check, finding.service):
        return Meant((None,), "this configuration does not ask it")
    if finding.is_tolerated and finding.leniency is None:
        return Meant((_FAIL, _OPEN, _WARN), "the report does not say why it only warns")
    found = _unwaived(finding, others, terms)
    if reactions := terms.reactions(finding.check):
        found = _of_a_ledger(finding, reactions)
    found = with_waivers(found, finding.check, terms, day)
    if found.outcomes != (finding.outcome,) and not found.reason:
        return Meant(found.outcomes, "no longer waived")
    return found


def with_waivers(found: Meant, check: str, terms: ReplayTerms, day: date) -> Meant:
    """Return what is left of a failure where these terms waive it."""
    waiver = next((w for w in terms.waivers if w.check == check and day <= w.until), None)
    if waiver is None or _FAIL not in found.outcomes:
        return found
    waived = (_WARN if each is _FAIL else each for each in found.outcomes)
    return Meant(tuple(dict.fromkeys(waived)), f"waived until {waiver.until}")


def _of_a_ledger(finding: Finding, reactions: Collection[Reaction]) -> Meant:
    """A difference between checkout and ledger."""
    outcome, worth = _bare(finding), [OUTCOMES[reaction] for reaction in reactions]
    may_be = dict.fromkeys(worth)
    if outcome is _OPEN and finding.check == PENDING:
        # Unclear may be the ledger, or whether one is pending: that is worth what a pending one is.
        may_be = dict.fromkeys((_OPEN, *(each for each in worth if each is not _FAIL)))
    elif outcome is _WARN and finding.check in _WARNS_OF_ITSELF and set(worth) != {_WARN}:
        unclear = (_OPEN,) if finding.check == PENDING else ()
        may_be = dict.fromkeys((*worth, _WARN, *unclear))
    elif outcome not in (_FAIL, _WARN):
        return Meant((outcome,))
    return Meant(tuple(may_be), f"ledger.policy: {', '.join(reactions)}")


def _unwaived(finding: Finding, others: Sequence[Finding], terms: ReplayTerms) -> Meant:
    of_service = [f for f in others if f.service == finding.service and is_of(f.check, COMPONENT)]
    if is_of(finding.check, COMPONENT):
        found = _component(finding, of_service, terms)
        required = terms.required(finding.service)
        if found.may_condemn and required and not _is_any_there(required, of_service):
            # Of a document without all of them nothing more is told, and that is unclear.
            other = _OPEN if finding.check in required else None
            return Meant(tuple(dict.fromkeys((*found.outcomes, other))), "health.required")
        return found
    if is_of(finding.check, HEALTH):
        return _endpoint(finding, of_service, terms)
    return Meant((_bare(finding),))


def _is_any_there(required: Collection[str], components: Sequence[Finding]) -> bool:
    """Whether the document is known to have one of these."""
    return any(f.check in required and NOT_THERE not in f.objects for f in components)


def _bare(finding: Finding) -> Outcome:
    """What it was before a waiver."""
    return _FAIL if is_waived(finding) else finding.outcome


def is_waived(finding: Finding) -> bool:
    """Whether it is a failure that the recorded configuration waived."""
    return finding.leniency is Leniency.WAIVED


def _component(finding: Finding, others: Sequence[Finding], terms: ReplayTerms) -> Meant:
    outcome, check = _bare(finding), finding.check
    if outcome.rank > _FAIL.rank or outcome in (Outcome.PASS, Outcome.SKIP):
        return Meant((outcome,))
    required = terms.required(finding.service)
    if check == _SUMMARY_OF_ALL:
        missing = {f.check for f in others if NOT_THERE in f.objects}
        same = required == missing
        return Meant((outcome,) if same else (outcome, _FAIL, None), "health.required")
    worth = terms.worth(check.removeprefix(f"{COMPONENT}."))
    if check in required:
        return _required(finding, outcome)
    if _is_not_looked_at(finding):
        return Meant((_WARN,), "health.required")
    if worth is not None:
        setting = f"health.components: {worth}"
        if worth is not Worth.FAIL:
            return Meant((_WARN if worth is Worth.WARN else None,), setting)
        is_bad = outcome is _FAIL or finding.is_tolerated
        return Meant((_FAIL,) if is_bad else (_WARN, _OPEN, _FAIL), setting)
    if outcome is _FAIL and required:
        # A part of what is required fails as well.
        return Meant((_FAIL, _WARN), "health.required")
    return Meant((_WARN,), "health.required")


def _required(finding: Finding, outcome: Outcome) -> Meant:
    """A component that must be good."""
    setting = "health.required"
    if outcome is not _WARN:
        return Meant((outcome,))
    if not finding.is_tolerated:
        return Meant((_WARN, _OPEN, _FAIL), setting)
    is_there = finding.leniency in (Leniency.NOT_REQUIRED, Leniency.SKIPPED)
    return Meant((_FAIL,) if is_there else (_FAIL, _OPEN), setting)


def _is_not_looked_at(finding: Finding) -> bool:
    """Whether the component is skipped or not there: nobody but who requires it minds."""
    is_lenient = finding.leniency in (Leniency.SKIPPED, Leniency.MISSING)
    return is_lenient or not {NOT_THERE, NOT_LOOKED_AT}.isdisjoint(finding.objects)


def _endpoint(finding: Finding, components: Sequence[Finding], terms: ReplayTerms) -> Meant:
    """A whole document: bad ones may be bad for components alone that are worth less."""
    outcome = _bare(finding)
    # What is not there, or was not looked at, has made no document bad.
    told = [f for f in components if NOT_THERE not in f.objects and f.leniency not in _NOT_BAD]
    named = dict(_named_in(finding))
    bad = {
        f.check for f in told if _bare(f) is _FAIL or (f.is_tolerated and f.outcome is _WARN)
    } | set(named)
    required = terms.required(finding.service)
    worth = [terms.worth(check.removeprefix(f"{COMPONENT}.")) for check in bad]
    lesser = bool(bad) and all(each in _LESSER for each in worth)
    # One that is behind need not say of itself that it is bad, and then does not count.
    sure = [each for check, each in zip(bad, worth, strict=True) if not _is_behind(check, named)]
    is_needed = any(check in required for check in bad) or Worth.FAIL in worth
    settings = "health.required and health.components"
    if outcome is _FAIL:
        may_be_lesser = bool(sure) and all(each in _LESSER for each in sure)
        if lesser or may_be_lesser or (not is_needed and any(each in _LESSER for each in worth)):
            return Meant((_FAIL, _WARN), "health.components")
        is_by_code = any(o.startswith("HTTP ") for o in finding.objects)
        was_required = any(_bare(f) is _FAIL for f in components)
        if bad and not is_needed and was_required and not is_by_code:
            return Meant((_FAIL, _OPEN, _WARN), settings)
        return Meant((_FAIL,))
    if finding.leniency is Leniency.NOT_REQUIRED:
        return Meant((_FAIL, _OPEN, _WARN) if is_needed or lesser else (outcome,), settings)
    if outcome is _WARN and finding.is_tolerated:
        return Meant((_WARN,) if lesser else (_FAIL, _OPEN, _WARN), "health.components")
    return Meant((outcome,))


def _named_in(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield the checks of the components that an endpoint failed on, and what is wrong there."""
    for each in finding.objects:
        name, colon, what = each.partition(": ")
        if colon:
            yield component_check(name), what


def _is_behind(check: str, named: Mapping[str, str]) -> bool:
    return named.get(check, "").startswith(EXPECTS)


def unminded(
    findings: Sequence[Finding], recorded: Sequence[CheckWorth], terms: ReplayTerms, ledgers: int
) -> Iterator[str]:
    """
    Yield what of ledgers these terms mind and the run was told not to: that has no finding.

    `recorded` is what its configuration made of checks, `ledgers` of how many ledgers it was told.
    """
    ignored = [each.check for each in recorded if each.worth is Worth.IGNORE]
    passed = Counter(f.check for f in findings if f.outcome is Outcome.PASS)
    for check in ignored:
        if Reaction.FAIL in terms.reactions(check) and passed[check] < ledgers:
            yield check


def unminded_components(
    findings: Sequence[Finding], recorded: Sequence[CheckWorth], terms: ReplayTerms
) -> Iterator[str]:
    """
    Yield the components, and kinds of them, that fail here where they did not count as much.

    `findings` are those of services whose documents are not recorded.
    """
    services = dict.fromkeys(f.service for f in findings if _has_document(f))
    known = {each.check for each in recorded if each.worth is Worth.FAIL}
    lesser = [each.check for each in recorded if each.worth is not Worth.FAIL]
    of_one = [c for c in lesser if is_of(c, COMPONENT) and "*" not in c]
    is_of_kinds = any(is_of(check, COMPONENT) and "*" in check for check in lesser)
    minded = [k for k in terms.promoted_kinds if is_of_kinds or k not in known]
    minded += [c for c in of_one if terms.worth(c.removeprefix(f"{COMPONENT}.")) is Worth.FAIL]
    told = {(f.check, f.service) for f in findings}
    for check in minded:
        yield from (f"{check} of {name}" for name in services if (check, name) not in told)


def unanswered(
    findings: Sequence[Finding],
    recorded: Sequence[CheckWorth],
    terms: ReplayTerms,
    documented: Collection[str],
) -> Iterator[str]:
    """
    Yield what a gate of these terms asks and the run did not, as `check of service`.

    `documented` are the services whose documents are recorded: they answer for each component.
    """
    if PENDING not in (each.check for each in recorded):
        # That no ledger is configured is told as what was not compared.
        findings = [f for f in findings if (f.check, f.outcome) != (PENDING, Outcome.SKIP)]
    answered = {(f.check, f.service) for f in findings}
    families = {(f.check.partition(".")[0], f.service) for f in findings}
    for check, service in terms.asks:
        family, _, name = check.partition(".")
        is_there = (family, service) in families if name == "*" else (check, service) in answered
        if not is_there:
            yield f"{check} of {service}" if service else check
    for service in dict.fromkeys(f.service for f in findings if is_of(f.check, HEALTH)):
        has_document = any(f.service == service and _has_document(f) for f in findings)
        if service in documented or not has_document:
            continue
        for check in sorted(terms.required(service) | terms.promoted):
            if (check, service) not in answered:
                yield f"{check} of {service}"


def _has_document(finding: Finding) -> bool:
    """Whether an answer of the deep endpoint told of components, or might have."""
    is_deep = finding.check == f"{HEALTH}.deep" and finding.outcome in (Outcome.PASS, _WARN, _FAIL)
    return is_deep or is_of(finding.check, COMPONENT)
