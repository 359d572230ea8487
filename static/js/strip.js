// The arrow keys, Home and End go from bar to bar in the strip of checks; Tab goes past it.
"use strict";

document.addEventListener("keydown", (event) => {
  const bar = event.target.closest?.(".strip__bar");
  if (!bar || event.altKey || event.ctrlKey || event.metaKey) return;
  const bars = [...bar.parentElement.querySelectorAll(".strip__bar")];
  const at = bars.indexOf(bar);
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const to = bars[Math.min(Math.max(next, 0), bars.length - 1)];
  bar.setAttribute("tabindex", "-1");
  to.setAttribute("tabindex", "0");
  to.focus();
});
