"""A report that can be shown in public still tells what happened, and not to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Annotated

import pytest

from tests.report.every_field import filled
from tests.report.situations import ALL, BAD, ROLLED_BACK
from tests.report.test_surfaces import audit_report, report
from verifier.model.background import Background
from verifier.model.printable_text import LeftOut, NamingText, OwnWords
from verifier.model.report import Report
from verifier.report import json_report
from verifier.report.anonymous import anonymised

TELLING = (
    "julia-api: https://shop.acme.test/health of shop.up.railway.app (10.1.2.3) said "
    f"ana@acme.test; deployment 3f2a9c1e-0000-4000-8000-000000000001, commit {BAD} ({BAD[:8]})"
)
THEIRS = (
    "julia",
    "acme",
    "ana@",
    "Ana",
    "Bia",
    "railway.app",
    "10.1.2.3",
    "3f2a9c1e",
    BAD[:8],
    "Send campaigns",
    "STRIPE",
    "secret line",
    "github.test",
)
GIVEN = replace(
    ROLLED_BACK,
    environment="acme / production",
    reason=TELLING,
    advice=(TELLING,),
    background=(Background("julia-api", ("secret line",), ("STRIPE_KEY",), ("abc1234 by Ana",)),),
)


def test_nothing_tells_whose_it_is():
    text = json_report.render(anonymised(GIVEN))

    assert [word for word in THEIRS if word in text] == []


REF, OTHER_REF = "kqzwmvbnhtdrplxsyfgc", "qrstuvwxyzabcdef"


@pytest.mark.parametrize(
    ("said", "theirs"),
    [
        (f"db_ref is {OTHER_REF} by its own health document, expected {REF}", (REF, OTHER_REF)),
        (f"MISMATCH! APP_REF={REF}, DB={OTHER_REF}; app_ref={REF}", (REF, OTHER_REF)),
        (f"SUPABASE_PROJECT_REF is {REF} (deployment variables)", (REF,)),
        (f'password authentication failed for user "deploy_verifier.{REF}"', (REF,)),
        (
            'connection to server at "ep-cool-water-4411.eu-2.aws.neon.tech" (2600:1f1c:e::9b), '
            "port 5432 failed",
            ("ep-cool", "neon", "2600:", "9b"),
        ),
        ('could not translate host name "kiosk-db.corp.lan" to address', ("kiosk-db", "corp")),
        ("db.kiosk.com.pt and kiosk.eu answered, cache.kiosk.xyz did not", ("kiosk",)),
    ],
)
def test_ids_and_hosts_of_any_provider_go_and_the_sentence_stays(said, theirs):
    given = replace(GIVEN, reason=said, advice=(f"Look at it: {said}.",))
    shown = anonymised(given)

    text = json_report.render(shown)
    assert [word for word in theirs if word in text] == []
    assert len(shown.reason.split()) == len(said.split())


@pytest.mark.parametrize(
    "own",
    [
        "health.live of service-1",
        "20260104090000 and 2026-01-01 12:00:00",
        "component.schema_version",
    ],
)
def test_what_is_of_the_program_stays(own):
    assert own in anonymised(replace(GIVEN, reason=f"look at {own}")).reason


def test_each_field_with_text_says_what_becomes_of_it():
    text = json_report.render(anonymised(filled(Report)))

    assert [line for line in text.splitlines() if "(text)" in line] == []


@dataclass(frozen=True, slots=True)
class WithMore(Report):
    """A report that has more to tell than any table of fields could know."""

    own_word: OwnWords = "julia"
    sentence: NamingText = "julia-api answered"
    written: tuple[Annotated[str, LeftOut("(note)")], ...] = ("a secret line", "")
    by_service: Mapping[NamingText, NamingText] = field(
        default_factory=lambda: {"julia-api": "julia-api answered"}
    )
    unsaid: str = "a secret line"


def test_what_becomes_of_a_text_is_said_where_its_field_is():
    names = {f.name: getattr(GIVEN, f.name) for f in fields(Report)}

    shown = anonymised(WithMore(**names))

    assert (shown.own_word, shown.sentence) == ("julia", "service-1 answered")
    assert (shown.written, shown.unsaid) == (("(note)", ""), "(text)")
    assert shown.by_service == {"service-1": "service-1 answered"}


def test_it_can_still_be_followed():
    shown = anonymised(GIVEN)

    assert shown.reason.startswith("service-1: https://host-")
    assert [s.name for s in shown.services] == ["service-1", "service-2", "service-3"]
    assert shown.commit[:8] in shown.reason
    assert len({s.judged.commit for s in shown.services}) == 1
    assert shown.environment == "project / production"


@pytest.mark.parametrize(
    "given", [*ALL.values(), GIVEN, filled(Report), audit_report("weak"), report(findings=())]
)
def test_what_was_found_stays(given):
    shown = anonymised(given)

    kept = ("command", "verdict", "exit_code", "started_at", "ended_at", "recovered_in_s")
    assert [getattr(shown, k) for k in kept] == [getattr(given, k) for k in kept]
    assert [(f.outcome, f.evidence) for f in shown.findings if not f.evidence] == [
        (f.outcome, f.evidence) for f in given.findings if not f.evidence
    ]
    assert [e.event for e in shown.timeline] == [e.event for e in given.timeline]
    assert anonymised(shown).verdict == given.verdict


def test_a_service_called_like_a_word_of_ours_changes_none_of_ours():
    given = report(services=tuple(replace(s, name="failed") for s in ROLLED_BACK.services[:1]))

    assert anonymised(given).verdict == "failed"
