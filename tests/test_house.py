"""The house: which room may import which and why, what is pure, and how large a file may grow."""

import ast
import hashlib
import os
import re
import subprocess
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import verifier
from tests.parsed import nodes, tree
from tests.purity import PURE
from verifier.cli.command_list import every_command

PACKAGE = Path(verifier.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
START = PACKAGE.parent / "action" / "start.py"
LOOSE = {"__init__.py", "__main__.py", "errors.py"}

#: Why each room may import each other one. Of the sources (railway, github, database) `cli` knows
#: none: `wiring` opens them. A room has no arrow that does not stand here, and
#: none stands here that no room has.
MAY_IMPORT = {
    "__main__": {"cli": "`python -m verifier` is the command"},
    "cli": {
        "__version__": "--version",
        "commands": "an argument becomes the call of a command's line",
        "config": "the file that an option names is read, all its mistakes told at once",
        "checks": "a replay asks recorded documents again",
        "decide": "arguments become what is wanted, an event the deployment that it is about",
        "delivery": "a command ends with its report on the surfaces of the job",
        "errors": "each error knows its exit code and its way out",
        "guarded": "what a command prints itself is cleaned of secrets",
        "language": "what people read is said in theirs",
        "model": "exit codes, and the words of options",
        "report": "the terminal's text of what is no report, such as a plan",
        "sandbox": "`verifier demo` and `verifier sandbox` start it",
        "wiring": "settings become what a command runs with",
    },
    "wiring": {
        "__version__": "doctor says which verifier this is",
        "commands": "what is wired is a command's world",
        "config": "settings say which providers there are",
        "database": "the source of what is applied and shipped",
        "decide": "commands that are one decision over what was read",
        "delivery": "a session shows its progress",
        "errors": "what cannot be connected is told",
        "github": "the source of protections, and the memory of gates",
        "guarded": "every client is opened, every secret learnt here",
        "model": "what sources return",
        "railway": "the source of deployments",
        "report": "shares of an audit are read back",
    },
    "commands": {
        "checks": "every look is judged by all checks",
        "decide": "a line alternates between looking and deciding",
        "errors": "a provider's failure becomes evidence",
        "model": "evidence, samples, verdicts, reports",
    },
    "delivery": {
        "config": "the settings of notifications",
        "decide": "whether a verdict is news",
        "errors": "what cannot be delivered is told",
        "github": "commit and pull request are told through its API",
        "guarded": "Slack is asked over the guarded client",
        "model": "what is delivered is a report",
        "report": "each surface has its text",
    },
    "config": {
        "__version__": "the address of a schema holds for a major version",
        "errors": "what the environment lacks is told",
        "guarded": "the file is YAML from outside",
        "language": "which languages it may name",
        "model": "settings become limits, policies, secrets",
        "report": "the report's schema is published beside the configuration's",
    },
    "railway": {
        "errors": "each bad answer is one of the errors",
        "guarded": "Railway is asked over the guarded client",
        "model": "answers become deployments",
    },
    "github": {
        "errors": "each bad answer is one of the errors",
        "guarded": "GitHub is asked over the guarded client, workflows are YAML from outside",
        "model": "answers become protections, past verdicts, workflows",
    },
    "database": {
        "errors": "what cannot be read is told",
        "guarded": "some tools keep their migrations in YAML",
        "model": "rows and files become ledgers and migrations",
    },
    "guarded": {
        "__version__": "requests say who asks",
        "errors": "what cannot be reached or read is told",
        "health": "a probe's answer holds a health document",
        "model": "a probe is evidence; a report is cleaned of secrets",
    },
    "health": {"model": "every dialect becomes one health document"},
    "checks": {
        "decide": "a ledger is compared by the rule that the ledger command has",
        "health": "a name under health.required means a component by the reader's rules",
        "model": "evidence becomes findings",
    },
    "decide": {"model": "samples, findings and histories become verdicts, plans, drift"},
    "report": {
        "__version__": "SARIF names its tool",
        "model": "what is rendered",
    },
    "sandbox": {
        "config": "a scenario is written in the same kinds of fields",
        "database": "its databases are read by the role that `verifier doctor` prints",
        "errors": "a scenario that cannot be read is told",
        "guarded": "git runs nothing that a checkout's settings name",
        "model": "what a gate finds in a checkout is told in its nouns",
    },
    "language": {},
    "errors": {"model": "each error names the exit code that it ends with"},
    "model": {},
}

#: What is about to be split by whoever works on it, and until then may be larger than the rest.
#: Whoever has done so takes the entry away: a test fails as soon as it is not needed.
LONG_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()
LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 60
PARAMETERS = 6


def name(path):
    return path.relative_to(PACKAGE).as_posix()


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def statements(path):
    return tree(path).body


def rooms_imported(path):
    """The rooms of ours that a module imports, wherever in it, `__version__` among them."""
    return rooms_named(nodes(path), ["verifier", *path.relative_to(PACKAGE).parts[:-1]])


def rooms_named(found, folder):
    for node in found:
        named = []
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # One dot is the folder that the module lies in.
            above = folder[: len(folder) + 1 - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            named = [f"{module}.{a.name}" for a in node.names] if module == "verifier" else [module]
        # `import verifier` is every room.
        yield from ([*m.split("."), "all of it"][1] for m in named if OURS.match(m))


OURS = re.compile(r"verifier(\.|$)")
#: What is found by its name, so that whoever adds one writes it in no list.
FOUND_BY_NAME = {
    "cli/command_list.py": "each command, when it is called",
    "commands/audit_questions.py": "each question of the audit",
    "cli/lean_start.py": "a part of a library, which is kept from being imported",
    "database/ledgers/__init__.py": "each migration tool",
    "sandbox/host/keeper.py": "what an application imports, before it is started",
    "sandbox/host/process.py": "the application itself",
}
IMPORTERS = {"importlib", "importlib.util", "importlib.machinery", "imp", "runpy", "pkgutil"}


def imports_by_name(found):
    """Whether a module can import what its text does not say."""
    for node in found:
        match node:
            case ast.Import(names) if any(alias.name in IMPORTERS for alias in names):
                return True
            case ast.ImportFrom(module=module, names=names) if module in IMPORTERS:
                # What lies in files and what is installed is read, not run.
                if {alias.name for alias in names} - {"metadata", "resources"}:
                    return True
            case (
                ast.Name(id="__import__" | "__loader__" | "__spec__")
                | ast.Attribute(attr="__import__" | "import_module" | "modules")
            ):
                return True
            case _:
                pass
    return False


def test_only_what_is_found_by_its_name_is_imported_by_its_name():
    assert {name(p) for p in MODULES if imports_by_name(nodes(p))} == set(FOUND_BY_NAME)


@pytest.mark.parametrize(
    ("written", "rooms"),
    [
        ("from verifier.railway.client import RailwayClient", {"railway"}),
        ("from ..railway.client import RailwayClient", {"railway"}),
        ("from .. import database", {"database"}),
        ("from ..database import session", {"database"}),
        ("from . import ports", {"commands"}),
        ("from .ports import World", {"commands"}),
        ("from verifier import database, __version__", {"database", "__version__"}),
        ("import verifier.railway.client as asks", {"railway"}),
        ("import verifier", {"all of it"}),
        ("import verifier as ours", {"all of it"}),
        ("def inside():\n    from ..railway import client", {"railway"}),
        ("import verifier_of_others, json", set()),
    ],
)
def test_an_import_is_seen_however_it_is_written(written, rooms):
    assert set(rooms_named(ast.walk(ast.parse(written)), ["verifier", "commands"])) == rooms


@pytest.mark.parametrize(
    "written",
    [
        "from importlib import import_module\nimport_module('verifier.railway.client')",
        "import importlib\nimportlib.import_module('verifier.railway.client')",
        "import importlib.util",
        "from importlib.util import spec_from_file_location",
        "import runpy",
        "__import__('verifier.railway')",
        "import sys\nsys.modules['verifier.railway']",
    ],
)
def test_an_import_by_name_is_seen(written):
    assert imports_by_name(ast.walk(ast.parse(written)))


def arrows():
    found = defaultdict(set)
    for path in MODULES:
        if room(path) != "__init__":
            found[room(path)] |= set(rooms_imported(path)) - {room(path)}
    return found


def test_rooms_import_what_the_table_says_and_the_table_says_no_more():
    assert arrows() == {room: set(reasons) for room, reasons in MAY_IMPORT.items()}


def test_no_room_leads_back_to_itself():
    list(TopologicalSorter(MAY_IMPORT).static_order())


def test_every_arrow_has_its_reason():
    reasons = [reason for room in MAY_IMPORT.values() for reason in room.values()]

    assert [reason for reason in reasons if len(reason) < 8] == []


def test_a_pure_room_sees_pure_rooms_alone():
    for pure in PURE:
        assert set(MAY_IMPORT[pure]) <= PURE | {"__version__"}, pure


def programs_started(found):
    """Return the program of each command that is written here, with all that stands behind it."""
    found = list(found)
    texts = {
        target.id: node.value.value
        for node in found
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    for node in found:
        match node:
            case ast.List(elts=[first, *rest]) | ast.Tuple(elts=[first, *rest]):
                program = program_of(first, texts)
                if program:
                    yield program, rest
            case ast.Call(func=called, args=[first, *rest]) if name_of(called) in STARTS:
                line = program_of(first, texts).split()
                if line:
                    yield line[0], [ast.Constant(word) for word in line[1:]]
            case _:
                pass


#: What starts a program that is named by a text: a line for a shell, or a program and its words.
STARTS = set(
    [
        "Popen",
        "call",
        "check_call",
        "check_output",
        "create_subprocess_exec",
        "create_subprocess_shell",
        "execl",
        "execlp",
        "execv",
        "execvp",
        "getoutput",
        "getstatusoutput",
        "popen",
        "run",
        "spawnl",
        "spawnlp",
        "spawnv",
        "spawnvp",
        "system",
    ]
)


def name_of(called):
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def program_of(first, texts):
    """Return the text that stands there or is named so, "python" for ours; empty for neither."""
    match first:
        case ast.Constant(value=str(program)):
            return program
        case ast.Name(id=name):
            return texts.get(name, "")
        case ast.JoinedStr(values=[ast.Constant(value=str(begun)), *_]):
            return begun
        case ast.Attribute(attr="executable"):
            return "python"
        case _:
            return ""


def started_unguarded(found):
    """
    Return what is started so that the folder we are in has a say: a git, or a Python of ours.

    Git runs what the settings of a repository name, and takes a bare one of tracked files for one;
    Python takes modules of the current folder before its own.
    """
    for program, rest in programs_started(found):
        words = {word.value for word in rest if isinstance(word, ast.Constant)}
        if program == "git" or (program == "python" and not words & {"-I", "-P"}):
            yield program


def test_git_is_started_by_its_guard_alone_and_python_without_the_modules_of_the_folder():
    found = {name(p): set(started_unguarded(nodes(p))) for p in MODULES if room(p) not in PURE} | {
        "action/start.py": set(started_unguarded(nodes(START)))
    }

    assert {where: what for where, what in found.items() if what} == {
        "guarded/child_process.py": {"git"}
    }


@pytest.mark.parametrize(
    ("written", "programs"),
    [
        ("run(['git', '-C', folder, 'ls-files'])", ["git"]),
        ("command = ['git', *arguments]", ["git"]),
        ("run(('git', 'status'))", ["git"]),
        ("GIT = 'git'\nrun([GIT, 'status'])", ["git"]),
        ("GIT: str = 'git'\nrun((GIT, 'status'))", ["git"]),
        ("os.system('git status')", ["git"]),
        ("os.popen(f'git -C {folder} status')", ["git"]),
        ("run('git status', shell=True)", ["git"]),
        ("await create_subprocess_exec('git', 'status')", ["git"]),
        ("LINE = 'git status'\ngetoutput(LINE)", ["git"]),
        ("os.system('true; echo git')", []),
        ("said('git status')", []),
        ("Popen([sys.executable, '-m', 'verifier'])", ["python"]),
        ("Popen([sys.executable, *arguments])", ["python"]),
        ("Popen([sys.executable, '-P', '-m', 'verifier'])", []),
        ("Popen([sys.executable, '-I', '-c', program])", []),
        ("run(['sh', '-c', 'true'])", []),
    ],
)
def test_a_program_that_is_started_unguarded_is_noticed(written, programs):
    assert list(started_unguarded(ast.walk(ast.parse(written)))) == programs


def test_no_module_is_loose_or_deeper_than_three_levels():
    inside = [path.relative_to(PACKAGE).parts for path in MODULES]

    assert [parts for parts in inside if len(parts) > 3] == []
    assert {path.name for path in PACKAGE.iterdir() if path.is_file()} == LOOSE


def test_files_share_a_name_only_as_parts_of_one_command():
    # `audit --org` and a drill have a line and a world of their own, and their arguments with those
    # of audit and rehearse.
    commands = {f"{SAME_COMMAND.get(command, command)}.py" for command in every_command()}
    commands |= {"organisation.py", "drill.py"}
    parts = {("cli",), ("wiring",), ("commands",), ("config",)}
    places = defaultdict(list)
    for path in MODULES:
        if path.name != "__init__.py":
            # Where letters are not told apart, two would be one.
            places[path.name.casefold()].append(path.parent.relative_to(PACKAGE).parts)
    shared = {file: where for file, where in places.items() if len(where) > 1}

    assert {
        file: where
        for file, where in shared.items()
        if file not in commands or not set(where) <= parts or len(set(where)) < len(where)
    } == {}


#: Commands with no world of their own, and why they need no files but their arguments.
WORLDLESS = {
    "config": "reads one file",
    "demo": "starts the sandbox, which is a room of its own",
    "report": "shows one file in another form",
    "sandbox": "starts the sandbox, which is a room of its own",
}
#: Two names of one command.
SAME_COMMAND = {"resume": "pause"}
#: What a command's world and line are called where that is not the command's own name: a rehearsal
#: plays in the sandbox, and with `--railway` it is a drill.
LINES = {"rehearse": "drill"}


@pytest.mark.parametrize("command", sorted(set(every_command()) - set(WORLDLESS)))
def test_a_command_is_three_files_its_arguments_its_world_its_line(command):
    file = SAME_COMMAND.get(command, command)
    named = LINES.get(command, file)
    arguments = PACKAGE / "cli" / f"{file}.py"
    world, line = (PACKAGE / part / f"{named}.py" for part in ("wiring", "commands"))

    assert f"verifier.wiring.{named}" in modules_imported(arguments)
    assert f"verifier.commands.{named}" in modules_imported(arguments) | modules_imported(world)
    assert line.is_file()


def test_a_command_without_a_world_has_one_file():
    for command in WORLDLESS:
        assert not (PACKAGE / "wiring" / f"{command}.py").exists(), command
        assert not (PACKAGE / "commands" / f"{command}.py").exists(), command


def modules_imported(path):
    found = {n.module for n in nodes(path) if isinstance(n, ast.ImportFrom) and n.module}
    return found | {a.name for n in nodes(path) if isinstance(n, ast.Import) for a in n.names}


def functions():
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def parameters(function):
    given = function.args
    named = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    more = [a.arg for a in (given.vararg, given.kwarg) if a is not None]
    return len([p for p in named if p not in ("self", "cls")] + more)


def test_every_file_can_be_read_in_one_sitting():
    long = {name(p) for p in MODULES if len(p.read_text("utf-8").splitlines()) > LINES_OF_A_FILE}

    assert long == LONG_FILES


def test_every_function_can_be_seen_as_a_whole():
    long = {
        f"{name(path)}: {function.name}"
        for path, function in functions()
        if function.end_lineno - function.lineno + 1 > LINES_OF_A_FUNCTION
    }

    assert long == LONG_FUNCTIONS


def test_no_function_has_more_parameters_than_one_can_keep_in_mind():
    """An argument of a command is a parameter of its function: `cli` has no choice."""
    many = {
        f"{name(path)}: {function.name}"
        for path, function in functions()
        if room(path) != "cli" and parameters(function) > PARAMETERS
    }

    assert many == set()


def is_own(statement):
    """Whether a statement of a module says something, instead of handing on what another says."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Expr(ast.Constant()):
            return False
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return False
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return not isinstance(value, ast.Name | ast.Attribute)
        case ast.FunctionDef(args=taken, body=[*before, ast.Return(ast.Call() as call)]) if all(
            isinstance(each, ast.Expr) for each in before
        ):
            names = [a.arg for a in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
            given = [ast.unparse(a) for a in (*call.args, *(k.value for k in call.keywords))]
            is_plain = isinstance(call.func, ast.Name | ast.Attribute)
            return given != names or not is_plain or not names or bool(statement.decorator_list)
        case _:
            return True


def test_no_module_only_hands_on_what_others_say():
    named = [path for path in MODULES if path.name[0] != "_"]

    assert [name(path) for path in named if not any(map(is_own, statements(path)))] == []


@pytest.mark.parametrize(
    "source",
    [
        "",
        "'The judge.'",
        "from verifier.decide.gate.judge import judge",
        "from verifier.decide.gate.judge import judge\n__all__ = ['judge']",
        "from verifier.decide.gate import judge\njudged = judge.judge",
        "from verifier.decide.gate import judge\ndef is_judged(a, b):\n    'Judge.'\n"
        "    return judge.judge(a, b)",
    ],
)
def test_a_module_that_only_hands_on_is_noticed(source):
    assert not any(is_own(statement) for statement in ast.parse(source).body)


#: Tests with lists of files, from the root of the repository or of the package.
NAMED_FILES = (
    "tests/commands/fault_matrix.py",
    "tests/language/extraction.py",
    "tests/test_house.py",
    "tests/test_purity.py",
    "tests/test_registries.py",
)
A_FILE = re.compile(r"(?<![\w./*-])(?:[a-z_]+/)+[a-z_]+\.(?:py|yml|md|json|txt)(?![\w*])")


@pytest.mark.parametrize("file", NAMED_FILES)
def test_a_list_of_files_names_files_that_are_there(file):
    root = PACKAGE.parent
    listed = {
        found
        for node in ast.walk(ast.parse((root / file).read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for found in A_FILE.findall(node.value)
    }

    gone = {f for f in listed if not any((root / r / f).is_file() for r in ("", "verifier/"))}
    assert gone == set()


#: Their digests, since this file names none either.
_REGISTRIES = frozenset(
    [
        "3ca29e55be4befa4",
        "8743857e3ea00fd1",
        "a4aa2ac280bb8d1a",
        "8b5bb5eb9d758455",
        "789e46d79514e280",
        "00a7dc5a0cc38858",
        "71741fe2460a6150",
        "2c77714df232b07f",
        "4445b86dcaaff098",
        "f65219c547f9c032",
        "e0fdcc94a2080e5e",
        "43c04ed1dabe979b",
        "317d2d52829b7812",
    ]
)
_DOTTED = re.compile(rb"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_MOST_LABELS = 4


def hosts_in(text: bytes, digests: frozenset[str]) -> set[str]:
    """Return which hosts of these digests a text names, within longer names too."""
    found = set()
    for dotted in set(_DOTTED.findall(text.lower())):
        labels = dotted.split(b".")
        for start in range(len(labels) - 1):
            for end in range(start + 2, start + _MOST_LABELS + 1):
                host = b".".join(labels[start:end])
                found.add(hashlib.sha256(host).hexdigest()[:16])
    return found & digests


def test_no_file_names_the_host_of_a_package_registry():
    """A file's source is the package's name: where it is had from is the reader's matter."""
    root = PACKAGE.parent
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], check=True, capture_output=True)
    files = [root / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    found = [str(p) for p in files if p.is_file() and hosts_in(p.read_bytes(), _REGISTRIES)]

    assert found == []


@pytest.mark.parametrize("around", ["{}", "https://{}/simple", "a.{}.b", "See {}.", "FILES.{}"])
def test_a_host_is_found_within_other_text(around):
    digest = hashlib.sha256(b"packages.test").hexdigest()[:16]

    assert hosts_in(around.format("Packages.test").encode(), frozenset({digest})) == {digest}
