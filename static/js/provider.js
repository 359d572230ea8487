// Labels, help and examples follow the provider that is chosen, or found by its server. Without this they follow at the next answer.
"use strict";

const EXAMPLES = { username: "usernameExample", server: "serverExample", repository: "repositoryExample" };
const LABELS = { username: "usernameLabel", secret: "secretLabel" };
const HELP = { provider: "summary", username: "usernameHelp", secret: "secretHelp" };

function helpOf(field) {
  const id = `id_${field}_helptext`;
  let help = document.getElementById(id);
  if (!help) {
    help = document.createElement("p");
    help.id = id;
    help.className = "field__help";
    document.getElementById(`field_${field}`).append(help);
  }
  return help;
}

// A name that is the same for everybody is filled in, and taken out again when nobody touched it.
function fillUsual(usual) {
  const field = document.getElementById("id_username");
  if (field === document.activeElement) return;
  if (field.value !== "" && field.value !== (field.dataset.filled ?? "")) return;
  field.value = field.dataset.filled = usual;
}

function speakAs(words) {
  fillUsual(words.usualUsername ?? "");
  for (const [field, word] of Object.entries(EXAMPLES)) {
    document.getElementById(`id_${field}`).placeholder = words[word] ?? "";
  }
  for (const [field, word] of Object.entries(LABELS)) {
    const label = document.querySelector(`#field_${field} label`);
    (label.querySelector(".field__name") ?? label).textContent = words[word];
  }
  for (const [field, word] of Object.entries(HELP)) {
    helpOf(field).textContent = words[word] ?? "";
  }
}

// What a secret is by its shape, told here: what is typed goes nowhere before a button is pressed.
function nameKind(secret) {
  const shapes = document.getElementById("secret_shapes")?.content;
  if (!shapes) return;
  const fits = (each) => new RegExp(`^(?:${each.dataset.shape})$`, "s").test(secret);
  const found = [...shapes.querySelectorAll("[data-shape]")].find(fits);
  const note = shapes.firstElementChild.cloneNode(true);
  note.lastElementChild.textContent = found?.textContent ?? "";
  note.classList.toggle("tone-warn", "warns" in (found?.dataset ?? {}));
  document.getElementById("secret_kind").replaceChildren(...(found ? [note] : []));
}

document.addEventListener("change", (event) => {
  if (event.target.id === "id_provider") speakAs(event.target.selectedOptions[0].dataset);
});

document.addEventListener("input", (event) => {
  if (event.target.id === "id_secret") nameKind(event.target.value.trim());
});

document.addEventListener("htmx:afterSwap", (event) => {
  const slug = event.target.querySelector?.(":scope > [data-speaks-as]")?.dataset.speaksAs;
  const options = document.getElementById("id_provider")?.options ?? [];
  const found = [...options].find((option) => option.value === slug);
  if (found) speakAs(found.dataset);
});
