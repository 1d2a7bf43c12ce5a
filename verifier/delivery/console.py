"""What a stream of this process can show: colours, moving lines, folded groups, how wide."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

import click

from verifier.report.styled import fitted
from verifier.report.terminal import Style

#: Where options of how much to say are kept; set by the command line.
QUIET, VERBOSE = "verifier.quiet", "verifier.verbose"
_LINKING_PROGRAMS = ("iTerm.app", "WezTerm", "vscode", "ghostty", "zed")
_LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "wezterm")
#: 0.50.0 ends with an error at a link.
_FIRST_GOOD_VTE = 5000
_NARROWEST, _USUAL, _WIDEST = 40, 80, 200


@dataclass(frozen=True, slots=True)
class Console:
    """One stream: how it shows text, and whether its last lines may move."""

    style: Style
    is_live: bool = False


def console_of(stream: TextIO) -> Console:
    """Return what `stream` can show, by the environment and the options of the command."""
    context = click.get_current_context(silent=True)
    meta = context.meta if context else {}
    return choose(
        os.environ,
        is_terminal=stream.isatty(),
        columns=_columns(stream),
        is_quiet=bool(meta.get(QUIET)),
        is_verbose=bool(meta.get(VERBOSE)),
    )


def show_fitted(text: str) -> None:
    """Write finished lines to standard output, as wide as it shows them."""
    click.echo(fitted(text, console_of(sys.stdout).style.width), nl=False)


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except (OSError, ValueError):
        return _USUAL


def choose(
    environ: Mapping[str, str],
    *,
    is_terminal: bool,
    columns: int,
    is_quiet: bool = False,
    is_verbose: bool = False,
) -> Console:
    """
    Decide how text is shown.

    Source: https://no-color.org and https://force-color.org: NO_COLOR wins.
    """
    in_job = environ.get("GITHUB_ACTIONS") == "true"
    is_dumb = environ.get("TERM", "") == "dumb"
    is_live = is_terminal and not is_dumb and not in_job
    is_forced = environ.get("FORCE_COLOR", "") not in ("", "0")
    is_coloured = (is_live or in_job or is_forced) and not environ.get("NO_COLOR")
    has_links = is_coloured and _takes_links(environ, is_live=is_live)
    width = min(max(columns, _NARROWEST), _WIDEST) if is_terminal and not in_job else None
    return Console(
        Style(width, is_coloured, in_job, is_quiet, is_verbose, has_links),
        is_live and not is_quiet,
    )


def _takes_links(environ: Mapping[str, str], *, is_live: bool) -> bool:
    """
    Whether this terminal is known to make links: one that does not may show their addresses.

    Source: https://github.com/chalk/supports-hyperlinks
    """
    if wish := environ.get("FORCE_HYPERLINK", ""):
        return wish != "0"
    vte = environ.get("VTE_VERSION", "")
    return is_live and (
        environ.get("TERM_PROGRAM", "") in _LINKING_PROGRAMS
        or environ.get("TERM", "") in _LINKING_TERMS
        or any(environ.get(name) for name in ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM"))
        or (vte.isdecimal() and int(vte) > _FIRST_GOOD_VTE)
    )
