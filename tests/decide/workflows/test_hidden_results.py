"""Whether a step fails where the verifier in it fails: told, and tried with a real shell."""

import subprocess
from pathlib import Path

import pytest

from tests.decide.workflows.called import workflow
from verifier.decide.workflows.hidden_results import masks_of

#: How GitHub starts a shell by its name.
STARTED = {
    "": "bash -e {0}",
    "bash": "bash --noprofile --norc -eo pipefail {0}",
    "sh": "sh -e {0}",
}
#: A script, its `shell:`, and whether it hides that the verifier failed.
SCRIPTS = [
    ("verifier gate", "", False),
    ("set +e\nverifier gate\ncode=$?\ncat r.json\nexit $code", "", False),
    ("set +e\nverifier gate\ncat r.json", "", True),
    ("set +e\nverifier gate", "", False),
    ("set +e\nmake x\nset -e\nverifier gate\necho done", "", False),
    ("git fetch origin main || true\nverifier gate", "", False),
    ("# never add || true here\nverifier gate", "", False),
    ("verifier gate # || true", "", False),
    ("verifier gate --reason 'a || true'", "", False),
    ("verifier gate || { echo failed; exit 1; }", "", False),
    ("verifier gate || (echo failed; exit 3)", "", False),
    ("verifier preflight || echo wait; exit 1", "", False),
    ("set -euo pipefail\nverifier gate 2>&1 | tee gate.log", "", False),
    ("verifier gate | tee gate.log", "bash", False),
    ("verifier gate | tee gate.log", "", True),
    ("set -o pipefail; verifier gate | tee gate.log\necho x", "", False),
    ("set -e -o pipefail\nverifier gate |& tee gate.log", "", False),
    ("verifier gate | tee gate.log\nexit ${PIPESTATUS[0]}", "", False),
    ("verifier gate | tee log || exit 1", "bash", False),
    ("cat names | verifier gate", "", False),
    ("verifier gate && echo ok", "", False),
    ("verifier gate && echo ok\necho done", "", True),
    ("cd . && verifier gate\necho done", "", False),
    ("cd . && verifier gate | cat && echo x", "bash", False),
    ("verifier gate; true", "", False),  # with -e the shell ends at the verifier
    ("verifier gate; true", "bash {0}", True),
    ("verifier gate || :", "", True),
    ("verifier gate || rc=$?", "", True),
    ("rc=0\nverifier gate || rc=$?\nexit $rc", "", False),
    ("verifier gate || printf bad", "", True),
    ("verifier gate || (exit 0)", "", True),
    ("verifier gate && echo ok || echo bad", "", True),
    ("verifier gate \\\n  --since 10m \\\n  | tee log", "", True),
    ("if ! verifier gate; then\n  echo bad\nfi", "", True),
    ("if ! verifier gate; then\n  echo bad\n  exit 1\nfi", "", False),
    ("if verifier gate; then echo ok; else echo bad; fi", "", True),
    ("if verifier gate; then echo ok; else exit 2; fi", "", False),
    ("if true; then verifier gate; fi", "", False),
    ("if true; then verifier gate; fi\necho done", "", False),
    ("if true; then verifier gate; fi || echo bad", "", True),
    ("{ verifier gate; echo x; } || true", "", True),
    ("{ verifier gate; } 2>&1", "", False),
    ("(verifier gate) || true", "", True),
    ("(cd . && verifier gate)", "", False),
    ("(verifier gate; echo x) | tee log", "", True),
    ("! verifier gate", "", True),
    ("for i in 1 2; do\n  verifier gate && break\n  sleep 0\ndone", "", True),
    ("for i in 1 2; do\n  verifier gate && exit 0\n  sleep 0\ndone\nexit 1", "", False),
    ("out=$(verifier gate)\necho $out", "", False),
    ("echo $(verifier gate)", "", True),
    ("export out=$(verifier gate)", "", True),
    ("bash -c 'verifier gate; echo done'", "", True),
    ("bash -c 'verifier gate'", "", False),
    ("bash -ec 'verifier gate; echo done'", "", False),
    ("verifier gate\necho done", "sh {0}", True),
    ("verifier gate\necho done", "bash {0}", True),
    ("verifier gate\necho done", "bash -l -e {0}", False),
    ("verifier gate\necho done", "sh", False),
    ("verifier gate & wait", "", True),
    ("set +e\nverifier gate\ncode=$?\n[ $code -eq 0 ]", "", False),
    ("set +e\nverifier gate\ncode=$?\nif [ $code -gt 7 ]; then echo x; fi", "", True),
    ("cat > note <<'END'\nverifier gate || true\nEND\nverifier gate", "", False),
    ("case x in\n  x) verifier gate ;;\n  *) echo no ;;\nesac", "", False),
    ("command -v verifier || true\nverifier gate", "", False),
    ("pip list | grep verifier || true\nverifier gate", "", False),
    ("time verifier gate\necho done", "", False),
    ("verifier --quiet gate || true", "", True),
]


def masked(script, shell="", around=""):
    lines = "".join(f"          {line}\n" for line in script.split("\n"))
    said = f"        shell: '{shell}'\n" if shell else ""
    text = f"on: push\n{around}jobs:\n  gate:\n    steps:\n      - run: |\n{lines}{said}"
    (job,) = workflow(text).jobs
    return [mask.what for mask in masks_of(job)]


@pytest.mark.parametrize(("script", "shell", "is_hidden"), SCRIPTS)
def test_what_a_shell_makes_of_a_failed_verifier(script, shell, is_hidden):
    assert bool(masked(script, shell)) is is_hidden


@pytest.mark.parametrize(("script", "shell", "is_hidden"), SCRIPTS)
def test_a_real_shell_makes_the_same_of_it(script, shell, is_hidden, tmp_path):
    stub = tmp_path / "verifier"
    stub.write_text("#!/bin/sh\necho looked\nexit 3\n")
    stub.chmod(0o755)
    Path(tmp_path / "r.json").write_text("{}")
    (tmp_path / "script").write_text(script + "\n")
    command = STARTED.get(shell, shell).replace("{0}", "script").split()
    path = f"{tmp_path}:/usr/bin:/bin"

    done = subprocess.run(command, cwd=tmp_path, env={"PATH": path}, capture_output=True)

    assert (done.returncode == 0) is is_hidden


def test_the_defaults_of_a_job_or_workflow_name_the_shell():
    assert not masked("verifier gate | tee log", around="defaults: { run: { shell: bash } }\n")
    assert masked("verifier gate | tee log", around="defaults: { run: { shell: sh } }\n")


def test_what_another_language_does_with_a_result_is_not_judged():
    assert not masked("verifier gate\necho done", "pwsh")


@pytest.mark.parametrize(
    ("condition", "is_told"),
    [
        ("${{ false && true }}", True),
        ("false", True),
        ("success() && false", True),
        ("failure()", False),
        ("github.ref == 'refs/heads/main'", False),
        ("always()", False),
    ],
)
@pytest.mark.parametrize("of_job", [False, True])
def test_a_step_or_job_that_never_runs(condition, of_job, is_told):
    said = f'if: "{condition}"'
    step = f"{{ uses: acme/railway-deploy-verifier@v1, {'' if of_job else said} }}"
    around = f"{said if of_job else 'timeout-minutes: 9'}\n    steps:\n      - {step}\n"
    (job,) = workflow(f"on: push\njobs:\n  gate:\n    {around}").jobs

    assert bool([*masks_of(job)]) is is_told


def test_a_job_without_the_verifier_may_be_off():
    (job,) = workflow("on: push\njobs:\n  t: { if: false, steps: [{ run: make test }] }\n").jobs

    assert not [*masks_of(job)]
