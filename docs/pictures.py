"""`python docs/pictures.py`: plays a bad commit in the sandbox and draws what the gate said."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from verifier.delivery import html_report
from verifier.report import json_report, terminal
from verifier.sandbox.scenarios.scenario import SCENARIOS, read_scenario
from verifier.sandbox.world import Sandbox

FOLDER = Path(__file__).parent / "pictures"
REPORT = FOLDER / "missing-migration.json"
#: Digest of the page that the pictures of it were drawn of.
DRAWN_OF = FOLDER / "page.sha256"
COLUMNS = 108
#: Without fonts from elsewhere: a picture asks nobody for anything.
_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px ui-monospace, Menlo, monospace }}
.{unique_id}-title {{ font: bold 18px sans-serif }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
_NORMAL = [(110, 118, 129), (207, 34, 46), (26, 127, 55), (154, 103, 0)]
_NORMAL += [(9, 105, 218), (130, 80, 223), (27, 124, 131), (87, 96, 106)]
_BRIGHT = [(139, 148, 158), (255, 123, 114), (86, 211, 100), (227, 179, 65)]
_BRIGHT += [(121, 192, 255), (210, 168, 255), (86, 212, 221), (240, 246, 252)]
THEMES = {
    "light": TerminalTheme((255, 255, 255), (31, 35, 40), _NORMAL, _NORMAL),
    "dark": TerminalTheme((13, 17, 23), (214, 222, 235), _BRIGHT, _BRIGHT),
}


def render(report: str) -> Mapping[Path, str]:
    """Return the pictures of a gate's JSON report, by path."""
    shown = terminal.render(json_report.parse(report.encode()), terminal.Style(COLUMNS, True))
    pictures = {}
    for name, theme in THEMES.items():
        console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
        console.print(Text.from_ansi(f"\x1b[1m$ verifier gate\x1b[0m\n\n{shown}"), soft_wrap=True)
        svg = console.export_svg(title="", theme=theme, code_format=_SVG, unique_id=f"gate-{name}")
        pictures[FOLDER / f"gate-{name}.svg"] = svg
    return pictures


def page_of(report: str) -> str:
    """Return the HTML page of a gate's JSON report."""
    return html_report.render(json_report.parse(report.encode()))


def digest_of(page: str) -> str:
    """Return what changes with the page: a picture of it is not the same on every machine."""
    return hashlib.sha256(page.encode()).hexdigest() + "\n"


def draw(page: str) -> Mapping[Path, bytes]:
    """Return pictures of the HTML page as a browser shows it, by path; `make browser` brings it."""
    from playwright.sync_api import sync_playwright

    pictures = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name in THEMES:
            shown = browser.new_page(
                viewport={"width": 1080, "height": 720},
                color_scheme="dark" if name == "dark" else "light",
            )
            shown.set_content(page)
            pictures[FOLDER / f"page-{name}.png"] = shown.screenshot()
        browser.close()
    return pictures


def play() -> str:
    """Return the gate's JSON report of a commit whose migration is not applied."""
    with Sandbox(read_scenario(SCENARIOS / "demo.yml")) as sandbox:
        for commit in ("good", "missing-migration"):
            sandbox.push(commit)
            gate = ["gate", "--sha", sandbox.repository.shas[commit], "--json"]
            gate += ["--checkout", str(sandbox.repository.folder)]
            command = [sys.executable, "-m", "verifier", *gate]
            environ = {**os.environ, **sandbox.environ}
            ran = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=False)  # noqa: S603
    played = json.loads(ran.stdout)
    if played["exit_code"] != 1:
        raise SystemExit(f"the gate did not roll back: {played['reason']}")
    return ran.stdout.decode()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    REPORT.write_text(play(), "utf-8")
    for path, picture in render(REPORT.read_text("utf-8")).items():
        path.write_text(picture, "utf-8")
    html = page_of(REPORT.read_text("utf-8"))
    for path, drawn in draw(html).items():
        path.write_bytes(drawn)
    DRAWN_OF.write_text(digest_of(html), "utf-8")
