// Labels, help and examples follow the chosen provider. Without this they follow at the next answer.
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

function speakAs(words) {
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

document.addEventListener("change", (event) => {
  if (event.target.id === "id_provider") speakAs(event.target.selectedOptions[0].dataset);
});
