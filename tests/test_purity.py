"""A pure room thinks: it touches the world in no way, and no way to do so goes unnoticed."""

import pytest

from tests.purity import PURE, ROOT, handed_in, impurities

PACKAGE = ROOT / "verifier"
MODULES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0].removesuffix(".py") in PURE
]


def test_a_pure_room_does_not_touch_the_world():
    found = {
        path.relative_to(PACKAGE).as_posix(): impurities(path.read_text("utf-8"))
        for path in MODULES
    }

    assert {name: what for name, what in found.items() if what} == {}


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
        "def ask(row: object) -> str:\n    match row:\n"
        "        case Finding(summary=said):\n            return said\n    return ''\nclass Finding: pass",
        "_FORM = '{a} and {b:>4}'\ntext = (_FORM if 1 else '{a}').format(a=1, b=2)",
        "from datetime import UTC, datetime\ndef ask(given: datetime) -> datetime:\n"
        "    return given.astimezone(UTC)",
        "def ask(words: list[str]) -> list[str]:\n    found = []\n    for word in words:\n"
        "        found.append(word)\n    found[0] = 'a'\n    return found",
        "SEEN: dict[str, int] = {}\nSEEN['a'] = 1",
        "rows = sorted({a: b for a, b in zip([1], [2], strict=True)}.items())",
        "from collections.abc import Sequence\nfrom typing import Literal\n"
        "from pydantic import TypeAdapter\nfrom verifier.model.finding import Finding\n"
        "class Row:\n    pass\nSHOWN = Finding | Row | None\n"
        "FORM: TypeAdapter[SHOWN | Sequence[SHOWN]] = TypeAdapter(SHOWN | Sequence[SHOWN])\n"
        "OTHER = TypeAdapter(tuple[Literal['a'], ...])\n"
        "def form(row: Row) -> str:\n    return str(TypeAdapter(type(row)).dump_json(row))",
    ],
)
def test_thinking_is_allowed(snippet):
    assert impurities(snippet) == []


#: Reads, writes, asks and tells the time by whatever detour.
ODD = (
    "reads = open\nreads('file')",
    "(reads := open)('file')",
    "list(map(open, ['file']))",
    "from functools import partial\nreads = partial(open, 'file')",
    "sorted([], key=open)",
    "[reads('file') for reads in (open,)]",
    "def ask(reads: object = open) -> None:\n    pass",
    "reads = lambda path: open(path)",
    "@open\ndef ask() -> None:\n    pass",
    "import re\nre.sub('a', open, 'b')",
    "from dataclasses import field\nfound = field(default_factory=open)",
    "class Row:\n    reads = open",
    "def ask(*given: str) -> None:\n    yield from open(*given)",
    "text = f\"{open('file')}\"",
    "def ask(found: object) -> None:\n    match found:\n        case open():\n            pass",
    "class open: pass\nopen('file')",
    "def ask(open: str) -> str:\n    return open",
    "raise open",
    "getattr(__builtins__, 'open')",
    "__builtins__.open",
    "__import__('os').system('x')",
    "__spec__.loader",
    "here = __file__",
    "locals()['__builtins__']",
    "dir()",
    "help()",
    "exit()",
    "delattr(1, 'a')",
    "hasattr(1, 'a')",
    "object.__subclasses__()",
    "from importlib import import_module",
    "from codecs import open as reads",
    "import codecs\ncodecs.open('file')",
    "from io import FileIO",
    "from io import open as StringIO",
    "from pathlib import PurePath",
    "from os import fdopen",
    "from time import time",
    "from time import time as at\nat()",
    "from datetime import datetime\nclock = datetime.now",
    "from datetime import datetime as moment\nmoment.utcnow()",
    "from operator import attrgetter, methodcaller",
    "from functools import reduce",
    "from hashlib import file_digest",
    "from csv import reader",
    "from json import codecs",
    "import json\njson.codecs.open('file')",
    "import urllib.parse\nurllib.parse.sys.modules",
    "from urllib import parse\nparse.sys",
    "from xml.sax import saxutils",
    "import xml.sax.saxutils\nxml.sax.saxutils.io.open('file')",
    "import collections\ncollections.abc.sys",
    "import re\nre._compiler",
    "import warnings\nwarnings.warn('x')",
    "import http.client",
    "from asyncio import open_connection",
    "from multiprocessing.connection import Client",
    "from uuid import uuid4",
    "from pydantic import FilePath",
    *(
        f"from functools import partial\nfrom pydantic import TypeAdapter\n{written}"
        for written in (
            "TypeAdapter(\"__import__('os').getpid()\")",
            "TypeAdapter(list[\"__import__('os').getpid()\"])",
            "TypeAdapter(type=\"__import__('os').getpid()\")",
            "TypeAdapter(**{'type': '1'})",
            "TypeAdapter(*['1'])",
            "RUN = \"__import__('os').getpid()\"\nTypeAdapter(RUN)",
            "RUN = ''.join(['1', '2'])\nTypeAdapter(RUN)",
            "RUN = '1'\nAGAIN = RUN\nTypeAdapter(AGAIN)",
            "RUN = list['1']\nTypeAdapter(RUN)",
            "RUN: str = '1'\nTypeAdapter(int | RUN)",
            "def ask(run: str) -> None:\n    TypeAdapter(run)",
            "for run in ('1', '2'):\n    TypeAdapter(run)",
            "TypeAdapter(f'{1}')",
            "TypeAdapter('1' + '2')",
            "TypeAdapter(str(1))",
            "(TypeAdapter)[int]('1')",
            "OF = TypeAdapter\nOF('1')",
            "list(map(TypeAdapter, ['1']))",
            "partial(TypeAdapter, '1')()",
            "class Own(TypeAdapter):\n    pass",
        )
    ),
    "from pydantic import TypeAdapter as OF\nOF('1')",
    "import pydantic\nOF = pydantic.TypeAdapter\nOF('1')",
    "import pydantic\npydantic.TypeAdapter('1')",
    "from pydantic import TypeAdapter\nfrom verifier.model.project import REPOSITORY\n"
    "TypeAdapter(REPOSITORY)",
    "from typing import TYPE_CHECKING",
    "from typing import get_type_hints",
    "def ask(found: \"__import__('os').getpid()\") -> None:\n    pass",
    "found = type('Row', (), {})",
    "def ask(*clients) -> None:\n    clients[0].get('/')",
    "def ask(**clients) -> None:\n    clients['a'].get('/')",
    "ask = lambda client: client.get('/')",
    "asks = {'a': lambda client: client.get('/')}",
    "from verifier.guarded import web",
    "from verifier.guarded.web import fetch",
    "from verifier import cli",
    "import verifier.guarded.web",
    "from verifier.model import report\nreport.datetime.now()",
    "'{0.__class__.__init__.__globals__}'.format(1).__class__",
    "try:\n    import os\nexcept ImportError:\n    pass",
    # A pattern asks for attributes, too.
    "from datetime import UTC, datetime\ndef ask(given: datetime) -> object:\n    match given:\n"
    "        case datetime(now=now):\n            return now(UTC)",
    "def ask(x: object) -> object:\n    match x:\n"
    "        case object(__globals__={'__builtins__': {'open': opens}}):\n            return opens",
    "def ask(x: object) -> object:\n    match x:\n        case [object(read_text=read)]:\n"
    "            return read()",
    # A form reaches into what it is given.
    "text = '{0.__globals__[re].enum.sys.modules[os].environ}'.format(f)",
    "text = '{a[0]}'.format(a=[1])",
    "text = '{0:{1.real}}'.format(1, 2)",
    "FORM = '{0.__globals__}'\ntext = FORM.format(1)",
    "FORM = '{0' + '.__globals__}'\ntext = FORM.format(1)",
    "def ask(form: str) -> str:\n    return form.format(1)",
    "FORM = '{}'\ndef ask(FORM: str) -> str:\n    return FORM.format(1)",
    "text = str.format('{0.__globals__}', 1)",
    "rows = list(map('{0.real}'.format, [1]))",
    # The zone of the machine.
    "from datetime import datetime\ndef ask(given: datetime) -> datetime:\n"
    "    return given.astimezone()",
    "from datetime import datetime\nmoved = list(map(datetime.astimezone, []))",
    *(
        f"from datetime import datetime\ndef ask(given: datetime) -> object:\n    return {does}"
        for does in (
            "given.astimezone(None)",
            "given.replace(tzinfo=None).timestamp()",
            "given.strftime('%c')",
            "given.strftime('%s')",
            "f'{given:%c}'",
            "f'{given:at %-s}'",
        )
    ),
    # What one call tells the next.
    "SEEN: list[str] = []\ndef ask(word: str) -> None:\n    SEEN.append(word)",
    "SEEN: dict[str, int] = {}\ndef ask(word: str) -> None:\n    SEEN[word] = 1",
    "SEEN: dict[str, int] = {}\ndef ask(word: str) -> None:\n    del SEEN[word]",
    "SEEN: dict[str, list[int]] = {}\ndef ask(word: str) -> None:\n    SEEN[word].append(1)",
    "SEEN = {'a'}\nclass Row:\n    def ask(self) -> None:\n        SEEN.update('b')",
    "class Row:\n    seen = 1\ndef ask() -> None:\n    Row.seen = 2",
    "def ask() -> None:\n    ask.seen = 2",
    "SEEN: list[str] = []\ndef ask(word: str) -> None:\n    list.append(SEEN, word)",
    "NUMBERS = iter([1, 2])\ndef ask() -> int:\n    return next(NUMBERS)",
    "def ask(seen: list[str] = []) -> None:\n    pass",
    "def ask(*, seen: dict[str, str] = dict()) -> None:\n    pass",
    "def ask() -> None:\n    seen = 0\n    def again() -> None:\n        nonlocal seen\n"
    "        seen = 1",
)


def test_no_detour_leads_to_the_world():
    assert [snippet for snippet in ODD if not impurities(snippet)] == []


#: Functions that a pure room is given and calls: settings, a language, chance. What they do is for
#: the giver to answer.
HANDED_IN = {
    "model/replay.py": {
        f"ReplayTerms.{n}" for n in ("is_asked", "worth", "required", "reactions", "asked_again")
    },
    "decide/drift/question.py": {"AuditPolicy.protection", "Question.ask", "Question.is_wanted"},
    "decide/uploads.py": {"find_uploads(read)"},
    "decide/workflows/job_uploads.py": {"search_job(read)"},
    "decide/workflows/gate_targets.py": {"judges_elsewhere(text_of)"},
    "decide/workflows/own_gates.py": {"OwnGates.text_of"},
    "decide/workflows/unfolded_actions.py": {"_Unfolding.actions", "unfolded(actions)"},
    "decide/workflows/placed_jobs.py": {"placed_jobs(skipped_in)"},
    "decide/workflows/shell_results.py": {"Sought.is_command"},
    "decide/workflows/upload_commands.py": {"UploadSearch.text_of"},
    "decide/workflows/job_conditions.py": {"__init__(is_required)"},
    "report/spoken.py": {"Speech.say", "Speech.word", "Speech.number"},
    "report/outputs.py": {"render(new_delimiter)"},
}


def test_functions_come_in_from_outside_only_where_it_was_decided():
    found = {
        path.relative_to(PACKAGE).as_posix(): handed_in(path.read_text("utf-8")) for path in MODULES
    }

    assert {file: names for file, names in found.items() if names} == HANDED_IN


@pytest.mark.parametrize(
    "source",
    [
        "from collections.abc import Callable\ndef ask(tell: Callable[[], str]) -> None: pass",
        "from collections.abc import Callable\ndef ask(tell: 'Callable[[], str]') -> None: pass",
        "from collections.abc import Callable\nfrom typing import TypeAlias\n"
        "Teller: TypeAlias = Callable[[], str]\ndef ask(tell: Teller) -> None: pass",
        "from collections.abc import Callable\nTeller = Callable[[], str]\n"
        "Tellers = list[Teller]\ndef ask(tell: Tellers | None) -> None: pass",
        "from collections.abc import Callable as Teller\ndef ask(tell: Teller) -> None: pass",
        "from verifier.checks import Check as Asked\ndef ask(tell: Asked) -> None: pass",
    ],
)
def test_a_function_that_comes_in_is_seen_by_whatever_name_its_type_has(source):
    assert handed_in(source) == {"ask(tell)"}
