// A field of tags completes from those of the workspace, by mouse or keys. Without this it is plain text.
"use strict";

const MOST_OPTIONS = 8;
const ROOM_BELOW = 260;
const SEPARATOR = /[\s,;]/;
const knownTags = new Map();
const isTags = (element) => element.matches?.("input[data-tags]");
const optionsOf = (input) => document.getElementById(`${input.id}_list`);
const activeOf = (input) => optionsOf(input)?.querySelector('[aria-selected="true"]');

// Asked for once, when somebody comes to the field; asked again if there was no answer.
function tagsOf(address) {
  if (!knownTags.has(address)) {
    const asked = fetch(address).then((answer) => answer.json()).then((found) => found.tags);
    knownTags.set(address, asked.catch(() => knownTags.delete(address) && []));
  }
  return knownTags.get(address);
}

function tagAt(input) {
  let start = input.selectionStart;
  let end = start;
  while (start > 0 && !SEPARATOR.test(input.value[start - 1])) start -= 1;
  while (end < input.value.length && !SEPARATOR.test(input.value[end])) end += 1;
  return { start, end, text: input.value.slice(start, input.selectionStart).toLowerCase() };
}

function prepareTags(input) {
  if (optionsOf(input)) return;
  const list = document.createElement("ul");
  list.id = `${input.id}_list`;
  list.className = "completions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  input.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }
}

function closeTags(input) {
  const list = optionsOf(input);
  if (list) list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

// What begins with the word comes first; a tag that stands in the field already is not offered.
async function openTags(input) {
  const names = await tagsOf(input.dataset.tags);
  if (document.activeElement !== input) return;
  const { text } = tagAt(input);
  const there = new Set(input.value.toLowerCase().split(SEPARATOR));
  const fitting = names.filter((name) => name.includes(text) && !there.has(name));
  fitting.sort((one, other) => other.startsWith(text) - one.startsWith(text));
  if (fitting.length) showTags(input, fitting.slice(0, MOST_OPTIONS));
  else closeTags(input);
}

function showTags(input, names) {
  const list = optionsOf(input);
  list.replaceChildren(...names.map((name, place) => {
    const option = Object.assign(document.createElement("li"), { id: `${list.id}_${place}`, textContent: name });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    return option;
  }));
  list.hidden = false;
  placeTags(input);
  input.setAttribute("aria-expanded", "true");
  input.removeAttribute("aria-activedescendant");
}

// Below the field, or above it where there is no room below.
function placeTags(input) {
  const { style } = optionsOf(input);
  const above = innerHeight - input.getBoundingClientRect().bottom < ROOM_BELOW;
  style.top = above ? "auto" : `${input.offsetTop + input.offsetHeight}px`;
  style.bottom = above ? `${input.offsetParent.clientHeight - input.offsetTop}px` : "auto";
  style.left = `${input.offsetLeft}px`;
}

function moveAmongTags(input, step) {
  const options = [...optionsOf(input).children];
  const before = options.indexOf(activeOf(input));
  const next = options.at((before + step + (before < 0 && step < 0 ? 1 : 0)) % options.length);
  for (const each of options) each.setAttribute("aria-selected", String(each === next));
  input.setAttribute("aria-activedescendant", next.id);
}

function takeTag(input, name) {
  const { start, end } = tagAt(input);
  input.setRangeText(`${name}, `, start, end, "end");
  closeTags(input);
}

function onTagKey(event) {
  const input = event.target;
  const isOpen = optionsOf(input)?.hidden === false;
  const active = isOpen && activeOf(input);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (isOpen) moveAmongTags(input, event.key === "ArrowDown" ? 1 : -1);
    else openTags(input);
  } else if (active && (event.key === "Enter" || event.key === "Tab")) takeTag(input, active.textContent);
  else if (isOpen && event.key === "Escape") closeTags(input);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("focusin", (event) => {
  if (!isTags(event.target)) return;
  prepareTags(event.target);
  tagsOf(event.target.dataset.tags);
});
document.addEventListener("focusout", (event) => isTags(event.target) && closeTags(event.target));
document.addEventListener("input", (event) => isTags(event.target) && openTags(event.target));
document.addEventListener("click", (event) => isTags(event.target) && openTags(event.target));
document.addEventListener("keydown", (event) => isTags(event.target) && onTagKey(event), true);
addEventListener("resize", () => {
  const input = document.activeElement;
  if (isTags(input) && optionsOf(input)?.hidden === false) placeTags(input);
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.(".completions [role=option]");
  if (!option) return;
  event.preventDefault();
  takeTag(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option.textContent);
});
