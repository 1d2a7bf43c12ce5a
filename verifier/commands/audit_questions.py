"""The questions of an audit: whoever writes the file of one has it asked."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from verifier.decide import questions
from verifier.decide.drift.question import Question
from verifier.model.protection import kind_of_file


def _found() -> Iterator[Question]:
    for module in iter_modules(questions.__path__):
        word = kind_of_file(module.name)
        match vars(import_module(f"{questions.__name__}.{module.name}")).get("QUESTION"):
            case Question() as question if question.kind.word == word:
                yield question
            case _:
                raise TypeError(
                    f"verifier/decide/questions/{module.name}.py has no QUESTION about {word!r}"
                )


#: In the order of their words.
QUESTIONS = tuple(_found())
#: What they are about.
KINDS = tuple(question.kind for question in QUESTIONS)
