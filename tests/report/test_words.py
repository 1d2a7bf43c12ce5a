"""What the timeline says of an event, in the language of whoever reads it."""

import pytest

from tests.builders import START
from tests.language.speaking import speaking
from verifier.delivery.progress import event_text
from verifier.guarded.redaction import Redactor
from verifier.model.report import StopOutcome, TimelineEntry
from verifier.report.terminal import PLAIN
from verifier.report.words import event_word, happened_words


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


@pytest.mark.parametrize(
    ("outcome", "english", "portuguese"),
    [
        (StopOutcome.STOPPED, "cancelled", "cancelado"),
        (StopOutcome.REFUSED, "not stopped", "não parou"),
        (StopOutcome.WENT_LIVE, "went live", "entrou no ar"),
    ],
)
def test_what_became_of_a_cancelled_deployment_is_said_in_words(outcome, english, portuguese):
    event = f"stop {outcome}"
    entry = TimelineEntry(START, event, "api", "deployment 1: Railway shows it REMOVED")

    assert event_word(event) == english
    assert f"{english:12} api" in event_text(entry, Redactor(()), PLAIN)
    with speaking("pt-BR"):
        assert event_word(event) == portuguese
