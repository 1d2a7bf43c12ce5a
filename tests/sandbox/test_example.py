"""The example repository, and README's configuration, on the system that they are written for."""

import re

import pytest

from tests.sandbox.runs import check_first, gate, live_commits, wait_until_calm
from tests.test_docs import EXAMPLE, README
from verifier.sandbox.scenarios.scenario import SCENARIOS, Migration, read_scenario
from verifier.sandbox.world import Sandbox

DEMO = read_scenario(SCENARIOS / "demo.yml")
CONFIGS = {
    "examples/julia": (EXAMPLE / ".github" / "verifier.yml").read_text("utf-8"),
    "README": next(
        block
        for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
        if "\nguards:" in block
    ),
}


def migrations():
    """The example's own, and the one that is not applied."""
    files = sorted((EXAMPLE / "supabase" / "migrations").iterdir())
    own = [
        Migration(version=version, name=name.removesuffix(".sql"), sql=path.read_text("utf-8"))
        for path in files
        for version, _, name in [path.name.partition("_")]
    ]
    further = DEMO.steps[len(own)]
    return [*own, further.model_copy(update={"version": f"{int(own[-1].version) + 1}"})]


def test_the_demo_has_the_example_s_tables():
    own = [step.sql.strip() for step in migrations()]

    assert own == [step.sql.strip() for step in DEMO.steps]


@pytest.mark.parametrize("which", CONFIGS)
@pytest.mark.slow
def test_it_passes_what_is_good_and_takes_back_what_is_not(tmp_path, which):
    # The addresses there are examples; the job's variable names the sandbox's.
    config = re.sub(r", url: \S+ }", " }", CONFIGS[which])
    workflows = {
        str(path.relative_to(EXAMPLE)): path.read_text("utf-8")
        for path in (EXAMPLE / ".github" / "workflows").iterdir()
    }
    commits = {
        name: commit.model_copy(update={"files": workflows})
        for name, commit in DEMO.commits.items()
    }
    own = {"project": "julia", "migrations": migrations(), "config": config, "commits": commits}
    with Sandbox(DEMO.model_copy(update=own)) as sandbox:
        check_first(sandbox)
        sandbox.push("good")
        good = gate(sandbox, "good", tmp_path)
        wait_until_calm(sandbox, "good")
        sandbox.push("missing-migration")
        bad = gate(sandbox, "missing-migration", tmp_path)
        live = set(live_commits(sandbox).values())

    assert (good.code, good.report["verdict"]) == (0, "passed")
    assert not [f for f in good.report["findings"] if f["outcome"] not in ("pass", "skip")]
    assert (bad.code, bad.outcome("migrations.pending"), live) == (1, "fail", {"good"})
