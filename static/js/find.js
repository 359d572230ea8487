// The key / goes to the search of the list; on other pages of a workspace it opens one. Escape closes it.
"use strict";

const TYPED = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";

document.addEventListener("keydown", (event) => {
  const isCommand = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (event.key !== "/" || isCommand || event.target.closest?.(TYPED)) return;
  const field = document.getElementById("q");
  const dialog = document.getElementById("find");
  if ((!field && !dialog) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (field) field.select();
  else dialog.showModal();
  (field ?? document.getElementById("find_q")).focus();
});
