"""Of what 500 applied migrations made, how much is taken for missing?"""

import copy

import psycopg
import pytest

from tests.database.history_of_migrations import History
from verifier.database.effects import present_effects, sought_effects
from verifier.database.migration_reading import read_migration
from verifier.model.migration_ledger import Migration

COUNT = 500
ALLOWED = 2


def applied(connection, seed):
    """Apply as many migrations; one that PostgreSQL refuses is drawn again."""
    history, made = History(seed), []
    while len(made) < COUNT:
        before = copy.deepcopy(history)
        sql = history.draw()
        try:
            with connection.transaction():
                connection.execute(sql.encode())
        except psycopg.Error:
            count = history._count
            history = before
            history._count = count
            history._random.random()
            continue
        made.append(sql)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 3])
def test_of_500_applied_migrations_two_at_most_are_doubted(database, seed):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute('create schema billing; create schema "Ops"')
        texts = applied(connection, seed)
        steps = {
            f"{n:04d}": read_migration("supabase", Migration(f"{n:04d}", file="x.sql"), s.encode())
            for n, s in enumerate(texts)
        }
        sought = sought_effects(steps)
        wanted = [effect for effects in sought.values() for effect in effects.objects]
        present = present_effects(connection, wanted)

    missing = [
        f"{version}: {effect}\n{texts[int(version)]}"
        for version, effects in sought.items()
        for effect in effects.objects
        if effect not in present
    ]
    doubted = {line[:4] for line in missing}
    assert len(wanted) > COUNT / 2
    assert len(doubted) <= ALLOWED, f"{len(doubted)} of {COUNT}:\n" + "\n".join(missing[:20])
