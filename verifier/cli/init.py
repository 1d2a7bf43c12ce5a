"""`verifier init`."""

import os
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from verifier.cli.options import NEW_REPOSITORY, RESULT_FORMS, is_on_terminal
from verifier.delivery.kept_names import keep_names
from verifier.model.output_form import OutputForm
from verifier.report.spoken import ENGLISH, language, say, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.commands.init import KeptFile, SeenHealth
    from verifier.decide.first_config import Proposal
    from verifier.decide.moved_pipeline import Moves

_ACTION = re.compile(r"(?:[A-Za-z0-9][\w.-]*/[\w.-]+(?:/[\w./-]+)?@[\w./-]+|\./[\w./-]*)")
#: As pages and people write what is still to be filled in.
_PLACEHOLDER = re.compile(
    r"^(?:OWNER|ORG|ORGANI[SZ]ATION|EXAMPLE|YOUR[\w-]*)/|/REPOSITORY@"
    r"|@(?:x+|0+|(?:YOUR|FULL)(?:[-_]\w+)?|(?:\w+[-_])?(?:COMMIT|SHA|HASH)(?:[-_]\w+)?)$",
    re.IGNORECASE,
)
#: A copy of the schema would be old after the next update, and nobody would see it.
NO_SCHEMA = (
    "To have an editor complete and check the configuration, run: "
    "verifier config schema > verifier.schema.json, and begin the file with: "
    "# yaml-language-server: $schema=../verifier.schema.json"
)
_KEPT = "differs from what would be written; --yes takes it"
_KEPT_ALWAYS = "differs from what would be written, and is yours: to begin again, remove it"
#: Of one file that is kept.
_MOST_LINES = 60


def _checked_action(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Refuse what would be a workflow that cannot run."""
    if value and (not _ACTION.fullmatch(value) or _PLACEHOLDER.search(value)):
        raise click.BadParameter(
            f"{value!r} is no action; name the repository of the verifier that you trust, and the "
            "full hash of a commit of it, as OWNER/NAME@HASH"
        )
    return value


@click.command()
@click.option(
    "--project", default="", help="Railway project, by name or id; not needed with a project token."
)
@click.option("--environment", default="production", show_default=True, help="Railway environment.")
@click.option(
    "--action",
    default="",
    callback=_checked_action,
    help="Action for the workflows to use, as OWNER/NAME@COMMIT; without it none are written.",
)
@click.option(
    "--yes",
    is_flag=True,
    help="Write workflows again without asking; a configuration that is there is kept.",
)
@RESULT_FORMS
@NEW_REPOSITORY
def init(
    project: str, environment: str, action: str, yes: bool, form: OutputForm, checkout: Path
) -> int:
    """Write a first configuration and workflows, and list the secrets to set."""
    from verifier.commands.init import init as look_and_propose
    from verifier.commands.init import write_files
    from verifier.config.schemas import schema_url_for
    from verifier.guarded.redaction import without_secrets
    from verifier.model import project as project_names
    from verifier.report.harmless_text import plain
    from verifier.wiring.init import ProjectFolder, open_environment

    aside = form.is_for_programs
    click.echo(say(f"Repository: {plain(str(checkout.resolve()))}"), err=aside)
    if not action:
        named = f"{project_names.REPOSITORY or 'OWNER/NAME'}@COMMIT"
        click.echo(say(f"Without --action {named} no workflow is written."), err=aside)
    source = click.get_current_context().get_parameter_source("environment")
    is_named = source is not ParameterSource.DEFAULT
    place = open_environment(os.environ, project, environment, is_named=is_named)
    folder = ProjectFolder(checkout)
    schema_url = schema_url_for(action)
    proposal, health = look_and_propose(place, folder, action, schema_url)
    keep_names(proposal.names)
    proposal = replace(
        proposal,
        files={n: in_language(t) if n.endswith(".yml") else t for n, t in proposal.files.items()},
    )
    for line in health.lines:
        click.echo(plain(say(without_secrets(line))), err=aside)
    done = []
    unasked = partial(_replaces_unasked, aside=aside)
    may_replace = unasked if yes else partial(_may_replace, aside=aside)
    for file in write_files(proposal, folder, may_replace):
        done.append(file)
        if isinstance(file, str):
            click.echo(f"{word('written'):<8} {file}", err=aside)
        else:
            _tell_kept(file, aside, again=yes)
    if aside:
        _print_result(proposal, health, done, schema_url)
        return 0
    _tell_what_is_left(proposal, schema_url)
    return 0


def _tell_what_is_left(proposal: "Proposal", schema_url: str) -> None:
    """Say what a person has to set, to decide and to keep fresh."""
    from verifier.guarded.redaction import without_secrets
    from verifier.report.harmless_text import plain

    click.echo(say("\nSet these under Settings > Secrets and variables > Actions:"))
    for line in proposal.to_set:
        click.echo(f"  {say(line)}")
    if proposal.open_points:
        click.echo(say("\nNot found, or not certain:"))
    for line in proposal.open_points:
        click.echo(f"  {plain(say(without_secrets(line)))}")
    if proposal.upkeep:
        click.echo("\n" + say(proposal.upkeep[0]))
        click.echo("\n".join(proposal.upkeep[1:]))
    _tell_moves(proposal.moves)
    if not schema_url:
        click.echo(say(f"\n{NO_SCHEMA}"))
    click.echo(say("\nThen review .github/verifier.yml and run: verifier doctor"))


def _tell_moves(moves: "Moves") -> None:
    """Show what is proposed for the workflows that are there, as it can be applied."""
    from verifier.guarded.redaction import own_redactor
    from verifier.model.printable_text import printable_line
    from verifier.report.harmless_text import plain

    if moves.told:
        click.echo(say("\nProposed for your workflows; nothing of it was changed:"))
    for line in moves.told:
        click.echo(f"  {plain(say(line))}")
    if moves.diff:
        click.echo()
    for line in own_redactor().keep_lines(moves.diff).split("\n")[:-1]:
        click.echo(printable_line(line.removesuffix("\r")))
    if moves.afterwards:
        click.echo()
    for line in moves.afterwards:
        click.echo(f"  {plain(say(line))}")


def _print_result(
    proposal: "Proposal", health: "SeenHealth", done: "Sequence[str | KeptFile]", schema_url: str
) -> None:
    from verifier.guarded.redaction import own_redactor, redacted_values
    from verifier.report import result_json

    redact = own_redactor()

    def as_row(file: "str | KeptFile") -> dict[str, object]:
        if isinstance(file, str):
            return {"path": file, "written": True, "difference": []}
        return {"path": file.path, "written": False, "difference": _without_secrets(file)}

    result = {
        "files": [as_row(file) for file in done],
        "health": redacted_values(health.lines, redact),
        "to_set": proposal.to_set,
        "open_points": redacted_values(proposal.open_points, redact),
        "upkeep": proposal.upkeep,
        "moves": {
            "diff": redact.keep_lines(proposal.moves.diff),
            "told": proposal.moves.told,
            "afterwards": proposal.moves.afterwards,
        },
        "schema_url": schema_url,
    }
    click.echo(result_json.render("init", result), nl=False)


def in_language(text: str) -> str:
    """Return a file with its comments in the language in force, which a configuration names."""
    if language() == ENGLISH:
        return text
    from verifier.language.file_comments import with_comments

    named = f"version: 1\nlanguage: {language()}\n"
    return with_comments(text.replace("version: 1\n", named, 1), say)


def _tell_kept(kept: "KeptFile", aside: bool, *, again: bool) -> None:
    from verifier.decide.first_config import CONFIG

    if not kept.difference:
        click.echo(f"{word('kept'):<8} {kept.path} ({say('is the same')})", err=aside)
        return
    told = _KEPT_ALWAYS if again or kept.path == CONFIG else _KEPT
    click.echo(f"{word('kept'):<8} {kept.path} ({say(told)})", err=aside)
    if again or not is_on_terminal():
        _show(kept, aside)


def _show(kept: "KeptFile", aside: bool) -> None:
    from verifier.model.printable_text import printable_line

    for line in _without_secrets(kept)[:_MOST_LINES]:
        click.echo(f"  | {printable_line(line)}", err=aside)
    if (left := len(kept.difference) - _MOST_LINES) > 0:
        more = "and 1 more line" if left == 1 else f"and {left} more lines"
        click.echo(f"  {say(more)}", err=aside)


def _without_secrets(kept: "KeptFile") -> list[str]:
    """The difference as it may be shown: somebody wrote the file that is there."""
    from verifier.guarded.redaction import own_redactor

    return own_redactor().keep_lines("\n".join(kept.difference)).split("\n")


def _replaces_unasked(kept: "KeptFile", aside: bool) -> bool:
    """What init owns is replaced, and shown: a person may have tuned it, or added to it."""
    from verifier.commands.init import is_of_init

    if not is_of_init(kept):
        return False
    click.echo(say(f"{kept.path} is replaced, which differs:"), err=aside)
    _show(kept, aside)
    return True


def _may_replace(kept: "KeptFile", aside: bool) -> bool:
    """Nothing is overwritten without asking, and without showing what would change."""
    if not is_on_terminal():
        return False
    _show(kept, aside)
    return click.confirm(say(f"Replace {kept.path}?"), err=aside)
