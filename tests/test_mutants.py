"""The list of mutants fits the code: each of them is one place that can be broken."""

from functools import cache

from tests.mutants import MUTANTS, ROOT


def test_a_mutant_has_its_one_place_and_its_tests():
    text = cache(lambda file: (ROOT / "verifier" / file).read_text("utf-8"))
    moved = [
        f"{mutant.file}: {mutant.rule}"
        for mutant in MUTANTS
        if text(mutant.file).count(mutant.code) != 1 or mutant.broken == mutant.code
    ]
    folders = {folder for mutant in MUTANTS for folder in mutant.tests}

    assert moved == [], "the code was changed: correct the list of mutants"
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []
