"""Incidents, a YAML file each: what is pushed, what fails beside it, what must come out."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictInt, ValidationError

from verifier.config.fields import Duration, PositiveDuration, Section
from verifier.config.named_checks import may_be_a_check, nearest_check
from verifier.config.problems import nearest, problem_of
from verifier.errors import WrongInputError
from verifier.guarded.mistakes import InvalidConfigError, Problem
from verifier.guarded.yaml_document import Location, read_document
from verifier.sandbox.scenarios.scenario import Fate, Faults

CATALOGUE = Path(__file__).parent / "catalogue"
#: Where a team keeps its own, in its checkout, in any folder below it.
OWN_FOLDER = Path(".github/rehearsals")
#: What a gate exits with that was not given what it needs: of no commit's doing.
_USAGE = 2
_HINT = "the verifier's page docs/commands/rehearse.md shows one; its schema lists every key"


def _one_line(text: str) -> str:
    """Return a sentence without what a terminal or GitHub's log would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


#: A sentence that is printed as it is.
_Sentence = Annotated[str, AfterValidator(_one_line)]


class PushedCommit(Fate):
    """
    A commit of an incident. Where a key is a service, it is its name, its role, or one of `all`,
    `public` (those with an address), `private` (those without) and `one-private`.
    """

    database: Literal["production", "staging"] = "production"
    """The database that its containers are pointed at."""
    unapplied_migrations: Annotated[StrictInt, Field(ge=0, le=1000)] = 0
    """How many migrations it ships that are not applied."""
    missing_views: tuple[str, ...] = ()
    """Views that its code needs and the database does not have."""
    guards_itself: bool = True
    """Whether its code says CRITICAL where it runs against the wrong database."""
    run_modes: dict[str, str] = Field(default_factory=dict)
    """RUN_MODE of services, where it is not the right one."""

    @property
    def services(self) -> tuple[str, ...]:
        """The words for services, in the order of the keys."""
        keys = (self.skipped, self.fates, self.builds, self.troubles, self.run_modes)
        return tuple(dict.fromkeys(word for words in keys for word in words))


class Newer(Section):
    """Another push, while the first is on its way."""

    after: Duration
    """Seconds after the first push."""
    commit: PushedCommit = PushedCommit()


class Must(Section):
    """What must come out."""

    verdict: Literal["passed", "failed", "inconclusive", "superseded", "unaffected"]
    """The gate's verdict."""
    exit_code: Annotated[StrictInt, Field(ge=0, le=4)]
    """What the gate exits with."""
    live: Literal["before", "pushed", "newer"]
    """Which commit every service serves in the end."""
    found_by: tuple[str, ...] = ()
    """Ids of checks, of which one at least must have failed; `*` stands for any letters."""
    bad_live_at_most: PositiveDuration | None = None
    """How long a service may serve the pushed commit before it is put back."""

    @property
    def may_roll_back(self) -> bool:
        """Whether a rollback belongs to it: a newer commit may come after that of a failed one."""
        return self.live == "before" or (self.live == "newer" and self.verdict == "failed")


class Incident(Section):
    """One incident of the catalogue, or of a team's own."""

    title: _Sentence
    """What happens, in a sentence."""
    needs: tuple[Literal["public", "private", "database", "ledger", "rollback"], ...] = ()
    """
    What the configuration must have, or it does not apply: services with an address, or without
    one; something that is read of the database; a ledger, or a health document that names the
    schema's version; `gate.rollback: auto`.
    """
    commit: PushedCommit = PushedCommit()
    newer: Newer | None = None
    faults: Faults = Faults()
    """What fails at Railway and GitHub meanwhile."""
    runner_killed: Literal["at-rollback"] | None = None
    """When the gate's runner is killed: as it asks for the first rollback. Another begins then."""
    must: Must
    remedy: _Sentence = ""
    """What helps where the gate did not do what it must."""

    @property
    def missing_views(self) -> tuple[str, ...]:
        """The views that none of its commits finds."""
        newer = self.newer.commit.missing_views if self.newer else ()
        return tuple(dict.fromkeys((*self.commit.missing_views, *newer)))

    @property
    def services(self) -> tuple[str, ...]:
        """The words that it has for services, in all of its commits."""
        newer = self.newer.commit.services if self.newer else ()
        return tuple(dict.fromkeys((*self.commit.services, *newer)))


def read_incident(path: Path) -> Incident:
    """
    Read an incident's file.

    Raises:
        InvalidConfigError: it is not one, with each mistake and where it stands.
    """
    found = _read(path)
    if isinstance(found, Incident):
        return found
    raise InvalidConfigError(found, _HINT)


def _read(path: Path) -> Incident | list[Problem]:
    try:
        document = read_document(path)
    except InvalidConfigError as error:
        return list(error.problems)
    problems = list(document.duplicates())
    try:
        incident = Incident.model_validate(document.value)
    except ValidationError as error:
        return problems + [problem_of(document, found, Incident) for found in error.errors()]
    problems += [document.problem(at, text) for at, text in _contradictions(incident)]
    return problems or incident


def _contradictions(incident: Incident) -> Iterator[tuple[Location, str]]:
    """Yield what can never come out, so that it would be red for no reason of the gate's."""
    must = incident.must
    is_green = must.verdict in ("passed", "superseded", "unaffected")
    if is_green != (must.exit_code == 0) or must.exit_code == _USAGE:
        exits = "0" if is_green else "1, 3 or 4"
        text = f"found {must.exit_code}, expected {exits}: the verdict is {must.verdict}"
        yield ("must", "exit-code"), text
    if must.live == "newer" and incident.newer is None:
        yield ("must", "live"), "found newer, expected before or pushed: there is no newer push"
    for index, check in enumerate(must.found_by):
        if not may_be_a_check(check):
            near = nearest_check(check)
            text = f"found {check!r}{near}, expected the id of a check: there is none of that id"
            yield ("must", "found-by", index), text


def catalogue(checkout: Path) -> Mapping[str, Path]:
    """
    Return the files of all incidents by name: ours, and those of the checkout, which win.

    Raises:
        WrongInputError: two of a folder have one name.
    """
    return _by_name(sorted(CATALOGUE.glob("*.yml"))) | _by_name(
        path
        for path in sorted((checkout / OWN_FOLDER).rglob("*"))
        if path.suffix.lower() in (".yml", ".yaml") and not path.is_dir()
    )


def _by_name(paths: Iterable[Path]) -> dict[str, Path]:
    """Return files by the name of their incident, of which none may take another's place."""
    found: dict[str, Path] = {}
    for path in paths:
        other = found.setdefault(path.stem, path)
        if other.absolute() != path.absolute():
            text = f"two incidents are called {path.stem!r}: {other} and {path}"
            raise WrongInputError(text, hint="an incident is called as its file is: rename one")
    return found


def chosen(names: tuple[str, ...], checkout: Path) -> Mapping[str, Incident]:
    """
    Return the incidents of these names or files; all of the catalogue where none is named.

    Raises:
        WrongInputError: there is no such incident, or two have one name.
        InvalidConfigError: files are no incidents, with the mistakes of all of them.
    """
    known = catalogue(checkout)
    paths = _by_name(_file_of(name, known) for name in names or known)
    found: dict[str, Incident] = {}
    problems: list[Problem] = []
    for name, path in paths.items():
        read = _read(path)
        if isinstance(read, Incident):
            found[name] = read
        else:
            problems += read
    if problems:
        raise InvalidConfigError(problems, _HINT)
    return found


def _file_of(name: str, known: Mapping[str, Path]) -> Path:
    path = known.get(name) or Path(name)
    if name not in known and not path.is_file():
        raise WrongInputError(
            f"there is no incident {name!r}{nearest(name, list(known))}",
            hint="verifier rehearse --list names them; a file of your own is given by its path",
        )
    return path
