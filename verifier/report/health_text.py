"""One health document explained: what was read, from where, by which rule."""

from collections.abc import Iterator, Mapping, Sequence

from verifier.model.evidence import Answer, Component, HealthDocument, Origin
from verifier.model.finding import Outcome
from verifier.model.health_survey import SurveyedPath
from verifier.model.http_status import Meaning, meaning_of
from verifier.report.harmless_text import plain
from verifier.report.spoken import say, word

_SAYS_NOTHING = (Meaning.DENIED, Meaning.NOT_NOW)
_MOST = 100


def health_lines(
    url: str,
    surveyed: SurveyedPath,
    outcome: Outcome,
    suggested: Sequence[str],
    failing: Sequence[str] = (),
) -> Iterator[str]:
    """
    Yield the lines for a person.

    `outcome` is what a gate would say of the whole, `suggested` which components to require, and
    `failing` those that fail where they are.
    """
    answer = surveyed.answer
    if not isinstance(answer, Answer):
        yield f"{plain(url)}: {plain(say(answer.reason))}"
        return
    kind = f" ({plain(answer.content_type)})" if answer.content_type else ""
    yield say(f"{plain(url)} answers HTTP {answer.status_code}{kind}")
    document = answer.document
    if isinstance(document, HealthDocument):
        yield from _document(document)
        if suggested:
            names = ", ".join(plain(name, 60) for name in suggested[:_MOST])
            yield f"{word('suggested'):<11} health.required: [{names}]"
    else:
        if meaning_of(answer.status_code) is Meaning.ABSENT:
            found = say("nothing is served there: verifier init finds the usual paths")
            yield f"{word('path'):<11} {found}"
        yield f"{word('body'):<11} {plain(say(document.reason))}"
        yield from (f"{word('says'):<11} {plain(text)}" for text in [answer.text] if text)
        yield from (f"{word('redirect'):<11} {plain(goal)}" for goal in [answer.leads_to] if goal)
    for place, said in surveyed.ids.items():
        yield f"{word('identity'):<11} {plain(place)} = {plain(said)}"
    if not surveyed.ids:
        yield f"{word('identity'):<11} {say('names neither a commit nor a deployment id')}"
    required = ", ".join(plain(name, 60) for name in failing[:_MOST])
    harm = say(f"fail where health.required names {required}") if required else ""
    more = _whose(answer) or ("" if outcome.condemns else harm)
    yield f"{word('in a gate'):<11} {word(outcome)}{f'; {more}' if more else ''}"


def _whose(answer: Answer) -> str:
    """Say why an answer that may be read is none of the application's; empty where it is."""
    match answer.origin:
        case Origin.EDGE:
            code = answer.status_code
            return say(f"HTTP {code} from Railway's edge: the request never reached the app")
        case Origin.CACHE:
            return say("answered by a cache, not by the app")
        case Origin.REDIRECT:
            goal = f" to {plain(answer.leads_to)}" if answer.leads_to else ""
            return say(f"HTTP {answer.status_code}, a redirect{goal}; redirects are not followed")
        case Origin.APPLICATION if meaning_of(answer.status_code) in _SAYS_NOTHING:
            return say(f"HTTP {answer.status_code} says nothing about the app's health")
        case Origin.APPLICATION:
            return ""


def health_json(
    url: str,
    surveyed: SurveyedPath,
    outcome: Outcome,
    suggested: Sequence[str],
    failing: Sequence[str],
) -> Mapping[str, object]:
    """Return the same for programs, of the schema `verifier.health/v1`."""
    answer = surveyed.answer
    value: dict[str, object] = {"url": url, "outcome": outcome, "identity": surveyed.ids}
    if not isinstance(answer, Answer):
        return {**value, "not_read": answer.explained}
    document = answer.document
    value |= {"http_status": answer.status_code, "content_type": answer.content_type}
    if not isinstance(document, HealthDocument):
        return {**value, "not_read": document.explained}
    return {
        **value,
        "status": document.status,
        "word": document.own_word,
        "rule": document.rule,
        "message": document.message,
        "components": [
            {
                "name": component.name,
                "status": component.status,
                "word": component.word,
                "message": component.message,
                "place": component.place,
            }
            for component in document.components
        ],
        "suggested_required": suggested,
        "failing": failing,
    }


def _document(document: HealthDocument) -> Iterator[str]:
    said = f'"{plain(document.own_word, 120)}" {word("is")} ' if document.own_word else ""
    yield f"{word('status'):<11} {said}{word(document.status)} ({plain(say(document.rule))})"
    if document.message:
        yield f"{word('message'):<11} {plain(document.message)}"
    told = [c for c in document.components if not c.is_incidental]
    for component in told[:_MOST]:
        yield f"{word('component'):<11} {_component(component)}"
    if len(told) > _MOST:
        yield f"{word('component'):<11} {say(f'and {len(told) - _MOST} more')}"
    settings = [plain(c.name, 60) for c in document.components if c.is_incidental]
    if settings:
        yield f"{word('if required'):<11} {', '.join(settings[:_MOST])}"


def _component(component: Component) -> str:
    message = f"; {plain(component.message, 200)}" if component.message else ""
    own_word = plain(component.word, 120) or say("no word")
    name = plain(component.name, 80)
    is_elsewhere = component.place not in ("", component.name)
    place = f" {word('at')} {plain(component.place, 120)}" if is_elsewhere else ""
    return f'{word(component.status):<8} {name}{place}: "{own_word}"{message}'
