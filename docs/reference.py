"""`python docs/reference.py`: writes what the sources say into pages and the package."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click
import yaml

from verifier import cli
from verifier.cli.command_list import LIST, Listed, command_of, commands_in, files_in
from verifier.database.ledgers import LEDGERS
from verifier.decide.gate.causes_by_check import BY_CHECK
from verifier.decide.gate.causes_by_log import BY_LOG
from verifier.model.check_ids import COMPONENT, EXTRA, PROBE, WAIVABLE
from verifier.sandbox.rehearsal.incident import CATALOGUE

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs"
README = ROOT / "README.md"
ACTION, START = ROOT / "action.yml", ROOT / "action" / "start.py"
PROJECT = ROOT / "verifier" / "model" / "project.py"
#: What the README counts: the words before, how many there are, the words after.
COUNTS = (
    ("in a database, for ", len(LEDGERS), " tools"),
    ("([", len([*CATALOGUE.glob("*.yml")]), " of them](docs/commands/rehearse.md)"),
)
#: Which keys of the configuration a family of checks follows, and where they are described.
CONFIGURED = {
    "component": ("health.required", "#health-endpoints"),
    "deployment": ("gate", ""),
    "extra": ("health.extra", "#health-endpoints"),
    "guards": ("guards", ""),
    "health": ("health", "#health-endpoints"),
    "latency": ("health.answer-within", "#health-endpoints"),
    "migrations": ("ledger", "#plain-ledger"),
    "preflight": ("preflight", ""),
    "probe": ("probes", ""),
    "production": ("services", ""),
    "ready": ("rollback", ""),
    "relations": ("relations", ""),
    "topology": ("services", ""),
    "waivers": ("waivers", ""),
    "audit": ("audit", ""),
}
#: Families of which a waiver may name one, as `component.redis`.
WAIVED_BY_NAME = (COMPONENT, EXTRA, PROBE)
MARK = "<!-- From here on made from the sources, by `make reference`. -->\n"
#: Above what the package says of the action, which is not in the package.
MADE_OF_ACTION = "# From here on made from action.yml and action/start.py, by `make reference`.\n"
_GIVEN = re.compile(r"\binputs\.([a-z-]+)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def render() -> Mapping[Path, str]:
    """Return everything that is made, in part or whole, with its text."""
    listed = _listed()
    commands = {each.name: command_of(each) for each in listed}
    lines = "".join("\t".join(each) + "\n" for each in listed)
    pages = {LIST: lines, FOLDER / "reference.md": _reference(commands), README: _counted()}
    pages |= {PROJECT: _with_action(PROJECT.read_text("utf-8"))}
    for name, command in commands.items():
        path = FOLDER / "commands" / f"{name}.md"
        by_hand = path.read_text("utf-8").partition(MARK)[0]
        pages[path] = f"{by_hand}{MARK}\n" + "\n".join(_options(name, command))
    return pages | _id_pages("checks", _listed_checks) | _id_pages("causes", _listed_causes)


def _id_pages(folder: str, listed: Callable[[Mapping[str, str]], str]) -> Mapping[Path, str]:
    """Return the page of each id, written by hand down to where it leads on, and their list."""
    files = sorted((FOLDER / folder).glob("*.md"))
    pages = {file: file.read_text("utf-8").partition(MARK)[0] for file in files}
    above = FOLDER / f"{folder}.md"
    by_hand = above.read_text("utf-8").partition(MARK)[0]
    return {
        above: f"{by_hand}{MARK}\n{listed({f.stem: text for f, text in pages.items()})}",
        **{file: f"{text}{MARK}\n{_onward(folder, text)}" for file, text in pages.items()},
    }


def _onward(folder: str, text: str) -> str:
    """Where what a page is about is configured, and all the others."""
    lines = [*_configured(_title(text))] if folder == "checks" else []
    return "\n".join([*lines, f"All others: [{folder}](../{folder}.md)."]) + "\n"


def _configured(id_: str) -> Iterator[str]:
    family, _, name = id_.partition(".")
    if family in CONFIGURED:
        key, place = CONFIGURED[family]
        described = f"[described here](../configuration.md{place})"
        yield f"**Configured by** `{key}`, {described} or by `verifier config explain {key}`."
    if id_ in WAIVABLE:
        yield "A [waiver](../configuration.md) lets it only warn until a date."
    elif name == "*" and family in WAIVED_BY_NAME:
        yield "A [waiver](../configuration.md) of one of them lets it only warn until a date."


def _listed_checks(pages: Mapping[str, str]) -> str:
    lines = ["## All of them", "", "| id | what it says |", "|---|---|"]
    for name, text in pages.items():
        first, *_ = re.split(r"(?<=\.)\s", " ".join(text.split("\n\n")[1].split()), maxsplit=1)
        lines.append(_row("checks", name, _title(text), _LINK.sub(r"\1", first)))
    return "\n".join(lines) + "\n"


def _listed_causes(pages: Mapping[str, str]) -> str:
    by_log, by_check = [sign.rule.id for sign in BY_LOG], [rule.id for rule in BY_CHECK]
    lines = []
    for title, sign, ids in (
        ("By a line of the log", "such a line", by_log),
        ("By a failed check", "check", by_check),
    ):
        lines += [f"## {title}", "", f"| id | {sign} | why |", "|---|---|---|"]
        for id_ in ids:
            example, why = pages[id_].split("\n\n")[1:3]
            shown = f"`{_cell(example.strip('`').removeprefix('text'))}`"
            said = _LINK.sub(r"\1", why.removeprefix("**Why:** "))
            lines.append(_row("causes", id_, id_, f"{shown} | {_cell(said)}"))
        lines.append("")
    return "\n".join(lines)


def _row(folder: str, page: str, id_: str, cells: str) -> str:
    """Return a row that leads to a page, and that a link to its section of before still finds."""
    anchor = re.sub(r"[^\w-]", "", id_)
    return f'| <a id="{anchor}"></a>[`{id_}`]({folder}/{page}.md) | {cells} |'


def _title(text: str) -> str:
    return text.partition("\n")[0].removeprefix("# ")


def _counted() -> str:
    text = README.read_text("utf-8")
    for before, how_many, after in COUNTS:
        counted = rf"(?<={re.escape(before)})\d+(?={re.escape(after)})"
        text, found = re.subn(counted, str(how_many), text)
        if found != 1:
            raise LookupError(f"README.md has {found} times {before}NUMBER{after}, must have one")
    return text


def _with_action(module: str) -> str:
    """Return a module with what the action takes, what of that is secret, and what it starts."""
    action = yaml.safe_load(ACTION.read_text("utf-8"))
    steps = action["runs"]["steps"]
    variables = {
        name: variable
        for step in steps
        for variable, value in step["env"].items()
        for name in _GIVEN.findall(value)
    }
    lines = [
        "#: Each input of the action, and the variable as which the verifier is given it.",
        "ACTION_INPUTS = {",
        *(f'    "{name}": "{variables[name]}",' for name in action["inputs"]),
        "}",
        "#: Those that are hidden wherever they are read.",
        "SECRET_INPUTS = frozenset(",
        "    (",
        *(
            f'        "{name}",'
            for name, told in action["inputs"].items()
            if "Secret, default" in told["description"]
        ),
        "    )",
        ")",
        "#: The commands that the action starts.",
        "ACTION_COMMANDS = frozenset(",
        "    (",
        *(f'        "{name}",' for name in _started()),
        "    )",
        ")",
    ]
    return module.partition(MADE_OF_ACTION)[0] + MADE_OF_ACTION + "\n".join(lines) + "\n"


def _started() -> Sequence[str]:
    """Return the commands that the action takes; its script is read and not run."""
    for node in ast.parse(START.read_text("utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="COMMANDS")], value=value):
                return [str(name) for name in ast.literal_eval(value)]
            case _:
                pass
    raise LookupError("action/start.py has no COMMANDS")


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
