"""
Lints migrations of SQL with squawk, where it is installed.

Source: https://squawkhq.com/docs/
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from verifier.errors import words_of
from verifier.guarded import child_process
from verifier.model.finding import Unobserved
from verifier.model.lint_remark import LintRemark
from verifier.model.phrases import sentence

_LIMIT_S = 60
CONFIG = ".squawk.toml"
#: Matters of taste, which break nothing that runs.
_TASTE = (
    "prefer-robust-stmts",
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-text-field",
    "prefer-timestamptz",
)


def lint_sql(
    contents: Mapping[str, bytes], settings: bytes | None
) -> tuple[LintRemark, ...] | Unobserved:
    """
    Return the remarks on migrations, `contents` by path.

    `settings` are the linter's own, as its file says them; None where there are none.
    """
    program = _program()
    if program is None:
        return Unobserved("squawk is not installed", "pip install squawk-cli")
    if not contents:
        return ()
    with tempfile.TemporaryDirectory(prefix="verifier-lint-") as folder:
        # Copies with names of our own: what a branch calls its files is no option of a program.
        copies = {f"{n}.sql": path for n, path in enumerate(contents)}
        for name, path in copies.items():
            Path(folder, name).write_bytes(contents[path])
        command = [program, "--reporter", "json"]
        if settings is None:
            command += ["--exclude", ",".join(_TASTE)]
        else:
            Path(folder, CONFIG).write_bytes(settings)
        command += [str(Path(folder, name)) for name in copies]
        try:
            done = child_process.run(command, Path(folder), _LIMIT_S)
            found: object = json.loads(done.stdout)
        except (OSError, subprocess.TimeoutExpired) as error:
            return Unobserved(f"could not run squawk: {words_of(error)}")
        except ValueError:
            return Unobserved("the output of squawk could not be parsed")
        return tuple(_remarks(found, copies))


def _program() -> str | None:
    beside = Path(sys.executable).with_name("squawk")
    return str(beside) if beside.exists() else child_process.program("squawk")


def _remarks(found: object, copies: Mapping[str, str]) -> Iterator[LintRemark]:
    for item in found if isinstance(found, list) else []:
        match item:
            case {
                "file": str(file),
                "line": int(line),
                "rule_name": str(rule),
                "message": str(message),
            }:
                more = item.get("help")
                text = f"{sentence(message)} {more}" if isinstance(more, str) else message
                yield LintRemark(copies.get(Path(file).name, file), line + 1, rule, text)
            case _:
                continue
