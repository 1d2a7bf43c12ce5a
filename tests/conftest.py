"""Servers that several tests share: a PostgreSQL, and a whole sandbox."""

import gc

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from verifier.sandbox.host.keeper_client import Keeper
from verifier.sandbox.host.postgres import SUPERUSER
from verifier.sandbox.scenarios.scenario import SCENARIOS, read_scenario
from verifier.sandbox.world import Sandbox

# How quick a machine is says nothing about what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
#: Fixtures that start a PostgreSQL, a whole sandbox, or an application of it.
SERVERS = {"postgres", "sandbox", "application"}
ROLES_OF_TESTS = (
    f"select quote_ident(rolname) from pg_roles where rolname not in ('postgres', '{SUPERUSER}') "
    "and rolname !~ '^pg_'"
)


def pytest_report_header():
    """Say how many ledgers are compared, the recorded ones among them where they are."""
    from tests.database.corpus import STATES, TOOLS
    from tests.database.test_ledgers import RECORDED_STATES, RENAMED_STATES

    tools = {recorded.values[1] for recorded in RECORDED_STATES}
    return (
        f"ledgers: {len(TOOLS)} tools in {len(STATES)} states of our own, "
        f"{len(tools)} tools in {len(RECORDED_STATES)} recorded states, "
        f"{len(RENAMED_STATES)} projects with names of their own"
    )


def pytest_configure():
    """Collect no garbage while tests are collected: there is none, and the walks are a fifth of it."""
    gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """
    Of a file's tests that need a server, have the first alone be quick.

    A server, and a database for each test, are the dearest there is; `make test-slow` runs the
    others. The first is that of the file, in whatever order they run.
    """
    served = [
        item
        for item in items
        if SERVERS & set(item.fixturenames) and not item.get_closest_marker("slow")
    ]
    first = {}
    for item in sorted(served, key=lambda item: (item.location[1], item.name)):
        first.setdefault(item.path, item)
    for item in served:
        if item is not first[item.path]:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.served)


def pytest_collection_finish():
    """Have garbage collections walk over no test, and be rare: each was a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
    gc.enable()


@pytest.fixture(scope="session")
def postgres():
    """Address of a real server's maintenance database."""
    with Keeper() as keeper:
        keeper.begin_postgres()
        url = keeper.postgres_url()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create role postgres login superuser")
        yield url.replace(f"//{SUPERUSER}:", "//postgres:")


@pytest.fixture
def database(postgres, request):
    """Address of an empty database of this test's own."""
    name = f"t{abs(hash(request.node.nodeid))}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    yield postgres.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')
        # Roles are the server's: one that a test left unable to log in would fail the next.
        if roles := [name for (name,) in connection.execute(ROLES_OF_TESTS)]:
            connection.execute(f"drop role {', '.join(roles)}")


@pytest.fixture(scope="session")
def demo_scenario():
    return read_scenario(SCENARIOS / "demo.yml")


@pytest.fixture
def sandbox(demo_scenario):
    """A local Railway that serves the demo scenario's first commit."""
    with Sandbox(demo_scenario) as running:
        yield running
