// A date field shows its day in the browser's own order; the words below it say which day that is.
"use strict";

const DAY_MS = 86_400_000;
const inWords = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

function distance(days) {
  if (days === 0) return "today";
  const count = `${Math.abs(days)} ${Math.abs(days) === 1 ? "day" : "days"}`;
  return days > 0 ? `in ${count}` : `${count} ago`;
}

function wordsBelow(field) {
  const known = field.parentElement.querySelector("[data-said]");
  if (known) return known;
  const words = document.createElement("p");
  words.className = "field__help";
  words.dataset.said = "";
  words.setAttribute("aria-live", "polite");
  field.after(words);
  return words;
}

function sayDay(field) {
  const isDay = !Number.isNaN(field.valueAsNumber);
  if (!field.closest(".field") || (!isDay && !field.parentElement.querySelector("[data-said]"))) return;
  const now = new Date();
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  wordsBelow(field).textContent = isDay ? `${inWords.format(field.valueAsDate)}, ${distance((field.valueAsNumber - today) / DAY_MS)}` : "";
}

const sayAll = (within) => within.querySelectorAll?.('input[type="date"]').forEach(sayDay);
document.addEventListener("input", ({ target }) => {
  if (target.type === "date") sayDay(target);
});
document.addEventListener("htmx:afterSettle", ({ target }) => sayAll(target));
sayAll(document);
