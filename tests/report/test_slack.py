"""What a message in Slack says, and what it leaves out where there is nothing to say."""

import json
from dataclasses import replace

import pytest

from tests.report.situations import ROLLED_BACK
from verifier.report import slack

LABEL = "Reason for the manual rollback"


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        pytest.param("payments fail", [f"{LABEL}: payments fail"], id="a-person's"),
        pytest.param("", [], id="nobody's"),
    ],
)
def test_the_reason_of_a_person_is_told_where_there_is_one(reason, told):
    message = json.loads(slack.render(replace(ROLLED_BACK, rollback_reason=reason), ""))
    lines = message["blocks"][1]["text"]["text"].splitlines()

    assert [line for line in lines if line.startswith(LABEL)] == told
