// The form follows the provider that is chosen, or told by the server or by the secret. Without this it follows at the next answer.
"use strict";

const EXAMPLES = { username: "usernameExample", server: "serverExample", repository: "repositoryExample" };
const LABELS = { username: "usernameLabel", secret: "secretLabel" };
const HELP = { provider: "summary", username: "usernameHelp", secret: "secretHelp" };
const ANY_PROVIDER = "generic";
const at = (id) => document.getElementById(id);

// What was filled in follows; what a person typed stays.
function fill(field, value) {
  if (!field || field === document.activeElement || field.value === value) return;
  if (field.value !== "" && field.value !== (field.dataset.filled ?? "")) return;
  field.value = field.dataset.filled = value;
}

// A user name that every login has is said, not asked for.
function sayUsual(usual) {
  const said = at("username_said");
  const summary = said.querySelector("summary");
  const isUsual = usual !== "" && at("id_username").value === usual;
  summary.hidden = !isUsual;
  summary.querySelector("strong").textContent = usual;
  if (!said.contains(document.activeElement)) said.open = !isUsual;
}

function speakAs(words) {
  fill(at("id_username"), words.usualUsername);
  fill(at("id_server"), words.onlyServer);
  sayUsual(words.usualUsername);
  for (const [field, word] of Object.entries(EXAMPLES)) at(`id_${field}`).placeholder = words[word];
  for (const [field, word] of Object.entries(LABELS)) {
    const label = document.querySelector(`#field_${field} label`);
    (label.querySelector(".field__name") ?? label).textContent = words[word];
  }
  for (const [field, word] of Object.entries(HELP)) at(`id_${field}_helptext`).textContent = words[word];
}

function tileOf(slug) {
  const known = document.querySelector(`#provider_tiles [value="${CSS.escape(slug)}"]`);
  return known ?? (slug === ANY_PROVIDER ? null : document.querySelector("#pick_more input"));
}

// "told" holds the provider that the page chose; a person's choice empties it.
function chooseProvider(slug, told) {
  const select = at("id_provider");
  const option = [...select.options].find((each) => each.value === slug);
  if (!option) return;
  select.value = slug;
  at("told").value = told && slug !== ANY_PROVIDER ? slug : "";
  const more = document.querySelector("#pick_more input");
  if (!told || !more.checked || !("asked" in more.dataset)) {
    for (const tile of document.querySelectorAll("#provider_tiles input")) tile.checked = false;
    const tile = told || !more.checked ? tileOf(slug) : more;
    if (tile) tile.checked = true;
  }
  speakAs(option.dataset);
}

const isChosen = () => at("id_provider").value !== ANY_PROVIDER && at("told").value === "";

// What a secret is by its shape, told here: what is typed goes nowhere before a button is pressed.
function nameKind(secret) {
  const shapes = at("secret_shapes")?.content;
  if (!shapes) return "";
  const fits = (each) => new RegExp(`^(?:${each.dataset.shape})$`, "s").test(secret);
  const found = [...shapes.querySelectorAll("[data-shape]")].find(fits);
  const note = shapes.firstElementChild.cloneNode(true);
  note.lastElementChild.textContent = found?.textContent ?? "";
  note.classList.toggle("tone-warn", "warns" in (found?.dataset ?? {}));
  at("secret_kind").replaceChildren(...(found ? [note] : []));
  return found?.dataset.provider ?? "";
}

// The shape tells the provider only while neither a person nor the server does.
function learn(slug) {
  const shape = at("shape");
  if (!shape || shape.value === slug) return;
  const before = shape.value;
  shape.value = slug;
  if (!isChosen() && ["", before].includes(at("told").value)) chooseProvider(slug || ANY_PROVIDER, true);
  at("found").dispatchEvent(new Event("learned"));
}

// Before htmx reads the fields.
document.addEventListener("change", (event) => {
  const { id, name, value } = event.target;
  const more = document.querySelector("#pick_more input");
  if (id === "id_provider") chooseProvider(value, false);
  if (name !== "tile") return;
  if (value === "more") more.dataset.asked = "";
  else {
    delete more.dataset.asked;
    chooseProvider(value, false);
  }
}, true);

document.addEventListener("input", (event) => {
  if (event.target.id === "id_secret") learn(nameKind(event.target.value.trim()));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fills]");
  if (!button) return;
  event.preventDefault();
  const field = at(button.dataset.fills);
  field.value = button.dataset.value;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("htmx:afterSwap", (event) => {
  const found = event.target.querySelector?.(":scope > [data-speaks-as]")?.dataset;
  if (!found || event.target.id !== "found") return;
  if (!isChosen()) chooseProvider(found.speaksAs, true);
  fill(at("id_name"), found.name);
});

// A form that was swapped in, or shown again, has what was filled in before; what is stored is typed.
function remember() {
  const words = at("id_provider")?.selectedOptions[0].dataset;
  if (!words || at("name_of")) return;
  const { name } = document.querySelector("[data-speaks-as]").dataset;
  const filled = { id_name: name, id_username: words.usualUsername, id_server: words.onlyServer };
  for (const [id, value] of Object.entries(filled)) {
    if (value && at(id).value === value) at(id).dataset.filled = value;
  }
}
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "credential_form") remember();
});
remember();
