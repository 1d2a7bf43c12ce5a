"""A real Git repository with the scenario's commits, and the images that are built from them."""

import hashlib
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from verifier.guarded.child_process import git_command
from verifier.sandbox.scenarios.scenario import Commit, Scenario

_APPLICATION = Path(__file__).parents[1] / "app"
_GIT_ENV = {
    "GIT_AUTHOR_NAME": "Sandbox",
    "GIT_AUTHOR_EMAIL": "sandbox@example.org",
    "GIT_COMMITTER_NAME": "Sandbox",
    "GIT_COMMITTER_EMAIL": "sandbox@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A checkout, and the commits by the names that the scenario gives them."""

    folder: Path
    shas: Mapping[str, str]

    def check_out(self, name: str) -> None:
        """Put the files of a commit into the checkout, as a CI job does."""
        _git(self.folder, "checkout", "--quiet", "--detach", self.shas[name])

    def name_of(self, sha: str) -> str | None:
        """Return the scenario's name of a commit."""
        return next((name for name, own in self.shas.items() if own == sha), None)

    def build_image(self, sha: str, images: Path) -> tuple[Path, str]:
        """Export a commit's files; return the folder and the digest of what is in it."""
        tree = _git(self.folder, "rev-parse", f"{sha}^{{tree}}").strip()
        digest = hashlib.sha256(tree).hexdigest()
        image = images / digest[:12]
        if not image.exists():
            image.mkdir(parents=True)
            # An index of its own: the checkout's says what is checked out there.
            index = image.with_suffix(".index")
            _git(self.folder, "read-tree", sha, index=index)
            _git(self.folder, "checkout-index", "--all", f"--prefix={image}/", index=index)
        return image, f"sha256:{digest}"


def create_repository(folder: Path, scenario: Scenario) -> Repository:
    """Make the repository with one commit for each of the scenario's."""
    folder.mkdir()
    _git(folder, "init", "--quiet", "--initial-branch=main")
    shas = {}
    for name, commit in scenario.commits.items():
        _write_files(folder, name, commit, scenario)
        _git(folder, "add", "--all")
        _git(folder, "commit", "--quiet", "--message", name)
        shas[name] = _git(folder, "rev-parse", "HEAD").decode().strip()
    return Repository(folder, shas)


def _write_files(folder: Path, name: str, commit: Commit, scenario: Scenario) -> None:
    shutil.copytree(
        _APPLICATION,
        folder / "app",
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    steps = scenario.steps[: commit.migrations]
    constants = f'"""What {name} needs."""\n\nEXPECTED_SCHEMA_VERSION = "{steps[-1].version}"\n'
    (folder / "app" / "constants.py").write_text(constants, "utf-8")
    # No two commits are one image, whatever else they share.
    (folder / "app" / "commit.txt").write_text(f"{name}\n", "utf-8")
    migrations = folder / scenario.migrations_folder
    shutil.rmtree(migrations, ignore_errors=True)
    migrations.mkdir(parents=True)
    for step in steps:
        (migrations / f"{step.version}_{step.name}.sql").write_text(step.sql, "utf-8")
    for path, text in commit.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    config = folder / ".github" / "verifier.yml"
    config.parent.mkdir(exist_ok=True)
    config.write_text(scenario.config, "utf-8")


def _git(folder: Path, *arguments: str, index: Path | None = None) -> bytes:
    return subprocess.run(  # noqa: S603  a fixed program, no shell
        git_command(arguments),
        cwd=folder,
        env={**_GIT_ENV, "GIT_INDEX_FILE": str(index)} if index else _GIT_ENV,
        capture_output=True,
        check=True,
    ).stdout
