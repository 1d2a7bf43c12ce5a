"""Beside a gate whose rights are split, `init` brings no token into the repository that deploys."""

import pytest
import yaml

from tests.commands.test_init import AtWork, Environment
from verifier.commands.init import init

ACTION = f"acme/railway-deploy-verifier@{'a' * 40}"


def called(file):
    uses = f"acme/railway-deploy-verifier/.github/workflows/{file}.yml@{'a' * 40}"
    given = "with: { verifier: acme/railway-deploy-verifier, environment: railway-rollback }"
    return f"  gate: {{ uses: {uses}, {given} }}\n"


@pytest.mark.parametrize(
    ("jobs", "present", "absent"),
    [
        (called("gate-split"), "RAILWAY_READ_API_TOKEN", "RAILWAY_TOKEN"),
        (called("gate"), "RAILWAY_TOKEN", "RAILWAY_READ_API_TOKEN"),
        ("  test: { runs-on: x, steps: [] }\n", "RAILWAY_TOKEN", "RAILWAY_READ_API_TOKEN"),
    ],
    ids=["split", "whole", "none"],
)
def test_what_is_written_names_the_token_of_who_only_reads(jobs, present, absent):
    proposal, _ = init(Environment(), AtWork(jobs), ACTION)

    told = "\n".join((*proposal.files.values(), *proposal.to_set))
    assert present in told
    assert absent not in told
    config = yaml.safe_load(proposal.files[".github/verifier.yml"])
    assert config["audit"]["secrets"] == [present, "DATABASE_URL"]
    for name in ("check", "drift"):
        workflow = proposal.files[f".github/workflows/railway-{name}.yml"]
        token = "railway-api-token" if "READ" in present else "railway-token"
        assert f"          {token}: ${{{{ secrets.{present} }}}}" in workflow
        assert yaml.safe_load(workflow)


def test_a_gate_that_is_written_for_an_upload_keeps_the_token_by_which_it_rolls_back():
    jobs = called("gate-split").replace("  gate:", "  split:")
    upload = "  deploy: { runs-on: x, steps: [{ run: railway up --service api }] }\n"

    proposal, _ = init(Environment(), AtWork(jobs + upload), ACTION)

    gate = proposal.files.get(".github/workflows/railway-gate.yml", "")
    config = yaml.safe_load(proposal.files[".github/verifier.yml"])
    assert ("RAILWAY_TOKEN" in gate) is ("RAILWAY_TOKEN" in config["audit"]["secrets"])
