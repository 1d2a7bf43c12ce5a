"""The commands that there are: their list is read, a command's own file when it is called."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import click

from verifier.cli.languages import SpokenGroup

#: Made by `make reference`: a line a command, its name, its file and what the list says of it.
LIST = Path(__file__).with_name("commands.txt")
#: Has no command, and loads much: it is imported by the command that needs it.
_LATER = {"audit_fix"}
#: What a command's help ends with.
_EXITS = (
    "Exit codes: 0 good, 1 failed and production is good or was not touched, 2 wrong usage or "
    "configuration, 3 failed and production is NOT confirmed healthy, 4 inconclusive, 130 "
    "cancelled."
)


class Listed(NamedTuple):
    """A command in the list."""

    name: str
    file: str
    summary: str


class ListedGroup(SpokenGroup):
    """The group of all commands: naming them loads none of them."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [each.name for each in listed_commands()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        named = (each for each in listed_commands() if each.name == cmd_name)
        return next(map(command_of, named), None) or super().get_command(ctx, cmd_name)

    def summaries(self, _ctx: click.Context) -> list[tuple[str, str]]:
        return [(each.name, each.summary) for each in listed_commands()]


def listed_commands() -> list[Listed]:
    """Return what the list says, in its order."""
    return [Listed(*line.split("\t")) for line in LIST.read_text("utf-8").splitlines()]


def command_of(listed: Listed) -> click.Command:
    """Import a command's file, and have its help name variables, exit codes and its page."""
    found = commands_in("verifier.cli", [listed.file])[listed.name]
    _explain(found, listed.name)
    return found


def every_command() -> Mapping[str, click.Command]:
    """Return all commands by their names: what documents and tests them loads them all."""
    return {listed.name: command_of(listed) for listed in listed_commands()}


def files_in(folders: Iterable[str]) -> list[str]:
    """Return the names of the files in which there may be a command."""
    from pkgutil import iter_modules

    return [file.name for file in iter_modules(folders) if file.name not in _LATER]


def commands_in(package: str, files: Iterable[str]) -> Mapping[str, click.Command]:
    """Return the commands of files of a package by their names, without those of groups."""
    modules = [import_module(f"{package}.{name}") for name in files]
    found = [each for module in modules for each in vars(module).values()]
    commands = {each for each in found if isinstance(each, click.Command)}
    groups = (each for each in commands if isinstance(each, click.Group))
    commands -= {inner for group in groups for inner in group.commands.values()}
    return {str(each.name): each for each in sorted(commands, key=lambda each: str(each.name))}


def _explain(command: click.Command, page: str) -> None:
    from verifier.model import project

    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.envvar:
            parameter.show_envvar = True
    path = f"docs/commands/{page}.md"
    command.epilog = f"{_EXITS}\n\nRead more: {project.page(path)}"
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _explain(inner, page)
