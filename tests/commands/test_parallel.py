"""Questions that are asked at the same moment."""

from contextvars import ContextVar

from verifier.commands.parallel import ParallelCalls

LANGUAGE = ContextVar("language", default="en")


def test_a_question_speaks_the_language_of_whoever_asks_it():
    before = LANGUAGE.set("pt-BR")
    try:
        assert ParallelCalls().ask({"api": LANGUAGE.get}, 5.0) == {"api": "pt-BR"}
    finally:
        LANGUAGE.reset(before)
