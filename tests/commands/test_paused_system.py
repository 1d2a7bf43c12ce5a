"""When it can be known whether the system is paused, against a real PostgreSQL."""

import pytest

from tests.database.test_kill_switch import TABLE, VALUES, switch
from tests.database.test_session import run
from verifier.config.settings import load_railway
from verifier.model.finding import NotAsked, Unobserved
from verifier.wiring.pause import ask_switch, read_paused

OF_ANOTHER = "pause:\n  write: insert into t values (%(status)s, %(reason)s, %(actor)s)\n"
NOWHERE = "postgresql://user:pass@127.0.0.1:1/app"


def settings(folder, more="", **environ):
    file = folder / "verifier.yml"
    file.write_text(f"version: 1\nservices: {{ api: {{ role: api }} }}\n{more}", "utf-8")
    return load_railway(file, {"RAILWAY_TOKEN": "t", **environ})


def paused(folder, more="", **environ):
    return read_paused(settings(folder, more, **environ))


@pytest.mark.parametrize("word", ["pausado", "ativo"])
def test_it_is_known_of_the_usual_table_where_somebody_speaks_of_a_switch(tmp_path, database, word):
    run(database, TABLE)
    switch(database).write({**VALUES, "status": word})

    configured = paused(tmp_path, "pause: {}\n", DATABASE_URL=database)
    by_address = paused(tmp_path, PAUSE_DATABASE_URL=database)

    assert configured is by_address is (word == "pausado")
    assert isinstance(paused(tmp_path, DATABASE_URL=database), NotAsked)
    assert isinstance(paused(tmp_path, OF_ANOTHER, DATABASE_URL=database), NotAsked)


def test_a_status_of_neither_kind_and_a_database_that_is_away_are_told(tmp_path, database):
    run(database, TABLE)
    switch(database).write({**VALUES, "status": "maybe"})

    odd = paused(tmp_path, "pause: {}\n", DATABASE_URL=database)
    away = paused(tmp_path, "pause: {}\n", DATABASE_URL=NOWHERE)

    assert isinstance(odd, Unobserved)
    assert "'maybe'" in odd.reason
    assert isinstance(away, Unobserved)
    assert isinstance(paused(tmp_path, "pause: {}\n"), NotAsked)


def test_a_table_of_their_own_is_asked_as_they_say(tmp_path, database):
    run(database, "create table switches (word text)")
    run(database, "insert into switches values ('off')")
    said = f"{OF_ANOTHER}  current: select word from switches limit 1\n  paused: 'off'\n"

    assert paused(tmp_path, said, DATABASE_URL=database) is True


def test_a_switch_of_which_nobody_speaks_is_not_tried(tmp_path):
    assert isinstance(ask_switch(settings(tmp_path, DATABASE_URL=NOWHERE)), NotAsked)


def test_a_switch_that_is_configured_is_tried(tmp_path, database):
    run(database, TABLE)

    answer = ask_switch(settings(tmp_path, "pause: {}\n", DATABASE_URL=database))

    assert not isinstance(answer, NotAsked)
