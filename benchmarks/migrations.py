"""
`python -m benchmarks.migrations`: many migrations through preflight, gate and rollback planning.

Seconds on the wall, and of processors in brackets, which a busy machine changes less.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

import psycopg

from verifier.commands.preflight import Requirements, preflight
from verifier.config.gate_terms import policy_of
from verifier.config.ledgers import LedgerSection
from verifier.config.sections import Config
from verifier.database.checkout import Checkout
from verifier.database.ledger_tool import Ledger
from verifier.database.questions import Questions
from verifier.database.session import Database
from verifier.database.worktree import Worktree
from verifier.decide.migrations.comparison import compare
from verifier.model.evidence import DatabaseReading, ShippedMigrations
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import LedgerReading
from verifier.model.pull_files import BaseBranch
from verifier.sandbox.host.keeper_client import Keeper
from verifier.wiring.clock import SystemClock
from verifier.wiring.ledger_projects import project_of
from verifier.wiring.preflight import GitPullRequest, open_pull_request

_COUNTS = (1_000, 3_000, 10_000)
_BEFORE_A_MUTATION = (100, 3_000, 10_000)
_TABLES = 200
_INSERTS = 20_000
_PLANNED = 200

_ALEMBIC = '''"""step {n}"""
from alembic import op
import sqlalchemy as sa

revision = "r{n:06}"
down_revision = {before}


def upgrade():
    op.add_column("items", sa.Column("c{n}", sa.Text()))


def downgrade():
    op.drop_column("items", "c{n}")
'''
_DJANGO = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [{before}]

    operations = [
        migrations.AddField("item", "c{n}", models.TextField(null=True)),
    ]
"""
#: The newest migration of a commit, by what is to be said of it.
_ONE_MORE = {
    "none": "",
    "harmless": "create table more (id int)",
    "breaking": "alter table items7 drop column plan",
}
_LEDGERS = {
    "alembic": (
        "create table alembic_version (version_num varchar(32) primary key)",
        "insert into alembic_version values ('r{last:06}')",
    ),
    "django": (
        "create table django_migrations (id bigserial, app text, name text, applied timestamptz)",
        "insert into django_migrations (app, name, applied) select 'shop', to_char(n, 'FM000000') "
        "|| '_step', now() from generate_series(1, {last}) n",
    ),
    "prisma": (
        "create table _prisma_migrations (id text, checksum text, finished_at timestamptz, "
        "migration_name text, logs text, rolled_back_at timestamptz, started_at timestamptz, "
        "applied_steps_count int)",
        "insert into _prisma_migrations select n::text, 'x', now(), (20260101000000 + n)::text || "
        "'_step', null, null, now(), 1 from generate_series(1, {last}) n",
    ),
}


def main() -> None:
    """Print a line for each tool and count, then for a plan and for a long migration."""
    if len(sys.argv) > 1:
        what, *given = sys.argv[1:]
        _tell(" ".join((what, *given[2:])), lambda: _RUNS[what](Path(given[0]), given[1:]))
        return
    with Keeper() as keeper:
        keeper.begin_postgres()
        url = keeper.postgres_url()
        for tool in _LEDGERS:
            for count in _COUNTS:
                _measure(keeper.folder / f"{tool}-{count}", url, tool, count)
        for tool in ("alembic", "supabase"):
            for count in _BEFORE_A_MUTATION:
                for sql in _ONE_MORE:
                    weighed = _one_more(keeper.folder / f"{tool}-{count}-{sql}", tool, count, sql)
                    _alone("verdict-to-mutation", weighed, tool, f"{count:,} and {sql}")
        planned = _planned(keeper.folder / "plan", _PLANNED)
        _alone("rollback-over", planned, "", f"{_PLANNED} migrations")
        _alone("rollback-over", _inserts(keeper.folder / "rows"), "", f"{_INSERTS:,} INSERTs")


def _alone(what: str, folder: Path, *given: str) -> None:
    """In a process of its own, where nothing was read before."""
    command = [sys.executable, "-m", "benchmarks.migrations", what, str(folder), *given]
    subprocess.run(command, check=True)  # noqa: S603


def _measure(folder: Path, url: str, tool: str, count: int) -> None:
    _commit(folder, "main", dict(_files(tool, 1, count)))
    _git(folder, "checkout", "-qb", "branch")
    _commit(folder, "branch", dict(_files(tool, count + 1, count + 1)))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop schema public cascade; create schema public")
        for statement in _LEDGERS[tool]:
            connection.execute(statement.format(last=count).encode())
    for what in ("preflight", "evidence"):
        _alone(what, folder, url, tool, f"{count:,}")


def _preflight(folder: Path, given: Sequence[str]) -> str:
    url, tool, _ = given
    config = Config.model_validate(
        {"version": 1, "services": {"api": {}}, "ledger": {"tool": tool}}
    )
    pull: GitPullRequest = open_pull_request(config, folder, "main", url)
    report = preflight(
        pull, Requirements(BaseBranch("main"), (), False, policy_of(config)), SystemClock()
    )
    return report.reason


def _evidence(folder: Path, given: Sequence[str]) -> str:
    url, tool, _ = given
    worktree = Worktree(folder)
    project = project_of(LedgerSection.model_validate({"tool": tool}), worktree)
    shipped = Checkout(worktree, {"": project}).shipped(worktree.head())[""]
    ledgers = {"": project.ledger} if isinstance(project.ledger, Ledger) else {}
    read = Database(url, Questions(ledgers=ledgers)).read()
    reading = read.ledgers[""] if isinstance(read, DatabaseReading) else read
    if not isinstance(shipped, ShippedMigrations) or not isinstance(reading, LedgerReading):
        raise SystemExit(f"{shipped} {reading}")
    return f"{len(compare(shipped.migrations, reading).pending or ())} pending"


def _planned(folder: Path, count: int) -> Path:
    tables = _supabase(1, count, "create table t{n} (id int, a text);")
    _commit(folder, "main", {**tables, "app.py": "select a from t7"})
    _commit(folder, "newer", _supabase(count + 1, 2 * count, "alter table t{m} drop column a;"))
    return folder


def _one_more(folder: Path, tool: str, count: int, sql: str) -> Path:
    """A history, and a commit with no migration, a harmless one, or one that takes a column."""
    history = {
        name: text.replace("items", f"items{n % _TABLES}")
        for n, (name, text) in enumerate(_files(tool, 1, count))
    }
    _commit(folder, "main", {**history, "app.py": "select plan from items7"})
    more = {}
    if text := _ONE_MORE[sql]:
        ((name, last),) = _files(tool, count + 1, count + 1)
        added = f'op.add_column("items", sa.Column("c{count + 1}", sa.Text()))'
        more[name] = last.replace(added, f'op.execute("{text}")') if tool == "alembic" else text
    _commit(folder, "newer", {"app.py": "select plan from items7 -- newer", **more})
    return folder


def _weigh(folder: Path, given: Sequence[str]) -> str:
    """What a rollback waits for, after what serves was looked at while the newer one was built."""
    tool = given[0]
    worktree = _Counting(folder)
    checkout = Checkout(
        worktree, {"": project_of(LedgerSection.model_validate({"tool": tool}), worktree)}
    )
    older = _git(folder, "rev-parse", "HEAD~1")
    checkout.shipped(older)
    worktree.count, started_s = 0, time.perf_counter()
    changes = checkout.breaking_changes(older, worktree.head())
    seconds = time.perf_counter() - started_s
    found = len(changes) if isinstance(changes, tuple) else changes
    return f"{worktree.count:,} files read in {seconds:.2f} s of it, {found} breaking"


class _Counting(Worktree):
    count = 0

    def _read(self, ids: Collection[str]) -> dict[str, bytes] | Unobserved:
        self.count += len(ids)
        return super()._read(ids)


def _inserts(folder: Path) -> Path:
    _commit(folder, "main", {"app.py": "", **_supabase(1, 1, "create table t1 (id int, a text);")})
    rows = "".join(f"insert into t1 values ({n}, 'value {n}');\n" for n in range(_INSERTS))  # noqa: S608
    _commit(folder, "newer", _supabase(2, 2, rows))
    return folder


def _plan(folder: Path, _: Sequence[str]) -> str:
    worktree = Worktree(folder)
    checkout = Checkout(worktree, {"": project_of(LedgerSection(tool="supabase"), worktree)})
    changes = checkout.breaking_changes(_git(folder, "rev-parse", "HEAD~1"), worktree.head())
    return f"{len(changes)} changes" if isinstance(changes, tuple) else str(changes)


def _files(tool: str, first: int, last: int) -> Iterator[tuple[str, str]]:
    if tool == "alembic" and first == 1:
        yield "alembic.ini", "[alembic]\nscript_location = alembic\n"
        yield "alembic/env.py", ""
    if tool == "django" and first == 1:
        yield "manage.py", ""
    for n in range(first, last + 1):
        match tool:
            case "alembic":
                before = f'"r{n - 1:06}"' if n > 1 else "None"
                yield f"alembic/versions/r{n:06}.py", _ALEMBIC.format(n=n, before=before)
            case "django":
                before = f'("shop", "{n - 1:06}_step")' if n > 1 else ""
                yield f"shop/migrations/{n:06}_step.py", _DJANGO.format(n=n, before=before)
            case "supabase":
                text = f"alter table items add column c{n} text;\n"
                yield f"supabase/migrations/{20260101000000 + n}_s.sql", text
            case _:
                text = f'ALTER TABLE "items" ADD COLUMN "c{n}" TEXT;\n'
                yield f"prisma/migrations/{20260101000000 + n}_step/migration.sql", text


def _supabase(first: int, last: int, text: str) -> dict[str, str]:
    return {
        f"supabase/migrations/{20260101000000 + n}_s.sql": text.replace("{n}", str(n)).replace(
            "{m}", str(n - _PLANNED)
        )
        for n in range(first, last + 1)
    }


def _commit(folder: Path, message: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if not (folder / ".git").exists():
        _git(folder, "init", "-qb", "main")
    _git(folder, "add", "-A")
    _git(folder, "-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qm", message)


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(  # noqa: S603
        ["git", *words],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def _tell(what: str, run: Callable[[], str]) -> None:
    started_s, used_s = time.perf_counter(), _used_s()
    said = run()
    seconds = time.perf_counter() - started_s
    sys.stdout.write(f"{what:<36} {seconds:6.2f} s ({_used_s() - used_s:5.2f} s)  {said}\n")
    sys.stdout.flush()


def _used_s() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(k).ru_utime + resource.getrusage(k).ru_stime for k in kinds)


_RUNS: Mapping[str, Callable[[Path, Sequence[str]], str]] = {
    "preflight": _preflight,
    "evidence": _evidence,
    "rollback-over": _plan,
    "verdict-to-mutation": _weigh,
}

if __name__ == "__main__":
    main()
