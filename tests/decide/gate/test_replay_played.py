"""What a replay says of another policy is what a gate of that policy does in the same world."""

from dataclasses import replace
from functools import partial

import httpx
import pytest

import tests.commands.fault_matrix as matrix
from tests.builders import ledger, reading, sha
from tests.commands.live_gate import LiveSources
from verifier.checks.asked_again import asked_again
from verifier.config.gate_terms import expectations_of, policy_of
from verifier.config.replay_terms import replay_terms_of
from verifier.config.settings import load_text
from verifier.decide.gate.judge_again import replay
from verifier.model.evidence import ShippedMigrations
from verifier.model.migration_ledger import Entry, EntryState, Migration

_BASE = """version: 1
services: { api: { url: https://api.test } }
"""
_PATHS = "live: null, ready: null, schema: null"
_TWO = f"{_PATHS}, required: [environment, schema_version]"
_THREE = f"{_PATHS}, required: [environment, schema_version, redis]"
CONFIGURATIONS = {
    "two required": f"health: {{ {_TWO} }}",
    "three required": f"health: {{ {_THREE} }}",
    "none required": f"health: {{ {_PATHS}, required: [] }}",
    "redis warns": f"health: {{ {_TWO}, components: {{ redis: warn }} }}",
    "redis fails": f"health: {{ {_TWO}, components: {{ redis: fail }} }}",
    "redis is ignored": f"health: {{ {_TWO}, components: {{ redis: ignore }} }}",
    "redis is waived": f"health: {{ {_THREE} }}\n"
    "waivers: [{ check: component.redis, reason: r, until: 2999-12-31 }]",
    "nothing of what is required is there": f"health: {{ {_PATHS}, required: [queue, mail], components: {{ redis: fail }} }}\n"
    "waivers: [{ check: health.deep, reason: r, until: 2999-12-31 }]",
    "one of what is required is there": f"health: {{ {_PATHS}, required: [queue, environment], components: {{ redis: fail }} }}",
    "off": f"health: {{ {_TWO} }}\ngate: {{ rollback: off }}",
    "plan": f"health: {{ {_TWO} }}\ngate: {{ rollback: plan }}",
    "guards": f"health: {{ {_TWO} }}\nguards: {{ app-env: production }}",
}
CONFIGURATIONS |= {
    "only one of what is bad is worth less": f"health: {{ {_PATHS}, required: [environment], components: {{ redis: ignore }} }}",
    "what nobody answers for is required, and both are waived": f"health: {{ {_PATHS}, required: [queue] }}\n"
    "waivers: [{ check: health.deep, reason: r, until: 2999-12-31 }, { check: component.queue, reason: r, until: 2999-12-31 }]",
    "lacks a required one": f"health: {{ {_PATHS}, required: [environment, queue] }}",
    "lacks it, and all else is waived": f"health: {{ {_PATHS}, required: [environment, queue] }}\n"
    "waivers: [{ check: health.deep, reason: r, until: 2999-12-31 }]",
    "what is behind is waived": f"health: {{ {_TWO}, components: {{ redis: ignore }} }}\n"
    "waivers: [{ check: component.schema_version, reason: r, until: 2999-12-31 }]",
    "minds one that is not there": f"health: {{ {_TWO}, components: {{ redis: ignore, queue: fail }} }}",
    "all of a kind fail": f"health: {{ {_TWO}, components: {{ 're*': fail }} }}",
    "all of a kind are ignored": f"health: {{ {_TWO}, components: {{ 're*': ignore }} }}",
}
#: Of these less can be known: a document that lacks all that is required is told as a whole.
ODD = (
    "nothing of what is required is there",
    "one of what is required is there",
    "what nobody answers for is required, and both are waived",
    "lacks a required one",
    "lacks it, and all else is waived",
    "what is behind is waived",
    "minds one that is not there",
    "all of a kind fail",
    "all of a kind are ignored",
)
_OK, _BAD, _SKIPPED = {"status": "ok"}, {"status": "error"}, {"status": "skipped"}
_BEHIND = {"status": "behind", "current": "1", "expected": "2"}
#: What the judged deployment answers: word, code, what of its checks is not good.
WORLDS = {
    "good": ("healthy", 200, {}),
    "redis is down": ("unhealthy", 503, {"redis": _BAD}),
    "redis is down, under 200": ("healthy", 200, {"redis": _BAD}),
    "redis says CRITICAL": ("healthy", 200, {"redis": {"status": "CRITICAL"}}),
    "redis is skipped": ("healthy", 200, {"redis": _SKIPPED}),
    "redis is down, and the schema behind": (
        "unhealthy",
        503,
        {"redis": _BAD, "schema_version": _BEHIND},
    ),
    "the same, under 200": ("unhealthy", 200, {"redis": _BAD, "schema_version": _BEHIND}),
    "redis says what nobody knows": ("healthy", 200, {"redis": {"status": "purple"}}),
    "behind, and calls it ok": ("healthy", 200, {"schema_version": {**_BEHIND, **_OK}}),
    "bad for no component": ("unhealthy", 200, {}),
    "schema is behind": ("healthy", 200, {"schema_version": _BEHIND}),
    "wrong environment": ("CRITICAL", 503, {"environment": {"status": "CRITICAL"}}),
}


def _answer(world, serving, request_id):
    is_judged = serving["meta"]["commitHash"] == sha("b")
    word, code, other = WORLDS[world if is_judged else "good"]
    good = {"environment": _OK, "schema_version": {**_OK, "current": "2", "expected": "2"}}
    version = {"git_sha": serving["meta"]["commitHash"], "deployment_id": serving["id"]}
    body = {"status": word, "checks": {**good, "redis": _OK, **other}, "version": version}
    headers = {"Server": "railway-edge", "X-Railway-Request-Id": request_id}
    return httpx.Response(code, json=body, headers=headers)


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_a_replay_claims_nothing_that_a_gate_would_not_do(monkeypatch, world):
    monkeypatch.setattr(matrix, "_health_answer", _answer)
    configs = {name: load_text(_BASE + text, "v.yml") for name, text in CONFIGURATIONS.items()}
    reports = {}
    for name, config in configs.items():
        monkeypatch.setattr(matrix, "EXPECTED", expectations_of(config))
        monkeypatch.setattr(matrix, "POLICY", policy_of(config))
        reports[name] = matrix.play(world, {})[1]
    wrong, known = _compared(configs, reports)

    assert wrong == []
    asked = [pair for pair in known if "guards" not in pair]
    most = (len(configs) - 1) ** 2
    assert len([said for *_, said in asked if said.word]) > most * 0.9, "documents are recorded"
    assert len([said for *_, said in asked if said.is_known]) > most / 2


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_nor_does_one_of_an_earlier_report(monkeypatch, world):
    monkeypatch.setattr(matrix, "_health_answer", _answer)
    configs = {name: load_text(_BASE + text, "v.yml") for name, text in CONFIGURATIONS.items()}
    reports = {}
    for name, config in configs.items():
        monkeypatch.setattr(matrix, "EXPECTED", expectations_of(config))
        monkeypatch.setattr(matrix, "POLICY", policy_of(config))
        found = matrix.play(world, {})[1]
        earlier = tuple(replace(f, document=None) for f in found.findings)
        reports[name] = replace(found, findings=earlier)
    wrong, known = _compared(configs, reports)

    assert wrong == []
    assert (
        len([said for *pair, said in known if said.is_known and not {*pair} & {*ODD}])
        > (len(configs) - len(ODD)) ** 2 / 2
    ), "it may say that it does not know, not for most"


def terms_of(config):
    again = partial(asked_again, expected=expectations_of(config))
    return replace(replay_terms_of(config), asked_again=again)


def _compared(configs, reports):
    """Return the claims that are wrong, and what was said of each pair."""
    wrong, known = [], []
    for before, report in reports.items():
        for after, config in configs.items():
            said, real = replay(report, terms_of(config)), reports[after]
            truth = (real.verdict, _done(real))
            known.append((before, after, said))
            mute = replace(report, findings=tuple(map(_mute, report.findings)))
            assert replay(mute, terms_of(config)) == said, "sentences are for people"
            claims = [(said.word, truth[0]), (said.action, truth[1])]
            if any(claim is not None and claim != true for claim, true in claims):
                wrong.append((before, after, said.word, said.action, truth))
    return wrong, known


_POLICIES = (
    *(
        f"{kind}: {worth}"
        for kind in ("pending", "failed", "modified", "unknown", "out-of-order", "heads")
        for worth in ("ignore", "warn", "fail")
    ),
    "",
)
_SHIPPED = tuple(Migration(f"{n}", "m", checksum=f"c{n}") for n in (1, 2, 3))
_ENTRIES = tuple(Entry(f"{n}", checksum=f"c{n}") for n in (1, 2, 3))
#: What the checkout has, and what the ledger.
LEDGERS = {
    "all applied": (_SHIPPED, _ENTRIES),
    "one pending": (_SHIPPED, _ENTRIES[:2]),
    "one pending between others": (_SHIPPED, _ENTRIES[::2]),
    "one failed": (_SHIPPED, (*_ENTRIES[:2], Entry("3", state=EntryState.FAILED))),
    "one changed": (_SHIPPED, (*_ENTRIES[:2], Entry("3", checksum="other"))),
    "one unknown": (_SHIPPED, (*_ENTRIES, Entry("9"))),
    "one twice": ((*_SHIPPED, Migration("3", "again", checksum="c3")), _ENTRIES),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LEDGERS)
def test_a_replay_claims_nothing_of_a_ledger_that_the_run_was_told_to_ignore(monkeypatch, name):
    shipped, entries = LEDGERS[name]
    read = reading(ledgers={"": replace(ledger(), entries=entries)})
    monkeypatch.setattr(LiveSources, "read_database", lambda _: read)
    files = {"": ShippedMigrations(shipped)}
    monkeypatch.setattr(LiveSources, "shipped", lambda _self, _commit: files)
    health = f"health: {{ {_PATHS}, required: [environment] }}"
    configs = {
        text: load_text(
            f"{_BASE}{health}\nledger: {{ tool: supabase, policy: {{ {text} }} }}\n", "v.yml"
        )
        for text in _POLICIES
    }
    reports = {}
    for text, config in configs.items():
        monkeypatch.setattr(matrix, "EXPECTED", expectations_of(config))
        reports[text] = matrix.play("good", {})[1]

    wrong, known = _compared(configs, reports)

    assert wrong == []
    assert len([said for *_, said in known if said.is_known]) > len(configs) ** 2 / 2


def _mute(finding):
    return replace(finding, summary="?", detail="?", hint="?")


def _done(report):
    """What a gate did, by its own report."""
    return replay(report, replay_terms_of(load_text(_BASE, "v.yml"))).recorded_action
