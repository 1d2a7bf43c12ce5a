"""The commands of a project, as its shell or make would see them. Nothing of them is run."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import yaml

from verifier.database.files import Files
from verifier.database.migration_files import folder_of, join
from verifier.database.settings_files import read_text
from verifier.guarded import bounded_yaml

#: Files with commands of a project, or with what its commands find in their environment.
COMMAND_FILES = re.compile(
    r"(?:(?:scripts/|bin/)?[^/]+\.sh|(?:[^/]+/){0,2}package\.json|[Mm]akefile|GNUmakefile|justfile|Justfile|Procfile|"
    r"Dockerfile[^/]*|Taskfile\.ya?ml|(?:docker-)?compose[^/]*\.ya?ml|railway\.(?:json|toml)|"
    r"nixpacks\.toml|\.envrc|\.?mise\.toml|\.devcontainer/devcontainer\.json|"
    r"\.github/workflows/[^/]+\.ya?ml)$"
)
#: Where only some projects have commands, which may be those of a part of them.
OTHER_COMMAND_FILES = re.compile(
    r"(?:[^/]{1,99}/){1,4}(?:[^/]{1,99}\.sh|[Mm]akefile|[Jj]ustfile|Dockerfile[^/]{0,99}|[^/]{1,99}\.Dockerfile|action\.ya?ml|"
    r"(?:docker-)?compose[^/]{0,99}\.ya?ml|railway\.(?:json|toml)|[^/]{1,99}\.mk)$"
    r"|(?:bin|scripts?|hack|tools)/[^/.]{1,99}$|taskfiles?/[^/]{1,99}\.ya?ml$"
    r"|[^/]{1,99}\.(?:mk|Dockerfile)$|(?:fly\.toml|render\.yaml|deno\.jsonc?)$"
)
#: Containers and workflows that are there for tests, by their names.
OF_TESTS = re.compile(
    r"(?:[^/]+/){0,1}(?:tests?|e2e|examples?|fixtures)/(?:[^/]+/){0,1}package\.json$"
    r"|(?:(?:docker-)?compose[^/]{0,255}(?<![a-z])(?:tests?|testing|ci|e2e)(?![a-z])"
    r"|\.github/workflows/[^/]{0,255}(?<![a-z])(?:tests?|testing|e2e)(?![a-z]))[^/]{0,255}$"
)
_MAKE = re.compile(r"(?:[Mm]akefile|GNUmakefile)$")
_COMPOSE = re.compile(r"(?:docker-)?compose[^/]*\.ya?ml$")
_COMMENT = re.compile(r"^[^\S\n]*(?://|#|\*).*$", re.MULTILINE)
#: What stands for the folder of the project itself.
_HERE = re.compile(
    r"\$\((?:CURDIR|PWD|shell pwd|pwd)\)|\$\{(?:CURDIR|PWD)\}|\$PWD\b|\$GITHUB_WORKSPACE\b|"
    r"\$\{\{\s{0,9}github\.workspace\s{0,9}\}\}|"
    r"\{\{\s{0,9}(?:config_root|justfile_directory\(\)|\.ROOT_DIR|\.TASKFILE_DIR)\s{0,9}\}\}"
)
_USED = re.compile(
    r"\$\((\w{1,99})\)|\$\{(\w{1,99})(?::?[-=]([^}$\n]{0,300}))?\}|\$(\w{1,99})|"
    r"\{\{[ \t]{0,9}\.?(\w{1,99})[ \t]{0,9}\}\}"
)
_OF_MAKE = re.compile(
    r"^(?:export[ ]+)?(\w{1,99})[ ]{0,99}(?::{0,3}|\?)=[ \t]{0,99}([^\n]{0,300})$", re.M
)
_OF_SHELL = re.compile(
    r"^[ \t]{0,99}(?:@|(?:export|ENV|ARG|local|readonly)[ ]{1,9})?(\w{1,99})[ ]{0,9}:?="
    r"[ ]{0,9}(\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|[^\s;&\"']{0,300})(?=[\s;&]|$)",
    re.M,
)
_OF_YAML = re.compile(
    r"^[ ]{1,99}(\w{1,99}):[ ]{1,9}[\"']?([\w./${}()-]{1,300})[\"']?[ ]{0,99}$", re.M
)
_WORD = r"""(?:"(?:[^"\\\n]|\\.){0,2000}"|'[^'\n]{0,2000}')"""
_LIST = re.compile(rf"\[\s{{0,99}}({_WORD}(?:\s{{0,99}},\s{{0,99}}{_WORD}){{1,99}})\s{{0,99}}\]")
_WORDS = re.compile(_WORD)
_CD = re.compile(r"(?<![\w(-])cd[ \t]+[\"']?([^\s\"';&|]+)[\"']?[ \t]*(?:&&|;|$)", re.M)
_STEP = re.compile(r"^(?=[ ]*- )", re.M)
_WORKING = re.compile(r"^[ -]*(?:working-directory|dir):[ ]*[\"']?([^\s\"'#]+)", re.M)
_COPY = re.compile(r"^[ \t]*(?:COPY|ADD)[ \t]+((?:--\S+[ \t]+)*)(\S+)[ \t]+(\S+)[ \t]*$", re.M)
_WORKDIR = re.compile(r"^[ \t]*WORKDIR[ \t]+(\S+)", re.M)
_VOLUME = re.compile(r"(?:-v|--volume)[ =]{1,9}[\"']?(\.[^\s:\"']{0,300}):(/[^\s:\"']{1,300})")
_IMAGE = re.compile(r"(?:^|/)([\w.-]+)(?:[:@].*)?$")
#: A value that holds others is resolved so often, and no longer than that.
_DEEPEST, _LONGEST = 6, 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some commands, and the folder in which they run, empty for the root."""

    text: str
    folder: str = ""


def text_of(files: Files, path: str) -> str:
    """Return the text of a file of commands, with its variables in place, and lists as lines."""
    return "\n".join(part.text for part in parts_of(files, path))


def parts_of(files: Files, path: str) -> tuple[Part, ...]:
    """Return the commands of a file, by the folder in which they run."""
    environment = read_text(files, ".env") if ".env" in files.paths else ""
    return _parts(path, read_text(files, path), environment)


@lru_cache(256)
def _parts(path: str, raw: str, environment: str) -> tuple[Part, ...]:
    text = _HERE.sub(".", _COMMENT.sub("", raw).replace("\\\n", " "))
    is_make = bool(_MAKE.search(path))
    if is_make:
        text = text.replace("$$", "$")
    text = _LIST.sub(lambda match: _as_line(match[1]), text)
    around = _alike(_OF_SHELL.findall(_COMMENT.sub("", environment)))
    text = _filled(text, {**around, **_assigned(text, path, is_make=is_make)})
    if _COMPOSE.search(path):
        text += "".join(f"\n{line}" for line in _of_services(raw))
    found: list[Part] = []
    usual = folder_of(path) if path.endswith("package.json") else ""
    for step in _STEP.split(text) if path.startswith(".github/") else [text]:
        given = _WORKING.search(step)
        if given and "defaults:" in step:
            usual = join("", given[1])
        at = join("", given[1]) if given else usual
        found += _by_place(step, at, is_script=path.endswith(".sh"))
    return tuple(found)


def _by_place(text: str, folder: str, *, is_script: bool) -> Iterator[Part]:
    """Parts of a text by where a `cd` has led; that of a script counts for what follows, too."""
    at, begin = folder, 0
    for match in _CD.finditer(text):
        end = text.find("\n", begin) if begin and not is_script else -1
        if 0 <= end < match.start():
            yield Part(text[begin:end], at)
            begin, at = end, folder
        yield Part(text[begin : match.start()], at)
        begin, at = match.end(), join(at if len(at) < _LONGEST else "", match[1])
    end = text.find("\n", begin) if begin and not is_script else -1
    if end >= 0:
        yield Part(text[begin:end], at)
        begin, at = end, folder
    yield Part(text[begin:], at)


def _as_line(listed: str) -> str:
    words = (each[1:-1].replace('\\"', '"') for each in _WORDS.findall(listed))
    return f"\n{' '.join(words)}\n"


def _assigned(text: str, path: str, *, is_make: bool) -> Mapping[str, str]:
    found = _OF_MAKE.findall(text) if is_make else _OF_SHELL.findall(text)
    if path.endswith((".yml", ".yaml")):
        found += _OF_YAML.findall(text)
    return _alike(found)


def _alike(found: list[tuple[str, str]]) -> Mapping[str, str]:
    """Those that have one value alone."""
    values: dict[str, set[str]] = {}
    for name, value in found:
        bare = re.sub(r"\s+#.*$", "", value).strip().strip("\"'")
        # A name that keeps its own value, or has a usual one.
        if (own := _USED.fullmatch(bare)) and own[3] and _name_in(own) == name:
            bare = own[3]
        if bare.count("(") != bare.count(")"):
            continue
        values.setdefault(name, set()).add(bare)
    return {name: next(iter(given)) for name, given in values.items() if len(given) == 1}


def _filled(text: str, known: Mapping[str, str]) -> str:
    def value_of(match: re.Match[str]) -> str:
        plain, braced, usual, bare, curly = match.groups()
        name = plain or braced or bare or curly
        value = known.get(name, "")
        if not value or (usual is not None and _uses(value, name)):
            value = usual or ""
        for _ in range(_DEEPEST):
            inner = _USED.sub(lambda each: known.get(_name_in(each)) or each[0], value)
            if inner == value or len(inner) > _LONGEST:
                break
            value = inner
        return value if value and len(value) <= _LONGEST else re.sub(r"\s", "", match[0])

    return _USED.sub(value_of, text)


def _name_in(match: re.Match[str]) -> str:
    plain, braced, _, bare, curly = match.groups()
    return str(plain or braced or bare or curly)


def _uses(value: str, name: str) -> bool:
    return any(_name_in(match) == name for match in _USED.finditer(value))


def _services(raw: str) -> Iterator[Mapping[object, object]]:
    try:
        _, value = bounded_yaml.read(bounded_yaml.Loader(raw))
    except (ValueError, yaml.YAMLError, RecursionError):
        return
    services = value.get("services") if isinstance(value, dict) else None
    if isinstance(services, dict):
        yield from (each for each in services.values() if isinstance(each, dict))


def _of_services(raw: str) -> Iterator[str]:
    """What containers run: the entry point, or else the program of an image called as it is."""
    for service in _services(raw):
        program = _words(service.get("entrypoint"))
        if not program and (match := _IMAGE.search(str(service.get("image") or ""))):
            program = match[1]
        if words := _words(service.get("command")):
            yield " ".join(f"{program} {words}".split())


def _words(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def places_of_containers(files: Files) -> Mapping[str, str]:
    """Return the paths of this checkout that containers have, by their path there."""
    found: dict[str, set[str]] = {}
    for path in filter(COMMAND_FILES.match, files.paths):
        if OF_TESTS.match(path):
            continue
        if path.startswith("Dockerfile"):
            text = _COMMENT.sub("", read_text(files, path))
            starts = [(match.start(), match[1]) for match in _WORKDIR.finditer(text)]
            for match in _COPY.finditer(text):
                at = next((each for begin, each in reversed(starts) if begin < match.start()), "/")
                place = match[3] if match[3].startswith("/") else f"{at}/{match[3]}"
                found.setdefault(join("", place), set()).add(match[2])
        elif _COMPOSE.search(path):
            for service in _services(read_text(files, path)):
                volumes = service.get("volumes")
                for each in volumes if isinstance(volumes, list) else []:
                    here, _, there = str(each).partition(":")
                    if here.startswith("."):
                        found.setdefault(join("", there.partition(":")[0]), set()).add(here)
        else:
            for here, there in _VOLUME.findall(text_of(files, path)):
                found.setdefault(join("", there), set()).add(here)
    return {place: next(iter(given)) for place, given in found.items() if len(given) == 1}
