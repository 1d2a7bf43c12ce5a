"""The workflows that `init` writes pass the strictest reading of zizmor."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from verifier.decide import first_workflows
from verifier.decide.upload_gates import GateJob

ACTION = f"acme/railway-deploy-verifier@{'0123456789' * 4}"
_ZIZMOR = Path(sys.executable).with_name("zizmor")


@pytest.mark.slow
@pytest.mark.parametrize("persona", ["pedantic", "auditor"])
def test_zizmor_finds_nothing_in_them(tmp_path, persona):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    job = GateJob("gate", "Deploy", ("api",), ".github/workflows/deploy.yml")
    texts = {
        "gate.yml": first_workflows.gate(ACTION, "main"),
        "uploads.yml": first_workflows.gates_after_uploads(ACTION, [job], "main"),
        "check.yml": first_workflows.check(ACTION),
        "drift.yml": first_workflows.drift(ACTION),
        "preflight.yml": first_workflows.preflight(ACTION),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")

    zizmor = str(_ZIZMOR) if _ZIZMOR.exists() else shutil.which("zizmor")
    command = [zizmor, "--offline", "--no-progress", "--persona", persona, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout
