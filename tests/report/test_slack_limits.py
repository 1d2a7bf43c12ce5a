"""Messages keep what Slack publishes of its blocks: one limit broken, and it takes none of them."""

import json
from dataclasses import replace

import pytest

from tests.language.speaking import speaking
from tests.report.every_field import filled
from tests.report.situations import ALL, AUDIT_OF_MANY, ROLLED_BACK
from tests.report.test_surfaces import HOSTILE, report
from verifier.model.report import Report
from verifier.report import slack

#: The longest a text of each place may be, and how many of a thing a place may have.
#: Source: https://docs.slack.dev/reference/block-kit/blocks/header-block
#: Source: https://docs.slack.dev/reference/block-kit/blocks/section-block
#: Source: https://docs.slack.dev/reference/block-kit/blocks/context-block
#: Source: https://docs.slack.dev/reference/block-kit/blocks
#: Source: https://docs.slack.dev/reference/methods/chat.postMessage
LIMITS = {
    "blocks": 50,
    "header.text": 150,
    "section.text": 3000,
    "context.elements": 10,
    "context.element": 3000,
    "message.text": 40_000,
    "block_id": 255,
}
#: What each block may have, and what it must; a text is of these types.
#: Source: https://docs.slack.dev/reference/block-kit/composition-objects/text-object
FIELDS = {
    "header": ({"type", "text", "block_id"}, {"plain_text"}),
    "section": (
        {"type", "text", "fields", "accessory", "block_id", "expand"},
        {"plain_text", "mrkdwn"},
    ),
    "context": ({"type", "elements", "block_id"}, {"plain_text", "mrkdwn"}),
    "divider": ({"type", "block_id"}, set()),
}
#: Of metadata, whose values may be of these types.
#: Source: https://docs.slack.dev/messaging/message-metadata
METADATA = (str, bool, int)
ENDLESS = "x" * 20_000
REPORTS = {
    **ALL,
    "audit": AUDIT_OF_MANY,
    "every-field": filled(Report),
    "endless": report(ENDLESS),
    "forty-services": replace(ROLLED_BACK, services=ROLLED_BACK.services * 14),
    "advice": replace(ROLLED_BACK, advice=(ENDLESS,) * 40, rollback_reason=ENDLESS),
    "nothing": report(findings=(), services=(), timeline=(), advice=(), cause=None),
    **{f"hostile-{number}": report(text) for number, text in enumerate(HOSTILE)},
}
URL = "https://run.test/1?a=<b>&c=d"


def text_mistakes(place, value, limit, types):
    if value["type"] not in types:
        yield f"{place} is {value['type']}"
    if not 1 <= len(value["text"]) <= limit:
        yield f"{place} has {len(value['text'])} characters"
    if "emoji" in value and value["type"] != "plain_text":
        yield f"{place} has emoji without being plain text"
    if set(value) - {"type", "text", "emoji", "verbatim"}:
        yield f"{place} has {sorted(value)}"


def mistakes(message):
    """What Slack would refuse a message for."""
    if not 1 <= len(message["text"]) <= LIMITS["message.text"]:
        yield f"the message has {len(message['text'])} characters"
    if not 1 <= len(message["blocks"]) <= LIMITS["blocks"]:
        yield f"the message has {len(message['blocks'])} blocks"
    for block in message["blocks"]:
        kind = block["type"]
        fields, types = FIELDS[kind]
        if set(block) - fields or len(block.get("block_id", "")) > LIMITS["block_id"]:
            yield f"{kind} has {sorted(block)}"
        if kind in ("header", "section"):
            yield from text_mistakes(kind, block["text"], LIMITS[f"{kind}.text"], types)
        for element in block.get("elements", ()):
            yield from text_mistakes("an element", element, LIMITS["context.element"], types)
        if kind == "context" and not 1 <= len(block["elements"]) <= LIMITS["context.elements"]:
            yield f"context has {len(block['elements'])} elements"
    for name, value in message.get("metadata", {}).get("event_payload", {}).items():
        if not isinstance(value, METADATA):
            yield f"metadata {name} is {value!r}"


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("name", REPORTS)
def test_slack_takes_every_message(name, language):
    with speaking(language):
        message = json.loads(slack.render(REPORTS[name], URL))
        bot = json.loads(slack.render_for_bot(REPORTS[name], URL, "C1", "1.2"))

    assert list(mistakes(message)) == []
    assert list(mistakes(bot)) == []


@pytest.mark.parametrize("name", REPORTS)
def test_the_variables_of_a_workflow_are_texts_of_a_length_that_is_taken(name):
    given = json.loads(slack.render_flat(REPORTS[name], URL))

    assert {type(value) for value in given.values()} == {str}
    assert max(map(len, given.values())) <= LIMITS["section.text"]


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ({"type": "header", "text": {"type": "mrkdwn", "text": "a"}}, "header is mrkdwn"),
        ({"type": "header", "text": {"type": "plain_text", "text": "a" * 151}}, "151"),
        ({"type": "section", "text": {"type": "plain_text", "text": ""}}, "0 characters"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "a", "emoji": True}}, "emoji"),
        ({"type": "context", "elements": []}, "0 elements"),
        ({"type": "header", "text": {"type": "plain_text", "text": "a"}, "x": 1}, "x"),
    ],
)
def test_what_slack_refuses_is_found(block, told):
    (found,) = mistakes({"text": "a", "blocks": [block]})

    assert told in found


def shown_steps(report):
    """The lines of the message that say what to do."""
    blocks = json.loads(slack.render(report, URL))["blocks"]
    return [b["text"]["text"] for b in blocks if b["type"] == "section"][1].splitlines()


@pytest.mark.parametrize(
    ("many", "last"),
    [
        (5, "5. Step 4."),
        (9, "9. Step 8."),
        (10, "1 more step is in the report"),
        (40, "31 more steps are in the report"),
    ],
)
def test_no_step_is_left_out_without_a_word(many, last):
    advice = tuple(f"Step {number}." for number in range(many))
    given = replace(ROLLED_BACK, advice=advice)

    assert shown_steps(given)[-1] == last
    assert shown_steps(given)[:5] == [f"{n + 1}. Step {n}." for n in range(5)]
    assert json.loads(slack.render_flat(given, URL))["to_do"].endswith(last)


def test_environment_and_commit_are_lines_of_their_own():
    blocks = json.loads(slack.render(ROLLED_BACK, URL))["blocks"]

    assert blocks[1]["text"]["text"].splitlines()[:2] == [
        "julia / production",
        "Commit: c0ffee00 “Send campaigns by plan” by Bia, 10 min old",
    ]


def test_a_services_page_is_a_link_and_its_ids_stand_in_no_text():
    message = json.loads(slack.render(REPORTS["not_recovered"], "https://github.test/run"))
    *read, links = message["blocks"]

    assert "https://railway.com" not in json.dumps(read)
    assert [e["text"].partition("|")[2] for e in links["elements"]] == [
        "Run and report>",
        "julia-api>",
    ]
