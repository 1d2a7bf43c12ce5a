"""`python docs/reference.py`: writes docs/reference.md from the command line and action.yml."""

from collections.abc import Iterator
from pathlib import Path

import click
import yaml

from verifier.cli import cli

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference.md"


def render() -> str:
    """Return the page."""
    lines = ["# Reference", "", "Made from the sources by `make reference`.", ""]
    lines += ["## Commands", ""]
    for name, command in cli.commands.items():
        lines += _command(f"verifier {name}", command)
        if isinstance(command, click.Group):
            for inner, subcommand in command.commands.items():
                lines += _command(f"verifier {name} {inner}", subcommand)
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    lines += ["## Inputs of the action", "", "| input | what |", "|---|---|"]
    lines += [f"| `{n}` | {_cell(i['description'])} |" for n, i in action["inputs"].items()]
    lines += ["", "## Outputs of the action", "", "| output | what |", "|---|---|"]
    lines += [f"| `{n}` | {_cell(o['description'])} |" for n, o in action["outputs"].items()]
    return "\n".join(lines) + "\n"


def _command(title: str, command: click.Command) -> Iterator[str]:
    yield from (f"### `{title}`", "", command.help or "", "", "| option | what |", "|---|---|")
    for parameter in command.params:
        if not isinstance(parameter, click.Option):
            yield f"| `{parameter.make_metavar(click.Context(command))}` | given as it is |"
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
    PAGE.write_text(render(), "utf-8", newline="\n")
