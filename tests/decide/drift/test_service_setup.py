"""Services beside one another, and what their variables give away: a row a mistake."""

import base64
import json
from dataclasses import replace

import pytest

from tests.builders import REF, START
from tests.decide.questions.test_service_drift import FOUND
from verifier.decide.drift.service_setup import environment_drift, setup_drift
from verifier.decide.drift.variable_values import doubt_of
from verifier.model.finding import Hidden, Outcome, Unobserved
from verifier.model.service_settings import ObservedEnvironment, OtherEnvironment, WantedService

PROXY = ("roundhouse.proxy.rlwy.net:11105",)

LOCAL, PLACEHOLDER = "this container itself (localhost)", "a placeholder"


def key(**claims):
    parts = ({"alg": "HS256"}, {"iss": "supabase", "ref": REF, "role": "service_role", **claims})
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    return ".".join((*encoded, "c2lnbmF0dXJl"))


@pytest.mark.parametrize(
    ("name", "value", "doubt"),
    [
        ("DATABASE_URL", "postgresql://u:p@localhost:5432/app", LOCAL),
        ("SUPABASE_URL", "http://127.0.0.1:54321", LOCAL),
        ("REDIS_URL", "redis://[::1]:6379/0", LOCAL),
        ("EVOLUTION_API_URL", "localhost:8080", LOCAL),
        ("REDIS_URL", "redis://default:p@redis.railway.internal:6379", ""),
        ("HOST", "localhost", ""),
        ("CORS_ORIGINS", "https://app.acme.dev,http://localhost:3000", ""),
        ("NODE_OPTIONS", "localhost", ""),
        ("RAILWAY_PRIVATE_URL", "http://localhost", ""),
        ("JWT_SECRET_KEY", "change-me", PLACEHOLDER),
        ("ANTHROPIC_API_KEY", "your-api-key-here", PLACEHOLDER),
        ("VOYAGE_API_KEY", "<key>", PLACEHOLDER),
        ("ANTHROPIC_API_KEY", "sk-ant-your-key-here", PLACEHOLDER),
        ("OPENAI_API_KEY", "sk-xxxxxxxx", PLACEHOLDER),
        ("SLACK_BOT_TOKEN", "xoxb-changeme", PLACEHOLDER),
        ("OPENAI_API_KEY", "sk-proj-a1B2c3D4e5F6", ""),
        ("SUPABASE_URL", "https://your-project.supabase.co", "a placeholder (an example host)"),
        ("SUPABASE_URL", "https://xxxx.supabase.co", "a placeholder (an example host)"),
        ("DATABASE_URL", "postgresql://app:changeme@db.acme.io/x", "a placeholder (its password)"),
        ("DATABASE_URL", "postgresql://app:h4Rd@your.acme.io/x", ""),
        ("VOYAGE_API_KEY", "xxxx", PLACEHOLDER),
        ("SUPABASE_URL", "https://example.com", "a placeholder (an example host)"),
        ("SUPABASE_URL", f"https://{REF}.supabase.co", ""),
        ("GREETING", "Say todo and your name", ""),
        ("MODEL", "claude", ""),
        ("EMPTY", " ", ""),
        ("BROKEN_URL", "http://[::1", ""),
        ("SPRING_DATASOURCE_URL", "jdbc:postgresql://localhost:5432/app", LOCAL),
        ("SPRING_DATASOURCE_URL", "jdbc:postgresql://db.acme.io/app?user=a&password=h4Rd", ""),
        ("ConnectionStrings__Default", "Host=localhost;Database=x;Username=a;Password=b", LOCAL),
        ("ConnectionStrings__Default", "Host=db.acme.io;Database=x;Username=a;Password=b", ""),
        (
            "DATABASE_URL",
            f"postgresql://postgres:[YOUR-PASSWORD]@db.{REF}.supabase.co:5432/postgres",
            "a placeholder (its password)",
        ),
        ("DATABASE_URL", f"postgresql://postgres:a[b]c@db.{REF}.supabase.co/postgres", ""),
        ("SECRET_KEY", "change-me-in-production", PLACEHOLDER),
        ("SECRET_KEY", "please_change_this", PLACEHOLDER),
        ("SECRET_KEY", "django-insecure-1x#f", PLACEHOLDER),
        ("API_TOKEN", "replace-with-your-token", PLACEHOLDER),
        ("API_KEY", "coloque-sua-chave-aqui", PLACEHOLDER),
        (
            "SUPABASE_JWT_SECRET",
            "super-secret-jwt-token-with-at-least-32-characters-long",
            PLACEHOLDER,
        ),
        ("API_KEY", "your api key", PLACEHOLDER),
        ("PROMPT", "your name is Julia", ""),
        ("MOTTO", "change this world", ""),
        ("ALLOWED_HOSTS", "app.acme.com,localhost", ""),
        ("TRUSTED_HOSTS", "localhost", ""),
        ("REDIS_HOSTS", "localhost:6379", LOCAL),
    ],
)
def test_a_doubtful_value(name, value, doubt):
    assert doubt_of(name, value) == doubt


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql:///app?host=localhost"),
        ("DATABASE_URL", "host=localhost dbname=x"),
        ("REDIS_URL", "redis://127.0.0.2:6379"),
        ("API_URL", "http://host.docker.internal:8080"),
        ("API_URL", "http://localhost.:8080"),
        ("PGHOST", "localhost"),
        ("REDISHOST", "127.0.0.1"),
        ("REDIS_HOST", "::1"),
        ("REDIS_HOST", "0.0.0.0"),  # noqa: S104
        ("KAFKA_BROKERS", "kafka.acme.dev:9092,localhost:9092"),
    ],
)
def test_an_address_that_leads_to_this_container_is_known_in_every_form(name, value):
    assert doubt_of(name, value) == "this container itself (localhost)"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JWT_SECRET_KEY", "secret"),
        ("JWT_SECRET_KEY", "CHANGE_THIS"),
        ("ANTHROPIC_API_KEY", "sk-ant-..."),
        ("META_APP_SECRET", "insert-here"),
        ("SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/XXX/YYY/ZZZ"),
        ("SUPABASE_URL", "https://seu-projeto.supabase.co"),
        ("DATABASE_URL", "postgresql://user:password@host:5432/dbname"),
        ("PLACES_API_KEY", "none"),
        ("CHAT_API_KEY", "undefined"),
        ("POSTGRES_PASSWORD", "postgres"),
    ],
)
def test_what_nobody_has_filled_in_is_a_placeholder(name, value):
    assert doubt_of(name, value).startswith("a placeholder")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOST", "0.0.0.0"),  # noqa: S104
        ("BIND", "0.0.0.0:8000"),
        ("SERVER_HOST", "0.0.0.0"),  # noqa: S104
        ("REDIS_HOST", "redis.railway.internal"),
        ("LOG_LEVEL", "none"),
        ("REGION", "secret"),
        ("KAFKA_BROKERS", "kafka.acme.dev:9092"),
        ("DATABASE_URL", "postgresql://user:R7f2kq9s@db.acme.dev:5432/app"),
    ],
)
def test_what_is_listened_on_or_real_is_no_doubt(name, value):
    assert doubt_of(name, value) == ""


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param(key(), [], id="of-this-project"),
        pytest.param(key(ref="another"), ["a key of another project"], id="another-project"),
        pytest.param(key(role="anon"), ["a key of another role"], id="anonymous"),
        pytest.param(key(exp=1), ["a key that has expired"], id="expired"),
        pytest.param(key(exp=4_000_000_000), [], id="valid-for-long"),
        pytest.param("sb_secret_abc", [], id="newer-without-claims"),
        pytest.param("a.b.c", [], id="no-token"),
        pytest.param("a.W10.c", [], id="claims-that-are-a-list"),
    ],
)
def test_a_key_says_what_it_is_for(value, told):
    wanted = WantedService("api", role="", values={"SUPABASE_PROJECT_REF": REF})
    found = replace(FOUND, variables={"SUPABASE_SERVICE_KEY": value})

    rows = list(setup_drift(wanted, found, START))

    assert [(row[2], str(row[3])) for row in rows] == [(text, "fail") for text in told]
    assert value not in repr(rows)


RAILWAYS = "redis://default:h4Rd-pw@redis.railway.internal:6379"


@pytest.mark.parametrize(
    ("value", "written_out", "told"),
    [
        pytest.param(RAILWAYS, {"REDIS_URL"}, True, id="written-out"),
        pytest.param(RAILWAYS, set(), False, id="a-reference-or-not-seen"),
        pytest.param("redis://x:h4Rd@a.proxy.rlwy.net:1", {"REDIS_URL"}, True, id="its-proxy"),
        pytest.param("redis://x:h4Rd@redis.acme.dev:6379", {"REDIS_URL"}, False, id="elsewhere"),
        pytest.param("http://api.railway.internal", {"REDIS_URL"}, False, id="no-password"),
    ],
)
def test_an_address_of_railways_is_a_reference(value, written_out, told):
    found = replace(FOUND, variables={"REDIS_URL": value}, written_out=frozenset(written_out))

    rows = list(setup_drift(WantedService("api", role=""), found, START))

    assert [row[1] for row in rows] == ["a reference"] * told
    assert value not in repr(rows)


NOTHING = "${{Redis.REDIS_URL}} gives nothing"
CHANGED = "${{Redis.REDIS_URL}} has changed since the running deployment was started"


@pytest.mark.parametrize(
    ("value", "started_with", "told"),
    [
        pytest.param(RAILWAYS, RAILWAYS, None, id="resolved"),
        pytest.param(RAILWAYS, f"{RAILWAYS} ", None, id="a-space-is-no-change"),
        pytest.param("", "", NOTHING, id="missing"),
        pytest.param(None, RAILWAYS, NOTHING, id="not-there-at-all"),
        pytest.param("${{Redis.REDIS_URL}}", "", NOTHING, id="not-resolved"),
        pytest.param("redis://:@:", RAILWAYS, NOTHING, id="an-address-of-nothing"),
        pytest.param(RAILWAYS, RAILWAYS.replace("h4Rd", "0ld"), CHANGED, id="changed"),
        pytest.param(RAILWAYS, "${{Redis.REDIS_URL}}", None, id="kept-as-it-is-written"),
        pytest.param(RAILWAYS, None, None, id="new-since-then"),
    ],
)
def test_a_reference_gives_what_the_running_deployment_was_started_with(value, started_with, told):
    found = replace(
        FOUND,
        variables={} if value is None else {"REDIS_URL": value},
        references={"REDIS_URL": ("Redis.REDIS_URL",)},
        started_with={} if started_with is None else {"REDIS_URL": started_with},
    )

    rows = list(setup_drift(WantedService("api", role=""), found, START))

    assert [(row[2], row[3]) for row in rows] == ([(told, Outcome.WARN)] if told else [])
    assert "h4Rd" not in repr(rows)


def test_what_each_deployment_has_anew_is_no_change():
    references = {"SHA": ("api.RAILWAY_GIT_COMMIT_SHA",)}
    found = replace(FOUND, variables={"SHA": "b"}, references=references, started_with={"SHA": "a"})

    assert list(setup_drift(WantedService("api", role=""), found, START)) == []


def test_a_start_that_was_not_read_is_told_and_says_nothing_of_references():
    references = {"REDIS_URL": ("Redis.REDIS_URL",)}
    found = replace(
        FOUND,
        variables={"REDIS_URL": RAILWAYS},
        references=references,
        started_with=Unobserved("HTTP 502"),
    )

    (row,) = setup_drift(WantedService("api", role=""), found, START)

    assert (row[0], row[3]) == ("references", Outcome.SKIP)


@pytest.mark.parametrize(
    ("wanted", "found", "told"),
    [
        pytest.param({"role": "api"}, {}, {"public address": "warn"}, id="an-api-without"),
        pytest.param({"role": "api"}, {"domains": ("a.test",)}, {}, id="an-api"),
        pytest.param(
            {"role": "worker"}, {"domains": ("a.test",)}, {"public address": "warn"}, id="worker"
        ),
        pytest.param({"role": "worker"}, {}, {}, id="a-private-worker"),
        pytest.param(
            {"role": "worker"}, {"tcp_addresses": PROXY}, {"public address": "warn"}, id="by-tcp"
        ),
        pytest.param(
            {"role": "worker", "is_public": False},
            {"tcp_addresses": PROXY},
            {"public address": "fail"},
            id="by-tcp-otherwise-than-said",
        ),
        pytest.param(
            {"role": "worker", "is_public": True}, {"tcp_addresses": PROXY}, {}, id="by-tcp-as-said"
        ),
        pytest.param(
            {"role": "scheduler"},
            {"tcp_addresses": Unobserved("HTTP 502")},
            {"public address": "inconclusive"},
            id="proxies-that-were-not-read",
        ),
        pytest.param(
            {"role": "scheduler"},
            {"tcp_addresses": Hidden("Not Authorized")},
            {"public address": "skip"},
            id="proxies-that-are-hidden-from-the-token",
        ),
        pytest.param(
            {"role": "api"},
            {"tcp_addresses": PROXY},
            {"public address": "warn"},
            id="an-api-by-tcp",
        ),
        pytest.param(
            {"role": "worker"},
            {"tcp_addresses": Unobserved("HTTP 502"), "domains": ("a.test",)},
            {"public address": "warn"},
            id="public-whatever-was-not-read",
        ),
        pytest.param(
            {"role": "api"},
            {"tcp_addresses": Unobserved("HTTP 502"), "domains": ("a.test",)},
            {},
            id="an-api-whose-proxies-were-not-read",
        ),
        pytest.param({"role": "cron"}, {"domains": ("a.test",)}, {}, id="another-role"),
        pytest.param(
            {"role": "worker", "is_public": True}, {"domains": ("a.test",)}, {}, id="as-said"
        ),
        pytest.param(
            {"role": "api", "is_public": False},
            {"domains": ("a.test",)},
            {"public address": "fail"},
            id="otherwise-than-said",
        ),
        pytest.param(
            {"role": "scheduler"}, {"overlap_s": 30}, {"overlap": "warn"}, id="two-schedulers"
        ),
        pytest.param(
            {"role": "scheduler"}, {"draining_s": 300}, {"draining": "warn"}, id="an-old-scheduler"
        ),
        pytest.param(
            {"role": "scheduler"},
            {"variables": {"RAILWAY_DEPLOYMENT_OVERLAP_SECONDS": "20s"}},
            {"variable RAILWAY_DEPLOYMENT_OVERLAP_SECONDS: value": "warn"},
            id="no-number",
        ),
        pytest.param({"role": "scheduler", "overlap_s": 30.0}, {"overlap_s": 30}, {}, id="meant"),
        pytest.param({"overlap_s": 0.0}, {"overlap_s": 5}, {"overlap": "fail"}, id="overlap"),
        pytest.param({"draining_s": 9.0}, {}, {"draining": "fail"}, id="draining"),
        pytest.param(
            {"role": "scheduler"},
            {"variables": {"RAILWAY_DEPLOYMENT_OVERLAP_SECONDS": "20"}},
            {"overlap": "warn"},
            id="two-schedulers-by-a-variable",
        ),
        pytest.param(
            {"overlap_s": 0.0, "draining_s": 30.0},
            {
                "overlap_s": 5,
                "variables": {
                    "RAILWAY_DEPLOYMENT_OVERLAP_SECONDS": "0",
                    "RAILWAY_DEPLOYMENT_DRAINING_SECONDS": "30",
                },
            },
            {},
            id="a-variable-over-the-setting",
        ),
    ],
)
def test_what_a_role_asks_for(wanted, found, told):
    shown = replace(FOUND, **{"variables": {}, **found})
    rows = setup_drift(WantedService("s", **wanted), shown, START)

    assert {row[0]: str(row[3]) for row in rows} == told


MINE = {"DATABASE_URL": "postgresql://a:b@db.acme.dev/app", "SUPABASE_PROJECT_REF": REF}


def between(others=(), *, commits=("a" * 40, "a" * 40), modes=("api", "worker"), values=None):
    names = ("api", "worker")
    wanted = [
        WantedService(n, run_mode=mode, values={"APP_ENV": "production"} if values is None else {})
        for n, mode in zip(names, modes, strict=True)
    ]
    services = {
        name: replace(FOUND, name=name, variables=MINE, commit_sha=commit)
        for name, commit in zip(names, commits, strict=True)
    }
    observed = ObservedEnvironment("production", 0, services, others)
    return [(row[0], str(row[3])) for row in environment_drift(wanted, observed)]


@pytest.mark.parametrize(
    ("theirs", "is_shared"),
    [
        pytest.param({"DATABASE_URL": "postgresql://x:y@DB.acme.dev:5432/app"}, True, id="address"),
        pytest.param({"DATABASE_URL": "postgresql://a:b@db.acme.dev/staging"}, False, id="another"),
        pytest.param({"SUPABASE_PROJECT_REF": REF}, True, id="ref"),
        pytest.param({"SUPABASE_PROJECT_REF": ""}, False, id="no-ref"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_another_environment_on_this_ones_database(theirs, is_shared):
    others = (OtherEnvironment("pr-7", {"api": theirs}),)

    assert between(others) == ([("environment pr-7", "fail")] if is_shared else [])
    assert between(others, values={}) == ([("environment pr-7", "warn")] if is_shared else [])


def test_an_environment_that_was_not_read_is_told():
    denied, away = Hidden("refused", "a wider token"), Unobserved("HTTP 502")
    others = (
        OtherEnvironment("preview", {}, denied),
        OtherEnvironment("staging", {}, away),
        OtherEnvironment("", {}, denied),
    )

    assert between(others) == [
        ("environment preview", "skip"),
        ("environment staging", "inconclusive"),
        ("other environments", "skip"),
    ]


@pytest.mark.parametrize(
    ("commits", "modes", "told"),
    [
        (("a" * 40, "a" * 40), ("api", "worker"), []),
        (("a" * 40, "b" * 40), ("api", "worker"), [("one commit", "warn")]),
        (("a" * 40, "b" * 40), ("api", ""), []),
        (("a" * 40, ""), ("api", "worker"), []),
    ],
)
def test_services_of_one_image_are_on_one_commit(commits, modes, told):
    assert between(commits=commits, modes=modes) == told
