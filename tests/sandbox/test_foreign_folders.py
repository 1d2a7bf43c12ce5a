"""What is started in a stranger's checkout runs nothing that lies there."""

import subprocess
import sys

import pytest

from tests.sandbox.runs import environ
from verifier.sandbox.rehearsal.paths_in_code import answers_at

pytestmark = pytest.mark.slow


def test_a_rehearsal_takes_no_module_of_the_folder_that_it_is_started_in(tmp_path):
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "verifier.yml").write_text("version: 1\nservices: { api: {} }\n")
    seen = tmp_path / "seen"
    trap = f"open({str(seen)!r}, 'a').write(__file__)\nraise ImportError\n"
    for name in ("json.py", "select.py", "tempfile.py", "verifier.py", "queue.py"):
        (tmp_path / name).write_text(trap)

    done = subprocess.run(
        [sys.executable, "-P", "-m", "verifier", "rehearse", "good-deploy"],
        env=environ(None),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, seen.exists()) == (0, False), done.stdout + done.stderr


def test_a_bare_repository_of_tracked_files_runs_no_program_of_its_settings(tmp_path):
    outer = tmp_path / "monorepo"
    checkout = outer / "app"
    seen = tmp_path / "seen"
    for folder in ("objects", "refs"):
        (checkout / folder).mkdir(parents=True)
    (checkout / "HEAD").write_text("ref: refs/heads/x\n")
    settings = f"bare = false\nworktree = .\nfsmonitor = \"sh -c 'echo ran >> {seen}'\"\n"
    (checkout / "config").write_text(f"[core]\nrepositoryformatversion = 0\n{settings}")
    (checkout / "routes.js").write_text("app.get('/ready', ok)")
    subprocess.run(["git", "init", "--quiet", str(outer)], check=True)

    assert answers_at("/ready", checkout)
    assert not seen.exists()
