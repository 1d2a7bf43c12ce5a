"""What is proposed for services of all sorts, and whether it can be read back."""

import pytest
import yaml

from verifier.config.settings import load_settings
from verifier.decide.first_config import Discovered, configuration, propose, role_of
from verifier.decide.first_workflows import CHECK, GATE
from verifier.decide.uploads import Upload

HOSTILE = 'a\'b: {c}\n#d "e"'


@pytest.mark.parametrize(
    ("name", "variables", "role"),
    [
        ("julia-api", {}, "api"),
        ("web", {}, "api"),
        ("x", {"RUN_MODE": "scheduler"}, "scheduler"),
        ("nightly-cron", {}, "scheduler"),
        ("queue", {}, "worker"),
        ("thing", {}, ""),
    ],
)
def test_roles(name, variables, role):
    assert role_of(name, variables) == role


def test_whatever_things_are_called_is_data():
    seen = Discovered(HOSTILE, HOSTILE, {HOSTILE: {"RUN_MODE": HOSTILE}}, "", (HOSTILE,))

    read = yaml.safe_load(configuration(seen))

    called = HOSTILE.replace("\n", " ")
    assert read["railway"]["project"] == called
    assert read["services"] == {called: {"run-mode": called}}
    assert read["protection"]["checks"] == [called]


def test_databases_are_no_services_of_ours():
    seen = Discovered("p", "e", {"api": {}, "Postgres": {}, "redis-cache": {}}, "", ())

    assert list(yaml.safe_load(configuration(seen))["services"]) == ["api"]


def test_without_migrations_there_is_no_preflight():
    files = propose(Discovered("p", "e", {"api": {}}, "", ()), "o/r@c").files

    assert not any("preflight" in name for name in files)


GUARDED = {"APP_ENV": "production", "SUPABASE_PROJECT_REF": "abc"}


def test_a_service_without_the_guarded_variables_is_left_out_of_the_guards():
    services = {
        "api": GUARDED,
        "worker": {"APP_ENV": "production"},
        "Dashboard": {"PORT": "3000"},
        "hidden": {},
    }

    proposal = propose(Discovered("p", "e", services, "", ()), "")

    read = yaml.safe_load(proposal.files[".github/verifier.yml"])
    assert [n for n, s in read["services"].items() if s.get("guarded") is False] == ["Dashboard"]
    told = [p for p in proposal.open_points if "guarded" in p or "has no" in p]
    assert [p.split(" ")[0] for p in told] == ["Dashboard", "worker"]
    assert "has no SUPABASE_PROJECT_REF" in told[1]


@pytest.mark.parametrize("uploads", [(), (Upload("CI", "ci.yml", ()),)], ids=["push", "upload"])
def test_each_workflow_that_judges_what_is_live_tells_slack(uploads):
    files = propose(Discovered("p", "e", {"api": {}}, "", (), uploads=uploads), "o/r@c").files

    for path in (GATE, CHECK):
        assert "slack-webhook-url: ${{ secrets.SLACK_WEBHOOK_URL }}" in files[path]


DOMAIN = {"RAILWAY_PUBLIC_DOMAIN": "x.up.railway.app"}


@pytest.mark.parametrize(
    ("services", "asks", "expected"),
    [
        pytest.param({"api": {}, "jobs": {}}, True, {"api": {"role": "api"}}, id="one-api"),
        pytest.param(
            {"api": DOMAIN, "web": {}},
            False,
            {"api": {"role": "api", "url": "https://x.up.railway.app"}, "web": {}},
            id="two-apis-one-of-them-public",
        ),
        pytest.param(
            {"thing": DOMAIN, "other": {}},
            False,
            {"thing": {"url": "https://x.up.railway.app"}, "other": {}},
            id="no-api",
        ),
    ],
)
def test_every_service_that_has_an_address_is_asked(services, asks, expected, tmp_path):
    proposal = propose(Discovered("p", "e", services, "", ()), "o/r@c")
    path = tmp_path / "verifier.yml"
    path.write_text(proposal.files[".github/verifier.yml"])
    environ = {"RAILWAY_TOKEN": "t"} | ({"RAILWAY_APP_URL": "https://a.test"} if asks else {})

    read = yaml.safe_load(path.read_text())["services"]

    assert load_settings(path, environ)
    assert any("RAILWAY_APP_URL" in line for line in proposal.to_set) is asks
    assert expected.items() <= {name: said or {} for name, said in read.items()}.items()


NEEDS = "package-ecosystem: github-actions"


@pytest.mark.parametrize(
    ("action", "there", "told"),
    [
        pytest.param("o/r@c", {}, True, id="nothing-does-so"),
        pytest.param("o/r@c", {".github/dependabot.yml": "version: 2"}, True, id="of-others"),
        pytest.param("o/r@c", {".github/dependabot.yaml": NEEDS}, False, id="dependabot"),
        pytest.param("o/r@c", {"renovate.json": "{}"}, False, id="renovate"),
        pytest.param("", {}, False, id="no-workflows"),
    ],
)
def test_how_to_keep_pins_fresh_is_told_where_nothing_does_so(action, there, told):
    lines = propose(Discovered("p", "e", {"api": {}}, "", (), updaters=there), action).upkeep

    assert bool(lines) is told
    if told and not there:
        (entry,) = yaml.safe_load("\n".join(lines[1:]))["updates"]
        assert entry["package-ecosystem"] == "github-actions"
    if told and there:
        assert "version: 2" not in "\n".join(lines)
