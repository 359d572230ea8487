// A filter of the list applies when a box is ticked, and its menu stays open. Without this a button applies it.
"use strict";

const form = document.getElementById("narrow_by");
const OPEN = "open filter";
const PAUSE_MS = 300;
let waiting = 0;

// The address of the list, without what is empty.
form?.addEventListener("formdata", (event) => {
  if (!event.formData.get("q")) event.formData.delete("q");
});

function apply(box) {
  sessionStorage.setItem(OPEN, JSON.stringify({ menu: box.closest("details").id, name: box.name, value: box.value }));
  form.requestSubmit();
}

form?.addEventListener("change", (event) => {
  if (!event.target.matches('[type="checkbox"]')) return;
  clearTimeout(waiting);
  waiting = setTimeout(apply, PAUSE_MS, event.target);
});

// What was ticked before this script ran. No browser restores old ticks: the form forbids it.
function applyEarly() {
  const ticked = [...form.querySelectorAll('[type="checkbox"]')].find((box) => box.checked !== box.defaultChecked);
  if (ticked) apply(ticked);
}

function reopen() {
  const last = JSON.parse(sessionStorage.getItem(OPEN) ?? "null");
  sessionStorage.removeItem(OPEN);
  const menu = last && document.getElementById(last.menu);
  if (!menu) return;
  menu.open = true;
  const boxes = [...menu.querySelectorAll(`[name="${last.name}"]`)];
  (boxes.find((box) => box.value === last.value) ?? menu.querySelector("summary")).focus();
}

// A panel that would be cut at the right begins further left.
function place(menu) {
  menu.classList.remove("menu--end");
  const edge = document.documentElement.clientWidth;
  const panel = menu.querySelector(".menu__panel");
  menu.classList.toggle("menu--end", menu.open && panel.getBoundingClientRect().right > edge);
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("#narrow_by .menu, .views .menu")) place(event.target);
}, true);

addEventListener("resize", () => {
  for (const menu of document.querySelectorAll("#narrow_by .menu[open], .views .menu[open]")) place(menu);
});

document.getElementById("save_view")?.addEventListener("toggle", (event) => {
  if (event.target.open) document.getElementById("view_name").focus();
});

// On a narrow window the tabs of the views scroll: the present one shows.
document.querySelector(".views__tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

if (form) {
  for (const note of form.querySelectorAll(".chip__note[hidden]")) note.hidden = false;
  for (const button of form.querySelectorAll(".chip__apply")) button.hidden = true;
  reopen();
  applyEarly();
}
