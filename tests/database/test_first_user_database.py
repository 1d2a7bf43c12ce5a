"""The first user's database, read by the role that doctor prints, and what a gate makes of it."""

import psycopg
import pytest

from tests.commands.test_recorded_states import play
from tests.database.test_grants import run
from tests.first_user import VERSION, as_role, build_database
from verifier.database.grants import read_rights, role_sql
from verifier.database.ledgers import LEDGERS
from verifier.database.questions import Questions
from verifier.database.session import Database
from verifier.model.verdict import VerdictWord

PASSED, FAILED, UNCLEAR = VerdictWord.PASSED, VerdictWord.FAILED, VerdictWord.INCONCLUSIVE
QUESTIONS = Questions(
    "app_settings",
    {"": LEDGERS["plain"]},
    {"clientes": "table", "campaign_sends": "view", "campaign_metrics": "view"},
)


def read(database, *faults):
    build_database(database, "drop owned by deploy_verifier", "drop role deploy_verifier")
    with psycopg.connect(database, autocommit=True) as connection:
        names = ["app_settings", *QUESTIONS.relations]
        rights = read_rights(connection, names, ["app_settings"])
    run(database, role_sql(rights))
    run(database, faults)
    return Database(as_role(database, "deploy_verifier"), QUESTIONS).read()


@pytest.mark.parametrize(
    ("fault", "word", "code", "told"),
    [
        pytest.param("select 1", PASSED, 0, "", id="good"),
        pytest.param("drop view campaign_metrics", FAILED, 3, "campaign_metrics", id="no-view"),
        pytest.param(
            "update app_settings set value = '20250101' where key = 'schema_version'",
            UNCLEAR,
            4,
            "it uses another database",
            id="behind-and-the-application-says-otherwise",
        ),
        pytest.param(
            "delete from app_settings where key = 'environment'",
            FAILED,
            3,
            "environment",
            id="no-row",
        ),
        pytest.param(
            "drop policy deploy_verifier_reads on app_settings",
            UNCLEAR,
            4,
            "row level",
            id="hidden",
        ),
        pytest.param(
            "revoke select on app_settings from deploy_verifier",
            UNCLEAR,
            4,
            "app_settings",
            id="denied",
        ),
    ],
)
@pytest.mark.slow
def test_each_fault_is_told_as_what_it_is_and_moves_nobody(database, fault, word, code, told):
    report, world = play("good", database=read(database, fault), version=VERSION)

    assert (report.verdict, report.exit_code, world.mutations) == (word, code, []), report.reason
    said = " ".join(f"{f.summary} {f.hint}" for f in report.findings if f.outcome != "pass")
    assert told in said
