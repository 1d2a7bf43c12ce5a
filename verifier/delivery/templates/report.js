"use strict";
// Of a long table so many rows are drawn at once: a browser lays out all that are. A wide one has fewer.
const AT_ONCE = 200, CELLS_AT_ONCE = 1400;
const views = new Map();
function viewOf(table) {
  if (views.has(table)) return views.get(table);
  const body = table.tBodies[0];
  const more = document.createElement("button");
  more.type = "button";
  table.after(more);
  const view = { rows: [...body.rows], fits: () => true, most: 0, step: 0 };
  view.step = Math.min(AT_ONCE, Math.ceil(CELLS_AT_ONCE / table.tHead.rows[0].cells.length));
  view.most = view.step;
  view.draw = () => {
    const fitting = view.rows.filter(view.fits);
    body.replaceChildren(...fitting.slice(0, view.most));
    more.hidden = fitting.length <= view.most;
    more.textContent = document.body.dataset.more.replace("#", fitting.length - view.most);
    return fitting.length;
  };
  more.addEventListener("click", () => { view.most += view.step; view.draw(); });
  addEventListener("beforeprint", () => { view.most = Infinity; view.draw(); });
  views.set(table, view);
  return view;
}
for (const input of document.querySelectorAll("[data-filter]")) {
  const view = viewOf(document.getElementById(input.dataset.filter));
  const texts = new Map(view.rows.map((row) => [row, row.textContent.toLowerCase()]));
  const count = document.getElementById(input.dataset.filter.replace("table-", "count-table-"));
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    view.fits = (row) => words.every((word) => texts.get(row).includes(word));
    view.most = view.step;
    count.textContent = `${view.draw()} ${document.body.dataset.of} ${view.rows.length}`;
  };
  input.addEventListener("input", show);
  show();
}
for (const table of document.querySelectorAll("[data-sortable]")) {
  const heads = [...table.tHead.rows[0].cells];
  const view = viewOf(table);
  heads.forEach((head, column) => {
    head.firstElementChild.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.cells[column].dataset.order ?? row.cells[column].textContent;
      const order = new Intl.Collator("en", { numeric: true });
      const keyed = view.rows.map((row) => [key(row), row]);
      keyed.sort((a, b) => (up ? 1 : -1) * order.compare(a[0], b[0]));
      view.rows = keyed.map((pair) => pair[1]);
      view.draw();
    });
  });
}
for (const details of document.querySelectorAll("details")) {
  addEventListener("beforeprint", () => { details.open = true; });
}
