"""`python -m benchmarks.database`: the gate's whole session over a slow line."""

import sys
import time

import psycopg

from benchmarks.wire import slow_wire
from verifier.database.ledgers import LEDGERS
from verifier.database.questions import Questions
from verifier.database.session import Database
from verifier.sandbox.host.keeper_client import Keeper

_ADDED_S = 0.150


def main() -> None:
    """Print the round trips, logging in included, and the seconds for 3 and for 60 questions."""
    with Keeper() as keeper:
        folder = keeper.folder
        keeper.begin_postgres()
        url = keeper.postgres_url()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create table app_settings (key text, value text)")
            connection.execute("create table schema_migrations (version text)")
        for count in (1, 20):
            (folder / str(count)).mkdir()
            with slow_wire(url, folder / str(count), _ADDED_S / 2) as wire:
                database = Database(wire.url, _questions(count))
                started_s = time.perf_counter()
                database.read()
                seconds = time.perf_counter() - started_s
            sys.stdout.write(
                f"{2 + 2 * count:>3} questions, {_ADDED_S * 1000:.0f} ms added a round trip: "
                f"{wire.trips} round trips, {seconds:.3f} s\n"
            )


def _questions(count: int) -> Questions:
    return Questions(
        marker_table="app_settings",
        ledgers={"": LEDGERS["rails"]},
        relations=dict.fromkeys(["app_settings", "schema_migrations"][:count], "table"),
        probes={f"probe-{n}": f"select {n}" for n in range(2 * count)},
    )


if __name__ == "__main__":
    main()
