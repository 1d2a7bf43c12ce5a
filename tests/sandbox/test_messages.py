"""A gate tells Slack what it found, once, and never says the webhook's address."""

import json

import pytest

from tests.delivery.test_notifications import receiver
from tests.sandbox.runs import gate
from tests.sandbox.test_hold import configured


@pytest.mark.slow
def test_a_rolled_back_deploy_is_told(town, tmp_path):
    town.push("wrong-database")
    with configured(town, "notify: { slack: on-change }"), receiver() as (url, got):
        run = gate(town, "wrong-database", tmp_path, SLACK_WEBHOOK_URL=url)

    (message,) = map(json.loads, got)
    assert (run.code, "Failed and rolled back" in message["text"]) == (1, True)
    assert "s3cretpart" not in run.told
