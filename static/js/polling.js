// Fragments that poll rest while nobody looks, and a sign-in that is over leads to the sign-in page.
"use strict";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.requestConfig.verb === "get") event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL || location.href, location.href);
  const asked = new URL(event.detail.requestConfig.path, location.href);
  if (answered.pathname !== asked.pathname) {
    event.preventDefault();
    location.reload();
  }
});
