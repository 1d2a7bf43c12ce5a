"""The HTML page in a real browser: quiet, reachable for everybody, quick with ten thousand rows."""

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.report.situations import ALL, AUDIT_OF_MANY
from tests.report.test_surfaces import audit_report
from verifier.delivery import html_report
from verifier.model.finding import Outcome
from verifier.model.protection import Drift

pytestmark = pytest.mark.slow
SEVERITIES = (Outcome.WARN, Outcome.INCONCLUSIVE, Outcome.FAIL)
ROWS = tuple(
    Drift("approvals", "1", "0", "ruleset", SEVERITIES[n % 3], repository=f"acme/shop-{n // 50}-")
    for n in range(10_000)
)
AUDIT = replace(audit_report("weak"), drift=ROWS)
SHOWN = {**ALL, "audit": AUDIT_OF_MANY}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SHOWN)
def test_a_page_is_quiet_and_axe_finds_nothing(open_page, picture, name, scheme):
    page = open_page(html_report.render(SHOWN[name]), scheme)

    found = Axe().run(page).response["violations"]

    assert picture(page, f"page-{name}-{scheme}").startswith(b"\x89PNG")
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


#: The least height of a text that is seen, in pixels, and how wide the page is laid out.
SEEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let least = Infinity;
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const height = range.getBoundingClientRect().height;
    const parent = walker.currentNode.parentElement.tagName;
    if (walker.currentNode.textContent.trim() && height && !/SCRIPT|STYLE|TITLE/i.test(parent))
      least = Math.min(least, height);
  }
  return [least, document.documentElement.scrollWidth];
}"""


@pytest.mark.parametrize("name", SHOWN)
def test_on_a_phone_every_word_can_be_read_and_the_page_is_as_wide_as_the_phone(open_page, name):
    page = open_page(html_report.render(SHOWN[name]))
    page.set_viewport_size({"width": 360, "height": 640})

    least, width = page.evaluate(SEEN)

    assert least >= 12
    assert width == 360


def test_ten_thousand_rows_are_filtered_sorted_and_all_reached(open_page):
    page = open_page(html_report.render(AUDIT))
    shown = page.locator("#table-drift tbody tr")
    count = page.locator("#count-table-drift")

    assert (shown.count(), count.text_content()) == (200, "10000 of 10000")
    page.locator("#table-drift + button").click()
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


#: What a page does for each key: rows that are put in or taken out, texts that are read again, and
#: the milliseconds until the next frame is drawn; `whole` are those of drawing all rows at once.
WORK = """async (keys) => {
  const input = document.querySelector("[data-filter=table-drift]");
  const body = document.querySelector("#table-drift tbody");
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const read = Object.getOwnPropertyDescriptor(Node.prototype, "textContent");
  let texts = 0, rows = 0;
  Object.defineProperty(Node.prototype, "textContent", {
    ...read, get() { texts += this.nodeName === "TR"; return read.get.call(this); } });
  const count = (all) => { for (const m of all) rows += m.addedNodes.length + m.removedNodes.length; };
  const watcher = new MutationObserver(count);
  watcher.observe(body, { childList: true });
  const work = [];
  for (const key of keys) {
    texts = rows = 0;
    const begun = performance.now();
    input.value = key === "" ? "" : input.value + key;
    input.dispatchEvent(new Event("input"));
    await frame();
    count(watcher.takeRecords());
    work.push([rows, texts, performance.now() - begun]);
  }
  Object.defineProperty(Node.prototype, "textContent", read);
  watcher.disconnect();
  const begun = performance.now();
  const copies = [...Array(50)].flatMap(() => [...body.rows].map((row) => row.cloneNode(true)));
  body.replaceChildren(...copies);
  body.getBoundingClientRect();
  await frame();
  return { work, whole: performance.now() - begun, drawn: body.rows.length };
}"""


def test_a_key_in_the_filter_of_ten_thousand_rows_moves_no_more_than_is_seen(open_page):
    page = open_page(html_report.render(AUDIT))

    found = page.evaluate(WORK, [*"shop-7- fail", "", *"weak", ""])

    moved, read, took_ms = zip(*found["work"], strict=True)
    assert found["drawn"] == len(ROWS)
    assert max(moved) <= 2 * 200
    assert set(read) == {0}
    # A page that drew every row for each key would hold it up for as long as that takes.
    assert sorted(took_ms)[len(took_ms) // 2] < found["whole"] / 4, (took_ms, found["whole"])


def test_a_matrix_of_a_thousand_repositories_is_filtered_and_sorted_by_what_is_wrong(open_page):
    kinds = ("approvals", "signatures", "secret: A")
    rows = tuple(
        Drift(kinds[n % 3], "1", "0", "ruleset", SEVERITIES[n % 2], repository=f"acme/shop-{n}-")
        for n in range(1000)
    )
    page = open_page(html_report.render(replace(AUDIT_OF_MANY, drift=rows, audited=())))
    shown = page.locator("#table-matrix tbody tr")
    column = page.locator("#table-matrix thead th", has_text="secret")

    assert page.locator("#count-table-matrix").text_content() == "1000 of 1000"
    page.locator("[data-filter=table-matrix]").fill("shop-77")
    assert shown.count() == 11
    page.locator("[data-filter=table-matrix]").fill("")
    column.get_by_role("button").click()
    column.get_by_role("button").click()
    assert column.get_attribute("aria-sort") == "descending"
    assert "unclear" in shown.first.inner_text()
