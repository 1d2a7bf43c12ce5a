"""The HTML page in a real browser: quiet, reachable for everybody, quick with ten thousand rows."""

import shutil
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.report.situations import ALL
from tests.report.test_surfaces import audit_report
from verifier.delivery import html_report
from verifier.model.finding import Outcome
from verifier.model.protection import Drift

pytestmark = pytest.mark.slow
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SEVERITIES = (Outcome.WARN, Outcome.INCONCLUSIVE, Outcome.FAIL)
ROWS = tuple(
    Drift("approvals", "1", "0", "ruleset", SEVERITIES[n % 3], repository=f"acme/shop-{n // 50}-")
    for n in range(10_000)
)
AUDIT = replace(audit_report("weak"), drift=ROWS)


@pytest.fixture(scope="module")
def browser():
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, f"none of {', '.join(BROWSERS)} is installed here"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def show(browser, tmp_path):
    """Open a report's page; what it says on its console and asks of others is an error."""
    said, pages = [], []

    def open_page(report, scheme="light"):
        file = tmp_path / "report.html"
        file.write_text(html_report.render(report), "utf-8")
        page = browser.new_page(color_scheme=scheme)
        pages.append(page)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: r.url == file.as_uri() or said.append(r.url))
        page.goto(file.as_uri())
        return page

    yield open_page
    for page in pages:
        page.close()
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ALL)
def test_a_page_is_quiet_and_axe_finds_nothing(show, name, scheme):
    found = Axe().run(show(ALL[name], scheme)).response["violations"]

    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_ten_thousand_rows_are_filtered_sorted_and_all_reached(show):
    page = show(AUDIT)
    shown = page.locator("#table-drift tbody tr")
    count = page.locator("#count-table-drift")

    assert (shown.count(), count.text_content()) == (200, "10000 of 10000")
    page.get_by_role("button", name="Show more").click()
    assert shown.count() == 400
    page.locator("[data-filter=table-drift]").fill("shop-7- fail")
    assert shown.count() == len(
        [r for r in ROWS if "shop-7-" in r.repository and r.severity == "fail"]
    )
    page.locator("[data-filter=table-drift]").fill("no such row")
    assert (shown.count(), count.text_content()) == (0, "0 of 10000")
    page.locator("[data-filter=table-drift]").fill("")
    head = page.locator("#table-drift thead th").first
    head.get_by_role("button").click()
    first = shown.first.inner_text()
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert shown.first.inner_text() != first
