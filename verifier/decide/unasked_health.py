"""Health paths that answer for themselves, and that a first configuration does not name."""

from collections.abc import Mapping, Sequence

from verifier.decide.catch_all import is_of_all
from verifier.decide.health_choice import DEEP, LIVE, READY, SCHEMA, bad_parts
from verifier.decide.health_now import distance, document_of, is_bad
from verifier.model.evidence import Answer, HealthStatus, Origin
from verifier.model.health_survey import HealthChoice, SurveyedPath, UnaskedPath, WhyUnasked
from verifier.model.http_status import Meaning, meaning_of

#: "Method not allowed" and "Gone": nothing is there for who only reads.
_NOT_THERE = frozenset({405, 410})
_SAYS_NOTHING = (
    Meaning.DENIED,
    Meaning.REDIRECT,
    Meaning.NOT_NOW,
    Meaning.REJECTED,
    Meaning.BROKEN,
)
#: Why what is named is told though every other address answers the same.
_OF_NAMED = (WhyUnasked.BAD, WhyUnasked.MISSING)


def unasked(
    surveyed: Sequence[SurveyedPath], first: Sequence[str], choice: HealthChoice
) -> tuple[UnaskedPath, ...]:
    """
    Return what answers and is asked for nothing by the choice, whatever it answers.

    A gate never hears what these say. `first` are those that somebody has already named: they
    are told also where they are as bad as every other address, or not there.
    """
    asked = {choice.live, choice.ready, choice.unready, choice.deep, choice.schema}
    asked.update(choice.extras.values())
    by_path = {one.path: one for one in surveyed if one.path not in asked}
    order = dict.fromkeys((*first, *DEEP, *READY, *LIVE, *SCHEMA))
    found = ((by_path[p], _why(by_path[p], p in first)) for p in order if p in by_path)
    return tuple(
        UnaskedPath(one.path, why, _key(one), _told(one, why))
        for one, why in found
        if why and ((one.path in first and why in _OF_NAMED) or not is_of_all(one, surveyed))
    )


def hidden(
    surveyed: Sequence[SurveyedPath], first: Sequence[str], choice: HealthChoice
) -> Mapping[str, int]:
    """
    Return which telling paths may be there or not, each with the HTTP code of its refusal.

    A login, a limit or an error for every address says nothing of any. Where a deep path is asked
    all the same, nothing is missed; `/health` is none because somebody named it.
    """
    if choice.deep in DEEP or (choice.deep in first and choice.deep not in (*LIVE, *READY)):
        return {}
    asked = {choice.live, choice.ready, choice.unready, choice.deep, choice.schema}
    asked.update(one.path for one in choice.unasked)
    by_path = {one.path: one for one in surveyed if one.path not in asked}
    refused = {p: _refusal(by_path[p]) for p in (*first, *DEEP, *READY, *SCHEMA) if p in by_path}
    return {p: code for p, code in refused.items() if code and is_of_all(by_path[p], surveyed)}


def _refusal(surveyed: SurveyedPath) -> int:
    """Return the HTTP code of what says nothing of whether a path is there; 0 where it does."""
    answer = surveyed.answer
    if not isinstance(answer, Answer):
        return 0
    code = answer.status_code
    is_refused = meaning_of(code) in _SAYS_NOTHING and code not in _NOT_THERE
    return answer.status_code if is_refused or answer.origin is Origin.REDIRECT else 0


def _why(surveyed: SurveyedPath, is_named: bool) -> WhyUnasked | None:
    """None for what is not there."""
    answer = surveyed.answer
    if not isinstance(answer, Answer):
        return WhyUnasked.BAD
    meaning = meaning_of(answer.status_code)
    if meaning is Meaning.ABSENT or answer.status_code in _NOT_THERE:
        return WhyUnasked.MISSING if is_named else None
    if meaning is Meaning.REDIRECT or answer.origin is Origin.REDIRECT:
        return WhyUnasked.MOVED
    if meaning is Meaning.DENIED:
        return WhyUnasked.CLOSED
    document = document_of(surveyed)
    # A document whose words nobody knows is not known to be bad.
    is_unknown = document is not None and document.status is HealthStatus.UNKNOWN
    is_doubtful = distance(surveyed) > 0 and not is_unknown
    is_wrong = is_bad(surveyed) or is_doubtful or bool(bad_parts(surveyed))
    return WhyUnasked.BAD if is_wrong else WhyUnasked.SPARE


def _key(surveyed: SurveyedPath) -> str:
    document = document_of(surveyed)
    if document and document.components and surveyed.path not in SCHEMA:
        return "deep"
    named = {"schema": SCHEMA, "ready": READY, "live": LIVE}
    return next((key for key, paths in named.items() if surveyed.path in paths), "deep")


def _told(surveyed: SurveyedPath, why: WhyUnasked) -> str:
    answer = surveyed.answer
    if not isinstance(answer, Answer):
        return ""
    return answer.leads_to if why is WhyUnasked.MOVED else str(answer.status_code)
