"""`python -m benchmarks.ledger`: many migrations against as many rows, in time and memory."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from verifier.commands.ledger import compare_ledgers
from verifier.config.ledgers import LedgerSection
from verifier.database.files import Folder
from verifier.model.finding import Unobserved
from verifier.sandbox.host.keeper_client import Keeper
from verifier.wiring.ledger import open_ledgers

_COUNTS = (1_000, 10_000, 100_000)
_ROWS = """
create schema if not exists supabase_migrations;
drop table if exists supabase_migrations.schema_migrations;
create table supabase_migrations.schema_migrations (version text primary key, name text);
insert into supabase_migrations.schema_migrations
select 20260101000000 + n, 'step_' || n from generate_series(1, {count}) n
"""


def main() -> None:
    """Print a line for each count; each is measured in a process of its own."""
    if len(sys.argv) > 1:
        _measure(Path(sys.argv[1]), sys.argv[2])
        return
    with Keeper() as keeper:
        folder = keeper.folder
        keeper.begin_postgres()
        url = keeper.postgres_url()
        for count in _COUNTS:
            checkout = _checkout(folder / str(count), count)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(_ROWS.format(count=count).encode())
            command = [sys.executable, "-m", "benchmarks.ledger", str(checkout), url]
            subprocess.run(command, check=True)  # noqa: S603


def _checkout(folder: Path, count: int) -> Path:
    migrations = folder / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    for n in range(1, count + 1):
        (migrations / f"{20260101000000 + n}_step_{n}.sql").write_text("select 1")
    return folder


def _measure(checkout: Path, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("select 1")
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started_s = time.perf_counter()
    sections = [LedgerSection(tool="supabase")]
    (found,) = compare_ledgers(lambda: open_ledgers(Folder(checkout), url, sections))
    seconds = time.perf_counter() - started_s
    after_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if isinstance(found, Unobserved):
        raise SystemExit(found.reason)
    count = len(found.report.applied or ())
    megabytes = (after_kb - before_kb) / 1024
    sys.stdout.write(f"{count:>8,} migrations: {seconds:6.3f} s, {megabytes:6.1f} MB more\n")


if __name__ == "__main__":
    main()
