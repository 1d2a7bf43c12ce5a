"""A pure room thinks: it touches the world in no way, and no way to do so goes unnoticed."""

import pytest

from tests.purity import PURE, ROOT, impurities

PACKAGE = ROOT / "verifier"
MODULES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0].removesuffix(".py") in PURE
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_pure_room_does_not_touch_the_world(path):
    assert impurities(path.read_text("utf-8")) == []


def given(name, expression):
    """A function that is given something whose type says nothing, and does that with it."""
    return f"def inside({name}: object) -> None:\n    {expression}"


@pytest.mark.parametrize(
    "snippet",
    [
        pytest.param(given(name, expression), id=expression)
        for name, expression in (
            ("path", "path.absolute()"),
            ("path", "path.exists()"),
            ("path", "path.expanduser()"),
            ("path", "[p for p in path.iterdir()]"),
            ("path", "path.open()"),
            ("path", "path.read_text()"),
            ("path", "path.resolve()"),
            ("path", "path.unlink()"),
            ("path", "path.write_bytes(b'')"),
            ("path", "path.parent.mkdir()"),
            ("stream", "stream.read()"),
            ("stream", "stream.flush()"),
            ("stream", "stream.write('x')"),
            ("stream", "stream.buffer.write(b'x')"),
            ("client", "client.post('/')"),
            ("client", "client.request('GET', '/')"),
            ("client", "client.stream('GET', '/')"),
            ("connection", "connection.execute('select 1')"),
            ("connection", "connection.recv(1)"),
            ("connection", "connection.cursor().fetchone()"),
            ("clock", "clock.sleep(1)"),
            ("clock", "clock.now()"),
            ("clock", "clock.monotonic()"),
            ("log", "log.info('x')"),
            ("log", "log.error('x')"),
            ("chance", "chance.random()"),
            ("lock", "lock.acquire()"),
            ("process", "process.communicate()"),
            ("thread", "thread.start()"),
            ("function", "function.__globals__"),
            ("function", "function.__globals__['open']('file')"),
            ("module", "module._private.inside"),
            ("x", "x.io.FileIO('file')"),
            ("x", "().__class__.__base__.__subclasses__()"),
            ("x", "getattr(x, 'write_' + 'text')"),
            ("x", "setattr(x, 'a', 1)"),
        )
    ],
)
def test_what_does_something_to_the_world_is_noticed_whatever_it_is_done_to(snippet):
    assert impurities(snippet)


@pytest.mark.parametrize(
    "snippet",
    [
        "import os",
        "import os.path",
        "import sys\nsys.stdout.write('x')",
        "import time",
        "import pathlib",
        "import shutil",
        "import logging\nlog = logging.getLogger()\nlog.warning('x')",
        "import random",
        "import subprocess",
        "import threading",
        "import asyncio",
        "import importlib",
        "import httpx",
        "import json, socket",
        "import io\nio.open('file')",
        "import typing\nfound = typing.sys",
        "import builtins\nopens = builtins.open",
        "import urllib.request",
        "from os import environ",
        "from io import open",
        "from time import monotonic as moment",
        "from typing import Any",
        "from typing import TextIO",
        "from typing import Protocol",
        "from fnmatch import filter",
        "from urllib import request",
        "from pathlib import *",
        "from pathlib import Path\nhere = Path.cwd()",
        "from json import *\nfrom fnmatch import *",
        "from json import load",
        "from dataclasses import sys",
        "from . import needs",
        "from .. import needs",
        "def inside() -> None:\n    import os",
        "from httpx import Client\ndef ask(client: Client) -> str:\n    return client.get('/').text",
        "def ask(client: Client) -> str:\n    return client.get('/').text",
        "def ask(client: 'httpx.Client') -> str:\n    return client.get('/').text",
        "def ask(client):\n    return client.get('/')",
        "def ask(found: 'list[Path]') -> None:\n    pass",
        "log.warning('x')",
        "import json\ndef ask(stream: str) -> object:\n    return json.load(stream)",
        "import json\nfound = json.decoder.scanner",
        "import json\ntools = [json]",
        "import re\nfound = re.enum.sys.modules['os']",
        "import re as words\nfound = words.enum.sys",
        "from datetime import UTC, datetime\ndatetime.now(UTC)",
        "from datetime import date\ndate.today()",
        "from datetime import datetime\ndatetime.fromtimestamp(0)",
        "from verifier.model.report import datetime",
        "from verifier.health import reader\nfound = reader.json",
        "from verifier.health import reader\nreader._private",
        "open('file')",
        "reads = open",
        "open = 1\nopen('file')",
        "print('x')",
        "input()",
        "__import__('os')",
        "exec('import os')",
        "eval('1')",
        "compile('1', '', 'eval')",
        "globals()['open']",
        "vars()",
        "__builtins__['open']",
        "__loader__.load_module('os')",
        "breakpoint()",
        "async def ask() -> None:\n    pass",
        "with given as opened:\n    pass",
        "def count() -> None:\n    global seen\n    seen = 1",
    ],
)
def test_what_leads_to_the_world_is_noticed(snippet):
    assert impurities(snippet)


@pytest.mark.parametrize(
    "snippet",
    [
        "import re\nWORD = re.compile('a', re.IGNORECASE)\nfound = WORD.fullmatch('a')",
        "import json\ntext = json.dumps(json.loads('{}'))",
        "import json\ntry:\n    json.loads('')\nexcept json.JSONDecodeError as bad:\n    bad.msg",
        "import math\nlimit = math.inf",
        "from io import StringIO",
        "from fnmatch import fnmatchcase",
        "from collections.abc import Iterator",
        "from urllib.parse import urlsplit\nhost = urlsplit('//a').hostname",
        "from verifier.model.finding import Finding",
        "from verifier.report import headline\nheadline.headline",
        "from datetime import UTC, datetime\nat = datetime.fromisoformat('2026-01-01')",
        "from datetime import datetime\ndef age(at: datetime, now: datetime) -> float:\n"
        "    return (now - at).total_seconds()",
        "from dataclasses import dataclass\n@dataclass\nclass Row:\n    id: str\n    hash: str",
        "from typing import Literal\ndef form(word: Literal['a.b/v1']) -> str:\n    return word",
        "class Bad(Exception):\n    def __init__(self, text: str) -> None:\n"
        "        super().__init__(text)\n        self.hint = text",
        "class Row:\n    def size(self) -> int:\n        return self._value",
        "def later(finding: 'Finding') -> str:\n    return finding.summary\nclass Finding: pass",
        "def shortest(words: list[str]) -> str:\n    return min(words, key=lambda w: len(w))",
        "def first(rows: dict[str, int]) -> int:\n    return rows.get('a', 0)",
        "def said(row: object) -> str:\n    match row:\n        case [str(word), *rest]:\n"
        "            return word + str(rest)\n        case {'a': found, **more}:\n"
        "            return f'{found}{more}'\n    return ''",
        "text = 'a b'.format(now=1).casefold().split()",
        "rows = sorted({a: b for a, b in zip([1], [2], strict=True)}.items())",
    ],
)
def test_thinking_is_allowed(snippet):
    assert impurities(snippet) == []
