"""What a value of `.github/verifier.yml` may be: durations, addresses, patterns, versions."""

import re
import warnings
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from verifier.language import TAGS, nearest_tag
from verifier.model.host_name import is_this_machine

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_DAY_MS, _WEEK_MS = 86_400_000, 604_800_000
_LARGEST_FIRST = ((3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms"))


def _meant(value: object) -> object:
    """The language that is meant: one that is not spoken is English, which the command tells."""
    return (nearest_tag(value) or "en") if isinstance(value, str) else value


if TYPE_CHECKING:
    Language = str
else:
    Language = Annotated[Literal["en", *TAGS], BeforeValidator(_meant)]


def _no_truth(value: object) -> object:
    """Python takes `true` for 1; as a text it is told of as what it is."""
    return str(value).lower() if isinstance(value, bool) else value


Format = Annotated[Literal[1], BeforeValidator(_no_truth)]


def _duration(value: object) -> object:
    if not isinstance(value, str) or re.fullmatch(DURATION_PATTERN, value) is None:
        raise ValueError("a duration such as 300ms, 2s, 5m, 1h or 30d")
    unit = value.lstrip("0123456789")
    return int(value.removesuffix(unit)) * _UNITS_S[unit]


def duration_text(seconds: float) -> str:
    """Return seconds as they would stand in the file: a week or more in days, if that fits."""
    ms = round(seconds * 1000)
    if ms == 0:
        return "0s"
    if ms % _DAY_MS == 0 and ms >= _WEEK_MS:
        return f"{ms // _DAY_MS}d"
    unit_ms, unit = next((n, u) for n, u in _LARGEST_FIRST if ms % n == 0)
    return f"{ms // unit_ms}{unit}"


def _positive(value: float) -> float:
    if value <= 0:
        raise ValueError("a duration above zero")
    return value


def _version(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _path(value: str) -> str:
    if not value.startswith("/") or value.startswith("//"):
        raise ValueError("a path that starts with /, and names no host")
    return value


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise ValueError("a URL such as https://example.up.railway.app") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("a URL such as https://example.up.railway.app, without a password")
    if parts.scheme == "http" and not is_this_machine(parts.hostname):
        raise ValueError("https:// (http:// can be read and changed on its way: this machine only)")
    return value.rstrip("/")


def is_origin(url: str) -> bool:
    """Whether an address names a host alone, and nothing on it."""
    parts = urlsplit(url)
    return not (parts.path.strip("/") or parts.query or parts.fragment)


def _origin(value: str) -> str:
    if not is_origin(value):
        raise ValueError("a URL without a path: set paths in the health section")
    return value


def _groups(value: str) -> int:
    try:
        with warnings.catch_warnings():
            # A set may come to mean something else in a later Python: that is no mistake of now.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(value).groups
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"a regular expression ({error})") from error


def _pattern(value: str) -> str:
    if _groups(value) != 1:
        raise ValueError("a regular expression with one group, around the version")
    return value


def _name_pattern(value: str) -> str:
    if _groups(value) == 0:
        raise ValueError("a regular expression with a group around the version")
    return value


#: As JSON Schema reads it; more days than that lead out of the calendar.
DURATION_PATTERN = "^([0-9]{1,6}(ms|s|m|h)|[0-9]{1,4}d)$"
_DURATION_SCHEMA = {"type": "string", "pattern": DURATION_PATTERN}

Duration = Annotated[
    float,
    BeforeValidator(_duration),
    PlainSerializer(duration_text, when_used="json"),
    WithJsonSchema(_DURATION_SCHEMA),
]
PositiveDuration = Annotated[Duration, AfterValidator(_positive)]
Version = Annotated[str, BeforeValidator(_version), WithJsonSchema({"type": ["string", "integer"]})]
HealthPath = Annotated[str, AfterValidator(_path), Field(pattern="^/")]
Url = Annotated[str, AfterValidator(_url)]
ServiceUrl = Annotated[Url, AfterValidator(_origin)]
Pattern = Annotated[str, AfterValidator(_pattern)]
NamePattern = Annotated[str, AfterValidator(_name_pattern)]


class Section(BaseModel):
    """Keys are written with hyphens; a key that is not known is a mistake."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.replace("_", "-"),
        use_attribute_docstrings=True,
        validate_default=False,
    )
