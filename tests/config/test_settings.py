"""`.github/verifier.yml`: what is taken, and that every mistake is told at once and in place."""

import json
import os
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from verifier.config.gate_terms import expectations_of, limits_of, policy_of
from verifier.config.notes import notes_of
from verifier.config.schemas import published_schemas
from verifier.config.settings import load_document, load_railway, load_settings, load_with_gaps
from verifier.guarded.mistakes import InvalidConfigError
from verifier.model import project
from verifier.model.verdict import RollbackMode

ROOT = Path(__file__).parents[2]
ENVIRON = {
    "RAILWAY_TOKEN": "token-of-the-project",
    "DATABASE_URL": "postgresql://u:secret-password@db.test/x",
    "RAILWAY_APP_URL": "https://app.test/",
}
WHOLE = """\
version: 1
railway:
  project: acme
  environment: production
services:
  julia-api:       { role: api,       run-mode: api,       url: https://example.up.railway.app }
  julia-worker:    { role: worker,    run-mode: worker }
  julia-scheduler: { role: scheduler, run-mode: scheduler, replicas: 1 }
health:
  live: /health
  schema: null
  required: [environment]
identity:
  sha: [version.git_sha, "header:X-Commit"]
gate:
  deadline: 15m
  ready-within: 2m
  interval: 500ms
  fail-after: 3
  stable-for: 10s
  rollback: off
  order: [scheduler, worker, api]
guards:
  app-env: production
  supabase-project-ref: abcdefghijklmnop
  table: app_settings
ledger:
  tool: auto
  path: supabase/migrations
  expected: { file: app/constants.py, pattern: 'EXPECTED = "(\\d+)"' }
relations: { tables: [users], views: [] }
probes:
  - { name: beat, service: julia-scheduler, sql: "select 1", fresh-within: 3m }
protection:
  branch: main
notify: { slack: on-change }
language: en
"""
#: Eleven lines that stand for ten thousand million values.
LAUGHS = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 11)
)
SMALLEST = "version: 1\nservices: { api: { role: api } }\n"


@pytest.fixture
def load(tmp_path):
    def load(text, environ=ENVIRON):
        path = tmp_path / "verifier.yml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_settings(path, environ)

    return load


def problems(load, text, environ=ENVIRON):
    with pytest.raises(InvalidConfigError) as caught:
        load(text, environ)
    assert caught.value.exit_code == 2
    return [(p.line, p.column, p.text) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("720h", 2_592_000), ("30d", 2_592_000), ("1d", 86_400), ("9999d", 863_913_600)],
)
def test_a_long_span_may_be_given_in_days(load, text, seconds):
    file = f"version: 1\nservices: {{ api: {{}} }}\nrollback: {{ drill-every: {text} }}\n"

    assert policy_of(load(file).config).drill_every_s == seconds
    assert datetime.now(UTC) - timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["30 d", "30D", "1.5d", "10000d", "0d", "d", "30days", "1d12h"])
def test_what_is_no_span_of_days_is_told(load, text):
    file = f"version: 1\nservices: {{ api: {{}} }}\nrollback: {{ drill-every: {text} }}\n"

    (found,) = [text for line, _, text in problems(load, file) if line == 3]

    assert "a duration" in found


def test_the_whole_contract_is_taken(load):
    settings = load(WHOLE)

    assert settings.config.health.schema_ is None
    assert limits_of(settings.config).interval_s == 0.5
    assert policy_of(settings.config).mode is RollbackMode.OFF
    assert expectations_of(settings.config).sql_probes["beat"].fresh_within_s == 180
    assert settings.service_url("julia-api") == "https://example.up.railway.app"
    assert settings.service_url("julia-worker") == ""


def test_everything_has_a_default_but_the_services(load):
    settings = load(SMALLEST)

    assert settings.config.railway.environment == "production"
    assert settings.config.gate.stable_for == 10
    assert settings.service_url("api") == "https://app.test"
    assert {note.check for note in notes_of(settings)} == {
        "config.guards",
        "config.ledger",
        "config.relations",
        "config.probes",
    }


def services(text):
    return f"version: 1\nservices: {{ {text} }}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(services("a: { role: apii }"), "did you mean 'api'?", id="typo-of-a-role"),
        pytest.param(
            services("a: { role: web }"), "one of api, scheduler, worker", id="role-of-nobody"
        ),
        pytest.param(
            services("a: { role: api }, b: { role: api }"), "found no address for b", id="two-apis"
        ),
        pytest.param(
            services("a: { role: worker }, b: {}"), "no service of role api", id="address-of-nobody"
        ),
        pytest.param(
            services("a: { role: api }, b: { role: api, url: 'https://b.test' }"),
            "found no address for a",
            id="api-without-address-beside-one-with",
        ),
        pytest.param(
            services("a: { url: 'https://a.test/v1' }"), "without a path", id="url-with-a-path"
        ),
        pytest.param(
            services("a: { url: 'https://a.test/?x=1' }"), "without a path", id="url-with-a-query"
        ),
        pytest.param(
            SMALLEST + "gate: { stable-for: 15m }", "could never pass", id="stable-too-long"
        ),
        pytest.param(
            SMALLEST + "gate: { deadline: 5m, ready-within: 10m }",
            "never answers could never fail",
            id="ready-too-late",
        ),
        pytest.param(
            SMALLEST + "gate: { fail-after: 100, interval: 1m }", "could never fail", id="slow"
        ),
    ],
)
def test_nothing_takes_a_check_away_silently(load, text, told):
    assert any(told in problem for _, _, problem in problems(load, text))


@pytest.mark.parametrize(("deadline", "is_taken"), [("400s", True), ("399s", False)])
def test_what_needs_exactly_the_time_for_looking_has_it(load, deadline, is_taken):
    """Half of a short deadline is kept for a rollback."""
    file = f"{SMALLEST}gate: {{ stable-for: 200s, deadline: {deadline} }}"

    with nullcontext() if is_taken else pytest.raises(InvalidConfigError, match="never pass"):
        load(file)


def test_the_addresses_of_apis_have_paths(load):
    """Railway's own has one, and so has that of a GitHub Enterprise."""
    apis = {
        "RAILWAY_API_URL": "http://127.0.0.1:4000/graphql/v2",
        "GITHUB_API_URL": "https://ghe.test/api/v3",
    }

    assert load(SMALLEST, ENVIRON | apis).railway_url == apis["RAILWAY_API_URL"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/in", "http://localhost/in", "https://x.test"])
def test_a_receiver_is_told_encrypted_or_on_this_machine(load, url):
    where = {"SLACK_WEBHOOK_URL": url, "VERIFIER_WEBHOOK_URL": url}

    assert load(SMALLEST, ENVIRON | where).receivers == {"slack", "webhook"}


def test_a_role_of_ones_own_is_declared(load):
    text = services("a: { role: web, url: 'https://a.test' }") + "roles: [web]\n"

    assert load(text).config.services["a"].role == "web"


def test_the_address_of_the_environment_is_for_the_api_whatever_others_have(load):
    settings = load(services("a: { role: api }, b: { role: worker, url: 'https://b.test' }"))

    assert settings.service_url("a") == "https://app.test"
    assert settings.service_url("b") == "https://b.test"


@pytest.mark.parametrize(
    ("text", "app_url", "told"),
    [
        pytest.param(
            services("a: { role: worker }, b: {}"), "", {"config.health": "warn"}, id="no-address"
        ),
        pytest.param(
            SMALLEST + "health: { live: null, ready: null, deep: null, schema: null }",
            "https://app.test",
            {"config.health": "warn"},
            id="no-path",
        ),
        pytest.param(
            services("a: { role: api, url: 'https://a.test' }, b: {}"),
            "https://app.test",
            {"config.url": "skip", "config.app_url": "skip"},
            id="one-service-and-an-address-too-many",
        ),
        pytest.param(
            SMALLEST + "language: pt-BR",
            "https://app.test",
            {},
            id="words",
        ),
    ],
)
def test_what_is_not_asked_or_has_no_effect_is_told(load, text, app_url, told):
    notes = notes_of(load(text, ENVIRON | {"RAILWAY_APP_URL": app_url}))
    sections = {"config.guards", "config.ledger", "config.relations", "config.probes"}

    assert {n.check: str(n.outcome) for n in notes if n.check not in sections} == told


def with_ledgers(*entries):
    return SMALLEST + "ledger:\n" + "".join(f"  - {entry}\n" for entry in entries)


@pytest.mark.parametrize(
    "ledger",
    [
        pytest.param("{ tool: knex, table: t, path: db }", id="a-table-of-another-name"),
        pytest.param("{ tool: supabase, files: ignore, expected: 7 }", id="the-version-alone"),
        pytest.param("{ tool: plain, table: t, path: 'm/**', pattern: '(a)/(b)' }", id="folders"),
    ],
)
def test_a_ledger_that_is_taken(load, ledger):
    assert load(SMALLEST + f"ledger: {ledger}\n").config.ledgers[""]


def test_several_ledgers_have_names(load):
    text = with_ledgers("{ name: a, tool: knex }", "{ name: b, tool: plain, table: t }")

    assert {name: s.tool for name, s in load(text).config.ledgers.items()} == {
        "a": "knex",
        "b": "plain",
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(with_ledgers("{ tool: knex }"), "found no name", id="no-name"),
        pytest.param(
            with_ledgers("{ name: a, tool: knex }", "{ name: a, tool: goose }"),
            "the name 'a' twice",
            id="one-name-twice",
        ),
        pytest.param(with_ledgers("{ name: a }"), "found tool: auto", id="tool-not-said"),
        pytest.param(SMALLEST + "ledger: []\n", "at least one entry", id="none"),
        pytest.param(
            SMALLEST + "ledger: { tool: plain }\n", "ledger.table as well", id="plain-alone"
        ),
        pytest.param(
            SMALLEST + "ledger: { tool: knex, pattern: '(x)' }\n",
            "expected tool: plain",
            id="a-pattern-of-another-tool",
        ),
        pytest.param(
            SMALLEST + "ledger: { tool: knex, path: 'db/*' }\n",
            "expected tool: plain",
            id="folders-of-another-tool",
        ),
        pytest.param(
            SMALLEST + "ledger: { tool: plain, table: t, pattern: 'x' }\n",
            "a group around the version",
            id="a-pattern-without-a-group",
        ),
        pytest.param(
            SMALLEST + "ledger: { tool: supabase, files: ignore }\n",
            "ledger.expected as well",
            id="nothing-to-compare",
        ),
        pytest.param(
            with_ledgers("{ name: a, tool: knex, path: db }", "{ name: b, tool: knex, path: db/ }"),
            "the same tool, path and table as those of 'a'",
            id="one-path-twice",
        ),
    ],
)
def test_ledgers_that_cannot_be_meant(load, text, told):
    ((_, _, found),) = problems(load, text)

    assert told in found


def test_an_option_overrides_the_rollback_mode(load):
    assert policy_of(load(WHOLE).config, RollbackMode.AUTO).mode is RollbackMode.AUTO


def test_all_mistakes_are_told_at_once_each_in_its_place(load):
    text = """\
version: 1
railway:
  enviroment: production
services:
  api: { role: api, replicas: "2" }
gate:
  interval: 2 sec
  stable-for: 10
guards:
  app-env: production
  app-env: staging
ledger:
  expected: { file: a.py, pattern: "(" }
probes:
  - { name: Bad Name, sql: select 1, equals: 1 }
"""
    found = problems(load, text, {})

    assert [(line, column) for line, column, _ in found] == [
        (0, 0),
        (3, 3),
        (5, 3),
        (5, 31),
        (7, 13),
        (8, 15),
        (11, 3),
        (12, 1),
        (13, 36),
        (15, 13),
    ]
    told = "\n".join(text for _, _, text in found)
    assert "did you mean 'environment'?" in told
    assert "found '2 sec', expected a duration such as 300ms, 2s, 5m, 1h or 30d" in told
    assert "found no DATABASE_URL" in told
    assert "found no token" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "'version'", id="empty"),
        pytest.param("version: 2\nservices: { api: {} }", "expected 1", id="other-version"),
        pytest.param("version: 1", "'services'", id="no-services"),
        pytest.param("version: 1\nservices: {}", "at least one entry", id="no-service"),
        pytest.param("version: 1\nservices: [a]", "expected a mapping", id="list-of-services"),
        pytest.param("- a", "expected a mapping", id="a-list"),
        pytest.param("a: [b", "invalid YAML", id="no-yaml"),
        pytest.param("a: !!python/object:os.system x", "invalid YAML", id="a-tag"),
        pytest.param(b"\xff\xfe\x00", "unreadable", id="no-text"),
        pytest.param("a: " + "[" * 5000, "invalid YAML", id="deep", marks=pytest.mark.slow),
        pytest.param("#" * 300_000, "256 KiB", id="huge"),
        pytest.param("#" + "é" * 140_000, "256 KiB", id="huge-of-few-letters"),
        pytest.param(LAUGHS, "too many values", id="aliases-of-aliases"),
        pytest.param("a: &a { b: *a }", "too many values", id="holds-itself"),
        pytest.param("a: &a { b: 1 }\nc: { <<: *a }", "unknown key 'c'", id="an-alias"),
        pytest.param(SMALLEST + "gate: { interval: 0s }", "above zero", id="no-interval"),
        pytest.param(SMALLEST + "gate: { fail-after: true }", "a whole number", id="a-boolean"),
        pytest.param(
            SMALLEST + "gate: { rollback: sometimes }", "'auto', 'off' or 'plan'", id="choice"
        ),
        pytest.param(SMALLEST + "health: { deep: health }", "starts with /", id="path"),
        pytest.param(SMALLEST + "ledger: { tool: plain }", "ledger.expected", id="plain-alone"),
        pytest.param(
            SMALLEST + "probes: [{ name: a, sql: select x }]", "no expectation", id="probe-without"
        ),
        pytest.param(
            SMALLEST + "probes: [{ name: a, sql: select x, equals: 1, service: apy }]",
            "did you mean 'api'?",
            id="probe-of-nobody",
        ),
        pytest.param(
            SMALLEST + "probes: [" + "{ name: a, sql: select x, equals: 1 }, " * 2 + "]",
            "found the name 'a' twice",
            id="probe-twice",
        ),
        pytest.param("version: 1\nservices: { a: { url: 'ftp://x' } }", "a URL", id="url"),
        pytest.param(
            "version: 1\nservices: { a: { url: 'http://a.test' } }", "this machine only", id="clear"
        ),
        pytest.param(
            SMALLEST + "causes: [{ id: a, text: x, step: y }]",
            "at least one of check, log and status",
            id="a cause without a sign",
        ),
        pytest.param(
            SMALLEST
            + "causes: [{ id: a, log: x, text: x, step: y }, { id: a, log: z, text: x, step: y }]",
            "found the id 'a' twice",
            id="two causes of one id",
        ),
        pytest.param(
            SMALLEST + "waivers: [{ check: guards.app_env, reason: x, until: 2026-12-31 }]",
            "may be waived",
            id="waiver-of-a-guard",
        ),
        pytest.param(
            SMALLEST + "waivers: [{ check: health.deep, reason: x, until: soon }]",
            "until",
            id="waiver-without-a-day",
        ),
        pytest.param(
            SMALLEST + "probes: [{ name: a, sql: commit, equals: 1 }]",
            "starts with select",
            id="probe-that-is-no-query",
        ),
        pytest.param(
            "version: 1\nservices: { a: { url: 'https://u:p@x' } }",
            "a URL",
            id="url-with-password",
        ),
    ],
)
def test_mistake(load, text, told):
    assert any(told in problem for _, _, problem in problems(load, text))


@pytest.mark.parametrize("read", [load_settings, load_railway, load_with_gaps])
def test_everything_but_an_audit_needs_services(tmp_path, read):
    path = tmp_path / "verifier.yml"
    path.write_text("version: 1\n", "utf-8")
    load_document(path)

    with pytest.raises(InvalidConfigError, match=r"found no 'services', which is required"):
        read(path, ENVIRON)


@pytest.mark.parametrize("name", ["X-Key", "X_Key", "Authorization"])
def test_a_secret_that_was_pasted_for_a_header_is_not_repeated(load, name):
    with pytest.raises(InvalidConfigError) as raised:
        load(SMALLEST + f"health: {{ headers: {{ {name}: 'sk-live-verysecret' }} }}")

    assert "sk-live" not in str(raised.value)
    assert "env:NAME" in str(raised.value)


def test_what_is_no_file_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "verifier.yml")

    with pytest.raises(InvalidConfigError, match="expected a file"):
        load_document(tmp_path / "verifier.yml")


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        pytest.param({"RAILWAY_TOKEN": "  \n"}, "no token", id="blank-token"),
        pytest.param({"RAILWAY_TOKEN": "one\ntwo"}, "more than a token", id="two-tokens"),
        pytest.param({"RAILWAY_TOKEN": "tökén-of-x"}, "in RAILWAY_TOKEN", id="no-token-at-all"),
        pytest.param({"GITHUB_TOKEN": "a token"}, "in GITHUB_TOKEN", id="token-with-a-space"),
        pytest.param(
            {"RAILWAY_TOKEN": "", "RAILWAY_API_TOKEN": "t"}, "found no project", id="which-project"
        ),
        pytest.param({"RAILWAY_API_URL": "nowhere"}, "RAILWAY_API_URL", id="api-url"),
        pytest.param({"GITHUB_API_URL": "http://ghe.test"}, "GITHUB_API_URL", id="api-in-clear"),
        pytest.param(
            {"SLACK_WEBHOOK_URL": "http://x.test"}, "SLACK_WEBHOOK_URL", id="slack-in-clear"
        ),
        pytest.param(
            {"VERIFIER_WEBHOOK_URL": " HTTP://x.test/in"},
            "VERIFIER_WEBHOOK_URL",
            id="webhook-in-clear",
        ),
        pytest.param(
            {"VERIFIER_WEBHOOK_URL": "http://127.0.0.1@x.test"},
            "VERIFIER_WEBHOOK_URL",
            id="seems-here",
        ),
        pytest.param(
            {"VERIFIER_WEBHOOK_URL": "http://127.0.0.999/in"},
            "VERIFIER_WEBHOOK_URL",
            id="no-address",
        ),
        pytest.param({"RAILWAY_APP_URL": ""}, "address for api", id="no-app-url"),
        pytest.param(
            {"RAILWAY_APP_URL": "https://a.test/health"}, "a path in RAILWAY_APP_URL", id="app-path"
        ),
        pytest.param({"DATABASE_URL": "mysql://x"}, "no PostgreSQL address", id="other-database"),
    ],
)
def test_mistake_in_the_environment(load, environ, told):
    found = problems(load, SMALLEST + "ledger: { path: x }", ENVIRON | environ)

    assert any(told in text for _, _, text in found)


def test_a_missing_file_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(InvalidConfigError, match=r"verifier\.yml:1:1: found no such file"):
        load_settings(tmp_path / "verifier.yml", ENVIRON)


def test_secrets_are_stripped_and_never_shown(load):
    settings = load(WHOLE, ENVIRON | {"RAILWAY_TOKEN": " token-of-the-project\n"})

    assert settings.railway_headers == {"Project-Access-Token": "token-of-the-project"}
    assert "token-of-the-project" not in repr(settings)
    assert "secret-password" not in repr(settings)


def test_an_account_token_is_a_bearer(load):
    environ = {**ENVIRON, "RAILWAY_TOKEN": "", "RAILWAY_API_TOKEN": "t"}

    assert load(WHOLE, environ).railway_headers == {"Authorization": "Bearer t"}


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ("relations.answer", "relations.readable"),
        ("preflight.pending", "migrations.pending"),
        ("health.deep", "health.deep"),
    ],
)
def test_a_waiver_may_have_the_former_id_of_a_check(load, former, today):
    asked = "ledger: { tool: knex }\nrelations: { tables: [a] }\n"
    text = f"{SMALLEST}{asked}waivers: [{{ check: {former}, reason: x, until: 2026-12-31 }}]"

    (waiver,) = expectations_of(load(text, ENVIRON).config).waivers

    assert waiver.check == today


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ("'service: api: way back'", "service: api: rollback target"),
        ("'service: way back'", "service: rollback target"),
        ("no-bypass", "no-bypass"),
    ],
)
def test_an_exemption_may_have_the_former_name_of_a_setting(load, former, today):
    exemption = f"{{ setting: {former}, reason: x, until: 2026-12-31 }}"
    text = f"{SMALLEST}protection: {{ exemptions: [{exemption}] }}"

    (found,) = load(text, ENVIRON).config.protection.exempted()

    assert found.setting == today


def test_a_permitted_bypass_names_an_actor(load):
    def text(actor):
        bypass = f"{{ actor: {actor}, reason: x, until: 2026-12-31 }}"
        return f"{SMALLEST}protection: {{ bypass: [{bypass}] }}"

    shown = [
        str(load(text(actor), ENVIRON).config.protection.policy("a/b", "main").permitted[0].bypass)
        for actor in ("administrators", "owners", "role write", "team ops", "app 31", "user Ann")
    ]

    assert shown == [
        "administrators",
        "owners of the organisation",
        "the role write",
        "team ops",
        "app 31",
        "user Ann",
    ]
    with pytest.raises(InvalidConfigError, match="administrators, owners"):
        load(text("everybody"), ENVIRON)


def test_the_published_schemas_are_those_of_the_code():
    for name, text in published_schemas().items():
        assert (ROOT / "schemas" / name).read_text("utf-8") == text, "run `make schemas`"


def test_the_published_schema_takes_what_the_code_takes():
    validator = Draft202012Validator(json.loads(published_schemas()["verifier.schema.json"]))

    assert (
        list(validator.iter_errors(yaml.load(WHOLE.replace(": off", ": 'off'"), yaml.SafeLoader)))
        == []
    )
    assert len(list(validator.iter_errors({"version": 1, "services": {"a": {"rol": 1}}}))) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "services: { a: { role: apii } }\ngate: { fail-after: 0 }\n",
            ["expected at least 1", "'apii'"],
            id="what does not fit beside what is wrong",
        ),
        pytest.param(
            "services: { a: {} }\nwaivers: [{ check: probe.gone, reason: r, until: 2999-01-01 }]\n"
            "foo: 1\n",
            ["unknown key 'foo'", "probe.gone"],
            id="an unknown key",
        ),
    ],
)
def test_every_mistake_is_told_at_once(tmp_path, text, told):
    path = tmp_path / "verifier.yml"
    path.write_text(f"version: 1\n{text}", "utf-8")

    with pytest.raises(InvalidConfigError) as refused:
        load_document(path)

    assert [part for part in told if part not in str(refused.value)] == []


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (0, "expected 1"),
        ("'1'", "expected 1: a number, without quotes"),
        (2, "expected 1: a file of a newer version needs a newer verifier"),
    ],
)
def test_a_version_that_is_not_known_names_what_helps(tmp_path, version, told):
    path = tmp_path / "verifier.yml"
    path.write_text(f"version: {version}\nservices: {{ a: {{ role: apii }} }}\n", "utf-8")

    with pytest.raises(InvalidConfigError) as refused:
        load_document(path)

    assert told in str(refused.value)
    assert ("newer" in told) is ("newer" in str(refused.value))
    assert "'apii'" in str(refused.value)


@pytest.mark.parametrize("name", published_schemas())
def test_a_schema_says_what_it_is_called_where_nobody_publishes_it(monkeypatch, name):
    monkeypatch.setattr(project, "REPOSITORY", "")
    schema = json.loads(published_schemas()[name])

    assert schema["$id"] == f"urn:railway-deploy-verifier:{name.removesuffix('.schema.json')}"


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, "GITHUB_TOKEN and GITHUB_REPOSITORY and GITHUB_SHA are not set"),
        ({"GITHUB_TOKEN": "t", "GITHUB_REPOSITORY": "a/b"}, "GITHUB_SHA is not set"),
        (
            {"GITHUB_TOKEN": "t", "GITHUB_REPOSITORY": "b", "GITHUB_SHA": "c"},
            "GITHUB_REPOSITORY is not OWNER/NAME",
        ),
    ],
)
def test_what_is_missing_for_records_is_named(load, environ, told):
    settings = load(SMALLEST, {**ENVIRON, **dict.fromkeys(_GITHUB, ""), **environ})

    assert (settings.github, settings.no_github) == (None, told)


_GITHUB = ("GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_SHA")


def test_the_upgrade_is_named_where_it_helps(load):
    ((_, _, text),) = problems(load, "services: { api: { role: api } }\n")

    assert text.startswith("found no 'version', which is required; verifier config upgrade")


REPEATED = """version: 1
services:
  api: { rol: api }
  api: { role: apii }
  api: { role: api, urll: x }
gate: { fail-after: lots }
gate: { stable-for: 10s }
"""


def test_a_key_that_stands_twice_hides_no_mistake_of_its_other_values(load):
    found = problems(load, REPEATED)

    assert [line for line, _, _ in found] == [3, 4, 4, 5, 5, 6, 7]
    assert len(set(found)) == len(found)


def test_a_key_that_stands_often_is_read_a_few_times(load):
    text = SMALLEST + "gate: { fail-after: lots }\n" * 1000

    assert len(problems(load, text)) == 999 + 6


def test_a_truth_is_no_version(load):
    ((line, _, text),) = problems(load, SMALLEST.replace("version: 1", "version: true"))

    assert line == 1
    assert "'true'" in text
