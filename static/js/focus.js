// A part of the page that was swapped leaves the focus where it was; errors get it, and the title says so; so does the result of a check.
"use strict";

const ERROR_TITLE = "Error: ";
let hadFocus = false;

document.addEventListener("htmx:beforeSwap", (event) => {
  const active = document.activeElement;
  hadFocus = event.detail.shouldSwap && active !== document.body && event.detail.target.contains(active);
});

function retitle() {
  const title = document.title.startsWith(ERROR_TITLE) ? document.title.slice(ERROR_TITLE.length) : document.title;
  document.title = document.getElementById("error_summary") ? ERROR_TITLE + title : title;
}

// What had the focus may be gone, such as a button that only the result before had.
document.addEventListener("htmx:afterSettle", (event) => {
  const summary = event.target.querySelector?.("#error_summary");
  if (event.target.tagName === "FORM") retitle();
  const result = event.target.id === "credential_form" && document.getElementById("trial_result");
  if (summary) {
    summary.focus({ preventScroll: true });
    summary.scrollIntoView({ block: "center" });
  } else if (result && event.detail.requestConfig?.parameters?.act !== "use_name") {
    result.focus({ preventScroll: true });
  } else if (hadFocus && document.activeElement === document.body) {
    (document.getElementById("trial") ?? document.getElementById("main"))?.focus({ preventScroll: true });
  }
  hadFocus = false;
  if (!summary && result) document.getElementById("trial").scrollIntoView({ block: "nearest" });
});
