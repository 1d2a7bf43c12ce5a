"""The sandbox in which an incident is played: the team's services, database and commits."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from verifier.config.fields import duration_text
from verifier.config.health import required_of
from verifier.sandbox.rehearsal.checkout_ledger import made_up, with_version
from verifier.sandbox.rehearsal.incident import Incident, PushedCommit
from verifier.sandbox.rehearsal.relation_names import without_database
from verifier.sandbox.rehearsal.team import Team
from verifier.sandbox.scenarios.scenario import (
    Commit,
    Migration,
    SandboxDatabase,
    SandboxService,
    Scenario,
    Timing,
)

T = TypeVar("T")

BEFORE, PUSHED, NEWER = "before", "pushed", "newer"
_OTHER_REF = "qrstuvwxyzabcdef"
_OTHER_ENV = "staging"
_TIMING = Timing.model_validate(
    {"queue": "100ms", "build": "2s", "deploy": "200ms", "overlap": "600ms", "draining": "300ms"}
)


def scenario_of(team: Team, incident: Incident, dump: Path | None = None) -> Scenario:
    """Return the sandbox's scenario; `dump` is a file with the schema that is there at first."""
    migrations = _migrations(team, dump)
    applied = len(migrations)
    most = max(
        incident.commit.unapplied_migrations,
        incident.newer.commit.unapplied_migrations if incident.newer else 0,
    )
    migrations += [_further(migrations[-1], n) for n in range(1, most + 1)]
    commits = {BEFORE: PushedCommit(), PUSHED: incident.commit}
    if incident.newer is not None:
        commits[NEWER] = incident.newer.commit
    railway = team.config.railway
    return Scenario(
        project=railway.project or "rehearsal",
        environment=railway.environment,
        timing=_TIMING,
        services={name: _service(team, name) for name in team.config.services},
        variables={
            "APP_ENV": team.app_env,
            "SUPABASE_PROJECT_REF": team.project_ref,
            "REHEARSAL_ENVIRONMENT": team.app_env,
        },
        databases={
            "production": _database(team, applied, dump, team.app_env, team.project_ref),
            "staging": _database(team, applied, dump, _OTHER_ENV, _OTHER_REF),
        },
        migrations=list(migrations),
        migrations_folder=team.migrations_folder,
        commits={
            name: _commit(team, commit, migrations, applied) for name, commit in commits.items()
        },
        live=BEFORE,
        config="",
        faults=incident.faults,
    )


def _migrations(team: Team, dump: Path | None) -> list[Migration]:
    own = [step.model_copy(update={"sql": ""}) if dump else step for step in team.migrations()]
    return own or made_up()


def _further(last: Migration, number: int) -> Migration:
    version = str(int(last.version) + number).zfill(len(last.version))
    sql = f"create table rehearsal_{number} (id bigint primary key)"
    return Migration(version=version, name=f"rehearsal_{number}", sql=sql)


def _service(team: Team, name: str) -> SandboxService:
    section = team.config.services[name]
    paths, _, _ = team.answers(name)
    live = next((path for path, endpoint in paths.items() if endpoint == "live"), None)
    return SandboxService(
        run_mode=section.run_mode,
        public=name in team.public,
        healthcheck=live if name in team.public else None,
        replicas=section.replicas or 1,
        variables={"STAND_IN": json.dumps(_application_of(team, name))},
    )


def _application_of(team: Team, name: str) -> dict[str, object]:
    """What the application is in the place of a service: the fields of `StandIn`."""
    paths, pages, _ = team.answers(name)
    relations = team.relations
    return {
        "is_example": False,
        "serves": name in team.public,
        "paths": paths,
        "pages": pages,
        "tables": relations.tables,
        "views": relations.views,
        "components": required_of(team.config.health_of(name)),
        "sha": team.config.identity.sha,
        "deployment": team.config.identity.deployment,
        "heartbeats": [beat.write for beat in team.heartbeats() if beat.service in ("", name)],
    }


def _database(
    team: Team, applied: int, dump: Path | None, environment: str, ref: str
) -> SandboxDatabase:
    relations = team.relations
    statements = []
    table = team.config.guards.table if team.config.guards else None
    if table not in (None, "app_settings"):
        statements.append(_stand_in("view", table, "as select key, value from app_settings"))
    statements += [beat.prepare for beat in team.heartbeats()]
    statements += [beat.write for beat in team.heartbeats()]
    if dump is None:
        statements += [
            _stand_in("table", name, "(id bigint primary key)") for name in relations.tables
        ]
        statements += [_stand_in("view", name, "as select 1 as id") for name in relations.views]
        statements += [f"alter table {name} enable row level security" for name in relations.rls]
    statements += [f'create extension if not exists "{name}"' for name in relations.extensions]
    return SandboxDatabase(
        markers={"environment": environment, "supabase_project_ref": ref},
        applied=applied,
        dump=str(dump.absolute()) if dump else "",
        statements=statements,
    )


def _stand_in(kind: str, name: str, content: str) -> str:
    """Make what the checkout's own migrations do not."""
    schema, _, _ = name.rpartition(".")
    make_schema = f"create schema if not exists {schema};" if schema else ""
    quoted = name.replace("'", "''")
    return (
        f"do $$ begin if to_regclass('{quoted}') is null then {make_schema} "
        f"create {kind} {name} {content}; end if; end $$"
    )


def _commit(team: Team, pushed: PushedCommit, migrations: list[Migration], applied: int) -> Commit:
    count = applied + pushed.unapplied_migrations
    version = migrations[count - 1].version
    own = {name: _variables(team, name, pushed, version) for name in team.config.services}
    builds = _by_service(team, pushed.builds)
    return Commit.model_validate(
        {
            "migrations": count,
            "variables": pushed.variables,
            "service_variables": own,
            "files": {
                path: with_version(text, pattern, version)
                for path, (text, pattern) in team.expected_files().items()
            },
            "troubles": _by_service(team, pushed.troubles),
            "builds": {name: duration_text(seconds) for name, seconds in builds.items()},
            "fates": _by_service(team, pushed.fates),
            "skipped": _by_service(team, pushed.skipped),
            "database": pushed.database,
            "build": pushed.build,
            "start": pushed.start,
            "restarts": pushed.restarts,
        }
    )


def _variables(team: Team, service: str, pushed: PushedCommit, version: str) -> dict[str, str]:
    relations = team.relations
    stand_in = {
        **_application_of(team, service),
        "version": version,
        "guards": pushed.guards_itself,
        "views": [*relations.views, *map(without_database, pushed.missing_views)],
    }
    mode = _by_service(team, pushed.run_modes).get(service)
    return {"STAND_IN": json.dumps(stand_in), **({} if mode is None else {"RUN_MODE": mode})}


def _by_service(team: Team, given: Mapping[str, T]) -> dict[str, T]:
    """What an incident says of kinds of services, for each service that it means."""
    return {name: value for word, value in given.items() for name in team.named(word)}
