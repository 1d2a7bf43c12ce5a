"""A team's configuration and checkout, and what of them a rehearsal plays."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from verifier.config.env_checks import service_with_default_url
from verifier.config.health import endpoints_of
from verifier.config.ledgers import LedgerSection, VersionInFile
from verifier.config.sections import Config, RelationsSection
from verifier.guarded.checkout_file import read_inside
from verifier.guarded.user_pattern import search_all
from verifier.sandbox.rehearsal.checkout_ledger import is_played_as_it_is, why_unfound
from verifier.sandbox.rehearsal.heartbeat import heartbeat_statement
from verifier.sandbox.rehearsal.paths_in_code import answers_at
from verifier.sandbox.rehearsal.relation_names import without_database
from verifier.sandbox.scenarios.scenario import Migration

#: Markers and variables of an application whose configuration has no guards.
_APP_ENV, _PROJECT_REF = "production", "abcdefghijklmnop"
#: Words of an incident that mean services by their kind: none of them may be meant.
GROUPS = ("all", "public", "private", "one-private")
_MIGRATION = re.compile(r"(\d+)_(.*)\.sql")
_SUPABASE_FOLDER = "supabase/migrations"
#: No tool's migrations are looked for in a folder of that name.
_NOBODYS_FOLDER = "target/rehearsal"
_HEARTBEAT = re.compile(
    r"\s*select\s+max\(\s*(\w+)\s*\)\s+from\s+([\w.]+)(?:\s+where\s+(\w+)\s*=\s*'(\w+)')?\s*;?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What is written for a probe that asks how fresh something is."""

    probe: str
    service: str
    """Empty where any service may write it."""
    prepare: str
    write: str


@dataclass(frozen=True, slots=True)
class Team:
    """What a rehearsal knows of a team."""

    config: Config
    checkout: Path
    public: tuple[str, ...]
    """Services with an address."""
    unfound: Mapping[str, str] = field(default_factory=dict)
    """Why no gate finds migrations in the checkout, by the names of ledgers of which that is so."""

    @property
    def lent(self) -> tuple[str, ...]:
        """Services that get their address from RAILWAY_APP_URL alone."""
        return tuple(name for name in self.public if not self.config.services[name].url)

    @property
    def private(self) -> tuple[str, ...]:
        """Services without one."""
        return tuple(name for name in self.config.services if name not in self.public)

    @property
    def app_env(self) -> str:
        """APP_ENV of the containers, and the database's marker."""
        guards = self.config.guards
        return (guards.app_env if guards else "") or _APP_ENV

    @property
    def project_ref(self) -> str:
        """SUPABASE_PROJECT_REF of the containers, and the database's marker."""
        guards = self.config.guards
        return (guards.supabase_project_ref if guards else "") or _PROJECT_REF

    def named(self, selector: str) -> tuple[str, ...]:
        """Return the services that an incident means by a word; none where there are none."""
        groups = dict(
            zip(
                GROUPS,
                (tuple(self.config.services), self.public, self.private, self.private[:1]),
                strict=True,
            )
        )
        if selector in groups:
            return groups[selector]
        return tuple(
            name
            for name, section in self.config.services.items()
            if selector in (name, section.role)
        )

    @property
    def has_documents(self) -> bool:
        """Whether an endpoint is asked that tells of the database and its schema."""
        return any(
            endpoint.value in ("deep", "schema")
            for service in self.public
            for endpoint in endpoints_of(self.config.health_of(service))
        )

    @property
    def has_database(self) -> bool:
        """Whether something of the configuration is read from the database, or tells of it."""
        config = self.config
        parts = (config.ledgers, config.guards, config.relations, config.probes)
        return self.has_documents or any(map(bool, parts))

    @property
    def relations(self) -> RelationsSection:
        """Relations by the names that they have in the sandbox; empty where none is configured."""
        said = self.config.relations or RelationsSection()
        tables, views, rls = (
            tuple(map(without_database, names)) for names in (said.tables, said.views, said.rls)
        )
        return said.model_copy(update={"tables": tables, "views": views, "rls": rls})

    @property
    def ledger(self) -> LedgerSection | None:
        """The ledger that is played: one that no gate finds, or the first."""
        ledgers = self.config.ledgers
        return next((ledgers[name] for name in (*self.unfound, *ledgers)), None)

    @property
    def has_own_migrations(self) -> bool:
        """Whether the checkout's own migrations are played, in the form in which they are."""
        return bool(self.migrations())

    @property
    def migrations_folder(self) -> str:
        """Where the played ledger's migrations lie: where no gate looks, if it would find none."""
        if self.unfound:
            return _NOBODYS_FOLDER
        return self._own_folder if self.has_own_migrations else _SUPABASE_FOLDER

    @property
    def _own_folder(self) -> str:
        return (self.ledger.path if self.ledger else "") or _SUPABASE_FOLDER

    def migrations(self) -> Sequence[Migration]:
        """
        Return the checkout's migrations where they have Supabase's form, oldest first.

        Raises:
            UnexpectedAnswerError: one of them leads out of the checkout, or is no plain file.
        """
        if self.ledger is None or self.ledger.tool not in ("supabase", "auto") or self.unfound:
            return ()
        found = []
        for path in sorted((self.checkout / self._own_folder).glob("*.sql")):
            match = _MIGRATION.fullmatch(path.name)
            if match:
                text = self._text(path.relative_to(self.checkout))
                found.append(Migration(version=match[1], name=match[2], sql=text, must_run=False))
        return found

    @property
    def plays_expected(self) -> bool:
        """
        Whether `ledger.expected` is played: as it is where a gate cannot read it, and left out
        only where a version of another tool's form cannot stand in for what it says.
        """
        expected = self.ledger.expected if self.ledger else None
        if expected is None or self.unfound or self.has_own_migrations:
            return expected is not None
        if not isinstance(expected, VersionInFile):
            return False
        if not (self.checkout / expected.file).exists():
            return True
        return is_played_as_it_is(expected, self._text(expected.file))

    def expected_files(self) -> Mapping[str, tuple[str, re.Pattern[str]]]:
        """
        Return the files that name the schema version the code needs, with where it stands.

        Raises:
            UnexpectedAnswerError: the file is no plain one, or its pattern takes too long.
        """
        expected = self.ledger.expected if self.ledger else None
        if not isinstance(expected, VersionInFile) or not self.plays_expected:
            return {}
        if not (self.checkout / expected.file).exists():
            return {}
        text = self._text(expected.file)
        search_all(expected.pattern, text)  # where it can be stopped: here it could not
        return {expected.file: (text, re.compile(expected.pattern))}

    def _text(self, path: str | Path) -> str:
        return read_inside(self.checkout, path).decode("utf-8", errors="replace")

    def heartbeats(self) -> Iterator[Heartbeat]:
        """Yield what is written for the probes whose query is a plain `max` of one table."""
        for probe in self.config.probes:
            match = _HEARTBEAT.fullmatch(probe.sql)
            if match is None or probe.fresh_within is None:
                continue
            column, table, key, value = match.groups()
            more, theirs = (f", {key} text", f"'{value}'") if key else ("", "")
            yield Heartbeat(
                probe.name,
                probe.service,
                f"create table if not exists {table} ({column} timestamptz{more})",
                heartbeat_statement(table, {column: "now()", **({key: theirs} if key else {})}),
            )

    def answers(self, service: str) -> tuple[dict[str, str], tuple[str, ...], list[str]]:
        """
        Return the endpoints that a service's stand-in has by path, which of these are pages,
        and the configured paths that it does not have.
        """
        paths, pages, unknown = {}, [], []
        for endpoint, section in endpoints_of(self.config.health_of(service)).items():
            if not answers_at(section.path, self.checkout):
                unknown.append(section.path)
                continue
            paths[section.path] = endpoint.value
            if section.expect == "html":
                pages.append(section.path)
        return paths, tuple(pages), unknown


def team_of(value: object, config: Config, checkout: Path) -> Team:
    """Return the team of a configuration: its value as it was read, and as it was understood."""
    services = value.get("services") if isinstance(value, Mapping) else None
    default = service_with_default_url(services if isinstance(services, Mapping) else {})
    public = [name for name, said in config.services.items() if said.url or name == default]
    reasons = {name: why_unfound(ledger, checkout) for name, ledger in config.ledgers.items()}
    unfound = {name: reason for name, reason in reasons.items() if reason}
    return Team(config, checkout, tuple(public), unfound)
