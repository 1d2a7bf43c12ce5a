"""A secret is hidden in whatever part of it a library tells, and words of everybody stay."""

import base64
import io
import string

import pytest

from tests.guarded.library_errors import ERRORS
from verifier.guarded import secret_parts, vendor_tokens
from verifier.guarded.public_values import secrets_in
from verifier.guarded.redaction import Redactor
from verifier.wiring.known_secrets import ContainerSecrets, runner_mask


@pytest.mark.parametrize(("name", "value", "line", "gone", "kept"), ERRORS, ids=range(len(ERRORS)))
def test_what_a_library_tells_of_a_value_is_hidden(name, value, line, gone, kept):
    shown = Redactor(secrets_in({name: value}))(line)

    assert gone not in shown
    assert kept in shown


#: What ordinary variables hold, and lines that must not lose a word by it.
ORDINARY = {
    "APP_ENV": "production", "LOG_LEVEL": "info", "TZ": "America/Sao_Paulo",
    "NODE_OPTIONS": "--max-old-space-size=4096", "ADMIN_EMAIL": "ops@shop.io",
    "SESSION_SECRET": "production", "DB_PASSWORD": "postgres", "JWT_SECRET": "development",
    "REDIS_PASSWORD": "password", "API_KEY": "undefined", "RAILWAY_SERVICE_NAME": "shopfront",
    "RAILWAY_PROJECT_NAME": "blue-harbor", "CACHE_PASSWORD": "shopfront", "PIN_SALT": "blue-harbor",
    "FEATURE_FLAGS": "new-checkout,dark-mode", "EMAIL_FROM": "Shop <no-reply@shop.io>",
    "GREETING": "Hello, world! Welcome to our shop.", "AUTH_PROVIDERS": "google,github",
    "DATABASE_URL": "postgres://shopper:shopper@db.internal:5432/shopper_db",
    "MAIN_URL": "postgres://main:warehouse@db.internal:5432/warehouse",
    "AUTH_STRATEGY": "jwt,session", "SESSION_COOKIE_NAME": "shop_session", "JWT_DOMAIN": "eu.auth.io",
    "KAFKA_BROKERS": "kafka-1.internal:9092,kafka-2.internal:9092", "API_KEY_HEADER": "x-shop-key",
    "LOGO_URL": "https://cdn.shop.io/Img/logo-9f8e7d.png",
    "ORDERS_URL": "https://api.shop.io/v2/Orders/List?Page=2",
}  # fmt: skip
STAY = (
    "production deploy of api failed", "FATAL: database postgres does not exist: postgres",
    "wrong password for user", "TypeError: undefined is not a function",
    "running in development mode", "Hello, world! Welcome to our shop.",
    "flag new-checkout is off", "mail to ops@shop.io bounced", "service shopfront of blue-harbor",
    "--max-old-space-size=4096", "login with google or github", "user shopper of shopper_db",
    "relation warehouse.orders is missing", "GET /v2/Orders of page 2 at db.internal:5432",
    "GET logo-9f8e7d.png 404", "cookie shop_session of jwt,session", "broker kafka-2.internal:9092 gone",
    "header x-shop-key missing at eu.auth.io",
)  # fmt: skip


@pytest.mark.parametrize("line", STAY)
def test_a_word_of_everybody_stays_whatever_variable_holds_it(line):
    assert Redactor(secrets_in(ORDINARY))(line) == line


@pytest.mark.parametrize(
    "line",
    ["SESSION_SECRET=production", "DB_PASSWORD: postgres", '"JWT_SECRET": "development"',
     "{'CACHE_PASSWORD': 'shopfront'}", "postgres://a:postgres@db/x", "PGPASSWORD=postgres psql"],
)  # fmt: skip
def test_a_word_of_everybody_is_hidden_as_the_value_of_what_is_secret(line):
    value = next(word for word in line.replace(":", "=").replace("'", '"').split() if word)
    shown = Redactor(secrets_in(ORDINARY))(line)

    assert "***" in shown, value
    for word in ("=production", ": postgres", '"development"', "'shopfront'", ":postgres@"):
        assert word not in shown


def test_the_runner_is_not_told_to_hide_a_word_of_everybody():
    stream = io.StringIO()
    environ = {"GITHUB_ACTIONS": "true", "VERIFIER_COMMAND": "gate"}

    ContainerSecrets(Redactor(), (), runner_mask(environ, stream)).learn(ORDINARY)

    told = {line.removeprefix("::add-mask::") for line in stream.getvalue().splitlines()}
    assert not told & {"production", "postgres", "development", "password", "shopfront", "google"}


def test_no_part_is_short_or_a_word():
    values = [value for _, value, *_ in ERRORS]
    parts = {part for value in values for part in secret_parts.parts_of(value)} - set(values)

    assert [part for part in parts if len(part) < 6] == []
    assert [part for part in parts if part.isalpha() and part.islower()] == []


@pytest.mark.parametrize(
    ("value", "most"),
    [
        pytest.param("postgres://a:" + "@/?#:x" * 2000 + "@h/x", 500, id="signs"),
        pytest.param(",".join(f"k{n}Zk8vQ2mX91" for n in range(5000)), 5600, id="list"),
        pytest.param(
            "https://h.io/" + "/".join(f"Zk8vQ2mX{n}" for n in range(3000)), 1300, id="path"
        ),
    ],
)
@pytest.mark.slow
def test_a_long_value_has_so_many_parts_at_most(value, most):
    assert len(Redactor(secrets_in({"SOME_SECRET": value})).secrets) <= most


def test_what_is_coded_time_and_again_ends():
    value = "Zk8vQ2mX91LrT4wN"
    for _ in range(12):
        value = base64.b64encode(value.encode()).decode()

    assert value in Redactor(secrets_in({"SOME_SECRET": value})).secrets


LETTERS = string.ascii_letters + string.digits
TOKENS = {
    **{begin: begin + (LETTERS * 9)[7 : 7 + least] for begin, least in vendor_tokens._BEGINNINGS},
    "resend": "re_Zk8vQ2mX_" + LETTERS[:24],
    "neon": "npg_Zk8vQ2mX91Lr",
    "telegram": "7123456789:AA" + LETTERS[:33],
    "discord": "MTk4NjIyNDgzNDcxOTI1MjQ4." + LETTERS[:6] + "." + LETTERS[:38],
    "doppler": "dp.st.prd." + LETTERS[:43],
    "mailgun": "0f" * 16 + "-0f0f0f0f-0f0f0f0f",
    "vendor-of-tomorrow": "zzq_live_" + (LETTERS * 2)[20:60],
}


@pytest.mark.parametrize("frame", ["said {} no", '{{"x":"{}"}}', "x={},", "https://h.io/bot{}/go"])
def test_a_token_of_a_vendor_is_hidden_without_being_known(frame):
    for vendor, token in TOKENS.items():
        is_path = frame.endswith("/go") and vendor != "telegram"
        shown = Redactor()(("https://h.io/{}/go" if is_path else frame).format(token))

        assert token[-8:] not in shown, vendor
        assert token[10:18] not in shown, vendor
        assert "***" in shown, vendor
