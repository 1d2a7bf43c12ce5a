"""Tests whose failure an option, a tool around them or another language keeps from a step."""

import pytest

from tests.decide.questions.test_pipeline_shells import job, sh
from verifier.decide.questions.pipeline_drift import pipeline_drift
from verifier.decide.workflows.hidden_results import masks_of
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
    "in-cmd": '{ shell: cmd, run: "pytest\\n\\ncoverage xml" }',
    "in-powershell-on-one-line": '{ shell: pwsh, run: "pytest; coverage xml" }',
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
    "in-powershell-that-echoes": '{ shell: pwsh, run: "pytest\\n\\necho done" }',
    "in-powershell-in-a-chain": '{ shell: pwsh, run: "pytest && coverage xml" }',
    "in-cmd-asked": '{ shell: cmd, run: "pytest || exit /b 1\\n\\ncoverage xml" }',
    "in-cmd-last": '{ shell: cmd, run: "@echo off\\n\\npytest" }',
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


ON_WINDOWS = {
    "windows-latest": True,
    "[self-hosted, Windows, X64]": True,
    "{ group: large, labels: windows-2025 }": True,
    "ubuntu-24.04": False,
    "macos-15": False,
    "'${{ matrix.os }}'": True,
    "'${{ matrix.linux }}'": False,
    "'${{ matrix.both }}'": True,
    "\"${{ matrix.n && 'windows-latest' || 'ubuntu-24.04' }}\"": True,
}
MATRIX = "{ os: [windows-2022], linux: [ubuntu-24.04], both: [ubuntu-24.04], n: [1], include: [{ both: windows-2025 }] }"


@pytest.mark.parametrize("runner", ON_WINDOWS)
@pytest.mark.parametrize(
    ("step", "is_lost"),
    [
        (sh("pytest\ncoverage xml"), True),
        (sh("verifier gate\npython report.py"), True),
        (sh("pytest"), False),
        (sh("pytest\ncoverage xml", "shell: bash"), False),
    ],
)
def test_windows_has_a_shell_that_goes_on_where_none_is_named(runner, step, is_lost):
    text = job(first=step).replace(
        "runs-on: x", f"runs-on: {runner}\n    strategy: {{ matrix: {MATRIX} }}"
    )
    workflow = parse_workflow("ci.yml", text)
    rows = [row.actual for row in pipeline_drift([workflow])]
    masks = [mask.what for each in workflow.jobs for mask in masks_of(each)]

    is_told = any("goes on after a program" in each for each in (*rows, *masks))
    assert is_told is (is_lost and ON_WINDOWS[runner])
