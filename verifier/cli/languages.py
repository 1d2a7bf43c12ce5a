"""The language of what people read: an option, the environment or the configuration chooses it."""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from verifier.delivery.kept_names import keep_names
from verifier.language import TAGS, nearest_tag
from verifier.report.owners_names import NAMES, OwnersNames
from verifier.report.spoken import ENGLISH, IN_FORCE, Speech, language, say, word

LANGUAGES = (ENGLISH, *TAGS)
_VARIABLE = "VERIFIER_LANGUAGE"
_CHOSEN, _TOLD = "verifier.language", "verifier.language.told"
_CONFIGURED = re.compile(r"^language:[ \t]*[\"']?([\w.@-]{1,40})", re.MULTILINE)
#: A text in quotation marks, a key, an entry of a list.
_WRITTEN = re.compile(
    r"\"([^\"\n]{3,200})\"|'([^'\n]{3,200})'|^[ \t]*(?:- )?([\w.-]+(?: [\w.-]+){1,9})(?=:|[ \t]*$)",
    re.MULTILINE,
)
#: A configuration has no more.
_MOST_BYTES = 256 * 1024
_BRACKET = re.compile(r"(?<=[\[;] )?\b(default|required|env var)(?=[:\]])")


def speak(tag: str) -> None:
    """Speak a language from now on; of one that there is not, nothing changes."""
    if tag == ENGLISH:
        IN_FORCE.set(None)
    elif tag in LANGUAGES:
        from verifier.language.catalogue import translator

        known = translator(tag)
        IN_FORCE.set(Speech(tag, known.say, known.word, known.number))


def speak_as_configured(path: Path) -> None:
    """
    Speak the language that a configuration names, unless the call or the environment has chosen.

    The file may have mistakes: they are told in its language. Whether it is one is asked later.
    """
    context = click.get_current_context(silent=True)
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return
    # Whatever stands in it is its owner's: names of services, of checks, of jobs.
    keep_names(next(filter(None, found.groups())) for found in _WRITTEN.finditer(text))
    if context is not None and context.meta.get(_CHOSEN):
        return
    if found := _CONFIGURED.search(text):
        _speak_nearest(found[1], context)


def _speak_nearest(name: str, context: click.Context | None) -> str:
    """Speak the language that is meant; English, and a line about it once, where none is."""
    tag = nearest_tag(name)
    speak(tag or ENGLISH)
    if tag is None and not (context and context.meta.get(_TOLD)):
        if context:
            context.meta[_TOLD] = True
        from verifier.report.harmless_text import plain

        known = ", ".join(LANGUAGES)
        click.echo(f"no language {plain(name, 40)!r}: English is spoken; known: {known}", err=True)
    return tag or ENGLISH


def _chosen(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    from verifier.guarded.met_names import listen, meet

    names = OwnersNames()
    NAMES.set(names)
    listen(names.add)
    meet(sys.argv[1:])
    context.meta[_CHOSEN] = _speak_nearest(value, context) if value else None
    if not value:
        speak(ENGLISH)


class _Language(click.Choice[str]):
    """Shows the languages there are, and takes any name of one: how bad a name is no end."""

    def convert(
        self, value: str, _parameter: click.Parameter | None, _context: click.Context | None
    ) -> str:
        return value


LANGUAGE = click.option(
    "--language",
    type=_Language(LANGUAGES),
    envvar=_VARIABLE,
    show_envvar=True,
    is_eager=True,
    expose_value=False,
    callback=_chosen,
    help="Language of messages and reports.  [default: the configured one, or en]",
)


class SpokenHelp(click.HelpFormatter):
    """Writes help in the language in force."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{word('Usage')}: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(word(heading))

    def write_text(self, text: str) -> None:
        super().write_text(_in_paragraphs(text))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        said = [(name, _option_help(text)) for name, text in rows]
        super().write_dl(said, col_max, col_spacing)


class SpokenGroup(click.Group):
    """A group of commands, listed with their whole sentences in the language in force."""

    def get_help(self, ctx: click.Context) -> str:
        # `--help` is answered before options that only the environment gives are read.
        if (tag := os.environ.get(_VARIABLE)) and not ctx.meta.get(_CHOSEN):
            _speak_nearest(tag, ctx)
        return super().get_help(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; of one that there is not, name the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from verifier.cli.meant_commands import meant_by_name, nearest_to

            meant = "" if ctx.parent else meant_by_name(args[0])
            meant = meant or nearest_to(args[0], self.list_commands(ctx))
            if not meant:
                raise
            told = f"{error.message.rstrip('.')} (did you mean {meant!r}?)"
            raise click.UsageError(told, ctx) from error

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return each command's name, and what the list says of it."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        # Whole sentences: one that was cut short says less, and is found in no catalogue.
        return [(name, one.get_short_help_str(1000)) for name, one in commands if one]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(self.summaries(ctx))


def _in_paragraphs(text: str) -> str:
    if language() == ENGLISH:
        return text
    return "\n\n".join(say(" ".join(part.split())) for part in text.split("\n\n"))


def _option_help(text: str) -> str:
    if language() == ENGLISH:
        return text
    own, bracket, rest = text.partition("  [env var: ")
    return _BRACKET.sub(lambda found: word(found[0]), f"{say(own)}{bracket}{rest}")
