"""Finished English text is said in another language by the templates that it was made from."""

import pytest

from tests.language.speaking import speaking
from tests.patience import processor_s
from verifier.language.translation import Locale, Translator
from verifier.report.spoken import say

TEMPLATES = {
    "{1} and {2}": "{1} e {2}",
    "{1} and {2} more": "{1} e mais {2}",
    "{1} has no column {2} any more": "{1} não tem mais a coluna {2}",
    "{1} has no column": "{1} não tem a coluna",
    "recovered {1:n} s after the first failing answer": "recuperado {1:n} s após a primeira falha",
    "{1}: {2} is missing in {3}": "em {3} falta {2}: {1}",
    "all {1} services": "todos os {1} serviços",
    "could not {1}: Railway answered {2}": "não foi possível {1}: a Railway respondeu {2}",
    "read the log": "ler o log",
    "what to do": "o que fazer",
    "Failed: production was never touched": "Falhou: a produção não foi tocada",
    'the document has the key "{1}" twice': 'o documento tem a chave "{1}" duas vezes',
    "{1} after {2:n} s": "{1:w} após {2:n} s",
    "commit {1} by {2}": "commit {1} de {2}",
    "failed": "falhou",
    "live": "no ar",
}
TRANSLATOR = Translator(TEMPLATES, Locale(decimal=",", thousands="."))


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("what to do", "o que fazer"),
        # As a sentence, or in the middle of one.
        ("What to do.", "O que fazer."),
        ("failed: production was never touched", "falhou: a produção não foi tocada"),
        # What is filled in is said the same way, names stay.
        ("orders has no column total any more", "orders não tem mais a coluna total"),
        (
            "could not read the log: Railway answered 502",
            "não foi possível ler o log: a Railway respondeu 502",
        ),
        # The most literal template wins.
        ("a has no column b any more", "a não tem mais a coluna b"),
        # Numbers are written as the language writes them, versions stay.
        (
            "recovered 1,234.5 s after the first failing answer",
            "recuperado 1.234,5 s após a primeira falha",
        ),
        ("version 3.11: what to do", "version 3.11: o que fazer"),
        # Parts of what no template made: sentences, clauses, brackets, lists.
        (
            "api: what to do; x (read the log). Read the log.",
            "api: o que fazer; x (ler o log). Ler o log.",
        ),
        ("api and worker: what to do", "api e worker: o que fazer"),
        ("all 3 services, api", "todos os 3 serviços, api"),
        ("a, b and 3 more", "a, b e mais 3"),
        ("first line: what to do\nread the log", "first line: o que fazer\nler o log"),
        # A word of a small set, where the translation asks for it.
        ("failed after 4.0 s", "falhou após 4,0 s"),
        # Quotations and code are nobody's to translate.
        (
            'the document has the key "what to do" twice',
            'o documento tem a chave "what to do" duas vezes',
        ),
        ("`read the log`: what to do", "`read the log`: o que fazer"),
        ("x says “what to do; what to do”", "x says “what to do; what to do”"),
        (
            "commit c1 “Send campaigns by plan” by Bia, deployed",
            "commit c1 “Send campaigns by plan” de Bia, deployed",
        ),
        ('commit "a has no column b" by Bia', 'commit "a has no column b" de Bia'),
        ("“a and b” and 3 more", "“a and b” e mais 3"),
        # What strangers wrote stays; a single word is nobody's message.
        ("live", "live"),
        ("Tom the Cat and Jerry the Mouse", "Tom the Cat and Jerry the Mouse"),
        ("", ""),
        ("; , .", "; , ."),
    ],
)
def test_text_is_found_again(english, said):
    assert TRANSLATOR.say(english) == said


def test_a_single_word_is_said_where_a_surface_asks_for_it():
    assert [TRANSLATOR.word(each) for each in ("live", "what to do", "stranger")] == [
        "no ar",
        "o que fazer",
        "stranger",
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "a: " * 2600,
        "what to do " * 700,
        "((" * 4000,
        "( a" * 2600,
        "has no column any more is missing in " * 210,
        "'a " * 2600,
        '"a ' * 2600,
        "1,2.3" * 1600 + " s after",
        "could not read the log: Railway answered " * 195,
        "x and " * 1300,
    ],
    ids=lambda text: text[:20],
)
def test_a_hostile_text_takes_no_time(hostile):
    # Some 20 ms; a second is what a pattern that steps back would be far above.
    assert processor_s(lambda: TRANSLATOR.say(hostile), 1) < 1


def test_a_text_that_nothing_of_ours_can_be_stays_as_it_is():
    assert TRANSLATOR.say("what to do " * 1000) == "what to do " * 1000


def test_what_many_texts_have_in_common_is_worked_out_once():
    few, many = Counting(TEMPLATES), Counting(TEMPLATES)
    for number in range(200):
        few.say(f"{number} the cat, and Jerry the mouse: what to do; the end of it")
    for number in range(1000):
        many.say(f"{number} the cat, and Jerry the mouse: what to do; the end of it")

    assert many.looked_up == few.looked_up


class Counting(Translator):
    """How often templates were looked through."""

    looked_up = 0

    def __init__(self, templates):
        super().__init__(templates, Locale(decimal=",", thousands="."))

    def candidates(self, core):
        if not core[0].isdecimal():
            self.looked_up += 1
        return super().candidates(core)


def test_of_many_sentences_each_is_said_as_it_is_alone():
    parts = (
        "health.schema of julia-api: schema version 20260103090000 is behind 20260104090000",
        "component.schema_version of julia-api: schema_version 20260103090000 is behind "
        "20260104090000",
        "migrations.pending: 1 migration shipped but not applied: 20260104090000_step_4 "
        "(and 1 more) (failed 3 times in a row, gate.fail-after: 3)",
        "the rest: passed, all checks passed and held for 3.3 s",
    )
    with speaking("pt-BR"):
        assert say("; ".join(parts)) == "; ".join(map(say, parts))
        assert say(parts[-1]).startswith("o restante: passou, todas")
