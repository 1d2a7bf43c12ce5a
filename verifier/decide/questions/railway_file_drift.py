"""
What is wrong with a repository's own configuration of Railway, as far as its files tell.

Sources: https://docs.railway.com/config-as-code/reference,
https://docs.railway.com/deployments/healthchecks,
https://docs.railway.com/deployments/start-command
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from verifier.decide.drift.question import Question
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind
from verifier.model.railway_file import FileSettings, RailwayFile

KIND = DriftKind("railway-file", is_of_checkout=True)

#: Config files are not read any more from this day on.
#: Source: https://docs.railway.com/config-as-code
LAST_DAY = date(2026, 12, 1)
#: Words of a path that say nothing of where its route is written.
GENERIC_WORDS = frozenset({"api", "v1", "v2", "v3", "internal", "public", "app", "q", "rest"})
#: Paths that a framework serves by itself: of Spring, of Laravel and Rails.
_OF_FRAMEWORKS = frozenset({"actuator", "up"})
_CODE = re.compile(
    r"\.(?:py|[cm]?[jt]sx?|go|rb|php|java|kts?|cs|fs|rs|exs?|scala|clj|swift|dart|vue|svelte|astro"
    r"|c|cc|cpp|hs|ml|lua|pl|erl|nim|zig|cr)$"
)
_WORD = re.compile(r"[A-Za-z0-9_]{2,}")
_READS_PORT = re.compile(r"\bPORT\b")
_VARIABLE_PORT = re.compile(r"\$\{?PORT\b")
_IN_A_SHELL = re.compile(
    r"^\s*(?:(?:/\S*/)?env\s+)?(?:/\S*/)?(?:sh|bash|ash|dash)\s+(?:-\S+\s+|pipefail\s+)*-\w*c\b"
)
#: A port that a server is told to listen on; an address of another server has a scheme.
_FIXED_PORT = re.compile(
    r"(?:^|\s)(?:--port[= ]|-p[= ]?|(?:--bind|--host|--listen|-b)[= ](?!\S*//)\S*?:)(\d{2,5})\b"
)
_ONLY_LOCAL = re.compile(
    r"(?:^|\s)(?:--host|--bind|--listen|-b|-H)[= ](?:127\.\d+\.\d+\.\d+|localhost)\b"
)
_FOR_PEOPLE = "the repository"

_Row = tuple[str, str, str, str]
"""Place in the file, expected, actual, hint."""


def health_words(path: str) -> frozenset[str]:
    """Return the words of a health path, in lower case, one of which its route must be made of."""
    words = {word.lower() for word in _WORD.findall(path.partition("?")[0])}
    return frozenset(words - GENERIC_WORDS)


def railway_file_drift(files: Sequence[RailwayFile], today: date) -> Iterator[Drift]:
    """Yield a warning for each part of a file that does not do what it says."""
    for file in files:
        for place, expected, actual, hint in _rows(file, today):
            named = f"{KIND}: {file.path}{': ' * bool(place)}{place}"
            yield Drift(named, expected, actual, _FOR_PEOPLE, Outcome.WARN, hint, file.path)


def _rows(file: RailwayFile, today: date) -> Iterator[_Row]:
    if today >= LAST_DAY:
        actual = f"Railway reads it no more since {LAST_DAY}: what it says has no effect"
        yield "", "none", actual, "move what is missed to .railway/railway.ts, and remove the file"
        return
    for mistake in file.mistakes:
        yield mistake.place, mistake.expected, mistake.actual, ""
    base = file.settings.get("", FileSettings())
    for keys, settings in file.settings.items():
        for place, expected, actual, hint in _of_settings(file, keys, settings, base):
            yield f"{keys}{place}", expected, actual, hint


def _of_settings(
    file: RailwayFile, keys: str, settings: FileSettings, base: FileSettings
) -> Iterator[_Row]:
    if settings.builder.upper() in ("NIXPACKS", "HEROKU", "PAKETO"):
        hint = "set it to RAILPACK, or to DOCKERFILE with a Dockerfile"
        yield "build.builder", "RAILPACK or DOCKERFILE", f"{settings.builder}, deprecated", hint
    yield from _dockerfile(file, settings)
    yield from _watched(file, keys, settings)
    if settings.start_command:
        yield from _command(settings, base)
    if settings.health_path:
        yield from _health(file, settings.health_path)


def _dockerfile(file: RailwayFile, settings: FileSettings) -> Iterator[_Row]:
    if not settings.dockerfile or isinstance(file.tracked, Unobserved):
        return
    # From the service's root directory, which no file says.
    end = "/" + settings.dockerfile.removeprefix("./").lstrip("/")
    if not any(f"/{path}".endswith(end) for path in file.tracked):
        actual = f"no file of the repository is called {settings.dockerfile}"
        yield "build.dockerfilePath", "a file", actual, ""


def _watched(file: RailwayFile, keys: str, settings: FileSettings) -> Iterator[_Row]:
    watched = file.watched.get(keys, ())
    if not settings.watch_patterns or isinstance(watched, Unobserved):
        return
    hint = "patterns count from the root of the repository, such as /services/api/**"
    if not watched:
        actual = "no file of the repository fits: no push ever deploys this service"
        yield "build.watchPatterns", "patterns of its files", actual, hint
        return
    folder = file.path.rpartition("/")[0]
    if folder and not any(path.startswith(f"{folder}/") for path in watched):
        actual = f"nothing in {folder} fits: a change of it deploys nothing"
        yield "build.watchPatterns", f"files in {folder}", actual, hint


def _command(settings: FileSettings, base: FileSettings) -> Iterator[_Row]:
    place, command = "deploy.startCommand", settings.start_command
    is_asked = bool(settings.health_path or base.health_path)
    fixed = _FIXED_PORT.search(command)
    if fixed and is_asked and not _READS_PORT.search(command):
        hint = f"listen on $PORT, or set the service's variable PORT to {fixed[1]}"
        actual = f"it listens on {fixed[1]}, and Railway's health check asks at PORT"
        yield place, "the port that PORT names", actual, hint
    if is_asked and _ONLY_LOCAL.search(command):
        actual = "it listens for its own container alone: no health check reaches it"
        yield place, "0.0.0.0 or [::]", actual, ""
    is_bare = _VARIABLE_PORT.search(command) and not _IN_A_SHELL.search(command)
    if is_bare and _has_dockerfile(settings, base):
        actual = "a Dockerfile's start command runs without a shell: $PORT stays as it is"
        yield place, "a shell around it", actual, "write /bin/sh -c 'exec …' around it"


def _has_dockerfile(settings: FileSettings, base: FileSettings) -> bool:
    said = (settings.builder or base.builder, settings.dockerfile or base.dockerfile)
    return said[0].upper() == "DOCKERFILE" or bool(said[1])


def _has_code(file: RailwayFile) -> bool:
    """Whether there may be a route at all: without code an image serves it."""
    tracked = file.tracked
    return isinstance(tracked, Unobserved) or not tracked or any(map(_CODE.search, tracked))


def _health(file: RailwayFile, path: str) -> Iterator[_Row]:
    words = health_words(path)
    if words & _OF_FRAMEWORKS or not _has_code(file):
        return
    if not words or isinstance(file.known_words, Unobserved) or words & file.known_words:
        return
    actual = f"no file of the repository names {' or '.join(sorted(words))}: {path} may answer 404"
    yield "deploy.healthcheckPath", "a route that is served", actual, ""


QUESTION = Question(KIND)
