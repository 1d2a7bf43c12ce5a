"""`verifier check`."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.ending import doing, leaves_report, publish, until_interrupted, write_surfaces
from verifier.cli.options import CHECKOUT, CONFIG, REPORT, REPORT_FORMS, config_in
from verifier.cli.streams import is_read
from verifier.model.output_form import OutputForm

if TYPE_CHECKING:
    from verifier.model.live_view import LiveView

_AGAIN_AFTER_S = 60.0


@click.command()
@CONFIG
@REPORT
@REPORT_FORMS
@click.option(
    "--watch",
    is_flag=True,
    help="Look again every minute until interrupted; on a terminal, all on one screen.",
)
@click.option(
    "--once",
    is_flag=True,
    help="Print what --watch shows, once, and exit; with --json as data for monitoring.",
)
@CHECKOUT
@leaves_report("check")
def check(
    config_path: Path,
    report_path: Path | None,
    form: OutputForm,
    watch: bool,
    once: bool,
    checkout: Path,
) -> int:
    """Run the gate's checks against the live deployment; read-only."""
    from verifier.delivery.console import console_of
    from verifier.wiring.clock import SystemClock

    if watch and once:
        raise click.UsageError("--watch goes on, --once looks a single time: give one of them")
    if once:
        return _once(config_path, report_path, form, checkout)
    codes: list[int] = []
    is_screen = watch and not form.is_for_programs and console_of(sys.stdout).is_live
    shown: LiveView | None = None

    def look() -> None:
        nonlocal shown
        if is_screen:
            before, shown = shown, _refresh(config_path, checkout, shown)
            codes.append(int(shown.report.exit_code))
            if shown is not before:
                write_surfaces(shown.report, report_path, form)
        else:
            codes.append(_check(config_path, report_path, form, checkout))

    def look_again() -> None:
        look()
        while watch and is_read():
            SystemClock().sleep(_AGAIN_AFTER_S)
            look()

    if until_interrupted(look_again) and not (watch and codes):
        raise KeyboardInterrupt
    return codes[-1]


def _check(config_path: Path, report_path: Path | None, form: OutputForm, checkout: Path) -> int:
    from verifier.config.settings import load_settings
    from verifier.delivery.notifications import tell
    from verifier.wiring.check import open_check

    settings = load_settings(config_in(config_path, checkout), os.environ)
    doing("connecting to Railway")
    with open_check(settings, checkout) as look:
        doing("asking the checks")
        report = look()
    publish(report, report_path, form)
    tell(report, settings.config.notify)
    return int(report.exit_code)


def _look(config_path: Path, checkout: Path) -> "LiveView":
    """Look at everything once; its progress would be written over the screen."""
    from verifier.config.settings import load_settings
    from verifier.delivery.console import QUIET
    from verifier.wiring.check import open_view

    click.get_current_context().meta[QUIET] = True
    settings = load_settings(config_in(config_path, checkout), os.environ)
    doing("connecting to Railway")
    with open_view(settings, checkout) as look:
        doing("asking the checks")
        return look()


def _refresh(config_path: Path, checkout: Path, before: "LiveView | None") -> "LiveView":
    """Draw the screen anew; where nothing could be seen, what was seen before with the reason."""
    from verifier.delivery.console import console_of
    from verifier.errors import VerifierError
    from verifier.report import view_text

    try:
        view = _look(config_path, checkout)
        again = view.status.at + timedelta(seconds=_AGAIN_AFTER_S)
        note = f"Next look at {again:%H:%M:%S} UTC; Ctrl-C ends."
    except VerifierError as error:
        if before is None:
            raise
        view, note = before, f"Could not look again, this is from before: {error.explained}"
    click.clear()
    sys.stdout.write(view_text.render(view, console_of(sys.stdout).style, note))
    sys.stdout.flush()
    return view


def _once(config_path: Path, report_path: Path | None, form: OutputForm, checkout: Path) -> int:
    from verifier.delivery import surfaces
    from verifier.delivery.console import console_of
    from verifier.report import view_text

    view = _look(config_path, checkout)
    match form:
        case OutputForm.TEXT:
            text = view_text.render(view, console_of(sys.stdout).style)
        case OutputForm.JSON:
            text = view_text.render_json(view)
        case _:
            text = surfaces.rendered(view.report, form)
    sys.stdout.write(text)
    write_surfaces(view.report, report_path, form)
    return int(view.report.exit_code)
