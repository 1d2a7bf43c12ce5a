"""`verifier audit` of the sandbox's repository and of its environment at Railway."""

import json

import pytest

from tests.sandbox.runs import environ, gate, verifier
from tests.sandbox.test_hold import call, configured
from verifier.sandbox.github.runbook_repository import runbook_ruleset

WITH_URL = ("api", "worker")


def drift(done):
    found = {row["setting"]: row["severity"] for row in json.loads(done.stdout)["drift"]}
    # No gate has verified what serves here.
    assert all(
        found.pop(f"service: julia-{s}: rollback target", "warn") == "warn" for s in WITH_URL
    )
    # Its database is on this machine, and what answers has an address.
    of_the_sandbox = [n for n in found if n.endswith((" value", "julia-worker: public address"))]
    assert all(found.pop(name) == "warn" for name in of_the_sandbox)
    return found


@pytest.mark.slow
def test_the_sandbox_is_as_the_runbook_wants_it(town):
    done = call(town, "audit", "--json")

    assert (done.returncode, drift(done)) == (0, {})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            lambda town: setattr(town.account.services["julia-api"], "auto_deploy", False),
            {"service: julia-api: auto-deploy": "fail"},
            id="auto-deploy-off",
        ),
        pytest.param(
            lambda town: town.github.protected["acme/shop"].rulesets[0].update(
                rules=runbook_ruleset()["rules"][1:]
            ),
            {"pull-request": "fail", "approvals": "warn"},
            id="pull-request-not-required",
        ),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_drift_on_both_sides_is_told(town, change, told):
    change(town)
    text = (town.repository.folder / ".github/verifier.yml").read_text("utf-8")
    assert "julia-api: {" in text
    path = town.repository.folder / ".github/verifier.yml"
    with configured(town, ""):
        path.write_text(text.replace("julia-api: {", "julia-api: { auto-deploy: true,"), "utf-8")
        done = call(town, "audit", "--json")

    assert (done.returncode, drift(done)) == (1, told)


ALIVE = "audit: { scheduled: [.github/workflows/drift.yml] }"


@pytest.mark.slow
def test_a_gate_tells_of_a_dead_audit_and_passes_all_the_same(town, tmp_path):
    town.push("good")
    with configured(town, ALIVE):
        run = gate(town, "good", tmp_path)

    (told,) = [f for f in run.report["findings"] if f["check"] == "audit.alive"]
    assert (run.code, told["outcome"]) == (0, "warn")
    assert "missing" in told["summary"]


@pytest.mark.slow
def test_railway_that_cannot_be_asked_is_no_clean_bill(town):
    env = {**environ(town), "RAILWAY_API_URL": "http://127.0.0.1:1/"}
    done = verifier("audit", "--json", env=env, cwd=town.repository.folder)

    assert (done.returncode, drift(done)) == (4, {"services": "inconclusive"})
