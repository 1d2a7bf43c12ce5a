"""
The lines that are printed, run by the real tools; how many did what they say is printed.

The tools are installed from their registries, once for all workers of a run.
"""

import fcntl
import os
import shutil
import subprocess
import venv
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.database.local_port import local_port
from tests.database.test_ledgers import write
from tests.database.tool_projects import LAYOUTS, MAKO, PROJECTS, SECOND_HEADS
from verifier.commands.ledger import compare_ledgers
from verifier.config.ledgers import LedgerSection
from verifier.database.files import Folder
from verifier.database.ledger_tool import command_in
from verifier.database.ledgers import LEDGERS
from verifier.decide.migrations.remedies import (
    failed_lines,
    heads_line,
    late_line,
    mark_line,
    merge_line,
)
from verifier.model.finding import Unobserved
from verifier.wiring.ledger import open_ledgers

#: The first test of each worker waits until all tools are there, which are built and fetched.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

PYTHON = ["alembic==1.20.1", "sqlalchemy==2.1.9", "django==5.2.19", "yoyo-migrations==9.0.0"]
PYTHON += ["psycopg[binary]==3.3.9", "psycopg2-binary==2.9.13"]
NODE = ["dbmate@2.36.0", "knex@3.3.0", "pg@8.23.1", "node-pg-migrate@7.9.1"]
NODE += ["sequelize@6.37.8", "sequelize-cli@6.6.5", "typeorm@0.3.31", "reflect-metadata@0.2.2"]
NODE += ["prisma@6.19.3", "@prisma/adapter-pg@6.19.3", "drizzle-kit@0.31.11"]
NODE += ["drizzle-orm@0.45.4", "kysely@0.29.9", "kysely-ctl@0.21.0"]
MIGRATE = "github.com/golang-migrate/migrate/v4/cmd/migrate@v4.18.3"
GOOSE = "github.com/pressly/goose/v3/cmd/goose@v3.26.0"
GOOSE_TAGS = "no_clickhouse,no_libsql,no_mssql,no_mysql,no_sqlite3,no_vertica,no_ydb"
JAVA = ["org.flywaydb:flyway-commandline:10.20.1", "org.postgresql:postgresql:42.7.4"]
JAVA += ["org.flywaydb:flyway-database-postgresql:10.20.1", "info.picocli:picocli:4.7.6"]
JAVA += ["com.fasterxml.jackson.dataformat:jackson-dataformat-xml:2.15.2"]
JAVA += ["org.liquibase:liquibase-core:4.29.2"]
MAINS = {"flyway": "org.flywaydb.commandline.Main"}
MAINS["liquibase"] = "liquibase.integration.commandline.LiquibaseCommandLine"
#: What the tools of a registry are installed with; those of Python come with Python itself.
INSTALLERS = {"node": "npm", "go": "go", "java": "mvn"}
REGISTRIES = {"alembic": "python", "django": "python", "yoyo": "python", "golang-migrate": "go"}
REGISTRIES |= {"goose": "go", "flyway": "java", "liquibase": "java"}
PROGRAMS = {"python": "python/bin", "node": "node/node_modules/.bin", "go": "go", "java": "java"}
PRISMA_PROGRAMS = ("PRISMA_QUERY_ENGINE_LIBRARY", "PRISMA_SCHEMA_ENGINE_BINARY")
ran: list[str] = []


def is_installable(kind):
    return kind not in INSTALLERS or shutil.which(INSTALLERS[kind]) is not None


def install(place, kind):
    """Install the tools of one registry in a folder."""
    place.mkdir()
    environ = {**os.environ, "GOBIN": str(place)}
    commands = {
        "python": [["bin/python", "-m", "pip", "install", "-q", *PYTHON]],
        "node": [["npm", "install", "--silent", "--no-audit", "--no-fund", *NODE]],
        "go": [
            ["go", "install", "-tags", "postgres", MIGRATE],
            ["go", "install", "-tags", GOOSE_TAGS, GOOSE],
        ],
        "java": [["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"]],
    }
    if kind == "python":
        venv.create(place, with_pip=True)
    elif kind == "java":
        write_java(place)
    for command in commands[kind]:
        subprocess.run(command, cwd=place, env=environ, check=True, stdin=subprocess.DEVNULL)


def write_java(place):
    """Which jars the tools need, and a program for each, as their packages have it."""
    names = ("groupId", "artifactId", "version")
    jars = "".join(
        f"<dependency>{''.join(f'<{n}>{v}</{n}>' for n, v in zip(names, jar.split(':'), strict=True))}</dependency>"
        for jar in JAVA
    )
    own = "<modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId>"
    pom = f"<project>{own}<version>1</version><dependencies>{jars}</dependencies></project>"
    (place / "pom.xml").write_text(pom)
    for name, main in MAINS.items():
        program = f'#!/bin/sh\nexec java -XX:TieredStopAtLevel=1 -cp "{place}/lib/*" {main} "$@"\n'
        (place / name).write_text(program)
        (place / name).chmod(0o755)


@pytest.fixture(scope="session")
def tools(tmp_path_factory):
    """The folders of all programs, and where node finds its modules."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    folder = shared / "tools"
    folder.mkdir(exist_ok=True)
    for kind in filter(is_installable, PROGRAMS):
        with (shared / f"{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = shared / f"{kind}.done"
            if not done.exists():
                # What a worker was stopped in the middle of is no installation.
                shutil.rmtree(folder / kind, ignore_errors=True)
                install(folder / kind, kind)
                done.touch()
    return [str(folder / each) for each in PROGRAMS.values()], folder / "node" / "node_modules"


@pytest.fixture(scope="module", autouse=True)
def count(request):
    yield
    terminal = request.config.pluginmanager.getplugin("terminalreporter")
    if terminal is not None:
        terminal.write_line(f"printed commands that real tools ran: {len(ran)}: {', '.join(ran)}")


@pytest.fixture
def shop(tools, database, tmp_path):
    """A project in a folder: its files, what is printed of it, and a shell to run that in."""
    with local_port(database) as url:
        yield Shop(tmp_path / "shop", url, database, *tools)


def jdbc(url):
    parts = urlsplit(url)
    return f"jdbc:postgresql://{parts.hostname}:{parts.port}{parts.path}?user={parts.username}"


class Shop:
    def __init__(self, root, url, database, programs, modules):
        self.root, self.url, self.database = root, url, database
        path = os.pathsep.join([*programs, os.environ["PATH"]])
        self.environ = {**os.environ, "DATABASE_URL": url, "PATH": path, "NODE_PATH": str(modules)}
        self.environ |= dict.fromkeys(("FLYWAY_URL", "LIQUIBASE_COMMAND_URL"), jdbc(url))
        # Its programs are not in the registry, and with the engine in WebAssembly not run.
        self.environ |= dict.fromkeys(PRISMA_PROGRAMS, shutil.which("true") or "")
        root.mkdir()
        (root / "node_modules").symlink_to(modules, target_is_directory=True)

    def has(self, tool, *numbers, project=None, **more):
        registry = REGISTRIES.get(tool, "node")
        if not is_installable(registry):
            pytest.skip(f"{tool} cannot be installed here without {INSTALLERS[registry]}")
        files = (project or PROJECTS[tool]).files(*numbers)
        url = self.url.replace("postgres://", "postgresql+psycopg://")
        write(
            self.root,
            {k: v.replace("DATABASE", url) if k.endswith(".ini") else v for k, v in files.items()}
            | more,
        )

    def line(self, tool):
        files = Folder(self.root)
        return command_in(LEDGERS[tool], files, LEDGERS[tool].list_shipped(files, ""))

    def run(self, what, line, code=0, answer=""):
        done = subprocess.run(
            ["sh", "-c", line], cwd=self.root, env=self.environ, capture_output=True, text=True,
            timeout=120, input=answer,
        )  # fmt: skip
        assert (done.returncode == 0) is (code == 0), f"{line}\n{done.stdout}{done.stderr}"
        ran.append(what)

    def report(self, tool):
        sections = [LedgerSection(tool=tool)]
        (found,) = compare_ledgers(lambda: open_ledgers(Folder(self.root), self.database, sections))
        assert not isinstance(found, Unobserved), found
        return found.report

    def has_table(self, name):
        with psycopg.connect(self.database) as connection:
            return connection.execute("select to_regclass(%s)", [name]).fetchone() != (None,)


@pytest.mark.parametrize("tool", PROJECTS)
def test_what_applies_applies(shop, tool):
    shop.has(tool, 1, 2)

    shop.run(f"{tool} apply", shop.line(tool))

    report = shop.report(tool)
    assert (len(report.applied), report.pending, report.unknown) == (2, (), ())
    assert shop.has_table("t2")


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_applies_applies_in_other_layouts(shop, name):
    tool, project = LAYOUTS[name]
    shop.has(tool, 1, 2, project=project)

    shop.run(f"{name} apply", shop.line(tool))

    report = shop.report(tool)
    assert (len(report.applied), report.pending, report.unknown) == (2, (), ())
    assert shop.has_table("t2")


@pytest.mark.parametrize("tool", ["alembic", "django", "yoyo", "prisma"])
def test_what_marks_marks_and_runs_nothing(shop, tool):
    shop.has(tool, 1)
    line = shop.line(tool)
    shop.run(f"{tool} apply", line)
    shop.has(tool, 1, 2)
    (version,) = shop.report(tool).pending

    shop.run(f"{tool} mark", mark_line(LEDGERS[tool].rules, line, version))

    assert (shop.report(tool).pending, shop.has_table("t2")) == ((), False)


@pytest.mark.parametrize("tool", SECOND_HEADS)
def test_what_merges_heads_lets_the_tool_apply_them(shop, tool):
    file, text = SECOND_HEADS[tool]
    shop.has(tool, 1, 2, **{file: text, "apps/api/changes/script.py.mako": MAKO})
    shop.run(f"{tool} apply two heads", shop.line(tool), code=1)

    shop.run(f"{tool} merge", merge_line(LEDGERS[tool].rules, shop.line(tool)), answer="y\n")
    shop.run(f"{tool} apply merged", shop.line(tool))

    report = shop.report(tool)
    assert (len(report.applied), report.pending, report.heads) == (4, (), ())
    assert (shop.has_table("t2"), shop.has_table("t3")) == (True, True)


def test_what_applies_all_heads_applies_them(shop):
    file, text = SECOND_HEADS["alembic"]
    shop.has("alembic", 1, 2, **{file: text})

    shop.run("alembic apply heads", heads_line(LEDGERS["alembic"].rules, shop.line("alembic")))

    assert (shop.has_table("t2"), shop.has_table("t3")) == (True, True)


LATE = ["node-pg-migrate", "dbmate", "knex", "goose", "prisma", "flyway", "liquibase"]


@pytest.mark.parametrize("tool", [*LATE, "sequelize", "typeorm"])
def test_what_is_late_is_applied(shop, tool):
    shop.has(tool, 1, 3)
    shop.run(f"{tool} apply", shop.line(tool))
    shop.has(tool, 1, 2, 3)
    assert len(shop.report(tool).out_of_order) == 1

    shop.run(f"{tool} late", late_line(LEDGERS[tool].rules, shop.line(tool)))

    assert (shop.report(tool).pending, shop.has_table("t2")) == ((), True)


@pytest.mark.parametrize(("tool", "code"), [("kysely", 1), ("drizzle", 0)])
def test_what_never_applies_a_late_one_has_no_line_for_it(shop, tool, code):
    shop.has(tool, 1, 3)
    shop.run(f"{tool} apply", shop.line(tool))
    shop.has(tool, 1, 2, 3)

    shop.run(f"{tool} apply late", shop.line(tool), code)

    assert late_line(LEDGERS[tool].rules, shop.line(tool)) is None
    assert not shop.has_table("t2")


@pytest.mark.parametrize(
    ("tool", "file", "version", "when"),
    [
        ("golang-migrate", "db/changes/002_t.up.sql", "2", "if nothing is: "),
        (
            "prisma",
            "apps/api/prisma/migrations/20260102000000_t/migration.sql",
            "20260102000000_t",
            "if nothing is left of it: ",
        ),
    ],
)
def test_what_did_not_end_is_repaired(shop, tool, file, version, when):
    shop.has(tool, 1, **{file: "create table t2 (id nonsense);"})
    shop.run(f"{tool} apply broken", shop.line(tool), code=1)
    assert shop.report(tool).failed == (version,)

    told = failed_lines(LEDGERS[tool].rules, shop.line(tool), version, "1")
    shop.run(f"{tool} repair", told.partition(when)[2].partition(", if ")[0])

    report = shop.report(tool)
    assert (report.failed, report.pending) == ((), (version,))
