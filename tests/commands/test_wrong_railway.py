"""A gate over a Railway that answers one question wrongly, against one that does not answer it."""

import httpx
import pytest

from tests.commands.live_gate import run_live
from tests.commands.script import CRITICAL
from tests.railway.test_wrong_answers import BODIES, says
from verifier.model.exit_code import ExitCode

#: What a gate asks of Railway while it judges and rolls back, and the first time it goes wrong.
ASKED = [
    ("Fleet", 1),
    ("Fleet", 3),
    ("DeploymentVariables", 1),
    ("DeployLog", 1),
    ("RollBack", 1),
]
WORST = ("empty", "data-of-nothing", "errors-of-numbers", "error", "html", "deep", "half-an-emoji")
ANSWERS = {
    **{name: says(200, BODIES[name]) for name in WORST},
    **{str(status): says(status, b"<html>no</html>") for status in (204, 302, 404, 500)},
}


def unreachable(_):
    raise httpx.ReadTimeout("late")


def test_a_gate_over_a_railway_that_answers():
    assert run_live() == (ExitCode.GOOD, "passed", None, ())
    undone = (ExitCode.FAILED_SAFE, "failed", "restored", ("roll back old",))
    assert run_live(CRITICAL) == undone


@pytest.mark.slow
@pytest.mark.parametrize("bad", [None, CRITICAL], ids=["good", "critical"])
@pytest.mark.parametrize(("operation", "from_time"), ASKED)
def test_a_wrong_answer_is_worth_as_much_as_none(operation, from_time, bad):
    away = {run_live(bad, wrong={operation: unreachable}, from_time=from_time)}
    if operation == "DeploymentVariables":  # then it is asked what the services have now
        away.add(run_live(bad, wrong={operation: says(403, b"")}, from_time=from_time))

    for name, wrong in ANSWERS.items():
        assert run_live(bad, wrong={operation: wrong}, from_time=from_time) in away, name
