// A request of the page that failed is told above it, once; when the same request succeeds, the words go.
"use strict";

function kindOf(status) {
  if (!status) return "unanswered";
  if (status === 403 || status === 404) return "gone";
  return status === 429 ? "often" : "failed";
}

function keyOf(event) {
  const { verb, path } = event.detail.requestConfig;
  return `${verb} ${path}`;
}

function tell(event) {
  const region = document.getElementById("trouble");
  const kind = kindOf(event.detail.xhr?.status);
  if (!region || (region.dataset.of === keyOf(event) && region.dataset.kind === kind)) return;
  const words = document.getElementById("trouble_words").content.cloneNode(true);
  for (const sentence of words.querySelectorAll("[data-kind]")) {
    if (sentence.dataset.kind !== kind) sentence.remove();
  }
  region.dataset.of = keyOf(event);
  region.dataset.kind = kind;
  region.replaceChildren(words);
  if (event.detail.requestConfig.verb !== "get") region.scrollIntoView({ block: "center" });
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, tell);
}

document.addEventListener("htmx:afterRequest", (event) => {
  const region = document.getElementById("trouble");
  if (!region || !event.detail.successful || region.dataset.of !== keyOf(event)) return;
  delete region.dataset.of;
  delete region.dataset.kind;
  region.replaceChildren();
});
