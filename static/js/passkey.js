// Passkeys: the browser makes or uses one, and its answer goes with the form. What goes wrong is told in words.
"use strict";

function fromText(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
}

function toText(bytes) {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function opened(options) {
  const key = { ...options.publicKey, challenge: fromText(options.publicKey.challenge) };
  if (key.user) key.user = { ...key.user, id: fromText(key.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (key[list]) key[list] = key[list].map((each) => ({ ...each, id: fromText(each.id) }));
  }
  return { publicKey: key };
}

function written(credential) {
  const response = { clientDataJSON: toText(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function optionsOf(form) {
  const kept = form.querySelector("script[type='application/json']");
  if (kept) return JSON.parse(kept.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new DOMException("", "unanswered");
  return (await answer.json()).request_options;
}

function tellPasskey(form, kind) {
  const told = form.querySelector("[data-passkey-told]");
  const sentences = [...told.querySelectorAll("[data-kind]")];
  const known = sentences.some((each) => each.dataset.kind === kind);
  for (const each of sentences) each.hidden = each.dataset.kind !== (known ? kind : "other");
  told.hidden = false;
}

async function ask(form) {
  const button = form.querySelector("[data-passkey-go]");
  button.disabled = true;
  form.querySelector("[data-passkey-told]").hidden = true;
  try {
    const options = opened(await optionsOf(form));
    const made = form.dataset.passkey === "add";
    const used = navigator.credentials;
    const credential = await (made ? used.create(options) : used.get(options));
    form.elements.credential.value = written(credential);
    form.submit();
  } catch (error) {
    tellPasskey(form, error instanceof TypeError ? "unanswered" : error.name);
    button.disabled = false;
  }
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }
  for (const other of document.querySelectorAll("[data-passkey-absent]")) other.hidden = true;
}
