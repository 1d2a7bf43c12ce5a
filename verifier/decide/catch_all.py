"""What an application answers at every address is none of its health paths."""

import re
from collections.abc import Iterable, Iterator

from verifier.model.evidence import Answer, HealthDocument, HealthStatus
from verifier.model.health_survey import SurveyedPath
from verifier.model.http_status import Meaning, meaning_of

#: What is answered here is answered everywhere; under a folder, everywhere in it.
_NO_PATH = "verifier-asks-for-no-such-path"
NOWHERE = tuple(f"{folder}/{_NO_PATH}" for folder in ("", "/health", "/api", "/actuator"))
#: The number of a request, a time, an id.
_VARYING = re.compile(r"[0-9a-f]{8,}|\d+", re.IGNORECASE)

_WRONG = (HealthStatus.BAD, HealthStatus.CRITICAL)


def is_everywhere(one: SurveyedPath, surveyed: Iterable[SurveyedPath]) -> bool:
    """Whether a path that nobody has, in the same folder or above, is answered the same."""
    said = _said(one)
    return any(
        _said(other) == said or _is_echo(one, other)
        for other in surveyed
        if _is_nowhere_of(one.path, other.path)
    )


def is_of_all(one: SurveyedPath, surveyed: Iterable[SurveyedPath]) -> bool:
    """
    Whether it is the server that answers so, whatever is asked, and not the path.

    A page, a refusal or an error is that of every address by its code, since each may have another
    text: the id of a request, a nonce. So is what comes in time for none.
    """
    return is_everywhere(one, surveyed) or any(
        _is_same_of_server(one, other) for other in surveyed if _is_nowhere_of(one.path, other.path)
    )


def _is_same_of_server(one: SurveyedPath, nowhere: SurveyedPath) -> bool:
    here, there = one.answer, nowhere.answer
    if not (isinstance(here, Answer) and isinstance(there, Answer)):
        return not isinstance(here, Answer) and not isinstance(there, Answer)
    said = (here.document, there.document)
    if here.status_code != there.status_code or any(isinstance(d, HealthDocument) for d in said):
        return False
    is_page = here.is_page and there.is_page
    is_success = meaning_of(here.status_code) is Meaning.SUCCESS
    return (is_page or not is_success) and here.leads_to == there.leads_to


def _is_nowhere_of(path: str, nowhere: str) -> bool:
    return nowhere in NOWHERE and path.startswith(nowhere.removesuffix(_NO_PATH))


def _is_echo(one: SurveyedPath, nowhere: SurveyedPath) -> bool:
    """
    Whether a body differs from that of a path nobody has by the name of the path alone.

    What repeats its path says "ready" at `/ready`, whatever it is about.
    """
    if not (isinstance(one.answer, Answer) and isinstance(nowhere.answer, Answer)):
        return False
    is_alike = one.answer.status_code == nowhere.answer.status_code
    if not (is_alike and one.body) or _is_opposite(one.answer, nowhere.answer):
        return False
    here, there = (each.path.casefold().strip("/") for each in (one, nowhere))
    names = ((there, here), (there.rpartition("/")[2], here.rpartition("/")[2]))
    said, unknown = (_plain(each.body) for each in (one, nowhere))
    for old, new in names:
        renamed = unknown
        for mark in "-_ ":
            renamed = renamed.replace(old.replace("-", mark), new.replace("-", mark))
        if _VARYING.sub("", renamed) == _VARYING.sub("", said):
            return True
    return False


def _is_opposite(one: Answer, other: Answer) -> bool:
    """Whether one is good and the other bad: numbers, which count as varying, may say so."""
    documents = (one.document, other.document)
    said = {d.status in _WRONG for d in documents if isinstance(d, HealthDocument)}
    return len(said) > 1


def _plain(body: str) -> str:
    """Return a body in small letters, without the marks that JSON may put before slashes."""
    return body.casefold().replace("\\/", "/").strip()


def _said(surveyed: SurveyedPath) -> tuple[str, ...]:
    """Return what a path answers, but for its own name and what differs in every answer."""
    answer = surveyed.answer
    if not isinstance(answer, Answer):
        return (answer.reason,)
    document = answer.document
    if isinstance(document, HealthDocument):
        kind, parts = document.status.value, [document.word, *_names_in(document, surveyed.path)]
    else:
        kind, parts = document.reason, [answer.text]
    return (str(answer.status_code), kind, *(_without(surveyed.path, part) for part in parts))


def _names_in(document: HealthDocument, path: str) -> Iterator[str]:
    """Yield the names of the components; a field that repeats the path is none."""
    for component in document.components:
        if path.casefold() not in component.word.casefold():
            yield component.name


def _without(path: str, text: str) -> str:
    bare = path.casefold().strip("/")
    said = text.casefold()
    for form in (f"/{bare}", bare, bare.replace("/", "-"), bare.replace("/", "_")):
        said = said.replace(form, "")
    return _VARYING.sub("", said)
