"""No key of the file is taken that can have no effect: each is refused, or told in every report."""

import pytest

from tests.config.test_settings import ENVIRON, load, problems  # noqa: F401
from verifier.config.audit_settings import load_audit
from verifier.config.explained import all_keys
from verifier.config.gate_terms import limits_of
from verifier.config.notes import notes_of
from verifier.config.schemas import config_schema
from verifier.guarded.mistakes import InvalidConfigError

#: What is added to a file of one api and one worker, by the key that can have no effect there.
USELESS = {
    "services.*.health.live": "worker: { health: { live: /up } }",
    "services.*.health.ready": "worker: { health: { ready: /up } }",
    "services.*.health.deep": "worker: { health: { deep: /up } }",
    "services.*.health.schema": "worker: { health: { schema: /up } }",
    "services.*.health.required": "api: { health: { deep: null, required: [redis] } }",
    "services.*.health.headers": "worker: { health: { headers: { X: env:DATABASE_URL } } }",
    "services.*.health.answer-within": "worker: { health: { answer-within: 1s } }",
    "services.*.sleep": "worker: { sleep: true }",
    "services.*.cron": "worker: { cron: '* * * * *' }",
    "services.*.restart": "worker: { restart: never }",
    "services.*.health-path": "worker: { health-path: /up }",
    "services.*.source-branch": "worker: { source-branch: main }",
    "services.*.wait-for-ci": "worker: { wait-for-ci: true }",
    "services.*.auto-deploy": "worker: { auto-deploy: true }",
    "services.*.public": "worker: { public: true }",
    "services.*.overlap": "worker: { overlap: 5s }",
    "services.*.draining": "worker: { draining: 5s }",
    "services.*.variables": "worker: { variables: [REDIS_URL] }",
    "services.*.variables-from": "worker: { variables-from: .env.example }",
    "services.*.variables-except": "worker: { variables-except: [POSTGRES_*] }",
    "roles": "roles: [web]",
    "health.required": "health: { deep: null, required: [redis] }",
    "health.components": "health: { deep: null, components: { redis: warn } }",
    "health.headers": "health: { NONE, headers: { X: env:DATABASE_URL } }",
    "health.answer-within": "health: { NONE, answer-within: 1s }",
    "health.extra.*.service": "health: { extra: [{ name: q, path: /q, service: wroker }] }",
    "health.extra.*.outcome": "health: { extra: [{ name: q, path: /q, outcome: fail }] }",
    "health.extra.*.missing": "health: { extra: [{ name: q, path: /q, missing: fail }] }",
    "gate.deadline": "gate: { deadline: 3m }",
    "gate.appear-within": "gate: { appear-within: 20m }",
    "gate.build-within": "gate: { build-within: 20m }",
    "gate.deploy-within": "gate: { deploy-within: 20m }",
    "gate.ready-within": "gate: { ready-within: 20m }",
    "gate.restore-within": "gate: { restore-within: 20m }",
    "gate.reach-within": "gate: { reach-within: 20m }",
    "gate.interval": "gate: { interval: 10m }",
    "gate.fail-after": "gate: { fail-after: 100, interval: 1m }",
    "gate.flap.bad": "gate: { flap: { bad: 9 } }",
    "gate.flap.of": "gate: { flap: { of: 2 } }",
    "gate.stable-for": "gate: { stable-for: 15m }",
    "gate.order": "gate: { order: [api, api] }",
    "rollback.tolerate": "rollback: { on-destructive-migration: warn, tolerate: [dropped] }",
    "rollback.verified-within": "rollback: { prefer: recent, verified-within: 1h }",
    "guards": "guards: {}",
    "guards.table": "guards: { table: marks }",
    "ledger.path": "ledger: { files: ignore, expected: 7, path: db }",
    "ledger.files": "ledger: { files: ignore }",
    "ledger.schema": "ledger: { tool: knex, table: a.t, schema: b }",
    "ledger.column": "ledger: { tool: knex, column: name }",
    "ledger.pattern": "ledger: { tool: plain, expected: 7, pattern: '(x)' }",
    "ledger.applied-within": "ledger: { policy: { pending: warn }, applied-within: 5m }",
    "ledger.policy": "ledger: { files: ignore, expected: 7, policy: { pending: warn } }",
    "ledger.*.name": "ledger: [{ tool: knex }, { tool: rails }]",
    "ledger.*.tool": "ledger: [{ name: a, tool: auto }]",
    "ledger.*.column": "ledger: [{ name: a, tool: knex, column: name }]",
    "relations": "relations: {}",
    "relations.tables": "relations: { tables: [a, a] }",
    "relations.views": "relations: { views: [] }",
    "relations.extensions": "relations: { extensions: [a, a] }",
    "relations.functions": "relations: { functions: [a, a] }",
    "relations.rls": "relations: { rls: [a, a] }",
    "probes.*.name": "probes: [PROBE, PROBE]",
    "probes.*.service": "probes: [{ name: a, sql: select 1, equals: 1, service: wroker }]",
    "probes.*.sql": "probes: [{ name: a, sql: select 1 }]",
    "waivers.*.check": "waivers: [WAIVER]",
    "causes.*.id": "causes: [CAUSE, CAUSE]",
    "causes.*.check": "causes: [{ id: a, check: migration.pending, text: t, step: s }]",
    "causes.*.status": "causes: [{ id: a, status: crashed, text: t, step: s }]",
    "pause.running": "pause: { paused: off, running: off }",
    "protection.checks": "protection: { checks: [a], settings: { checks: ignored } }",
    "protection.approvals": "protection: { approvals: 2, settings: { approvals: ignored } }",
    "protection.overrides": "protection: { overrides: [{ branches: [main] }] }",
    "protection.overrides.*.repositories": (
        "protection: { overrides: [{ repositories: [shop], approvals: 2 }] }"
    ),
    "protection.overrides.*.branches": (
        "protection: { overrides: [{ branches: [], approvals: 2 }] }"
    ),
    "protection.overrides.*.checks": (
        "protection: { settings: { checks: ignored }, overrides: [{ checks: [a] }] }"
    ),
    "protection.overrides.*.approvals": (
        "protection: { settings: { approvals: ignored }, overrides: [{ approvals: 2 }] }"
    ),
    "protection.exemptions.*.setting": (
        "protection: { exemptions: [{ setting: '*', reason: r, until: 2999-01-01 }] }"
    ),
    "protection.exemptions.*.repository": (
        "protection: { exemptions: [{ setting: checks, reason: r, until: 2999-01-01, "
        "repository: shop }] }"
    ),
    "protection.bypass.*.actor": (
        "protection: { bypass: [{ actor: bots, reason: r, until: 2999-01-01 }] }"
    ),
    "protection.bypass.*.repository": (
        "protection: { bypass: [{ actor: owners, reason: r, until: 2999-01-01, "
        "repository: shop }] }"
    ),
    "audit.secrets": "audit: { secrets: [A, A] }",
    "audit.variables": "audit: { variables: [A, A] }",
    "audit.secrets.*.environment": "audit: { secrets: [{ name: A, environment: p, dependabot: true }] }",
    "audit.variables.*.dependabot": "audit: { variables: [{ name: A, dependabot: true }] }",
    "audit.railway": "audit: { railway: false }",
    "notify.slack-channel": "notify: { slack: never, slack-channel: C1 }",
    "notify.name-author": "notify: { name-author: true }",
}
#: What depends on the environment of a run, or on a switch, is told in its report.
TOLD = {
    "services.*.url": ("services: { api: { role: api }, worker: {} }", "it has no url"),
    "health.extra": ("health: { extra: [{ name: q, path: /q, service: worker }] }", "not asked"),
    "health.live": ("health: { live: null, ready: null, deep: null, schema: null }", "at all"),
    "gate.on-inconclusive": ("gate: { rollback: off, on-inconclusive: rollback }", "is off"),
    "notify.slack": ("notify: { slack: always }", "SLACK_WEBHOOK_URL is not set"),
    "notify.webhook": ("notify: { webhook: failure }", "VERIFIER_WEBHOOK_URL is not set"),
}
#: What always has an effect, or whose having none is the finding that it asks for.
ALWAYS = {
    "language": "an environment variable or an option that counts more is for one run",
    "version": "is required",
    "railway": "holds keys",
    "railway.project": "is compared with the token's project",
    "railway.environment": "is asked for at Railway: one that is not there ends the run",
    "services": "one that Railway does not have ends the run",
    "services.*.role": "a role that is not known is refused",
    "services.*.run-mode": "is compared with the container's",
    "services.*.replicas": "is compared with Railway's",
    "services.*.guarded": "is itself a switch",
    "services.*.health": "holds keys",
    "health": "holds keys",
    "health.ready": "as health.live",
    "health.deep": "as health.live",
    "health.schema": "as health.live",
    "health.extra.*.name": "names it in reports; twice is refused",
    "health.extra.*.path": "is asked",
    "health.extra.*.expect": "is compared with its answer",
    "identity": "holds keys",
    "identity.sha": "what is not found there is told by doctor and in reports",
    "identity.deployment": "what is not found there is told by doctor and in reports",
    "gate": "holds keys",
    "gate.flap": "holds keys",
    "gate.rollback": "is itself the switch",
    "gate.cancel": "is itself a switch",
    "gate.judge-live": "is itself a switch",
    "rollback": "holds keys",
    "rollback.on-destructive-migration": "counts for a rollback by hand too",
    "rollback.redeploy": "counts for a rollback by hand too",
    "rollback.hold": "counts for a rollback by hand too",
    "rollback.prefer": "counts for a rollback by hand too",
    "rollback.drill-every": "is compared with the records; where there are none, it warns",
    "guards.app-env": "is compared with container and database",
    "guards.supabase-project-ref": "is compared with container and database",
    "ledger": "holds keys",
    "ledger.name": "names it in reports",
    "ledger.tool": "one that the checkout does not have is inconclusive",
    "ledger.table": "is read; one that is not there is inconclusive",
    "ledger.expected": "is compared with the ledger",
    "preflight": "holds keys",
    "preflight.migration-only": "is itself a switch, also without a ledger section",
    "probes": "holds entries",
    "probes.*.fresh-within": "is compared with the value",
    "probes.*.equals": "is compared with the value",
    "probes.*.missing": "says what no value is worth",
    "waivers": "holds entries",
    "waivers.*.reason": "stands in reports",
    "waivers.*.until": "a day that has passed is told in reports",
    "causes": "holds entries",
    "causes.*.log": "is looked for in logs",
    "causes.*.text": "stands in reports",
    "causes.*.step": "stands in reports",
    "memory": "holds keys",
    "memory.environment": "reports say where results are kept",
    "redaction": "holds keys",
    "redaction.public": "is itself a switch",
    "pause": "holds keys",
    "pause.write": "is refused without its parameters",
    "pause.read": "is refused without its parameters",
    "pause.current": "is refused with parameters; of a table that is not there `status` tells",
    "pause.paused": "as pause.running",
    "pause.when-not-recovered": "needs DATABASE_URL, which is asked for",
    "protection": "holds keys",
    "protection.branch": "one that the repository does not have is drift",
    "protection.branches": "is compared with the repository's",
    "protection.settings": "holds keys",
    "protection.overrides.*.settings": "holds keys",
    "protection.exemptions": "holds entries",
    "protection.exemptions.*.reason": "stands in reports",
    "protection.exemptions.*.until": "a day that has passed is told in reports",
    "protection.exemptions.*.branch": "is compared with the repository's",
    "protection.bypass": "holds entries",
    "protection.bypass.*.mode": "is compared with the actor's",
    "protection.bypass.*.reason": "stands in reports",
    "protection.bypass.*.until": "a day that has passed is told in reports",
    "protection.bypass.*.branch": "is compared with the repository's",
    "audit": "holds keys",
    "audit.environments": "one that is not there is drift",
    "audit.scheduled": "one that is not there is drift",
    "audit.history-days": "is itself a switch",
    "audit.administrators": "is compared with the repository",
    "audit.secrets-read": "is compared with each secret that a job reads",
    "audit.sha-pins": "is compared with the repository",
    "audit.immutable-releases": "is compared with the repository",
    "audit.secrets-renewed-within-days": "is compared with each secret",
    "audit.reserve": "counts for every audit",
    "audit.issue": "an issue that cannot be written is told",
    "notify": "holds keys",
    "notify.commit-status": "one that cannot be set is told",
    "notify.comment": "one that cannot be written is told",
    "notify.railway-deployment": "one that cannot be told is told",
}
#: Keys whose every key below is what they are themselves: compared, one by one.
WHOLE = (
    "services.*.health.live.",
    "services.*.health.ready.",
    "services.*.health.deep.",
    "services.*.health.schema.",
    "health.live.",
    "health.ready.",
    "health.deep.",
    "health.schema.",
    "ledger.expected.",
    "ledger.policy.",
    "ledger.*.",
    "protection.settings.",
    "protection.overrides.*.settings.",
    "audit.secrets.*.",
    "audit.variables.*.",
    "audit.environments.*.",
)
SHORT = {
    "NONE": "live: null, ready: null, deep: null, schema: null",
    "PROBE": "{ name: a, sql: select 1, equals: 1 }",
    "WAIVER": "{ check: health.depp, reason: r, until: 2999-12-31 }",
    "CAUSE": "{ id: a, log: x, text: t, step: s }",
}


def file_with(text):
    """A file of an api and a worker with these lines; what is said of a service replaces its own."""
    own = {"api": "role: api", "worker": "role: worker"}
    name, _, said = text.partition(": { ")
    if name in own:
        own[name] += f", {said.removesuffix(' }')}"
        text = "audit: { railway: false }" if "health:" not in text else ""
    if text == "audit: { railway: false }":
        own["worker"] += "" if name in own else ", sleep: true"
    for short, long in SHORT.items():
        text = text.replace(short, long)
    services = ", ".join(f"{name}: {{ {said} }}" for name, said in own.items())
    head = "" if text.startswith("services:") else f"services: {{ {services} }}\n"
    return f"version: 1\n{head}{text}\n"


def test_of_every_key_it_is_known_what_keeps_it_from_having_an_effect():
    known = {*USELESS, *TOLD, *ALWAYS}
    keys = set(all_keys(config_schema()))

    assert known - keys == set()
    assert {key for key in keys - known if not key.startswith(WHOLE)} == set()


@pytest.mark.parametrize("key", USELESS)
def test_a_key_without_effect_is_refused_in_its_line(load, key):  # noqa: F811
    found = problems(load, file_with(USELESS[key]))

    assert found
    assert len(found) <= 2


@pytest.mark.parametrize("key", TOLD)
def test_what_has_no_effect_in_this_run_is_told(load, key):  # noqa: F811
    text, told = TOLD[key]

    notes = [note.summary for note in notes_of(load(file_with(text)))]

    assert any(told in note for note in notes), notes


@pytest.mark.parametrize("key", ["notify.slack", "notify.webhook"])
def test_a_receiver_that_is_set_up_is_no_note(load, key):  # noqa: F811
    text, told = TOLD[key]
    where = {"SLACK_WEBHOOK_URL": "https://x.test", "VERIFIER_WEBHOOK_URL": "https://x.test"}

    notes = [note.summary for note in notes_of(load(file_with(text), ENVIRON | where))]

    assert not any(told in note for note in notes)


LEDGER = "ledger: { tool: knex }\nrelations: { tables: [a] }\n"


@pytest.mark.parametrize(
    ("check", "told"),
    [
        pytest.param("migrations.pendng", "did you mean 'migrations.pending'?", id="typo"),
        pytest.param("migrations.*", "a waiver takes no *", id="star"),
        pytest.param("*", "a waiver takes no *", id="everything"),
        pytest.param("component.Redis", "expected 'component.redis'", id="not-as-in-reports"),
        pytest.param("latency.live", "only ever warns", id="only-warns"),
        pytest.param("topology.overlap", "only ever warns", id="only-warns-too"),
        pytest.param("extra.q", "the id of a check that can fail", id="no-such-extra"),
        pytest.param("probe.beat", "the id of a check that can fail", id="no-such-probe"),
        pytest.param("topology.replicas", "nothing in this file asks", id="not-asked"),
        pytest.param("preflight.lint", "the id of a check that can fail", id="no-gates"),
        pytest.param("component.redis", "", id="component"),
        pytest.param("migrations.pending", "", id="ledger"),
        pytest.param("relations.readable", "", id="relations"),
        pytest.param("health.deep", "", id="health"),
    ],
)
def test_a_waiver_names_a_check_that_this_file_asks(load, check, told):  # noqa: F811
    waiver = f"waivers: [{{ check: '{check}', reason: r, until: 2999-12-31 }}]"
    text = file_with(LEDGER + waiver)
    if told:
        ((_, _, text),) = problems(load, text)
        assert told in text
    else:
        assert load(text).config.waivers[0].check == check


@pytest.mark.parametrize(
    "check", ["migrations.*", "component.redis", "probe.x", "*", "preflight.*"]
)
def test_a_cause_may_name_any_check(load, check):  # noqa: F811
    text = f"causes: [{{ id: a, check: '{check}', text: t, step: s }}]"

    assert load(file_with(text)).config.causes


@pytest.mark.parametrize(
    ("gate", "bad", "of"),
    [
        ("fail-after: 5", 5, 8),
        ("fail-after: 12", 12, 12),
        ("fail-after: 2", 3, 8),
        ("fail-after: 5, flap: { bad: 2 }", 2, 8),
    ],
)
def test_flapping_takes_no_fewer_failures_than_failing(load, gate, bad, of):  # noqa: F811
    limits = limits_of(load(file_with(f"gate: {{ {gate} }}")).config)

    assert (limits.flap_bad, limits.flap_of) == (bad, of)


def test_an_audit_refuses_what_has_no_effect_on_it(tmp_path):
    path = tmp_path / "verifier.yml"
    path.write_text(file_with(USELESS["protection.overrides"]), "utf-8")

    with pytest.raises(InvalidConfigError, match="found no policy"):
        load_audit(path, {"GITHUB_TOKEN": "t"}, is_named=True)
