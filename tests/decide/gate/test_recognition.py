"""Which known causes a report shows, and that each is explained where its link leads."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.test_surfaces import report
from verifier.decide.gate.causes_by_check import BY_CHECK
from verifier.decide.gate.causes_by_log import BY_LOG
from verifier.decide.gate.recognition import Scene, recognise
from verifier.model.background import Background
from verifier.model.check_ids import NOT_THERE
from verifier.model.deployment import Service
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import NEVER_GOOD
from verifier.model.known_cause import CauseRule, KnownCause
from verifier.model.verdict import VerdictWord
from verifier.report import markdown, slack, terminal
from verifier.report.story import explained_at

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {page.stem: page.read_text("utf-8") for page in (DOCS / "causes").glob("*.md")}
EXAMPLES = {id_: text.split("```text\n")[1].split("\n```")[0] for id_, text in PAGES.items()}
NEXT = {id_: re.findall(r"^\*\*Next:\*\* `(.*)`$", text, re.M) for id_, text in PAGES.items()}
RULES = {rule.id: rule for rule in (*(sign.rule for sign in BY_LOG), *BY_CHECK)}
WORKER = Service("julia worker", "s1", run_mode="worker")
SCENE = Scene({WORKER.name: WORKER, "api": Service("api", "s2")}, "production", "production", "abc")


def failed(*checks, outcome=Outcome.FAIL, service="api"):
    return tuple(Finding(check, outcome, "said", service) for check in checks)


def shown(findings=(), lines=(), scene=SCENE, **changes):
    behind = (Background("api", tuple(lines)),) if lines else ()
    given = report(findings=tuple(findings), background=behind, **changes)
    return recognise(given, scene)


def ids(causes):
    return [cause.id for cause in causes]


def test_every_cause_has_its_page_and_every_page_its_cause():
    assert {id_: [rule.step] for id_, rule in RULES.items()} == NEXT
    assert all(text.startswith(f"# {id_}\n") for id_, text in PAGES.items())


@pytest.mark.parametrize("sign", BY_LOG, ids=lambda sign: sign.rule.id)
def test_the_example_of_a_line_is_recognised_as_what_it_is_an_example_of(sign):
    (cause,) = shown(failed("health.silent"), ["Starting up", EXAMPLES[sign.rule.id]])

    assert (cause.id, cause.services) == (sign.rule.id, ("api",))
    assert "{" not in cause.text
    assert cause.recognised_by == EXAMPLES[sign.rule.id]


@pytest.mark.parametrize("rule", BY_CHECK, ids=lambda rule: rule.id)
def test_the_example_of_a_check_is_recognised_as_what_it_is_an_example_of(rule):
    found = failed(EXAMPLES[rule.id])
    if rule.id == "component-not-there":
        found = [replace(f, objects=(NOT_THERE,), blameless=NEVER_GOOD) for f in found]

    (cause,) = shown(found)

    assert (cause.id, cause.recognised_by) == (rule.id, EXAMPLES[rule.id])


@pytest.mark.parametrize(
    ("component", "cause"),
    [("component.environment", "environment-wrong"), ("component.project_ref", "database-wrong")],
)
def test_what_the_application_says_of_its_environment_is_more_than_that_it_is_not_well(
    component, cause
):
    found = shown(failed("health.deep", component, outcome=Outcome.CRITICAL))

    assert ids(found)[0] == cause


def test_the_next_step_has_this_projects_names():
    (cause,) = shown(failed("topology.run_mode", service=WORKER.name))

    assert cause.step == (
        "railway variable set --skip-deploys --service 'julia worker' --environment production RUN_MODE=worker"
    )


def test_what_several_services_share_is_one_cause():
    both = failed("deployment.status") + failed("deployment.status", service=WORKER.name)

    assert [(c.id, c.services) for c in shown(both)] == [("crashed", ("api", WORKER.name))]


def test_a_line_says_more_than_the_check_that_failed():
    causes = shown(failed("deployment.status"), ["KeyError: 'STRIPE_API_KEY'"])

    assert [(c.id, c.text) for c in causes] == [
        ("variable-missing", "the variable STRIPE_API_KEY is not set")
    ]
    assert causes[0].step.endswith("STRIPE_API_KEY=…")


@pytest.mark.parametrize(
    ("verdict", "findings", "expected"),
    [
        pytest.param(VerdictWord.PASSED, failed("health.live"), [], id="a-good-run"),
        pytest.param(VerdictWord.SUPERSEDED, failed("health.live"), [], id="a-superseded-one"),
        pytest.param(VerdictWord.FAILED, (), [], id="nothing-failed"),
        pytest.param(
            VerdictWord.FAILED, failed("health.live", outcome=Outcome.PASS), [], id="what-passed"
        ),
        pytest.param(
            VerdictWord.INCONCLUSIVE,
            failed("component.redis", outcome=Outcome.INCONCLUSIVE),
            [],
            id="unclear",
        ),
        pytest.param(
            VerdictWord.INCONCLUSIVE,
            failed("guards.app_env", "migrations.pending", outcome=Outcome.INCONCLUSIVE),
            [],
            id="what-could-not-be-read",
        ),
        pytest.param(
            VerdictWord.INCONCLUSIVE,
            failed("deployment.blocked_by_ci", outcome=Outcome.INCONCLUSIVE),
            ["ci-blocks"],
            id="what-is-shown-by-being-unclear",
        ),
        pytest.param(
            VerdictWord.FAILED,
            failed("guards.app_env", service=""),
            [],
            id="no-service-to-name",
        ),
        pytest.param(
            VerdictWord.FAILED,
            failed("component.redis", outcome=Outcome.INCONCLUSIVE) + failed("health.live"),
            ["unhealthy"],
            id="what-failed-goes-before-what-is-unclear",
        ),
        pytest.param(
            VerdictWord.FAILED,
            failed("component.schema_version", "component.redis", "health.deep"),
            ["migration-pending"],
            id="one-of-a-service",
        ),
    ],
)
def test_which_causes_are_told(verdict, findings, expected):
    assert ids(shown(findings, verdict=verdict)) == expected


def own(**signs):
    return replace(
        SCENE, own=(CauseRule("ours", "ours of {service}", "see {commit} {x}", **signs),)
    )


@pytest.mark.parametrize(
    ("signs", "is_told"),
    [
        pytest.param({"checks": ("health.*",)}, True, id="check"),
        pytest.param({"checks": ("probe.*",)}, False, id="another-check"),
        pytest.param({"log": ("no api KEY*given",)}, True, id="log"),
        pytest.param({"log": ("given*no api key",)}, False, id="parts-in-another-order"),
        pytest.param({"log": ("[abc]",)}, False, id="brackets-are-text"),
        pytest.param({"statuses": ("REMOVED",)}, True, id="status"),
        pytest.param({"statuses": ("CRASHED",)}, False, id="another-status"),
        pytest.param({"checks": ("health.*",), "log": ("key",)}, True, id="both"),
        pytest.param({"checks": ("health.*",), "log": ("queue",)}, False, id="one-of-both"),
    ],
)
def test_a_teams_own_cause_needs_every_sign_that_it_names(signs, is_told):
    causes = shown(failed("health.live"), ["Error: No API key was given"], own(**signs))

    assert ("ours" in ids(causes)) == is_told
    assert not is_told or ids(causes)[0] == "ours"
    assert not is_told or causes[0].text == "ours of api"
    assert not is_told or causes[0].step == "see bbbbbbbb {x}"


def test_what_a_stranger_writes_fills_no_names():
    (cause,) = shown(failed("health.live"), ["ImportError: cannot import name '{service}'"])

    assert cause.id == "unhealthy", "no such name is imported"
    assert recognise(report(commit="{found}"), SCENE)[0].step.count("{found}") == 0


@pytest.mark.parametrize(
    ("line", "cause", "found"),
    [
        ("ModuleNotFoundError: No module named 'jwt'", "python-module-missing", "jwt"),
        (
            "user said: ModuleNotFoundError: No module named 'evil-pkg'",
            "python-module-missing",
            "evil-pkg",
        ),
        ("Error: Cannot find module 'express'", "node-module-missing", "express"),
        ("Error: Cannot find module '@app/config'", "node-module-missing", "@app/config"),
        (
            "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'left-pad' imported from /app/x.js",
            "node-module-missing",
            "left-pad",
        ),
        ("Error: Cannot find module './routes'", "own-file-missing", "./routes"),
        ("Error: Cannot find module '../db'", "own-file-missing", "../db"),
        ("Error: Cannot find module '..'", "own-file-missing", ".."),
        ("Error: Cannot find module '/app/dist/main.js'", "own-file-missing", "/app/dist/main.js"),
        ("Error: Cannot find module '#db'", "own-file-missing", "#db"),
        ("Error: Cannot find module '~/db'", "own-file-missing", "~/db"),
        (
            "Error [ERR_MODULE_NOT_FOUND]: Cannot find package '@/lib/db' imported from /app/x.js",
            "own-file-missing",
            "@/lib/db",
        ),
        ("bash: gunicorn: command not found", "command-unknown", "gunicorn"),
    ],
)
def test_what_a_log_names_is_told_and_nobody_is_sent_to_install_it(line, cause, found):
    (told,) = shown(failed("health.silent"), [line])

    assert told.id == cause
    assert found in re.split(r"[ ,]", told.text)
    assert found not in told.step


def test_a_step_takes_no_name_from_a_log_but_a_variables():
    taking = [sign for sign in BY_LOG if "{found}" in sign.rule.step]

    assert [sign.rule.id for sign in taking] == ["variable-missing"]
    assert shown(failed("health.live"), ["environment variable $(x)`y`"])[0].id == "unhealthy"


CAUSE = KnownCause("crashed", "the process ended", "railway logs --service api", ("api",), "x")


@pytest.mark.parametrize(
    ("page", "is_linked"),
    [
        ("https://github.com/acme/verifier/blob/v1/docs/causes/crashed.md", True),
        ("https://github.com/acme/verifier/blob/v1/docs/causes.md#crashed", True),
        ("https://verifier.test/causes/#crashed", True),
        ("javascript:alert(1)#causes.md#a", False),
        ("https://evil.test/causes/a.md) [x](https://evil.test", False),
        ("https://evil.test/causes.md#a) [x](https://evil.test", False),
        ("", False),
    ],
)
def test_a_cause_is_linked_to_its_page_and_nowhere_else(page, is_linked):
    assert bool(explained_at(replace(CAUSE, page=page))) == is_linked


def test_surfaces_tell_the_cause_and_the_next_step():
    given = report(known_causes=(CAUSE,))
    told = "the process ended"

    for text in (terminal.render(given), markdown.render(given), slack.render(given, "")):
        assert told in text
        assert "railway logs --service api" in text


def test_a_crash_is_told_as_one_and_not_as_a_number_of_instances():
    causes = shown(failed("deployment.status", "deployment.instances"))

    assert ids(causes) == ["crashed"]
    assert ids(shown(failed("deployment.instances"))) == ["crashed"]
    assert ids(shown(failed("topology.replicas"))) == ["instances-wrong"]
