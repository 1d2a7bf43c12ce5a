"""Thirty workflow files in the style of real ones: each names at its top what it reports."""

from pathlib import Path

import pytest

from tests.decide.workflows.called import reports, workflow

FILES = sorted((Path(__file__).parents[2] / "data" / "workflows").iterdir())
TOLD = "# reports: "
#: Of all checks, at most this part may be left to a run.
MOST_LEFT_OPEN = 0.02


@pytest.fixture(scope="module")
def found():
    return reports(*(workflow(path.read_text("utf-8"), path.name) for path in FILES))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_reports_what_it_names(found, path):
    lines = path.read_text("utf-8").splitlines()
    told = [line.removeprefix(TOLD) for line in lines if line.startswith(TOLD)]

    names = [check.name for check in found.checks if check.path.endswith(f"/{path.name}")]
    left = [each for each in found.unresolved if f"/{path.name}:" in each.reason]
    assert names + ["?"] * len(left) == told


def test_hardly_any_is_left_to_a_run(found):
    assert len(FILES) == 30
    assert len(found.unresolved) <= MOST_LEFT_OPEN * len(found.checks)
