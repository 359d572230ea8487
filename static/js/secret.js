// The field of a secret: a button shows what was typed, and a token that names its end fills in the date.
"use strict";

function offerToShow(within) {
  for (const button of within.querySelectorAll("[data-shows][hidden]")) button.hidden = false;
}

function show(button, shown) {
  const field = document.getElementById(button.dataset.shows);
  if (field) field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

// The end that a JSON web token names (RFC 7519, section 4.1.4), as a date; empty for other secrets.
function endOf(secret) {
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(secret)?.[1];
  try {
    const seconds = payload && JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))).exp;
    return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString().slice(0, 10) : "";
  } catch {
    return "";
  }
}

// A date that somebody typed stays; one that was filled in follows the secret.
function fillEnd(secret) {
  const field = document.getElementById("id_expires_on");
  if (!field || (field.value !== "" && field.value !== (field.dataset.filled ?? ""))) return;
  field.value = field.dataset.filled = endOf(secret);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shows]");
  if (button) show(button, button.getAttribute("aria-pressed") !== "true");
});

document.addEventListener("input", (event) => {
  if (event.target.id === "id_secret") fillEnd(event.target.value.trim());
});

// Sent or left, it is hidden again: the browser may keep a text field, and not a password.
document.addEventListener("submit", () => {
  for (const button of document.querySelectorAll("[data-shows]")) show(button, false);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig.verb !== "post") return;
  for (const button of document.querySelectorAll("[data-shows]")) show(button, false);
});

document.addEventListener("htmx:load", (event) => offerToShow(event.target));
offerToShow(document);
