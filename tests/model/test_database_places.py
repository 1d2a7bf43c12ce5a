"""Which databases variables lead to, compared between two environments."""

import pytest

from verifier.model.database_places import places_in

REF = "kdwmzqhvtrpyxbnacfle"
API = f"https://{REF}.supabase.co"
DIRECT = f"postgresql://postgres:p@db.{REF}.supabase.co:5432/postgres"
POOLER = f"postgresql://postgres.{REF}:p@aws-0-sa-east-1.pooler.supabase.com:6543/postgres"
OWN = "postgresql://app:one@db.acme.dev/app"
PRIVATE = "postgresql://postgres:{}@postgres.railway.internal:5432/railway"
JDBC = "jdbc:postgresql://aws-0-sa-east-1.pooler.supabase.com:5432/postgres"
NEON = "postgresql://u:p@ep-cool-1{}.us-east-2.aws.neon.tech/neondb"


def url(address):
    return {"DATABASE_URL": address}


@pytest.mark.parametrize(
    ("mine", "theirs", "is_shared"),
    [
        pytest.param(url(DIRECT), url(POOLER), True, id="direct-and-pooler"),
        pytest.param({"SUPABASE_URL": API + "/"}, {"SUPABASE_URL": API + " "}, True, id="api"),
        pytest.param(
            {"SUPABASE_PROJECT_REF": REF, "SUPABASE_URL": "https://api.acme.dev"},
            {"SUPABASE_URL": API},
            True,
            id="a-domain-of-its-own",
        ),
        pytest.param(url(DIRECT), {"DIRECT_URL": DIRECT}, True, id="another-name"),
        pytest.param(url(OWN), {"POSTGRES_URL": OWN}, True, id="another-name-of-another-host"),
        pytest.param(url(DIRECT), {"NEXT_PUBLIC_SUPABASE_URL": API}, True, id="of-a-page"),
        pytest.param(
            url(DIRECT),
            {"PGHOST": f"db.{REF}.supabase.co", "PGDATABASE": "postgres"},
            True,
            id="in-parts",
        ),
        pytest.param(
            url(OWN), {"PGHOST": "db.acme.dev", "PGUSER": "app"}, True, id="in-parts-without-name"
        ),
        pytest.param(
            {"SUPABASE_SERVICE_KEY": "sb_secret_x"},
            {"SUPABASE_SERVICE_ROLE_KEY": "sb_secret_x"},
            True,
            id="one-key",
        ),
        pytest.param(
            {**url(PRIVATE.format("a")), "DATABASE_PUBLIC_URL": OWN},
            url(OWN),
            True,
            id="by-its-public-address",
        ),
        pytest.param(url(OWN), url(OWN + "?schema=staging"), True, id="another-schema"),
        pytest.param(url(OWN), url(OWN.removesuffix("/app")), True, id="the-name-of-its-role"),
        pytest.param(
            url(OWN), url(OWN.replace("postgresql", "postgresql+asyncpg")), True, id="a-driver"
        ),
        pytest.param(url(NEON.format("")), url(NEON.format("-pooler")), True, id="a-pooler"),
        pytest.param(
            url(PRIVATE.format("a")), url(PRIVATE.format("b")), False, id="private-networks"
        ),
        pytest.param(
            url("postgresql://app:a@db:5432/app"),
            url("postgresql://app:b@db:5432/app"),
            False,
            id="a-host-of-one-label",
        ),
        pytest.param(
            url("postgresql://app@localhost/app"),
            url("postgresql://app@localhost/app"),
            False,
            id="localhost",
        ),
        pytest.param(
            {"PGHOST": "127.0.0.1", "PGUSER": "a"},
            {"PGHOST": "127.0.0.1", "PGUSER": "a"},
            False,
            id="this-machine-in-parts",
        ),
        pytest.param(url(OWN), url(OWN.replace("/app", "/staging")), False, id="another-database"),
        pytest.param(url(OWN), url(OWN.replace("dev/", "dev:5433/")), False, id="another-port"),
        pytest.param(
            {"REDIS_URL": "redis://c.acme.dev"},
            {"REDIS_URL": "redis://c.acme.dev"},
            False,
            id="a-cache",
        ),
        pytest.param(url("postgresql://[half"), url("postgresql://[half"), False, id="no-address"),
        pytest.param({}, {}, False, id="nothing"),
        pytest.param(
            url(DIRECT),
            {"SPRING_DATASOURCE_URL": f"jdbc:postgresql://db.{REF}.supabase.co:5432/postgres"},
            True,
            id="of-java",
        ),
        pytest.param(
            {"SPRING_DATASOURCE_URL": JDBC, "SPRING_DATASOURCE_USERNAME": f"postgres.{REF}"},
            url(POOLER),
            True,
            id="of-java-with-a-user-beside",
        ),
        pytest.param({"JDBC_URL": JDBC}, {"JDBC_URL": JDBC}, False, id="a-pooler-of-many-projects"),
        pytest.param(
            {"JDBC_URL": JDBC, "DB_USERNAME": f"postgres.{REF}"},
            {"JDBC_URL": JDBC, "DB_USERNAME": "postgres.abcdefghijklmnopqrst"},
            False,
            id="two-projects-of-one-pooler",
        ),
        pytest.param(
            {"ConnectionStrings__Default": "Host=db.acme.dev;Database=app;Username=app"},
            url(OWN),
            True,
            id="of-dot-net",
        ),
        pytest.param(
            {"ConnectionStrings__Default": "Server=db.acme.dev;Database=other;Uid=app;Pwd=one"},
            url(OWN),
            False,
            id="another-database-of-dot-net",
        ),
    ],
)
def test_what_two_containers_share(mine, theirs, is_shared):
    assert bool(places_in(mine) & places_in(theirs)) is is_shared
