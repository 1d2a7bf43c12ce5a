"""Variables that an application says it has not been given."""

import pytest

from tests.health.test_components_that_are_not_required import outcome


@pytest.mark.parametrize(
    "said",
    [
        {"env": {"DATABASE_URL": False, "REDIS_URL": True}},
        {"env": {"DATABASE_URL": "missing", "NODE_ENV": "production"}},
        {"env": {"DATABASE_URL": "not set"}},
        {"env": {"DATABASE_URL": "undefined"}},
        {"env": {"DATABASE_URL": None}},
        {"env": {"DATABASE_URL": ""}},
        {"env": {"DATABASE_URL": "\u274c missing", "OPENAI_API_KEY": "\u2705 set"}},
        {"environment": {"hasDatabaseUrl": False, "hasOpenAIKey": True}},
        {"hasDatabaseUrl": False},
        {"databaseUrlSet": False},
        {"config": {"supabaseUrl": False, "supabaseKey": True}},
        {"config": {"mongodb_uri": "missing"}},
        {"checks": {"env": {"DATABASE_URL": False}}},
        {"variables": {"REDIS_URL": {"present": False}}},
        {"variables": [{"name": "KAFKA_BROKERS", "status": "missing"}]},
        {"env": {"AMQP_URL": "unset"}},
        {"env": {"MONGODB_URI": "\u274c", "PORT": "\u2705"}},
        {"env": {"SUPABASE_URL": "set", "SUPABASE_SERVICE_ROLE_KEY": "missing"}},
        {"env": {"SUPABASE_ANON_KEY": False}},
        {"env": {"DATABASE_PASSWORD": "missing"}},
        {"env": {"POSTGRES_HOST": "set", "POSTGRES_PASSWORD": "missing"}},
        {"env": {"PGPASSWORD": "missing"}},
    ],
    ids=str,
)
def test_the_variable_of_a_store_that_is_not_set_warns(said):
    assert outcome({"status": "ok", **said}, ()) == "warn"


@pytest.mark.parametrize(
    "said",
    [
        {"env": {"SENTRY_DSN": False, "OPENAI_API_KEY": "missing"}},
        {"env": {"SMTP_HOST": "missing", "STRIPE_KEY": None}},
        {"env": {"DATABASE_URL": True, "POSTGRES_URL": False, "MYSQL_URL": None}},
        {"env": {"DATABASE_URL": "set", "TEST_DATABASE_URL": "missing"}},
        {"env": {"SHADOW_DATABASE_URL": False, "READ_REPLICA_DATABASE_URL": False}},
        {"config": {"redis_url": None, "database_url": ""}},
        {"env": {"REDIS_HOST": "none", "KAFKA_BROKERS": "disabled"}},
        {"database": "connected", "env": {"POSTGRES_URL": False}},
        {"features": {"redis": False, "database_url": False}},
        {"hasMissingDatabaseUrl": False},
        {"env": {"DATABASE_URL": "postgres://db/app"}},
        {"previous": {"env": {"DATABASE_URL": "missing"}}},
        {"redis": "disabled", "env": {"REDIS_URL": "missing"}},
        {"cache": "memory", "env": {"REDIS_URL": False}},
        {"session_store": "in-memory", "env": {"REDIS_URL": "missing"}},
        {"cache": {"backend": "locmem"}, "env": {"REDIS_URL": "missing"}},
        {"db": "sqlite", "env": {"DATABASE_URL": "not set"}},
        {"database": {"dialect": "sqlite"}, "env": {"DATABASE_URL": "missing"}},
        {"kafka": {"status": "disabled"}, "env": {"KAFKA_BROKERS": "missing"}},
        {"env": {"DATABASE_URL": "set", "DATABASE_PASSWORD": "missing"}},
        {"env": {"SUPABASE_ANON_KEY": "missing", "SUPABASE_SERVICE_ROLE_KEY": "set"}},
        {"env": {"SUPABASE_KEY": "set", "SUPABASE_JWT_SECRET": "missing"}},
    ],
    ids=str,
)
def test_what_may_be_left_out_or_is_set_otherwise_is_silent(said):
    assert outcome({"status": "ok", **said}, ()) == "pass"


LOST = [
    {"db": "skipped", "env": {"DATABASE_URL": "missing"}},
    {"database": {"status": "not needed"}, "env": {"DATABASE_URL": "missing"}},
    {"database": "disabled", "env": {"DATABASE_URL": "missing"}},
    {"checks": {"database": {"status": "skipped"}}, "env": {"DATABASE_URL": False}},
]


@pytest.mark.parametrize("said", LOST, ids=str)
def test_a_database_that_is_off_beside_its_lost_variable_is_no_choice(said):
    assert outcome({"status": "ok", **said}, ()) == "warn"


@pytest.mark.parametrize(
    "said",
    [
        {"db_ssl": "disabled", "env": {"DATABASE_URL": "missing"}},
        {"db_migrations": "skipped", "env": {"DATABASE_URL": "missing"}},
        {"vector_db": "duckdb", "env": {"DATABASE_URL": "missing"}},
        {"analytics_db": {"engine": "sqlite"}, "env": {"DATABASE_URL": "missing"}},
        {"test_db": "sqlite", "env": {"DATABASE_URL": "missing"}},
        {"redis_tls": "disabled", "env": {"REDIS_URL": "missing"}},
        {"file_store": "local", "env": {"REDIS_URL": "missing"}},
        {"vector_store": "memory", "env": {"REDIS_URL": "missing"}},
    ],
    ids=str,
)
def test_what_is_said_of_something_else_chooses_no_store(said):
    assert outcome({"status": "ok", **said}, ()) == "warn"


@pytest.mark.parametrize(
    "said",
    [
        {
            "cache": {"driver": "file"},
            "queue": {"driver": "redis"},
            "env": {"REDIS_URL": "missing"},
        },
        {"session": "memory", "broker": "redis://cache:6379/0", "env": {"REDIS_URL": False}},
        {"db": "postgres", "cache_db": "sqlite", "env": {"DATABASE_URL": "missing"}},
    ],
    ids=str,
)
def test_a_store_that_something_uses_is_not_replaced_by_the_choice_of_another(said):
    assert outcome({"status": "ok", **said}, ()) == "warn"


@pytest.mark.parametrize(
    "said",
    [
        {"env": {"DB_CONNECTION": "sqlite", "DATABASE_URL": "missing"}},
        {"database_url": "sqlite:///data/app.db", "env": {"DATABASE_URL": "missing"}},
        {"database": {"engine": "sqlite3"}, "env": {"DATABASE_URL": "missing"}},
        {"dialect": "sqlite", "env": {"DATABASE_URL": "missing"}},
        {"config": {"dialect": "sqlite"}, "env": {"DATABASE_URL": "missing"}},
        {"CACHE_STORE": "file", "env": {"REDIS_URL": "missing"}},
        {"queue_connection": "sync", "env": {"REDIS_URL": "missing"}},
        {"rate_limit_store": "memory", "env": {"REDIS_URL": "missing"}},
        {"rate_limiter": {"backend": "memory"}, "env": {"REDIS_URL": "missing"}},
        {"redis": {"status": "disabled"}, "env": {"REDIS_URL": "missing"}},
        {"redis": "not configured", "env": {"REDIS_URL": "missing"}},
        {"redis": "skipped", "env": {"REDIS_URL": False}},
        {"kafka": "not configured", "env": {"KAFKA_BROKERS": "missing"}},
        {"rabbitmq": "disabled", "env": {"RABBITMQ_URL": "missing"}},
        {"task_queue": "inline", "env": {"REDIS_URL": "missing"}},
        {"use_redis": "off", "env": {"REDIS_URL": "missing"}},
    ],
    ids=str,
)
def test_what_an_application_has_chosen_in_place_of_a_store_is_silent(said):
    assert outcome({"status": "ok", **said}, ()) == "pass"


def test_it_condemns_where_it_is_required_as_it_did():
    assert outcome({"status": "ok", "env": {"DATABASE_URL": False}}, ["DATABASE_URL"]) == "fail"
    missing = {"status": "ok", "env": {"DATABASE_URL": "missing"}}
    assert outcome(missing, ["DATABASE_URL"]) == "inconclusive"
