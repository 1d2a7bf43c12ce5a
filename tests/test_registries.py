"""What is added in one place needs no other: who writes it is found, and named nowhere else."""

import ast
import inspect
import re
from pathlib import Path

import pytest
import yaml

import verifier
from verifier import checks
from verifier.cli import cli
from verifier.cli.command_list import commands_in, every_command, files_in
from verifier.database.ledgers import LEDGERS
from verifier.language import LOCALES, TAGS
from verifier.sandbox.scenarios.fates import ServiceFate

ROOT = Path(__file__).parents[1]
PACKAGE = Path(verifier.__file__).parent
#: What people write and no command makes; pages, tests and the changelog are counted by themselves.
SOURCES = [
    *PACKAGE.rglob("*.py"),
    *(ROOT / name for name in ("action.yml", "action/start.py", "Makefile", "mkdocs.yml")),
    ROOT / "pyproject.toml",
]
MADE = {"reference.md"}
#: What a tool is called besides: a package, a service, the word of a configuration.
OTHERS_OF_THAT_NAME = {
    # Modules that a migration imports, and objects that it is given.
    "verifier/database/alembic_imports.py": "a package of Python",
    "verifier/database/python_calls.py": "packages of Python",
    "verifier/database/javascript_calls.py": "a package of JavaScript",
    "verifier/database/javascript_values.py": "the usual name of an argument",
    "verifier/database/model_calls.py": "the usual name of an argument",
    "verifier/cli/fish_completion.py": "what click calls a word that is no path",
    # Where databases are, and what a health page calls one.
    "verifier/config/health.py": "a service",
    "verifier/decide/gate/causes.py": "a service",
    "verifier/decide/gate/causes_by_check.py": "a service",
    "verifier/model/database_away.py": "a service",
    "verifier/health/missing_variables.py": "a service",
    "verifier/health/unconfigured.py": "a service",
    # Without a tool, the configuration says where the version is.
    "verifier/config/cross_references.py": "what is said of plain files",
    "verifier/config/ineffective.py": "what is said of plain files",
}
#: Where a command could be listed.
LISTS = [
    *(ROOT / name for name in ("mkdocs.yml", "pyproject.toml", "Makefile")),
    PACKAGE / "cli" / "__init__.py",
    PACKAGE / "__main__.py",
]


def naming(pattern, files):
    """The files that name a thing, from the root of the repository."""
    found = (path for path in files if re.search(pattern, path.read_text("utf-8")))
    return {path.relative_to(ROOT).as_posix() for path in found}


def pages(pattern):
    return naming(pattern, (p for p in (ROOT / "docs").rglob("*.md") if p.name not in MADE))


@pytest.mark.parametrize("tool", sorted(LEDGERS))
def test_a_migration_tool_is_one_file_and_one_page(tool):
    file = f"verifier/database/ledgers/{tool.replace('-', '_')}.py"
    named = {path for path in naming(rf'"{tool}"', SOURCES) if "/sandbox/" not in path}

    assert named - set(OTHERS_OF_THAT_NAME) == {file}
    assert pages(rf"(?m)^\| `{tool}` \|") == {"docs/ledgers.md"}


@pytest.mark.parametrize("fate", sorted(ServiceFate))
def test_what_becomes_of_a_service_in_the_sandbox_is_told_in_one_file(fate):
    named = naming(rf'"{fate}"|\bServiceFate\.{fate.name}\b', PACKAGE.glob("sandbox/**/*.py"))
    #: That nothing appears is no status that Railway would show.
    besides = {"verifier/sandbox/railway/lifecycle.py"} if fate is ServiceFate.ABSENT else set()

    assert named - besides == {"verifier/sandbox/scenarios/fates.py"}


def test_the_page_of_ledgers_has_a_row_for_each_tool_and_none_for_another():
    page = (ROOT / "docs" / "ledgers.md").read_text("utf-8")
    first = page[: page.index("\n\n", page.index("\n| tool |"))]

    assert sorted(re.findall(r"(?m)^\| `([a-z-]+)` \|", first)) == sorted(LEDGERS)


def test_the_number_of_tools_that_the_readme_names_is_that_of_the_tools():
    said = re.findall(r"\b(\d+) tools\b", (ROOT / "README.md").read_text("utf-8"))

    assert said == [str(len(LEDGERS))]


def test_the_number_of_incidents_that_the_readme_names_is_that_of_the_incidents():
    said = re.findall(r"\[(\d+) of them\]", (ROOT / "README.md").read_text("utf-8"))
    catalogue = PACKAGE / "sandbox" / "rehearsal" / "catalogue"

    assert said == [str(len(list(catalogue.glob("*.yml"))))]


def test_a_migration_tool_is_called_as_its_file_is():
    files = {path.stem for path in (PACKAGE / "database" / "ledgers").glob("[a-z]*.py")}

    assert {ledger.tool.replace("-", "_") for ledger in LEDGERS.values()} == files


@pytest.mark.parametrize("command", sorted(every_command()))
def test_a_command_is_named_by_its_own_files_and_page(command):
    """Its arguments are found; the files of its line and world are held by tests of the house."""
    assert naming(rf"cli\.{command}\b|import {command}\b|commands/{command}\.md", LISTS) == set()
    assert (ROOT / "docs" / "commands" / f"{command}.md").is_file()


def test_a_file_with_a_command_is_enough(tmp_path, monkeypatch):
    package = tmp_path / "added"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "greet.py").write_text(
        "import click\n"
        "@click.command()\ndef greet(): pass\n"
        "@click.group()\ndef care(): pass\n"
        "@care.command('greet')\ndef greet_again(): pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    found = commands_in("added", files_in([str(package)]))

    assert list(found) == ["care", "greet"]
    assert found["greet"].callback.__name__ == "greet"


def naming_a_language(tag):
    """The files of whoever chooses or speaks a language that have its tag as a text of its own."""
    rooms = ("cli", "config", "delivery", "language", "report", "wiring")
    files = [path for room in rooms for path in (PACKAGE / room).rglob("*.py")]
    return naming(rf"""(?<=["'`]){tag.replace("-", "[-_]")}(?=["'`])""", files)


@pytest.mark.parametrize("tag", TAGS)
def test_a_language_is_one_folder(tag):
    assert naming_a_language(tag) <= {
        # As examples of what a tag looks like.
        "verifier/language/__init__.py",
        "verifier/report/spoken.py",
    }
    assert (LOCALES / tag.replace("-", "_") / "LC_MESSAGES" / "verifier.po").is_file()


@pytest.mark.parametrize("tag", ["de", "es", "fr", "it", "no"])
def test_a_language_to_come_is_named_nowhere_though_its_tag_is_a_word_of_others(tag):
    assert naming_a_language(tag) == set()


def given_by_the_action():
    """Each variable that the action sets, and the inputs that it comes from."""
    steps = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]
    given = {name: value for step in steps for name, value in step.get("env", {}).items()}
    return {name: set(re.findall(r"inputs\.([a-z-]+)", value)) for name, value in given.items()}


#: Read by what starts the action, before there is a command.
OF_THE_START = {"VERIFIER_COMMAND", "VERIFIER_PYTHON", "VERIFIER_ARGUMENTS", "VERIFIER_ZIZMOR"}
#: Of the job, too: read with the configuration, wherever the verifier runs.
OF_THE_JOB = {
    "RAILWAY_TOKEN",
    "RAILWAY_API_TOKEN",
    "RAILWAY_APP_URL",
    "GITHUB_TOKEN",
    "DATABASE_URL",
    "SLACK_WEBHOOK_URL",
}


@pytest.mark.parametrize("variable", sorted(given_by_the_action()))
def test_what_the_action_gives_is_read(variable):
    start = (ROOT / "action" / "start.py", ROOT / "action" / "run.sh", ROOT / "action.yml")

    assert given_by_the_action()[variable], "it comes from no input"
    if variable in OF_THE_START:
        assert naming(rf"\b{variable}\b(?!:)", start)
    elif variable in OF_THE_JOB:
        assert naming(rf"\b{variable}\b", (PACKAGE / "config").glob("*.py"))
    else:
        options = [each for command in every_command().values() for each in options_of(command)]
        assert variable in {
            name for option in (*cli.params, *options) for name in variables(option)
        }


def test_every_input_of_the_action_leads_somewhere():
    inputs = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]

    assert set(inputs) == set().union(*given_by_the_action().values())


def options_of(command):
    yield from command.params
    for inner in getattr(command, "commands", {}).values():
        yield from options_of(inner)


def variables(option):
    given = option.envvar
    return [given] if isinstance(given, str) else list(given or ())


@pytest.mark.parametrize("name", ["html", "junit", "otlp", "openmetrics", "since", "deployment"])
def test_an_input_of_the_action_is_one_file_beside_the_option_that_it_gives(name):
    variable = f"VERIFIER_{name.upper()}"

    # Forms of a report are an option each, made from the list of them; the package has no
    # action.yml, and `make reference` writes down what it says.
    written = {"verifier/cli/gate.py", "verifier/model/project.py"}
    assert naming(rf"\b{variable}\b", SOURCES) - written == {"action.yml"}


@pytest.mark.parametrize("name", ["junit", "otlp", "openmetrics", "zizmor", "slack-webhook-url"])
def test_an_input_of_the_action_is_in_no_list_of_the_package_that_is_written_by_hand(name):
    word = re.escape(name.upper().replace("-", "_"))
    lists = [PACKAGE / "decide/workflows/own_steps.py", PACKAGE / "guarded/public_values.py"]
    # What few other actions take tells ours apart.
    telling = {"verifier/decide/workflows/own_steps.py"} if name != "junit" else set()

    assert naming(rf'"{name}"|(?<=[|(]){word}(?=[|)])', lists) - telling == set()


def test_a_check_that_is_written_is_asked():
    """`CHECKS` is written by hand: what can roll production back is not found by its name."""
    written = set()
    for path in (PACKAGE / "checks").glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            match node:
                case ast.FunctionDef(
                    args=ast.arguments(
                        args=[
                            ast.arg(annotation=ast.Name("Evidence")),
                            ast.arg(annotation=ast.Name("Expectations")),
                        ]
                    )
                ) if node.name.startswith("check_"):
                    written.add(node.name)

    assert written == {check.__name__ for check in checks.CHECKS}
    assert all(inspect.isfunction(check) for check in checks.CHECKS)
