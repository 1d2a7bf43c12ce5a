"""Reads the body of a health answer, whatever framework wrote it."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from verifier.health.applications_within import with_applications_within
from verifier.health.bounds import MAX_COMPONENTS, TooManyError
from verifier.health.dispensable import is_dispensable, is_own_data
from verifier.health.document_keys import normal
from verifier.health.frameworks import of_a_scale
from verifier.health.json_document import read_json
from verifier.health.json_in_text import KeyTwiceError, constant_in, decoded, opened
from verifier.health.known_pages import read_known_page, title_of, wants_login
from verifier.health.published_passwords import places_of_passwords
from verifier.health.sentences import is_trouble
from verifier.health.text_document import read_text
from verifier.health.vocabulary import is_yes_or_no
from verifier.model.cut_text import cut_to
from verifier.model.evidence import OWN_STATUS, Component, HealthDocument, HealthStatus
from verifier.model.finding import Unobserved
from verifier.model.http_status import NO_CONTENT, Meaning, meaning_of

_LONGEST_NAME = 200
_LONGEST_LOG = 4000
_SHORT_LOG = 120
_SUMMARIES = ("summary", "healthsummary", "overview")
#: Express writes `/**/ typeof cb === 'function' && cb({…});`
_JSONP = re.compile(r"(?:/\*\*/)?\s*(?:typeof [^&]{1,80}&&\s*)?[\w.$]{1,60}\(\s*[\[{]")
#: Where the first user's document says which project its client was given.
_PROJECT = ("runtime_endpoints.supabase_project",)


@dataclass(frozen=True, slots=True)
class IdentityKeys:
    """
    Paths to the commit and to the deployment id, keys separated by dots ("version.git_sha").

    The first one that leads to a known value counts.
    """

    sha: Sequence[str] = ()
    deployment: Sequence[str] = ()


def parse_health(
    body: bytes,
    *,
    content_type: str = "",
    status_code: int = 200,
    identity: IdentityKeys = IdentityKeys(),
) -> HealthDocument | Unobserved:
    """Return the health document in `body`, or what the body is instead."""
    found = _parsed(body, content_type, status_code, identity)
    return of_a_scale(found) if isinstance(found, HealthDocument) else found


def _parsed(
    body: bytes, content_type: str, status_code: int, identity: IdentityKeys
) -> HealthDocument | Unobserved:
    text = _decode(body, content_type)
    if isinstance(text, Unobserved):
        return text
    if not text.strip() and status_code == NO_CONTENT:
        return Unobserved("HTTP 204 has no body: it only shows that something responds")
    if not text.strip():
        return Unobserved("the body is empty")
    if _looks_like_html(text, content_type):
        page = read_known_page(text, status_code)
        title = title_of(text)
        named = f' ("{title}")' if title else ""
        return page or Unobserved(f"the body is an HTML page{named}, not a health document")
    try:
        value = opened(decoded(text))
        read = read_json(value, is_success=_is_success(status_code))
        document = _telling_of(constant_in(text), read)
    except RecursionError:
        return Unobserved("the body is JSON nested too deeply to be a health document")
    except TooManyError:
        return _too_many()
    except KeyTwiceError as error:
        return Unobserved(f'the document has the key "{error}" twice, with different values')
    except ValueError as error:
        return _what_else(text, error, is_success=_is_success(status_code))
    if wants_login(value):
        return Unobserved("the response asks for credentials instead of reporting health")
    if document is None:
        return Unobserved("the body is JSON without a known status")
    if len(document.components) > MAX_COMPONENTS:
        return _too_many()
    document = _with_what_is_within(document, value)
    return replace(
        document,
        components=tuple(_handed_on(c, document) for c in document.components),
        commit_sha=_first_value(value, identity.sha),
        deployment_id=_first_value(value, identity.deployment),
        supabase_project=_first_value(value, _PROJECT)[:_LONGEST_NAME],
        passwords_at=places_of_passwords(value),
        objects=frozenset(key.casefold()[:_LONGEST_NAME] for key in _objects_in(value)),
    )


def _with_what_is_within(document: HealthDocument, value: object) -> HealthDocument:
    """Return a document with what is told by its parts alone, whatever they are called."""
    # Before there is an answer to read, a gate does without it.
    from verifier.health.missing_variables import with_missing_variables
    from verifier.health.told_within import with_what_is_told_within

    document = with_missing_variables(with_applications_within(document, value), value)
    return with_what_is_told_within(document, value)


def _telling_of(constant: str, document: HealthDocument | None) -> HealthDocument | None:
    """Return a document whose message tells what other clients cannot read, where it has none."""
    if not constant or document is None or document.message:
        return document
    return replace(document, message=f"the body has {constant}, which is no JSON")


def _too_many() -> Unobserved:
    return Unobserved(f"the document has more than {MAX_COMPONENTS:,} components")


def _objects_in(value: object, depth: int = 2) -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            if isinstance(child, dict):
                yield key
                if depth > 1:
                    yield from _objects_in(child, depth - 1)


def _handed_on(component: Component, document: HealthDocument) -> Component:
    """A component as it is handed on."""
    short = _short_named(component)
    if document.rule == OWN_STATUS and document.status is HealthStatus.GOOD:
        short = replace(short, is_incidental=short.is_incidental or is_own_data(component))
    if document.rule == OWN_STATUS and document.status is HealthStatus.BAD and _is_of_sum(short):
        short = replace(short, is_incidental=False)
    return replace(short, is_dispensable=True) if is_dispensable(component) else short


def _is_of_sum(component: Component) -> bool:
    """Whether a summary names it as bad: `summary: {"memory": "critical"}`."""
    around = component.place.split(".")[:-1]
    is_bad = component.status is HealthStatus.BAD and not is_yes_or_no(component.word)
    return is_bad and normal(around[-1] if around else "") in _SUMMARIES


def _short_named(component: Component) -> Component:
    """The same, with a name that people can be shown; names that differ still do."""
    name = component.name
    if len(name) <= _LONGEST_NAME:
        return component
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    short = f"{name[:_LONGEST_NAME]}… ({digest})"
    return replace(component, name=short, place=component.place[:_LONGEST_NAME])


def _decode(body: bytes, content_type: str) -> str | Unobserved:
    """JSON is UTF-8; a text may say that it is Latin-1, where every byte is a character."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if re.search(r"charset=\"?(?:iso-8859-1|latin-?1|windows-1252)", content_type, re.IGNORECASE):
        return body.decode("latin-1")
    if body.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd")):
        return Unobserved("the body is compressed although that was not accepted")
    return Unobserved("the body is not UTF-8")


def _what_else(text: str, error: ValueError, *, is_success: bool) -> HealthDocument | Unobserved:
    """Read a body that is no JSON: a text that is understood, or what it is instead."""
    start = text.lstrip()[:200]
    after = _after_lines(text, is_success=is_success)
    if after is not None:
        return after
    if start.startswith("<"):
        # Next to nobody answers so: a gate that starts does without it.
        from verifier.health.xml_document import fields_of_xml

        fields = fields_of_xml(text)
        read = read_json(fields, is_success=is_success) if fields else None
        return read or Unobserved("the body is XML, not a health document")
    if _JSONP.match(start):
        return Unobserved("the body is JSONP, a call around a document")
    if start.startswith(("data:", "event:")):
        return Unobserved("the body is a stream of events, not a health document")
    if not start.startswith(("{", '["', "[{", '"')):
        document = read_text(text, is_success=is_success)
        return document or Unobserved("the body is neither JSON nor a known plain-text status")
    if isinstance(error, json.JSONDecodeError):
        if error.msg == "Extra data":
            return Unobserved("the body is more than one JSON document")
        if re.match(r"[{\[]\s*'", start):
            return Unobserved("the body has texts in single quotes, which JSON does not know")
        last = len(text.rstrip()) - 1
        # Python 3.13 points at the comma, older ones at what stands after it.
        if re.fullmatch(r"(,\s*)?[}\]]\s*", text[error.pos :]):
            return Unobserved(
                "the body is JSON with a mistake at its end, such as a comma too many"
            )
        if error.pos >= last or "Unterminated" in error.msg:
            return Unobserved("the body is neither JSON nor text: it is JSON that was cut off")
    return Unobserved("the body is neither JSON nor a known plain-text status")


def _after_lines(text: str, *, is_success: bool) -> HealthDocument | None:
    """Read the JSON that stands after lines of a log, such as the notices of PHP."""
    at = text.find("\n{", 0, _LONGEST_LOG)
    if at < 0 or text.lstrip()[:1] in ("{", "["):
        return None
    try:
        document = read_json(opened(decoded(text[at:])), is_success=is_success)
    except (ValueError, RecursionError):
        return None
    if document is None or document.status is not HealthStatus.GOOD or not is_trouble(text[:at]):
        return document
    said = f'{document.word}, but "{cut_to(_SHORT_LOG, text[:at].strip())}"'
    return replace(document, status=HealthStatus.WARNING, word=said)


def _looks_like_html(text: str, content_type: str) -> bool:
    start = text.lstrip()[:200].casefold()
    # ClickHouse calls the word "Ok." a page, and PHP and Flask any JSON that a hand has encoded.
    is_called_page = "text/html" in content_type.casefold() and start[:1] == "<"
    return is_called_page or start.startswith(("<!doctype html", "<html"))


def _is_success(status_code: int) -> bool:
    return meaning_of(status_code) is Meaning.SUCCESS


def is_no_id(value: str) -> bool:
    """Whether a text says that there is no value: nobody has told the application its commit."""
    return value.strip().casefold() in ("", "unknown", "none", "null", "undefined")


def _first_value(value: object, paths: Sequence[str]) -> str:
    for path in paths:
        found = value
        for key in path.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str) and not is_no_id(found):
            return found.strip()
    return ""
