"""No secret comes out in any form in which it travels, and the words around it stay readable."""

import ast
import base64
import html
import io
import json
import shlex
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

import verifier
from tests.guarded.log_lines import LINES
from tests.report.test_surfaces import audit_report, report
from verifier.guarded.public_values import secrets_in
from verifier.guarded.redaction import Redactor, redacted
from verifier.report import annotations, drift_text, json_report, markdown, sarif, slack, terminal
from verifier.wiring.known_secrets import ContainerSecrets, runner_mask

KEY = "-----BEGIN X-----\nMIIEvQIBADANBgkqhkiG9w0B\nBKcwggSjAgEAAoIBAQC7VJTU\n-----END X-----"
KINDS = {
    "token": "Zk8vQ2mX91LrT4wN",
    "password": "p@ss/w0rd+very=secret",
    "signs": "a&b<c>\"d'e\\f%g h",
    "letters-of-all-kinds": "pässwörd-Ünïcode-9",
    "key-of-several-lines": KEY,
    "address": "postgresql://app:hunter2horse@db.test/shop",
}


def base64_after(before):
    return lambda s: base64.b64encode(before + s.encode()).decode()


def wrapped(text, width=12):
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


ENCODINGS = {
    "plain": str,
    "url": lambda s: quote(s, safe=""),
    "url-form": quote_plus,
    "url-twice": lambda s: quote(quote(s, safe=""), safe=""),
    "url-in-lower-case": lambda s: quote(s, safe="").lower(),
    "json": json.dumps,
    "json-in-json": lambda s: json.dumps(json.dumps(s)),
    "json-for-html": lambda s: (
        json.dumps(s).replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")
    ),
    "json-slashes": lambda s: json.dumps(s).replace("/", "\\/"),
    "html": html.escape,
    "html-numbers": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "base64": base64_after(b""),
    "base64-one-further": base64_after(b"x"),
    "base64-two-further": base64_after(b"xy"),
    "base64-behind-a-user": base64_after(b"user:"),
    "base64-url": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "base64-wrapped": lambda s: wrapped(base64_after(b"")(s)),
    "hex": lambda s: s.encode().hex(),
    "hex-in-upper-case": lambda s: s.encode().hex().upper(),
    "hex-escapes": lambda s: "".join(f"\\x{byte:02x}" for byte in s.encode()),
    "upper-case": str.upper,
    "lower-case": str.lower,
    "shell": shlex.quote,
    "repr": repr,
    "key-value": lambda s: "password='" + s.replace("\\", "\\\\").replace("'", "\\'") + "' host=x",
    "url-in-html": lambda s: html.escape(quote(s, safe="")),
    "json-in-url": lambda s: quote(json.dumps(s), safe=""),
}
SURFACES = {
    "log": lambda clean, _: clean.reason,
    "terminal": lambda clean, _: terminal.render(clean),
    "summary": lambda clean, _: markdown.render(clean),
    "annotations": lambda clean, _: annotations.render(clean),
    "json": lambda clean, _: json_report.render(clean),
    "slack": lambda clean, _: slack.render(clean, ""),
    "issue": lambda _, audited: markdown.render_drift(audited),
    "sarif": lambda _, audited: sarif.render(audited.drift),
    "csv": lambda _, audited: drift_text.render_csv(audited.drift),
}


def pieces(shown, size=8):
    """Every part of so many letters and digits: as much as would help somebody to guess."""
    folded = "".join(c for c in shown.lower() if not c.isspace())
    return {folded[i : i + size] for i in range(len(folded) - size + 1)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_form_of_a_secret_comes_out_on_any_surface(kind, encoding):
    secret = KINDS[kind]
    hidden = "hunter2horse" if kind == "address" else secret
    shown = ENCODINGS[encoding](hidden if encoding.startswith("base64") else secret)
    # What frames it is no secret.
    framed = pieces("password='").union(
        *(pieces(f"-----{word} X-----") for word in ("BEGIN", "END"))
    )
    told = f"the words before {shown} and after it"
    redact = Redactor([secret])
    clean, audited = redacted(report(told), redact), redacted(audit_report(told), redact)

    for name, render in SURFACES.items():
        rendered = render(clean, audited)
        assert "***" in rendered or r"\*\*\*" in rendered, name
        assert "before" in rendered, name
        assert "after it" in rendered, name
        if kind != "address":
            seen = pieces(shown) - framed
            assert not {piece for piece in seen if piece in rendered.lower()}, name
        assert "hunter2horse" not in rendered.lower()


@pytest.mark.parametrize(("line", "gone", "kept"), LINES, ids=range(len(LINES)))
def test_what_goes_of_a_line_and_what_stays(line, gone, kept):
    shown = Redactor()(line)

    assert kept in shown
    if gone:
        assert gone not in shown
    else:
        assert shown == line


@pytest.mark.slow
def test_our_own_sentences_hold_nothing_that_looks_like_a_secret():
    redact = Redactor()
    said = {
        node.value
        for path in Path(verifier.__file__).parent.rglob("*.py")
        if "sandbox" not in path.parts and path.name != "secret_shapes.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    }

    assert {text for text in said if redact.keep_lines(text) != text} == set()


def test_a_secret_that_is_split_over_lines_of_a_log_is_hidden():
    redact = Redactor(["Zk8vQ2mX91LrT4wN", KEY])

    assert redact.lines(["start Zk8vQ2mX", "91LrT4wN end"]) == ("start ***", "*** end")
    assert redact.lines(["key:", *KEY.splitlines(), "end"])[2:4] == ("***", "***")
    assert redact.lines(["-----BEGIN PRIVATE KEY-----", "MIIE", "x"]) == ("***",) * 3
    assert redact.lines(["a", "", "b"]) == ("a", "", "b")


@pytest.mark.parametrize(
    ("name", "value", "is_hidden"),
    [
        ("STRIPE_KEY", "rk_test_1", True),
        ("ANYTHING", "Zk8vQ2mX91LrT4wN", True),
        ("WHATEVER", "8d969eef6ecad3c29a3a629280e686cf", True),
        ("MAIL", "smtp://u:pw@mail.test", True),
        ("ADMIN_PASSWORD", "letmein", True),
        ("LICENSE_BLOB", "-----BEGIN X-----\nabcdefgh\n-----END X-----", True),
        ("UUID_OF_API", "0b3e6f1e-6c52-4f0a-8f5a-0d6a6f0c2a77", True),
        ("DEBUG_SECRET", "true", False),
        ("PORT", "8080", False),
        ("APP_ENV", "production", False),
        ("GREETING", "good morning", False),
        ("MODEL", "gpt-4o-mini", False),
        ("TIMEOUTS", "1500ms", False),
        ("STARTED", "2026-01-31T12:00:00", False),
        ("FOLDER_OF_DATA", "/var/lib/app", False),
        ("APP_URL", "https://api.example.com", False),
        ("GIT_SHA", "4e6a85acb7f4e65344544e6a85acb7f4e6534454", False),
        ("RAILWAY_DEPLOYMENT_ID", "0b3e6f1e-6c52-4f0a-8f5a-0d6a6f0c2a77", False),
        ("CALLED_PUBLIC", "Zk8vQ2mX91LrT4wM", False),
    ],
)
def test_which_variables_are_secret(name, value, is_hidden):
    found = list(secrets_in({name: value}, public=("CALLED_PUBLIC",)))

    assert found == ([value] if is_hidden else [])


def test_the_runner_hides_what_is_learnt_in_the_step_of_the_action_alone():
    variables = {"KEY": KEY, "PORT": "8080", "TOKEN": "50%-of-it-all"}
    in_step = {"GITHUB_ACTIONS": "true", "VERIFIER_COMMAND": "gate"}
    for environ, expected in (
        (in_step, {"MIIEvQIBADANBgkqhkiG9w0B", "BKcwggSjAgEAAoIBAQC7VJTU", "50%25-of-it-all"}),
        ({"GITHUB_ACTIONS": "true"}, set()),
        ({}, set()),
    ):
        stream = io.StringIO()
        secrets = ContainerSecrets(Redactor(), (), runner_mask(environ, stream))
        for _ in range(2):
            secrets.learn(variables)

        told = [line.removeprefix("::add-mask::") for line in stream.getvalue().splitlines()]
        assert set(told) == expected
        assert len(told) == len(expected), "each is told once"
