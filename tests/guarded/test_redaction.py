"""No secret comes out in any form in which it travels, and the words around it stay readable."""

import ast
import base64
import html
import io
import json
import quopri
import shlex
import unicodedata
import warnings
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import yaml

import verifier
from tests.guarded.log_lines import LINES
from tests.health.corpus import Row, findings
from tests.report.test_surfaces import audit_report, report
from verifier.delivery import html_report
from verifier.guarded import secret_forms, secret_shapes, vendor_tokens
from verifier.guarded.public_values import secrets_in
from verifier.guarded.redaction import Redactor, redacted, redacted_values
from verifier.model.finding import Outcome
from verifier.model.printable_text import printable
from verifier.report import (
    annotations,
    drift_text,
    event,
    json_report,
    junit,
    markdown,
    otlp_trace,
    outputs,
    sarif,
    slack,
    terminal,
)
from verifier.report.otlp_trace import TraceOrigin
from verifier.report.shortened import COMMENT_BYTES, shortened
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


def vendor_patterns():
    rules = [rule for found in secret_shapes._by_word().values() for rule in found]
    return [rule for rule in rules if isinstance(rule, str)]


def base64_after(before):
    return lambda s: base64.b64encode(before + s.encode()).decode()


def wrapped(text, width=12):
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


ENCODINGS = {
    "login-twice-in-base64": lambda s: base64.b64encode(
        base64.b64encode(f"x:{s}".encode())
    ).decode(),
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
    "split-by-colours": lambda s: "\x1b[31m".join(wrapped(s, 5).split("\n")),
    "split-by-line-ends": lambda s: wrapped(s, 8),
    "json-in-url": lambda s: quote(json.dumps(s), safe=""),
}
SURFACES = {
    "log": lambda clean, _: clean.reason,
    "terminal": lambda clean, _: terminal.render(clean),
    "summary": lambda clean, _: markdown.render(clean),
    "annotations": lambda clean, _: annotations.render(clean),
    "json": lambda clean, _: json_report.render(clean),
    "slack": lambda clean, _: slack.render(clean, ""),
    "comment": lambda clean, _: shortened(markdown.render(clean), COMMENT_BYTES),
    "outputs": lambda clean, _: str(outputs.outputs(clean, "")),
    "page": lambda clean, _: html_report.render(clean),
    "junit": lambda clean, _: junit.render(clean),
    "trace": lambda clean, _: otlp_trace.render(clean, TraceOrigin({}, None, "1")),
    "webhook": lambda clean, _: event.render(clean, ""),
    "markdown of drift": lambda _, audited: markdown.render(audited),
    "issue": lambda _, audited: markdown.render_drift(audited),
    "sarif": lambda _, audited: sarif.render(audited),
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


def in_pieces(sign):
    return lambda s: sign.join(s[at : at + 5] for at in range(0, len(s), 5))


def full_width(s):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in s)


def mathematical(s):
    return "".join(
        chr(
            ord(c)
            + (0x1D400 - 65 if c.isupper() else 0x1D41A - 97 if c.islower() else 0x1D7CE - 48)
        )
        if c.isascii() and c.isalnum()
        else c
        for c in s
    )


#: Ways in which programs rarely write: whole, a secret is not left in any of them.
RARE = {
    "percent-u": lambda s: "".join(f"%u{ord(c):04x}" for c in s),
    "quoted-printable-of-all": lambda s: "".join(f"={byte:02X}" for byte in s.encode()),
    "full-width": full_width,
    "mathematical": mathematical,
    "put-together-by-plus": in_pieces('" + "'),
    "put-together-by-dots": in_pieces("' . '"),
    "put-together-by-sql": in_pieces("'||'"),
    "side-by-side": in_pieces("' '"),
    "hex-of-base64": lambda s: base64.b64encode(s.encode()).hex(),
    "base64-of-hex": lambda s: base64.b64encode(s.encode().hex().encode()).decode(),
    "base32-with-digits-first": lambda s: base64.b32hexencode(s.encode()).decode(),
    "base85": lambda s: base64.b85encode(s.encode()).decode(),
    "ascii85": lambda s: base64.a85encode(s.encode()).decode(),
    "base64-three-times": lambda s: base64_after(b"")(base64_after(b"")(base64_after(b"")(s))),
    "hex-of-wide-letters": lambda s: s.encode("utf-16-be").hex(),
    "carets-between": "^".join,
    "back-ticks-between": "`".join,
}


@pytest.mark.parametrize("kind", ["token", "password"])
@pytest.mark.parametrize("way", RARE)
def test_no_rare_form_of_a_secret_is_left(way, kind):
    shown = RARE[way](KINDS[kind])
    rest = Redactor([KINDS[kind]])(f"the words before {shown} and after it")

    assert rest.startswith("the words before ")
    assert rest.endswith(" and after it")
    assert "***" in rest
    assert not {piece for piece in pieces(shown) if piece in rest.lower()}


@pytest.mark.parametrize(
    "text",
    [
        'a = "" + b',
        "x=20, y=30",
        "\uff34\uff41\uff42\uff4c\uff45 1",
        'say "a" + "b"',
        "%u is no number",
    ],
)
def test_what_only_looks_quoted_stays(text):
    assert Redactor(["Zk8vQ2mX91LrT4wN"])(text) == text


ODD = (
    "Tr0ub4dor&3", "{json:like}Secret9", "[list]S3cret!", "tab\tinside9Q", "new\nline0Secret",
    "'single'quoted9", '"double"quoted9', "`backtick`cmd9Z", "$HOME/expansion9",
    "${{ secrets.X9 }}", "%41%42percent9", "100%sure-it-is9", "&amp;entity9Z",
    "\\n-not-a-break9", "\\u0041escaped9Z", "ends-with-backslash9\\", "日本語パスワード9",
    "пароль-секрет-77", "🔑emoji-key-42Z", "e\u0301accent-combining9", "ﬁligature-secret9",
    "İstanbul-i-Secret9", "straße-STRASSE-9Z", "ß9ß9ß9ß9ß9ß9", "00001111222233334444",
    "deadbeefcafebabe0123456789", "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", "p@ss:w0rd@h:5432/x",
    "user:pa:ss:w9ord", "Server=h;Uid=a;Pwd=Zx9QwErT;", "~tilde^caret|pipe9Z",
    "with spaces in it 9Z", "===padded===Secret9", "AAAAAAAAAAAAAAAAb7", "a/b+c=d==9", "x" * 41,
    "correct-horse-battery-staple-7", "trailing-newline9Z\n", "\u200bzero-width-first9",
    "comma,semi;colon9Z",
)  # fmt: skip


def is_latin(text):
    return all(ord(char) < 256 for char in text)


FURTHER = {
    "sql": lambda s: "'" + s.replace("'", "''") + "'",
    "csv": lambda s: '"' + s.replace('"', '""') + '"',
    "csv-in-json": lambda s: json.dumps(s.replace('"', '""')),
    "sql-name": lambda s: "`" + s.replace("`", "``") + "`",
    "url-in-base64": lambda s: base64.b64encode(quote(s, safe="").encode()).decode(),
    "form-of-json": lambda s: quote_plus(json.dumps(s)),
    "html-in-hex": lambda s: "".join(f"&#x{ord(c):X};" for c in s),
    "base64-without-padding": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "bytes": lambda s: repr(s.encode()),
    "other-case": str.swapcase,
    "title": str.title,
    "json-of-letters": lambda s: json.dumps(s, ensure_ascii=False),
    "base64-of-wide-letters": lambda s: base64.b64encode(s.encode("utf-16-le")).decode(),
    "base64-twice": lambda s: base64_after(b"")(base64_after(b"")(s)),
    "base64-of-json": lambda s: base64_after(b'["')(json.dumps(s)[1:-1]),
    "base32": lambda s: base64.b32encode(s.encode()).decode(),
    "base32-further": lambda s: base64.b32encode(b"u:" + s.encode()).decode(),
    "hex-of-wide-letters": lambda s: s.encode("utf-16-le").hex(),
    "bytes-of-go": lambda s: ", ".join(f"0x{byte:x}" for byte in s.encode()),
    "escapes-in-braces": lambda s: "".join(f"\\u{{{ord(c):x}}}" for c in s),
    "escapes-of-eight": lambda s: "".join(f"\\U{ord(c):08x}" for c in s.strip()),
    "ascii": ascii,
    "letters-in-parts": lambda s: unicodedata.normalize("NFD", s),
    "letters-in-parts-in-url": lambda s: quote(unicodedata.normalize("NFD", s), safe=""),
    "letters-in-one": lambda s: unicodedata.normalize("NFC", s),
    "old-url": lambda s: quote(s.encode("latin-1", "ignore") if is_latin(s) else s, safe=""),
    "letters-read-wrongly": lambda s: s.encode().decode("latin-1"),
    "mail": lambda s: quopri.encodestring(s.encode()).decode().replace("=\n", ""),
}


@pytest.mark.parametrize("encoding", {**ENCODINGS, **FURTHER})
def test_no_form_of_an_odd_secret_is_left(encoding):
    encode = {**ENCODINGS, **FURTHER}[encoding]
    frame = "words before password='' host=x and after it user"
    framed = pieces("".join(c for c in frame if c.isalnum()), 6)
    left = []
    for secret in ODD:
        shown = encode(secret)
        clean = Redactor([secret])(f"words before {shown} and after it")
        own = pieces("".join(filter(str.isalnum, shown)), 8)
        seen = pieces("".join(filter(str.isalnum, clean)), 8)
        if own & {p for p in seen if not any(f in p for f in framed)} or "after it" not in clean:
            left.append((secret, clean))

    assert left == []
    assert len(ODD) == 40


@pytest.mark.parametrize(("line", "gone", "kept"), LINES, ids=range(len(LINES)))
def test_what_goes_of_a_line_and_what_stays(line, gone, kept):
    shown = Redactor()(line)

    assert kept in shown
    if gone:
        assert gone not in shown
    else:
        assert shown == line


def test_every_pattern_of_a_vendor_is_one_of_pythons():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for pattern in vendor_patterns():
            assert vendor_tokens.compiled.__wrapped__(pattern)


@pytest.mark.parametrize("name", vendor_tokens.POSIX_CLASSES)
def test_a_class_of_characters_of_another_language_is_translated(name):
    fits = {
        "alnum": "aZ9", "alpha": "aZ", "ascii": "a~", "blank": "\t ", "cntrl": "\x01\x7f",
        "digit": "09", "graph": "a~", "lower": "az", "print": "a ", "punct": "!/:@[\\]`{~",
        "space": "\n ", "upper": "AZ", "word": "a_", "xdigit": "9aF",
    }[name]  # fmt: skip

    pattern = vendor_tokens.compiled(f"[[:{name}:]]")

    assert [letter for letter in fits if not pattern.fullmatch(letter)] == []
    assert pattern.fullmatch("é") is None


def test_a_token_of_airtable_is_hidden():
    token = f"pat{'aZ9' * 4}xy.{'0f' * 32}"

    assert Redactor()(f"airtable said no to {token} today") == "airtable said no to *** today"


#: Where the patterns themselves stand.
PATTERNS = (
    "told_values.py",
    "secret_shapes.py",
    "secret_words.py",
    "written_values.py",
    "listed_secrets.py",
    "worded_records.py",
    "tabled_secrets.py",
    "spoken_secrets.py",
)


@pytest.mark.slow
def test_our_own_sentences_hold_nothing_that_looks_like_a_secret():
    redact = Redactor()
    said = {
        node.value
        for path in Path(verifier.__file__).parent.rglob("*.py")
        if "sandbox" not in path.parts and path.name not in PATTERNS
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


SECRET_IN_ANY_LANGUAGE = (
    "DB_SENHA", "SENHA", "SENHAS_DO_BANCO", "CHAVE_API", "CHAVE_DE_ACESSO", "SEGREDO", "CONTRASENA",
    "CONTRASE\u00d1A_DB", "CLAVE_API", "MOT_DE_PASSE", "MOTDEPASSE_DB", "CLE_API", "KENNWORT",
    "DB_PASSWORT", "SCHLUESSEL", "WACHTWOORD", "PAROLA_DB", "HASLO", "MASTERKEY", "MASTER_KEYS",
    "AESKEY", "PASSKEY", "SSHKEY", "ENCRYPTION_KEYS", "ENCRYPTIONKEY", "ACCESSKEY", "LICENSE_KEYS",
    "DBPWD", "MYSQLPWD", "SMTPPASS", "MAILPASS", "PASSCODE", "ACCESS_CODE", "INVITE_CODES", "OTP",
    "TOTP_SEED", "BACKUP_CODES",
)  # fmt: skip
OF_ONES_OWN = (
    "INPUT_FOO", "PG_ADMIN", "LC_X", "GITHUB_SOMETHING", "GITHUB_APP_PEM", "NIXPACKS_X", "RUNNER_X",
    "RAILWAY_ADMIN", "RAILWAY_VOLUME_X", "npm_config_//registry/:_x", "ACTIONS_X", "XDG_X", "LS_X",
    "VERIFIER_X",
)  # fmt: skip
OF_THE_PLATFORM = (
    "RAILWAY_GIT_COMMIT_MESSAGE", "RAILWAY_GIT_BRANCH", "RAILWAY_PUBLIC_DOMAIN", "GITHUB_WORKFLOW",
    "RAILWAY_SERVICE_SHOP_API_URL", "GITHUB_HEAD_REF", "GITHUB_ACTOR", "RUNNER_NAME", "GITHUB_JOB",
    "LC_ALL", "LS_COLORS", "VERIFIER_ARGUMENTS", "HOSTNAME",
)  # fmt: skip


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
        ("DB_PASS", "letmeinplease", True),
        ("SMTP_PASS", "Hunterhunter", True),
        ("WALLET_SEED", "abandon ability able about above absent", True),
        ("PEPPER", "correct horse battery staple", True),
        ("ANY_PLACE", "/k3J9sQ+ab/Zx8LmN0pQrStUvWxYz12", True),
        ("ANY_ONE", "admin:hunterhunter", True),
        ("ADMIN_USER", "root:Sup3rS3cret!", True),
        ("DEPLOY_RELEASE", "Zk8vQ2mX91LrT4wN", True),
        ("NOTES", "secretword " * 20 + "Zk8vQ2mX91LrT4wN", True),
        *((name, "abacaxi-azul", True) for name in SECRET_IN_ANY_LANGUAGE),
        ("API_KEYS", "letmein,opensesame", True),
        ("ADMIN_CODE", "83920174", True),
        *((name, "sup3rS3cret!9x", True) for name in OF_ONES_OWN),
        ("npm_config__authx", "c3VwM3I6UzNjcmV0OXg=", True),
        ("SUPABASE_SERVICE_ROLE", "opensesame-now", True),
        ("BYPASS", "health-checks", False),
        ("COMPASS", "north-west", False),
        ("MONKEY", "banana-yellow", False),
        ("HOTKEY", "control-shift", False),
        ("DROPDOWN", "left-aligned", False),
        ("PASSCODES_ENABLED", "true", False),
        ("CLAVECIN", "harpsichord-one", False),
        ("SERVICE_ROLE", "background-worker", False),
        *((name, "Fix it! (#12) x9Zq$", False) for name in OF_THE_PLATFORM),
        ("APP_USER", "application", False),
        ("PLACES", "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2", False),
        ("PYTHON", "/opt/python3.11/bin", False),
        ("ANYTHING_ELSE", "eu-west-1", False),
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
        ("VERIFIER_ARGUMENTS", "--config\n$(touch pwned) `id`", False),
        ("MONGO_HOST", "app:hunter2horse@db.test:27017", True),
        ("PROXY_HOSTS", ":hunter2horse@proxy.test", True),
        ("ADMIN_PATH", "/Zk8vQ2mX91LrT4wN", True),
        ("MONGO_HOST", "db.test:27017", False),
        ("BUILD_PATH", "/opt/Python-3.11.9/bin", False),
        ("JAVA_HOME_PATH", "/opt/hostedtoolcache/Java_Temurin/21.0.4-7/x64", False),
        ("VERIFIER_REPORT", "/runner/Zk8vQ2mX91LrT4wN/report.json", False),
        ("SIGNER_FILE", "-----BEGIN X-----\nabcdefgh\n-----END X-----", True),
    ],
)
def test_which_variables_are_secret(name, value, is_hidden):
    found = list(secrets_in({name: value}, public=("CALLED_PUBLIC",)))

    assert found[:1] == ([value] if is_hidden else [])


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("host=db user=app password=hunter2horse dbname=x", "hunter2horse"),
        ("host=db password='hunter2 horse' dbname=x", "hunter2 horse"),
        ("jdbc:postgresql://h/db?user=a&password=hunter2horse", "hunter2horse"),
        ("Server=h;Uid=a;Pwd=hunter2x;", "hunter2x"),
        ("https://x.test/h?token=AbCdEf123456789", "AbCdEf123456789"),
        ("https://abcdef0123456789abcdef@o1.ingest.test/5", "abcdef0123456789abcdef"),
        ('{"a": {"client_secret": "letmein"}, "b": ["x", "Zk8vQ2mX91LrT4wN"]}', "letmein"),
        ('{"a": {"client_secret": "letmein"}, "b": ["x", "Zk8vQ2mX91LrT4wN"]}', "Zk8vQ2mX91LrT4wN"),
        ("k1aaaaaaaaQ9, k2bbbbbbbbQ9", "k2bbbbbbbbQ9"),
    ],
)
def test_what_a_value_is_made_of_is_hidden_by_itself(value, part):
    redact = Redactor(secrets_in({"ANY": value}))

    assert redact(f"saw {part} here") == "saw *** here"


SECRET = "Zk8vQ2mX91LrT4wNbbGq73Hs"


@pytest.mark.parametrize(
    "between",
    ["\u200b", "\xad", "\u202a", "\u2060", "\ufe0f", "\x00", "\x1b[31m", "\x1b[0;1m", "\ud83d",
     "\ue000", "\u3164", "\u0301", "\U000e0041", "\u200b\x1b[0m\xad"],
)  # fmt: skip
def test_what_nobody_sees_brings_no_secret_back(between):
    redact = Redactor([SECRET, "hunter22"])

    for secret in (SECRET, "hunter22"):
        assert redact(f"tok {secret[:5]}{between}{secret[5:]} end") == "tok *** end"
        assert redact(f"tok {between.join(secret)} end") == "tok *** end"


@pytest.mark.parametrize("between", ["\u200b", "\xad", "\u2060"])
def test_what_nobody_sees_hides_no_header_from_the_shapes(between):
    assert "abc.def" not in Redactor()(f"Authori{between}zation: Bearer abc.def")


@pytest.mark.slow
def test_all_that_is_taken_out_of_a_text_is_unseen():
    taken = [chr(n) for n in range(0x80, 0x110000) if len(printable(f"a{chr(n)}b")) == 2]
    find = Redactor([SECRET])

    assert [hex(ord(c)) for c in taken if find(SECRET[:9] + c + SECRET[9:]) != "***"] == []


@pytest.mark.parametrize("after", ["", "…", '" is what it says', "…, and 3 more"])
@pytest.mark.parametrize("shown", [6, 8, 12, 20])
def test_the_beginning_of_a_secret_that_was_cut_is_hidden(after, shown):
    assert Redactor([SECRET])(f"says {SECRET[:shown]}{after}") == f"says ***{after}"


@pytest.mark.parametrize("text", ["says Zk8v", "correct is right", "a Zk8vQ2 in the middle"])
def test_what_may_be_a_word_stays(text):
    assert Redactor([SECRET, "correct horse battery staple"])(text) == text


def test_a_secret_that_a_log_splits_with_the_time_between_is_hidden():
    lines = [f"2026-01-01T00:00:00.123Z a {SECRET[:9]}", f"2026-01-01T00:00:01.5Z {SECRET[9:]} b"]

    shown = Redactor([SECRET]).lines(lines)

    assert shown == ("2026-01-01T00:00:00.123Z a ***", "*** b")


#: Each of them once took time by the square of its length, or a reading for every letter.
ROWS_OF = ("\\", "%25", "25", "amp;", "&amp;", "\\u0041", "\\\\u005c", "%26amp%3B\\u0025&#37;")


@pytest.mark.slow
@pytest.mark.parametrize("piece", ROWS_OF)
def test_a_text_of_twice_the_length_takes_twice_the_work(piece):
    def work(pieces):
        """Characters that are looked at in all readings."""
        text = {"25": "%", "amp;": "&"}.get(piece, "") + piece * pieces
        return sum(len(reading[0]) for reading in secret_forms.readings(text))

    assert work(2000) <= 2.1 * work(1000)
    assert work(60_000) <= 3_200_000  # the text, and a limit for all further readings


@pytest.mark.parametrize("piece", ["x", "ab", "a1-"])
@pytest.mark.timeout(20)
@pytest.mark.slow
def test_a_secret_that_repeats_itself_is_not_looked_for_in_each_of_its_places(piece):
    secret = piece * (60_000 // len(piece))
    redact = Redactor([secret])

    assert redact(f"found {secret} here") == "found *** here"
    assert redact(f"found {secret[:30_000]}") == "found ***"


def test_no_way_of_quoting_looks_for_the_end_of_a_row_of_backslashes():
    for quoting in (secret_forms.UNSEEN, *secret_forms.QUOTINGS):
        assert "\\\\+" not in quoting.pattern


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


@pytest.mark.parametrize("place", ["message", "dsn", "status", "word", "list", "error"])
@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda secret: secret, id="plain"),
        pytest.param(lambda secret: "".join(f"%{ord(c):02X}" for c in secret), id="url"),
        pytest.param(lambda secret: "".join(f"\\u{ord(c):04x}" for c in secret), id="json"),
        pytest.param(lambda secret: f"postgresql://app:{secret}@db.test/shop", id="address"),
    ],
)
def test_a_secret_that_a_health_document_cuts_is_hidden(written, place):
    """Whatever a report says behind the place where it was cut."""
    secret = "Zk8vQ2mX91LrT4wN"
    redact = Redactor([secret])
    whole = written(secret)
    begins = written(secret[:7])[: -len("@db.test/shop") if "@" in whole else None]
    for cut in (1, 2, len(whole) // 8):
        text = "x" * (499 - len(whole) + cut) + " " + whole
        entry = {"message": text} if place == "message" else {place: text}
        entry = {"hosts": [text, "b"]} if place == "list" else entry
        entry = {"error": {"message": text}} if place == "error" else entry
        entry = {"host": "h", **({} if place == "status" else {"status": "error"}), **entry}
        body = {"status": "ok", "checks": {"db": text if place == "word" else entry}}
        row = Row("", "", "", "deep", ["db"], 200, "application/json", body, "", "")

        told = [redact(t) for f in findings(row) for t in (f.summary, f.detail, f.hint)]

        assert any("xxxx" in text for text in told)
        assert [text for text in told if begins in text] == []


@pytest.mark.parametrize("behind", ["", "; host=h", '", an unrecognised status'])
def test_the_password_of_an_address_that_was_cut_is_hidden(behind):
    shown = Redactor()(f"cannot reach postgresql://app:hunter2horse/9Xq…{behind}")

    assert shown == f"cannot reach postgresql://***…{behind}"


@pytest.mark.parametrize("behind", ["", "…", '" it is', ":"])
@pytest.mark.parametrize("said", ["postgresql:", "postgresql://"])
def test_what_all_addresses_begin_with_is_no_beginning_of_a_secret(said, behind):
    text = f"expected one that begins with {said}{behind}"

    assert Redactor(["postgresql://app:hunter2horse@db.test/app"])(text) == text


def test_an_address_without_a_password_that_was_cut_is_shown():
    assert Redactor()("see https://docs.test/errors/ab…") == "see https://docs.test/errors/ab…"


@pytest.mark.parametrize("name", ["PWD", "OLDPWD"])
def test_the_folder_of_a_shell_is_no_secret(name):
    assert list(secrets_in({name: "/srv/checkout/shop-api"})) == []


@pytest.mark.parametrize("name", ["PWD", "DB_PWD", "PWD_MAIN", "DB_PWD_MAIN", "MYSQL_PWD"])
def test_a_password_is_one_by_any_of_its_names(name):
    assert list(secrets_in({name: "hunter2-of-mine"})) != []


def test_every_text_of_a_result_is_redacted_keys_among_them():
    secret = "s3cr3t-t0ken-value-x"
    value = {"a": secret, secret: [(secret, 1, None)], "b": {"c": Outcome.PASS}}

    cleaned = redacted_values(value, Redactor([secret]))

    assert secret not in repr(cleaned)
    assert cleaned["a"] != secret
    assert cleaned["b"] == {"c": "pass"}


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("password: \x1b[32m'ansi-Pw-2'\x1b[39m", "password: '***'"),
        ("\x1b[36mDB_PASSWORD\x1b[0m=ansi-Pw-1x", "DB_PASSWORD=***"),
        ("Authorization: \x1b[1mBearer abcd1234efgh5678\x1b[0m", "Authorization: ***"),
        ("api_key=\x1b[33m'ansi-Pw-4'\x1b[0m", "api_key='***'"),
        ("\x1b[35mpassword\x1b[0m\x1b[2m=\x1b[0mstructlogPw7", "password=***"),
        ("\x1b]8;;http://u:Pw8link9x@h\x1b\\link\x1b]8;;\x1b\\", "link"),
        (r'{"m":"\u001b[36mDB_PASSWORD\u001b[0m=ansi-Pw-1x"}', r'{"m":"DB_PASSWORD=***"}'),
        ("\x9b1mtoken\x9b0m=abc12345", "token=***"),
        ("listening \x1b[32mon\x1b[0m 8080 [32m", "listening on 8080 [32m"),
    ],
)
def test_a_colour_hides_no_secret_and_is_not_shown(line, shown):
    assert Redactor()(line) == shown


INPUTS = yaml.safe_load((Path(__file__).parents[2] / "action.yml").read_text("utf-8"))["inputs"]


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_of_the_action_is_secret_where_it_is_one(name):
    """Some runners repeat the inputs so: paths and commands that stand in every report."""
    is_one = "Secret, default" in INPUTS[name]["description"]
    is_hidden = bool(list(secrets_in({f"INPUT_{name.upper()}": ".github/verifier.yml"})))

    assert is_hidden == is_one
