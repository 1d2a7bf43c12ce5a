"""A commit that does its worst with words: what the world says stays text on every surface."""

import re

import pytest

from tests.report.test_surfaces import MARKUP, commands
from tests.report.test_terminal import bare
from tests.sandbox.runs import everywhere, gate, live_commits

#: What our own groups are called: of strangers' text only names of configured services.
GROUPS = tuple(
    f"::group::{title}"
    for title in (
        "What happened",
        "Unclear, and warnings",
        *(
            f"julia-{role}, {what}"
            for role in ("api", "worker", "api and julia-worker")
            for what in ("log", "changed variables", "commits in between", "not read")
        ),
    )
)


@pytest.mark.slow
def test_words_of_a_commit_and_of_its_application_stay_words(town, tmp_path):
    (commit,) = (name for name in town.repository.shas if name.startswith("$(touch"))
    files = {name: tmp_path / name for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    town.push(commit)

    given = {k: str(v) for k, v in files.items()}
    run = gate(town, commit, tmp_path, GITHUB_ACTIONS="true", **given)

    assert (run.code, live_commits(town)) == (1, everywhere("first"))
    assert "owned" in run.told
    ours = ("::error title=", "::warning title=", "::endgroup::", *GROUPS)
    told = bare(run.told)
    assert [line for line in commands(told) if not line.startswith(ours)] == []
    summary = files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
    assert commands(summary) == []
    outside_of_code = re.sub(r"`[^`\n]*`", "", summary)
    for markup in MARKUP:
        assert markup not in outside_of_code
    assert not set(told + summary) & set("\x1b\u202e")
    lines = files["GITHUB_OUTPUT"].read_text("utf-8").splitlines()
    assert lines[1::3][0] == "failed"
    assert len(lines) == 21
    assert not list(town.repository.folder.rglob("pwned"))
