// Ticks survive paging, and one box ticks a page. Without this a form has the ticks of its own page.
"use strict";

const bar = document.getElementById("choose");
const KEY = bar && `ticks of ${bar.dataset.list}`;
const boxes = () => [...document.querySelectorAll('#rows input[name="pk"]')];
const stored = () => new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

function store(ticks) {
  if (ticks.size) sessionStorage.setItem(KEY, JSON.stringify([...ticks]));
  else sessionStorage.removeItem(KEY);
}

// The ticks of other pages, as boxes that nobody sees, so that the form sends them too.
function carry(ticks) {
  for (const box of bar.querySelectorAll("[data-elsewhere]")) box.remove();
  const here = new Set(boxes().map((box) => box.value));
  for (const value of ticks) {
    if (here.has(value)) continue;
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "pk", value, checked: true, hidden: true });
    box.dataset.elsewhere = "";
    bar.append(box);
  }
}

function show() {
  const ticks = stored();
  carry(ticks);
  const all = boxes();
  const page = document.getElementById("tick-page");
  page.checked = all.length > 0 && all.every((box) => box.checked);
  page.indeterminate = !page.checked && all.some((box) => box.checked);
  const whole = document.getElementById("tick-whole");
  const count = document.getElementById("bulk_count");
  const elsewhere = bar.querySelectorAll("[data-elsewhere]").length;
  const ticked = `${ticks.size} selected${elsewhere ? `, ${elsewhere} of them not shown here` : ""}`;
  count.textContent = whole.checked ? "All that match selected" : ticked;
}

function note() {
  const ticks = stored();
  for (const box of boxes()) {
    if (box.checked) ticks.add(box.value);
    else ticks.delete(box.value);
  }
  store(ticks);
  show();
}

function restore() {
  const ticks = stored();
  for (const box of boxes()) box.checked = ticks.has(box.value);
  show();
}

if (bar) {
  document.getElementById("tick-page").hidden = false;
  document.addEventListener("change", (event) => {
    if (event.target.id === "tick-page") for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.id === "tick-whole") show();
    else if (event.target.matches('#tick-page, #rows input[name="pk"]')) note();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.form !== bar || event.target.matches("button, select")) return;
    event.preventDefault();
    event.target.closest(".bulk-bar__pair")?.querySelector("button").click();
  });
  bar.addEventListener("submit", () => sessionStorage.removeItem(KEY));
  document.addEventListener("htmx:afterSettle", show);
  addEventListener("pageshow", restore);
}
