"""A real browser for what people look at, quiet or the test fails."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser():
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, f"none of {', '.join(BROWSERS)} is installed here: `make browser` installs one"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, tmp_path):
    """Open a page of that text; what it says on its console and asks of others is an error."""
    said, pages = [], []

    def opened(text, scheme="light"):
        file = tmp_path / f"page-{len(pages)}.html"
        file.write_text(text, "utf-8")
        page = browser.new_page(color_scheme=scheme)
        pages.append(page)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: r.url == file.as_uri() or said.append(r.url))
        page.goto(file.as_uri())
        return page

    yield opened
    for page in pages:
        page.close()
    assert said == []


@pytest.fixture
def picture(tmp_path_factory):
    """Take a picture of a whole page: into screenshots/ where it is there, for who wants to look."""
    folder = ROOT / "screenshots"
    place = folder if folder.is_dir() else tmp_path_factory.mktemp("screenshots")

    def taken(page, name):
        file = place / f"{name}.png"
        page.screenshot(path=file, full_page=True)
        return file.read_bytes()

    return taken
