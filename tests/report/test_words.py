"""What the timeline says of an event, in the language of whoever reads it."""

import pytest

from tests.builders import START
from tests.language.speaking import speaking
from verifier.model.report import TimelineEntry
from verifier.report.words import happened_words


@pytest.mark.parametrize(
    ("event", "text", "expected"),
    [
        pytest.param("verdict", "failed: api is down", "falhou: api is down", id="verdict"),
        pytest.param("verdict", "api: failed", "api: failed", id="other-words"),
        pytest.param("arrival", "failed: api", "failed: api", id="other-event"),
        pytest.param("verdict", "failed", "failed", id="without-why"),
    ],
)
def test_only_the_word_of_a_verdict_is_translated(event, text, expected):
    with speaking("pt-BR"):
        assert happened_words(TimelineEntry(START, event, "", text)) == expected
