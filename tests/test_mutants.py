"""The list of mutants fits the code: each of them is one place that can be broken."""

import pytest

from tests.mutants import MUTANTS, ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.rule)
def test_a_mutant_has_its_one_place_and_its_tests(mutant):
    text = (ROOT / "verifier" / mutant.file).read_text("utf-8")

    assert text.count(mutant.code) == 1, f"{mutant.file} was changed: correct tests/mutants.py"
    assert mutant.broken != mutant.code
    assert [folder for folder in mutant.tests if not (ROOT / folder).is_dir()] == []
