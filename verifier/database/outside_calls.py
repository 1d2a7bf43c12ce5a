"""What a migration in code has done by others: programs, texts of code, other migrations."""

from collections.abc import Iterable, Iterator

from verifier.database.code_calls import Call, Tool
from verifier.database.sql_statements import Unread

#: Whatever they are called on.
_PROGRAMS = frozenset(
    {"execSync", "spawnSync", "execFileSync", "execFile", "spawn", "popen", "Popen", "system"}
    | {"check_call", "check_output", "run_path", "run_module", "capture2", "capture3", "backtick"}
)
#: Called on nothing, or on a module of the language.
_BARE = frozenset({"exec", "eval", "system"})
_MODULES = (None, "os", "Kernel", "child_process", "cp")
_OF_SUBPROCESS = frozenset({"run", "call"})
#: Commands of Django that only make or read something.
_QUIET = frozenset(
    {"loaddata", "dumpdata", "collectstatic", "createcachetable", "check", "clearsessions"}
)
_MIGRATES = frozenset({"up", "change", "migrate"})


def outside_calls(calls: Iterable[Call]) -> Iterator[Unread]:
    """Yield those of the calls, in blocks and functions too, that run what is not in their file."""
    for call in calls:
        for each in call.chain():
            if _is_outside(each):
                yield Unread(each.line, f"{each.name}() runs what is not in this file")
            yield from outside_calls(each.body)


def _is_outside(call: Call) -> bool:
    on = call.on
    match call.name:
        case "call_command":
            return call.text(0) not in _QUIET
        case "invoke":
            return True  # of Rake, or of Rails' own commands
        case "method":
            return on is None and bool(call.arguments)  # as in `&method(:drop_table)`
        case "latest":
            return on == "migrate"  # of Knex
        case "getattr":
            return any(isinstance(each, Tool) for each in call.arguments)
        case name if name in _MIGRATES and isinstance(on, Call):
            return on.name == "new"
        case name if name in _OF_SUBPROCESS:
            return on in ("subprocess", "sp")
        case name if name in _PROGRAMS or name in _BARE:
            is_bare = not isinstance(on, Call) and on in _MODULES
            return name not in _BARE or is_bare
        case _:
            return False
