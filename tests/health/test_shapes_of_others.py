"""Documents of .NET in capitals, of small XML, and statuses that are marks."""

import pytest

from tests.health.corpus import Row, findings, outcome_of
from verifier.health.xml_document import fields_of_xml


def outcome(body, required=(), kind="application/json"):
    return outcome_of(findings(Row("", "", "", "deep", list(required), 200, kind, body, "", "")))


def net(status, key="Key", value="Value"):
    return {"Status": "Ok", "Checks": [{key: "Database", value: {"Status": status}}]}


@pytest.mark.parametrize("keys", [("Key", "Value"), ("key", "value"), ("Name", "Value")])
@pytest.mark.parametrize(("status", "expected"), [("Healthy", "pass"), ("Unhealthy", "fail")])
def test_a_pair_of_a_name_and_an_object_is_a_component(keys, status, expected):
    assert outcome(net(status, *keys), ["Database"]) == expected


def test_names_and_messages_in_capitals_are_read():
    entry = {"Name": "Database", "Status": "Unhealthy", "Message": "timeout"}
    (told,) = [
        f
        for f in findings(
            Row("", "", "", "deep", ["Database"], 200, "", {"Checks": [entry]}, "", "")
        )
        if f.check == "component.database"
    ]

    assert (told.outcome, told.detail[:7]) == ("fail", "timeout")


@pytest.mark.parametrize(
    ("mark", "expected"),
    [("🟢", "pass"), ("✅", "pass"), ("🔴", "fail"), ("❌", "fail"), ("⚠️", "warn"), ("🟡", "warn")],
)
def test_a_mark_is_a_status(mark, expected):
    assert outcome({"status": "🟢", "db": mark}, ["db"]) == expected
    assert outcome({"status": mark}) == expected


@pytest.mark.parametrize(
    ("body", "required", "expected"),
    [
        ("<health><status>DOWN</status></health>", [], "fail"),
        ("<health><status>UP</status></health>", [], "pass"),
        ("<?xml version='1.0'?>\n<health><status>UP</status><db>up</db></health>", ["db"], "pass"),
        ("<health><status>UP</status><db>down</db></health>", ["db"], "fail"),
        ("<h><checks><check name='db' status='down'/></checks></h>", ["db"], "fail"),
        (
            "<h><status>ok</status><checks><check><name>db</name><status>ok</status></check>"
            "<check><name>mq</name><status>down</status></check></checks></h>",
            ["db", "mq"],
            "fail",
        ),
        ("<h status='UP'><check name='db' status='DOWN'/></h>", ["db"], "fail"),
        ("<health>UP</health>", [], "inconclusive"),
        ("<html><body>ok</body></html>", [], "inconclusive"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><h><status>ok</status></h>", [], "inconclusive"),
        ("<h><status>ok</status>", [], "inconclusive"),
        ("<h><status>ok</h></status>", [], "inconclusive"),
        ("<h><status>ok</status></h><h/>", [], "inconclusive"),
    ],
)
def test_small_xml_is_read_as_an_object(body, required, expected):
    assert outcome(body, required, "application/xml") == expected


def test_xml_is_no_more_than_its_elements():
    assert fields_of_xml("<a><b x='1'>t &amp; u</b><b/></a>") == {
        "b": [{"x": "1", "value": "t & u"}, ""]
    }
    assert fields_of_xml("<a>" * 20 + "</a>" * 20) is None
    assert fields_of_xml("<a>" + "<b>x</b>" * 5000 + "</a>") is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"total": 12, "passed": 12, "failed": 0, "skipped": 0}, "pass"),
        ({"total": 12, "passed": 9, "failed": 3}, "warn"),
        ({"passed": 0, "failed": 3}, "fail"),
        ({"passing": 5, "critical": 0, "warning": 0}, "pass"),
        ({"summary": {"ok": 3, "error": 2}}, "warn"),
        ({"success": 3, "failure": 0}, "pass"),
        ({"total": 12, "failed": 0}, "inconclusive"),
        ({"requests": 12, "latency": 3}, "inconclusive"),
    ],
)
def test_a_document_of_nothing_but_counts_of_checks_is_read(body, expected):
    assert outcome(body) == expected


def test_the_names_of_links_say_nothing():
    links = {"self": {"href": "/health"}, "down": {"href": "/health/down"}}

    assert outcome({"status": "UP", "_links": links, "db": {"status": "UP", "_links": links}}) == (
        "pass"
    )
