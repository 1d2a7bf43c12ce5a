"""The issue of an audit, which an audit in another language reads back."""

import pytest

from tests.language.speaking import speaking
from verifier.github.issue_text import AuditSubject, IssueText, read_text
from verifier.report.spoken import say

SUBJECT = AuditSubject(".github/verifier.yml", ("main",), ("acme/shop",))
TEXT = IssueText("| known |", ("f" * 16,), "could not read it", "| earlier |")


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_an_issue_is_read_back_whatever_language_it_was_written_in(language):
    with speaking(language):
        shown = TEXT.shown(SUBJECT, say)

    assert read_text(shown, SUBJECT) == TEXT


def test_its_own_sentences_are_in_the_language_of_who_reads_it():
    with speaking("pt-BR"):
        shown = TEXT.shown(SUBJECT, say)

    # The English ones stay in it as comments, by which they are found again.
    assert "-->The last audit" not in shown
    assert "-->Known from" not in shown
    assert "<!-- Known from before, when not all of it could be seen since: -->" in shown
