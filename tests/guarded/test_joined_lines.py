"""A secret that is broken over lines of a log, each with something before it or around it."""

import base64
import json
from urllib.parse import quote

import pytest

from verifier.guarded.redaction import Redactor

SECRETS = (
    "Zk8vQ2mX91LrT4wN",
    "p@ss/w0rd+very=secret",
    "739184620183662",
    "9f86d081884c7d659a2feaa0",
)
FORMS = {
    "plain": str,
    "url": lambda s: quote(s, safe=""),
    "json": lambda s: json.dumps({"k": s}),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "login": lambda s: base64.b64encode(f"user:{s}".encode()).decode(),
    "hex": lambda s: s.encode().hex(),
    "escapes": lambda s: "".join(f"\\x{byte:02x}" for byte in s.encode()),
    "upper": str.upper,
}
LINES = {
    "nothing": "{}",
    "time": "2026-01-02T03:04:05.67{n}Z {}",
    "docker": "api-1  | {}",
    "log": "2026-01-02 03:04:05,67{n} INFO app: {}",
    "actions": "2026-01-02T03:04:05.678901{n}Z ##[error]{}",
    "syslog": "Jan  2 03:04:0{n} host app[123]: {}",
    "quote": "> {}",
    "diff": "+ {}",
}


def seen(shown, form):
    """The longest piece of a form that can still be read, at least eight characters."""
    pieces = (form[at : at + 8].lower() for at in range(len(form) - 7))
    return [piece for piece in pieces if piece in shown.lower() and piece not in '{"k": "'.lower()]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_broken_over_lines_is_hidden_whatever_stands_before_each(secret, form, line):
    written = FORMS[form](secret)
    half = len(written) // 2
    parts = ("started", written[:half], written[half:], "ended")
    lines = [LINES[line].replace("{n}", str(n)).replace("{}", part) for n, part in enumerate(parts)]
    shown = Redactor([secret]).lines(lines)

    assert len(shown) == len(lines)
    own = "dXNlcjp" if form == "login" else ""
    assert seen("\n".join(shown).replace(own, ""), written.removeprefix(own)) == []
    assert ("started" in shown[0], "ended" in shown[-1]) == (True, True)


CHANGING = {
    "numbers": ("9| {}", "10| {}"),
    "threads": ("[thread-9] {}", "[thread-10] {}"),
    "levels": ("[ERROR] {}", "[INFO] {}"),
    "levels-after-a-time": ("12:00:09 WARNING {}", "12:00:10 INFO {}"),
    "pods": ("web-7d9f-abcde web | {}", "web-7d9f-qqxyz web | {}"),
    "prefixed-pods": ("[pod/web-7d9f/web] {}", "[pod/worker-1/w] {}"),
    "compose": ("api-1  | {}", "worker-12  | {}"),
    "programs": ("sshd[9]: {}", "systemd[1023]: {}"),
    "journal": ("Jan  9 03:04:05 db-1 sshd[9]: {}", "Jan 10 03:04:05 web sudo: {}"),
}


@pytest.mark.parametrize("line", CHANGING)
@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_broken_over_lines_that_begin_differently_is_hidden(secret, line):
    parts = ("started", *(secret[at : at + 6] for at in range(0, len(secret), 6)), "ended")
    lines = [CHANGING[line][n % 2].replace("{}", part) for n, part in enumerate(parts)]
    shown = Redactor([secret]).lines(lines)

    assert [part for part, told in zip(parts, shown, strict=True) if part in told] == [
        "started",
        "ended",
    ]


def test_records_of_json_are_looked_at_as_one_text():
    lines = [json.dumps({"msg": part, "level": "info"}) for part in ("Zk8vQ2mX", "91LrT4wN", "ok")]
    shown = Redactor(["Zk8vQ2mX91LrT4wN"]).lines(lines)

    assert ("Zk8v" in shown[0], "T4wN" in shown[1], '"ok"' in shown[2]) == (False, False, True)


def test_lines_that_have_nothing_to_hide_stay_as_they_are():
    lines = [f"2026-01-02 03:04:0{n} INFO app: took {n} ms" for n in range(9)]

    assert Redactor(["Zk8vQ2mX91LrT4wN"]).lines(lines) == tuple(lines)


def test_html_is_read_without_its_semicolons_too():
    assert Redactor(["a&b<c>d-e-f"])("see a&ampb&ltc&gtd-e-f here") == "see *** here"


def xxd(raw, place):
    pairs = raw.hex(" ", 2) if len(raw) % 2 == 0 else f"{raw[:-1].hex(' ', 2)} {raw[-1:].hex()}"
    return f"{place:08x}: {pairs.strip():<39}  {raw.decode('latin-1')}"


def hexdump(raw, place):
    left, right = raw[:8].hex(" "), raw[8:].hex(" ")
    return f"{place:08x}  {left:<23}  {right:<23}  |{raw.decode('latin-1')}|"


@pytest.mark.parametrize("before", ["", "user=ann password=", "2026-01-02T03:04:05Z "])
@pytest.mark.parametrize("dump", [xxd, hexdump])
@pytest.mark.parametrize("secret", [*SECRETS, "Zk8vQ2mX91LrT4wNbbGq73Hs", "correct horse battery!"])
def test_a_dump_shows_a_secret_neither_in_hex_nor_beside_it(secret, dump, before):
    raw = f"{before}{secret} and what follows".encode()
    lines = [dump(raw[at : at + 16], at) for at in range(0, len(raw), 16)]

    shown = "\n".join(Redactor([secret]).lines(lines))

    told = "".join(shown.split())
    assert all(secret[at : at + 6].replace(" ", "") not in told for at in range(len(secret) - 5))
    in_hex = secret.encode().hex()
    assert all(in_hex[at : at + 12] not in told for at in range(0, len(in_hex) - 11, 2))
    assert shown.count("\n") == len(lines) - 1


def test_a_dump_within_another_text_is_read():
    raw = b"Zk8vQ2mX91LrT4wNbbGq73Hs"
    text = f'{{"told": "{xxd(raw[:16], 0)}\n{xxd(raw[16:], 16)}", "n": 1}}'

    shown = Redactor([raw.decode()])(text)

    assert "5a6b 3876" not in shown
    assert "Zk8vQ2" not in shown
    assert '"n": 1' in shown


def test_a_dump_of_something_else_stays():
    lines = [xxd(b"GET /health HTTP", 0), xxd(b"/1.1 and no more", 16)]

    assert Redactor(["Zk8vQ2mX91LrT4wN"]).lines(lines) == tuple(lines)
