"""A function that cannot be stopped costs what it belongs to, and nothing else."""

import psycopg
import pytest

from verifier.database import separate_connections, session
from verifier.database.questions import Questions
from verifier.database.session import Database
from verifier.model.finding import Unobserved

STUBBORN = """
create table app_settings (key text, value text);
insert into app_settings values ('env', 'production');
create function stubborn() returns int language plpgsql as $$ begin
  loop begin perform pg_sleep(30); exception when query_canceled then null; end; end loop; end $$;
create view waits as select stubborn() as n;
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("relations", "probes"),
    [({"waits": "view"}, {}), ({}, {"p": "select stubborn()"})],
    ids=["view", "probe"],
)
def test_what_catches_its_end_is_unread_alone(relations, probes, database, monkeypatch):
    monkeypatch.setattr(session, "_TOGETHER_S", 6.5)
    monkeypatch.setattr(separate_connections, "_QUESTION_S", 6.5)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(STUBBORN)

    reading = Database(
        database,
        Questions(
            marker_table="app_settings",
            relations={**relations, "app_settings": "table"},
            probes={**probes, "q": "select 1"},
        ),
    ).read()

    by_name = {relation.name: relation for relation in reading.relations}
    assert reading.markers == {"env": "production"}
    assert by_name["app_settings"].unseen is None
    assert reading.sql_answers["q"].value == "1"
    unread = [by_name[name].unseen for name in relations]
    unread += [reading.sql_answers[name] for name in probes]
    assert [
        isinstance(each, Unobserved) and "query_canceled" in each.reason for each in unread
    ] == [True]
    assert not any(relation.problem for relation in reading.relations)
