"""
The lines that are printed, run by the real tools; how many did what they say is printed.

The tools are installed from their registries, once for all workers of a run.
"""

import fcntl
import os
import shutil
import subprocess
import venv

import psycopg
import pytest

from tests.database.local_port import local_port
from tests.database.test_ledgers import write
from tests.database.tool_projects import PROJECTS
from verifier.commands.ledger import compare_ledgers
from verifier.config.ledgers import LedgerSection
from verifier.database.files import Folder
from verifier.database.ledgers import LEDGERS
from verifier.database.ledgers.tool import command_in
from verifier.decide.migrations.remedies import failed_lines, late_line, mark_line
from verifier.model.finding import Unobserved
from verifier.wiring.ledger import open_ledgers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PYTHON = ["alembic==1.20.1", "sqlalchemy==2.1.9", "django==5.2.19", "yoyo-migrations==9.0.0"]
PYTHON += ["psycopg[binary]==3.3.9", "psycopg2-binary==2.9.13"]
NODE = ["dbmate@2.36.0", "knex@3.3.0", "pg@8.23.1", "node-pg-migrate@7.9.1"]
NODE += ["sequelize@6.37.8", "sequelize-cli@6.6.5", "typeorm@0.3.31", "reflect-metadata@0.2.2"]
GO = "github.com/golang-migrate/migrate/v4/cmd/migrate@v4.18.3"
#: What the tools of a registry are installed with; those of Python come with Python itself.
INSTALLERS = {"node": "npm", "go": "go"}
REGISTRIES = {"alembic": "python", "django": "python", "yoyo": "python", "golang-migrate": "go"}
ran: list[str] = []


def is_installable(kind):
    return kind not in INSTALLERS or shutil.which(INSTALLERS[kind]) is not None


def installed(folder, kind):
    """The folder of programs of one registry's tools."""
    place = folder / kind
    if kind == "python":
        venv.create(place, with_pip=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-q"]
        command, programs = [*pip, "--disable-pip-version-check", *PYTHON], place / "bin"
    elif kind == "node":
        place.mkdir()
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", *NODE]
        programs = place / "node_modules" / ".bin"
    else:
        place.mkdir()
        command, programs = ["go", "install", "-tags", "postgres", GO], place
    environ = {**os.environ, "GOBIN": str(place)}
    subprocess.run(command, cwd=place, env=environ, check=True, stdin=subprocess.DEVNULL)
    return programs


@pytest.fixture(scope="session")
def tools(tmp_path_factory):
    """The folders of all programs, and where node finds its modules."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    with (shared / "tools.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shared / "tools"
        if not folder.exists():
            new = shared / "tools.new"
            new.mkdir()
            # Programs of a venv hold its place: it is made where it stays.
            new.rename(folder)
            for kind in filter(is_installable, ("python", "node", "go")):
                installed(folder, kind)
    kinds = {"python": "python/bin", "node": "node/node_modules/.bin", "go": "go"}
    return [str(folder / each) for each in kinds.values()], folder / "node" / "node_modules"


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


class Shop:
    def __init__(self, root, url, database, programs, modules):
        self.root, self.url, self.database = root, url, database
        path = os.pathsep.join([*programs, os.environ["PATH"]])
        self.environ = {**os.environ, "DATABASE_URL": url, "PATH": path, "NODE_PATH": str(modules)}
        root.mkdir()
        (root / "node_modules").symlink_to(modules, target_is_directory=True)

    def has(self, tool, *numbers, **more):
        registry = REGISTRIES.get(tool, "node")
        if not is_installable(registry):
            pytest.skip(f"{tool} cannot be installed here without {INSTALLERS[registry]}")
        files = PROJECTS[tool].files(*numbers)
        url = self.url.replace("postgres://", "postgresql+psycopg://")
        write(
            self.root,
            {k: v.replace("DATABASE", url) if k.endswith(".ini") else v for k, v in files.items()}
            | more,
        )

    def line(self, tool):
        return command_in(LEDGERS[tool], Folder(self.root))

    def run(self, what, line, code=0):
        done = subprocess.run(
            ["sh", "-c", line], cwd=self.root, env=self.environ, capture_output=True, text=True,
            timeout=120, stdin=subprocess.DEVNULL,
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


@pytest.mark.parametrize("tool", ["alembic", "django", "yoyo"])
def test_what_marks_marks_and_runs_nothing(shop, tool):
    shop.has(tool, 1)
    line = shop.line(tool)
    shop.run(f"{tool} apply", line)
    shop.has(tool, 1, 2)
    (version,) = shop.report(tool).pending

    shop.run(f"{tool} mark", mark_line(tool, line, version))

    assert (shop.report(tool).pending, shop.has_table("t2")) == ((), False)


@pytest.mark.parametrize("tool", ["node-pg-migrate", "dbmate", "knex"])
def test_what_is_late_is_applied(shop, tool):
    shop.has(tool, 1, 3)
    shop.run(f"{tool} apply", shop.line(tool))
    shop.has(tool, 1, 2, 3)
    assert len(shop.report(tool).out_of_order) == 1

    shop.run(f"{tool} late", late_line(tool, shop.line(tool)))

    assert (shop.report(tool).pending, shop.has_table("t2")) == ((), True)


def test_what_did_not_end_is_repaired(shop):
    tool = "golang-migrate"
    shop.has(tool, 1, **{"db/changes/002_t.up.sql": "create table t2 (id nonsense);"})
    shop.run("golang-migrate apply", shop.line(tool), code=1)
    assert shop.report(tool).failed == ("2",)

    told = failed_lines(tool, shop.line(tool), "2", "1")
    shop.run("golang-migrate force", told.partition("if nothing is: ")[2])

    report = shop.report(tool)
    assert (report.failed, report.pending) == ((), ("2",))
