"""Where a configuration is looked for."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from verifier.cli import cli
from verifier.cli.command_list import every_command
from verifier.cli.options import config_in
from verifier.guarded.mistakes import InvalidConfigError


@pytest.mark.parametrize(
    ("given", "there", "found"),
    [
        pytest.param("deploy/v.yml", ["a/deploy/v.yml"], "a/deploy/v.yml", id="from the checkout"),
        pytest.param("a/v.yml", ["a/v.yml"], "a/v.yml", id="into the checkout"),
        pytest.param("a/v.yml", ["a/v.yml", "a/a/v.yml"], "a/a/v.yml", id="both"),
        pytest.param("v.yml", ["v.yml"], "a/v.yml", id="beside the checkout"),
        pytest.param("a/v.yml", [], "a/a/v.yml", id="nowhere"),
        pytest.param("b/../v.yml", ["v.yml"], "a/b/../v.yml", id="round about"),
        pytest.param("a/../v.yml", ["v.yml"], "a/a/../v.yml", id="into it and out again"),
    ],
)
def test_a_relative_path_is_the_checkouts_or_leads_into_it(
    tmp_path, monkeypatch, given, there, found
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for path in there:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("version: 1\n")

    place = config_in(Path(given), Path("a"))

    assert place.as_posix() == found


def test_a_configuration_that_is_a_link_to_itself_is_one_that_is_not_there(tmp_path):
    (tmp_path / "a.yml").symlink_to("a.yml")

    assert config_in(Path("a.yml"), tmp_path) == tmp_path / "a.yml"


#: Commands that read a configuration, each as little as it takes: how it is called further.
READERS = {
    "audit": ["", "--repo acme/shop", "--org acme", "--fix", "--repo acme/shop --fix"],
    "check": [""],
    "config check": [""],
    "config show": [""],
    "config upgrade": [""],
    "doctor": [""],
    "gate": [""],
    "ledger": ["--database-url postgres://localhost:1/x"],
    "pause": ["--reason why"],
    "preflight": [""],
    "ready": [""],
    "rehearse": ["--all"],
    "release": ["--dry-run"],
    "resume": ["--reason why"],
    "rollback": ["--reason why --dry-run"],
    "stats": [""],
    "status": [""],
}
TOKENS = {
    "GITHUB_TOKEN": "t",
    "GITHUB_API_URL": "http://127.0.0.1:1",
    "GITHUB_REPOSITORY": "acme/shop",
    "RAILWAY_TOKEN": "t",
    "DATABASE_URL": "postgres://localhost:1/x",
}


def readers():
    for name, command in every_command().items():
        inner = command.commands if isinstance(command, click.Group) else {}
        for words, each in ((name, command), *((f"{name} {n}", c) for n, c in inner.items())):
            if any(parameter.name == "config_path" for parameter in each.params):
                yield words


def test_each_command_that_reads_a_configuration_is_asked_here():
    assert sorted(readers()) == sorted(READERS)


@pytest.mark.parametrize("how", ["option", "variable", "link"])
@pytest.mark.parametrize(
    ("name", "arguments"), [(name, each) for name, calls in READERS.items() for each in calls]
)
def test_a_configuration_that_was_named_and_is_not_there_is_refused(
    tmp_path, monkeypatch, name, arguments, how
):
    monkeypatch.chdir(tmp_path)
    environ = {**TOKENS, "GITHUB_WORKSPACE": None, "VERIFIER_CONFIG": None}
    named = ["--config", "gone.yml"] if how == "option" else []
    if how == "variable":
        environ["VERIFIER_CONFIG"] = "gone.yml"
    if how == "link":
        # Nobody has to name what lies at the usual place, even where it leads nowhere.
        Path(".github").mkdir()
        Path(".github/verifier.yml").symlink_to("gone.yml")
    words = [*name.split(), *named, *arguments.split()]

    done = CliRunner(env=environ).invoke(cli, words, standalone_mode=False)

    assert isinstance(done.exception, InvalidConfigError), done.output
    assert "found no such file" in str(done.exception)
    assert done.exception.exit_code == 2
