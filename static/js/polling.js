// Fragments that poll rest while nobody looks, say what is new to screen readers, and a sign-in that is over leads to the sign-in page.
"use strict";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.requestConfig.verb === "get") event.preventDefault();
});

// A poll changes nothing while something is pressed: with the element that the press began on, the click would be lost.
let isPressed = false;
document.addEventListener("pointerdown", () => { isPressed = true; }, true);
for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, () => { isPressed = false; }, true);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (isPressed && event.detail.requestConfig.elt.matches("[hx-trigger*=every]")) event.detail.shouldSwap = false;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL || location.href, location.href);
  const asked = new URL(event.detail.requestConfig.path, location.href);
  if (answered.pathname !== asked.pathname) {
    event.preventDefault();
    location.reload();
  }
});

// The region stays while fragments come and go; the same words are not read twice.
document.addEventListener("htmx:afterSettle", () => {
  const region = document.getElementById("said");
  const found = [...document.querySelectorAll("[data-says]")];
  const words = (found.find((each) => each.id === "progress") ?? found.at(-1))?.dataset.says ?? "";
  if (region && words && region.textContent !== words) region.textContent = words;
});
