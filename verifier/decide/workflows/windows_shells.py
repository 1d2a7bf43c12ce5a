"""
Whether PowerShell, or the `cmd` of Windows, goes on after a command that failed.

GitHub ends a step in either with the result of the last program alone.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#exit-codes-and-error-action-preference
"""

import re

from verifier.decide.workflows.shell_results import Sought, name_of, shell_commands

_POWERSHELLS = ("pwsh", "powershell")
_CMD = "cmd"
#: A command of PowerShell's own leaves the result of the last program as it is, whatever it is
#: called by, and so does one of cmd's.
_OF_POWERSHELL = re.compile(
    r"(?-i:[A-Z][A-Za-z]+-[A-Z]\w+\b)|[$}{\[(#@]|(?:if|foreach|else|try|catch)\b"
    r"|(?:echo|write|cd|chdir|pushd|popd|ls|dir|cat|type|rm|rd|rmdir|del|cp|copy|mv|move|md|mkdir"
    r"|ni|sc|gc|sleep|cls|clear|pwd)\b(?!\.)",
    re.IGNORECASE,
)
_OF_CMD = re.compile(
    r"@?(?:echo|rem|set|setlocal|endlocal|cd|chdir|pushd|popd|title|cls)\b(?!\.)|::|@$|[()]|if\b",
    re.IGNORECASE,
)
_ASKS_POWERSHELL = re.compile(
    r"\$LASTEXITCODE|\$\?|\$PSNativeCommandUseErrorActionPreference\s*=\s*\$true", re.IGNORECASE
)
_ASKS_CMD = re.compile(r"errorlevel|\|\|\s*exit\b|&&", re.IGNORECASE)


def goes_on_after(sought: Sought, run: str, shell: str) -> str:
    """Return why a failure of a command is none of its step; empty where it is one."""
    name = name_of(shell.split(" ", maxsplit=1)[0]).casefold().removesuffix(".exe")
    if name in _POWERSHELLS:
        own, asks, told = _OF_POWERSHELL, _ASKS_POWERSHELL, "PowerShell"
    elif name == _CMD:
        own, asks, told = _OF_CMD, _ASKS_CMD, "cmd"
    else:
        return ""
    if asks.search(run):
        return ""
    lines = [line.strip() for line in run.splitlines()]
    programs = [line for line in lines if line and not own.match(line)]
    for number, line in enumerate(programs):
        commands = [words for words in shell_commands(line) if words]
        is_last = number == len(programs) - 1
        for at, words in enumerate(commands):
            is_end = is_last and all(own.match(" ".join(each)) for each in commands[at + 1 :])
            if sought.is_command(words) and not is_end and not (is_last and "&&" in line):
                return f"{told} goes on after a program that failed, and only the last one decides"
    return ""
