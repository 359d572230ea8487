// A field of tags completes from those of the workspace, by mouse or keys. Without this it is plain text.
"use strict";

const MOST_OPTIONS = 8;
const ROOM_BELOW = 260;
const SEPARATOR = /[\s,;]/;
const known = new Map();
const isTags = (element) => element.matches?.("input[data-tags]");
const optionsOf = (input) => document.getElementById(`${input.id}_list`);
const activeOf = (input) => optionsOf(input)?.querySelector('[aria-selected="true"]');

// Asked for once, when somebody comes to the field; asked again if there was no answer.
function tagsOf(address) {
  if (!known.has(address)) {
    const asked = fetch(address).then((answer) => answer.json()).then((found) => found.tags);
    known.set(address, asked.catch(() => known.delete(address) && []));
  }
  return known.get(address);
}

function wordAt(input) {
  let start = input.selectionStart;
  let end = start;
  while (start > 0 && !SEPARATOR.test(input.value[start - 1])) start -= 1;
  while (end < input.value.length && !SEPARATOR.test(input.value[end])) end += 1;
  return { start, end, text: input.value.slice(start, input.selectionStart).toLowerCase() };
}

function prepare(input) {
  if (optionsOf(input)) return;
  const list = document.createElement("ul");
  list.id = `${input.id}_list`;
  list.className = "completions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Tags of this workspace");
  input.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }
}

function close(input) {
  const list = optionsOf(input);
  if (list) list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

// What begins with the word comes first; a tag that stands in the field already is not offered.
async function open(input) {
  const names = await tagsOf(input.dataset.tags);
  if (document.activeElement !== input) return;
  const { text } = wordAt(input);
  const there = new Set(input.value.toLowerCase().split(SEPARATOR));
  const fitting = names.filter((name) => name.includes(text) && !there.has(name));
  fitting.sort((one, other) => other.startsWith(text) - one.startsWith(text));
  if (fitting.length) show(input, fitting.slice(0, MOST_OPTIONS));
  else close(input);
}

function show(input, names) {
  const list = optionsOf(input);
  list.replaceChildren(...names.map((name, place) => {
    const option = Object.assign(document.createElement("li"), { id: `${list.id}_${place}`, textContent: name });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    return option;
  }));
  const above = innerHeight - input.getBoundingClientRect().bottom < ROOM_BELOW;
  list.style.top = above ? "auto" : `${input.offsetTop + input.offsetHeight}px`;
  list.style.bottom = above ? `${input.offsetParent.clientHeight - input.offsetTop}px` : "auto";
  list.style.left = `${input.offsetLeft}px`;
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  input.removeAttribute("aria-activedescendant");
}

function move(input, step) {
  const options = [...optionsOf(input).children];
  const before = options.indexOf(activeOf(input));
  const next = options.at((before + step + (before < 0 && step < 0 ? 1 : 0)) % options.length);
  for (const each of options) each.setAttribute("aria-selected", String(each === next));
  input.setAttribute("aria-activedescendant", next.id);
}

function take(input, name) {
  const { start, end } = wordAt(input);
  input.setRangeText(`${name}, `, start, end, "end");
  close(input);
}

function onKey(event) {
  const input = event.target;
  const isOpen = optionsOf(input)?.hidden === false;
  const active = isOpen && activeOf(input);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (isOpen) move(input, event.key === "ArrowDown" ? 1 : -1);
    else open(input);
  } else if (active && (event.key === "Enter" || event.key === "Tab")) take(input, active.textContent);
  else if (isOpen && event.key === "Escape") close(input);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("focusin", (event) => {
  if (!isTags(event.target)) return;
  prepare(event.target);
  tagsOf(event.target.dataset.tags);
});
document.addEventListener("focusout", (event) => isTags(event.target) && close(event.target));
document.addEventListener("input", (event) => isTags(event.target) && open(event.target));
document.addEventListener("click", (event) => isTags(event.target) && open(event.target));
document.addEventListener("keydown", (event) => isTags(event.target) && onKey(event), true);
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.(".completions [role=option]");
  if (!option) return;
  event.preventDefault();
  take(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option.textContent);
});
