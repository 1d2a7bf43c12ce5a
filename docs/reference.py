"""`python docs/reference.py`: writes what the sources say into pages and the list of commands."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import yaml

from verifier import cli
from verifier.cli.command_list import LIST, Listed, command_of, commands_in, files_in
from verifier.database.ledgers import LEDGERS
from verifier.sandbox.rehearsal.incident import CATALOGUE

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs"
README = ROOT / "README.md"
#: What the README counts: the words before, how many there are, the words after.
COUNTS = (
    ("in a database, for ", len(LEDGERS), " tools"),
    ("([", len([*CATALOGUE.glob("*.yml")]), " of them](docs/commands/rehearse.md)"),
)
MARK = "<!-- From here on made from the sources, by `make reference`. -->\n"


def render() -> Mapping[Path, str]:
    """Return everything that is made, in part or whole, with its text."""
    listed = _listed()
    commands = {each.name: command_of(each) for each in listed}
    lines = "".join("\t".join(each) + "\n" for each in listed)
    pages = {LIST: lines, FOLDER / "reference.md": _reference(commands), README: _counted()}
    for name, command in commands.items():
        path = FOLDER / "commands" / f"{name}.md"
        by_hand = path.read_text("utf-8").partition(MARK)[0]
        pages[path] = f"{by_hand}{MARK}\n" + "\n".join(_options(name, command))
    return pages


def _counted() -> str:
    text = README.read_text("utf-8")
    for before, how_many, after in COUNTS:
        counted = rf"(?<={re.escape(before)})\d+(?={re.escape(after)})"
        text, found = re.subn(counted, str(how_many), text)
        if found != 1:
            raise LookupError(f"README.md has {found} times {before}NUMBER{after}, must have one")
    return text


def _listed() -> list[Listed]:
    found = commands_in("verifier.cli", files_in(cli.__path__))
    return [
        Listed(name, str(one.callback.__module__).rpartition(".")[2], one.get_short_help_str(1000))
        for name, one in found.items()
    ]


def _reference(commands: Mapping[str, click.Command]) -> str:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    lines = ["# Reference", "", "Made from the sources by `make reference`.", ""]
    lines += ["## Commands", "", "| command | what |", "|---|---|"]
    for name, command in commands.items():
        lines.append(f"| [`verifier {name}`](commands/{name}.md) | {_cell(command.help or '')} |")
    lines += ["", "## Inputs of the action", "", "| input | what |", "|---|---|"]
    lines += [f"| `{n}` | {_cell(i['description'])} |" for n, i in action["inputs"].items()]
    lines += ["", "## Outputs of the action", "", "| output | what |", "|---|---|"]
    lines += [f"| `{n}` | {_cell(o['description'])} |" for n, o in action["outputs"].items()]
    return "\n".join(lines) + "\n"


def _options(name: str, command: click.Command) -> Iterator[str]:
    yield from ("## Options", "")
    yield from _table(command)
    if isinstance(command, click.Group):
        for inner, subcommand in command.commands.items():
            yield from (f"## `verifier {name} {inner}`", "", subcommand.help or "", "")
            yield from _table(subcommand)


def _table(command: click.Command) -> Iterator[str]:
    if not command.params:
        yield from ("None.", "")
        return
    yield from ("| option | what |", "|---|---|")
    for parameter in command.params:
        if not isinstance(parameter, click.Option):
            yield f"| `{parameter.make_metavar(click.Context(command))}` | Argument. |"
            continue
        names = ", ".join(f"`{n}`" for n in (*parameter.opts, *parameter.secondary_opts))
        variable = _variable(parameter)
        yield f"| {names}{variable} | {_cell(parameter.help or '')} |"
    yield ""


def _variable(option: click.Option) -> str:
    given = option.envvar
    names = [given] if isinstance(given, str) else list(given or ())
    return "".join(f", or `{name}`" for name in names)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    for page, text in render().items():
        page.write_text(text, "utf-8", newline="\n")
