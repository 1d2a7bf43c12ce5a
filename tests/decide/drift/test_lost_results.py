"""Tests whose failure an option, a tool around them or another language keeps from a step."""

import pytest

from tests.decide.drift.test_pipeline_shells import job, sh
from verifier.decide.drift.old_pipeline import pipeline_drift
from verifier.github.workflows import parse_workflow

MASKED = {
    "make-i": "run: make -i test",
    "make-ignore-errors": "run: make test --ignore-errors",
    "find-exec": "run: find . -name 't_*' -exec pytest {} \\;",
    "docker-detached": "run: docker run -d img pytest",
    "docker-detached-in-a-row": "run: docker compose run --detach api pytest -q",
    "maven": "run: ./mvnw -B -Dmaven.test.failure.ignore=true verify",
    "too-long": "run: timeout 10 pytest || [ $? -eq 124 ]",
    "too-long-quoted": 'run: timeout 10 pytest || test "$?" == 124',
    "in-a-function": sh("t() { pytest; echo done; }\nt && echo fine"),
    "in-a-function-of-lines": sh(
        "run_all() {\n  pytest\n  echo done\n}\nif run_all; then echo y; fi"
    ),
    "in-python": "{ shell: python, run: \"import subprocess\\n\\nsubprocess.run(['pytest'])\" }",
    "in-python-of-os": "{ shell: python3, run: \"import os\\n\\nos.system('pytest')\" }",
    "in-powershell": '{ shell: pwsh, run: "pytest\\n\\ncoverage xml" }',
}
SEEN = {
    "make-j": "run: make -j4 test",
    "make-include": "run: make -C api test",
    "find-plus": "run: find . -name 't_*' -exec pytest {} +",
    "docker": "run: docker run --rm -e A=b img pytest",
    "docker-waited-for": sh("docker run -d --name t img pytest\nexit $(docker wait t)"),
    "maven-plain": "run: ./mvnw -B verify",
    "no-tests-found": "run: pytest || [ $? -eq 5 ]",
    "function-alone": sh("t() { pytest; echo done; }\nt"),
    "function-that-ends-with-it": sh("t() { echo go; pytest; }\nt && echo fine"),
    "in-python-checked": "{ shell: python, run: \"import subprocess\\n\\nsubprocess.run(['pytest'], check=True)\" }",
    "in-powershell-last": '{ shell: pwsh, run: "echo go\\n\\npytest\\n\\nWrite-Output ok" }',
    "in-powershell-asked": '{ shell: pwsh, run: "pytest\\n\\nif ($LASTEXITCODE) { exit 1 }\\n\\ncoverage xml" }',
    "for-schedules": "{ run: pytest, continue-on-error: \"${{ github.event_name == 'schedule' }}\" }",
}


def told(step):
    text = job(first=step)
    return [row.actual for row in pipeline_drift([parse_workflow("ci.yml", text)])]


@pytest.mark.parametrize("name", MASKED)
def test_a_failure_that_a_step_does_not_show_is_told(name):
    assert any("swallowed" in actual for actual in told(MASKED[name])), told(MASKED[name])


@pytest.mark.parametrize("name", SEEN)
def test_a_failure_that_a_step_shows_is_not(name):
    assert told(SEEN[name]) == []
