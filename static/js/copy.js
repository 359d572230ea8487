// Buttons that copy a word or print the page. Where the browser has no clipboard for pages, those that copy stay hidden.
"use strict";

function showCopies(within) {
  if (!navigator.clipboard) return;
  for (const button of within.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.firstChild.nextSibling.textContent = "Copied";
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

document.addEventListener("htmx:load", (event) => showCopies(event.target));
showCopies(document);
