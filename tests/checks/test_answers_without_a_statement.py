"""What says "not you" or "not now" is no verdict on the deployment, and says what to do."""

import pytest

from tests.health.corpus import Row, findings


@pytest.mark.parametrize(
    ("code", "reason", "hint"),
    [
        (401, "may not see it", "health.headers"),
        (403, "may not see it", "health.headers"),
        (429, "too many requests", "rate limit"),
        (408, "says nothing about the app's health", ""),
    ],
)
@pytest.mark.parametrize("body", [{"status": "down"}, {"error": "Forbidden"}, "<html></html>", ""])
def test_it_is_inconclusive_with_its_reason(code, reason, hint, body):
    kind = "application/json" if isinstance(body, dict) else "text/html"
    (found,) = findings(Row("", "", "", "deep", ["db"], code, kind, body, "", ""))

    assert found.outcome.value == "inconclusive"
    assert reason in found.summary
    assert hint in found.hint
