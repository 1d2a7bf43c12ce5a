"""Each command that an audit prints says which repository it is for: another may be checked out."""

import json
import re
import shlex

import pytest
from click.testing import CliRunner

from tests.github.server import TOKEN, LocalGitHub, running
from verifier.cli import cli
from verifier.sandbox.github.runbook_repository import runbook_repository

CONFIG = """\
version: 1
audit:
  secrets: [A, { name: B, environment: of production }, { name: C, dependabot: true }]
  variables: [X, { name: Y, environment: production }]
  secrets-read: required
  scheduled: [.github/workflows/night.yml]
"""
NIGHT = """\
on: { schedule: [{ cron: "17 6 * * *" }] }
jobs:
  gate: { runs-on: x, steps: [{ uses: o/railway-deploy-verifier@v1 }] }
  read: { runs-on: x, environment: live, steps: [{ run: "true", env: { T: "${{ secrets.T }}" } }] }
"""
COMMAND = re.compile(
    r"\bgh (?:secret|variable|workflow|api|run) [^.;|<]*|\bverifier audit --fix[^;|<]*"
)


def shop(name):
    found = runbook_repository(name)
    found.rulesets = []
    found.files |= {".github/workflows/night.yml": NIGHT}
    found.workflows = [
        {"id": number, "path": f".github/workflows/{file}", "state": "disabled_manually"}
        for number, file in enumerate(("ci.yml", "night.yml"))
    ]
    return found


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What audits of two repositories print, by the form; JSON also of all of an owner."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "verifier.yml").write_text(CONFIG)
    with running(LocalGitHub(shop("acme/shop"), shop("acme/other"))) as github:
        env = {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": github.url,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_WORKSPACE": None,
            "GITHUB_ACTIONS": None,
        }

        def run(*arguments):
            words = ["audit", "--config", str(folder / "verifier.yml"), *arguments]
            return CliRunner(env=env).invoke(cli, words, standalone_mode=False).stdout

        both = ("--repo", "acme/shop", "--repo", "acme/other", "--format")
        forms = ("json", "text", "markdown", "html", "sarif", "csv")
        found = {form: run(*both, form) for form in forms}
        found["bulk"] = run("--org", "acme", "--format", "json")
        yield found, github.url.removeprefix("http://")


def test_each_command_names_the_repository_that_its_row_is_about(printed):
    found, host = printed
    rows = [row for form in ("json", "bulk") for row in json.loads(found[form])["drift"]]
    seen = set()

    for row in rows:
        for text in (row["hint"], row["actual"]):
            for command in COMMAND.findall(text):
                seen.add(" ".join(command.split()[:3]))
                is_ours = command.startswith("verifier")
                place = row["repository"] if is_ours else f"{host}/{row['repository']}"
                assert re.search(rf"--repo {re.escape(place)}(?![\w./-])", text), text

    assert seen == {
        "gh secret set",
        "gh variable set",
        "gh workflow enable",
        "verifier audit --fix",
    }


@pytest.mark.parametrize("form", ["text", "markdown", "html", "sarif", "csv"])
def test_each_form_prints_it_whole(printed, form):
    shown = " ".join(printed[0][form].split())

    commands = re.findall(r"\bgh (?:secret|variable|workflow) (?:set|enable).{0,120}", shown)
    assert commands
    assert [each for each in commands if "--repo" not in each] == []


def test_no_command_is_capitalised_or_ends_with_a_full_stop(printed):
    advice = printed[0]["markdown"]

    assert "Gh " not in advice
    assert not re.search(r"--repo \S+\.(?:\s|$)", advice)


@pytest.fixture
def github():
    with running(LocalGitHub(shop("acme/shop"))) as found:
        yield found


@pytest.fixture
def auditing(github, tmp_path, monkeypatch):
    """An audit in a checkout with a configuration at a place of its own, and one elsewhere."""
    monkeypatch.chdir(tmp_path)
    for place in ("our deploy/v.yml", "else where/.github/verifier.yml", ".github/verifier.yml"):
        path = tmp_path / place
        path.parent.mkdir(parents=True)
        wanted = "required" if place.startswith("our") else "recommended"
        path.write_text(f"version: 1\nprotection: {{ settings: {{ no-deletion: {wanted} }} }}\n")
    env = {
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_WORKSPACE": None,
        "GITHUB_ACTIONS": None,
        "VERIFIER_CONFIG": None,
    }

    def run(*words, **more):
        return CliRunner(env=env | more).invoke(cli, ["audit", *words], standalone_mode=False)

    return run


OWN = "--config 'our deploy/v.yml'"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "more", "option"),
    [
        (("--config", "our deploy/v.yml"), {}, OWN),
        ((), {"VERIFIER_CONFIG": "our deploy/v.yml"}, OWN),
        (("--checkout", "else where"), {}, "--config 'else where/.github/verifier.yml'"),
        ((), {}, ""),
        (("--config", ".github/verifier.yml"), {}, ""),
        ((), {"GITHUB_WORKSPACE": "else where"}, ""),
    ],
)
def test_a_command_of_a_fix_names_the_configuration_that_was_named(auditing, words, more, option):
    found = auditing(*words, "--fix", "--plan", "a plan.json", "--json", **more)

    end = f" {option}" if option else ""
    told = f"verifier audit --fix{end} --repo acme/shop"
    assert f"{told} --apply --plan 'a plan.json'\n" in found.stderr
    hints = [row["hint"] for row in json.loads(found.stdout)["drift"] if told in row["hint"]]
    assert hints
    assert all(hint.endswith(told) for hint in hints)
    assert f"{told}." not in found.stdout


def test_a_plan_is_made_as_it_was_printed(auditing, github):
    planned = auditing("--config", "our deploy/v.yml", "--fix", "--plan", "a plan.json")
    printed = planned.stderr.rpartition("verifier audit ")[2].splitlines()[0]

    auditing(*shlex.split(printed))

    rules = github.repositories["acme/shop"].rulesets[0]["rules"]
    assert "deletion" in {rule["type"] for rule in rules}


def test_an_environments_name_is_one_word_of_a_shell(printed):
    rows = json.loads(printed[0]["json"])["drift"]

    assert any("--env 'of production' --repo" in row["hint"] for row in rows)
    assert any("set C --app dependabot --repo" in row["hint"] for row in rows)
