// Fragments that poll rest while nobody looks, say what is new to screen readers, and a sign-in that is over leads to the sign-in page.
"use strict";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.requestConfig.verb === "get") event.preventDefault();
});

// A poll changes nothing while something is pressed: with the element that the press began on, the click would be lost.
// Where an answer replaced that element all the same, the one with its id is clicked, unless the pointer was moved away.
const STILL_PX = 8;
let pressed = null;
document.addEventListener("pointerdown", (event) => { pressed = event; }, true);
document.addEventListener("pointercancel", () => { pressed = null; }, true);
document.addEventListener("pointerup", (event) => {
  const began = pressed?.target.closest("a[id], button[id]");
  const moved = pressed ? Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) : 0;
  pressed = null;
  if (began && !began.isConnected && moved < STILL_PX) document.getElementById(began.id)?.click();
}, true);

document.addEventListener("htmx:beforeSwap", (event) => {
  if (pressed && event.detail.requestConfig.elt.matches("[hx-trigger*=every]")) event.detail.shouldSwap = false;
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
