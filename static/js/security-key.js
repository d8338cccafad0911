// Passkeys and security keys: a button asks the browser, and its answer goes with the form.

const BINARY = ["challenge", "id"];
const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// For browsers that cannot read and write these as JSON themselves.
function withBytes(value) {
  if (Array.isArray(value)) return value.map(withBytes);
  if (value === null || typeof value !== "object") return value;
  const read = ([name, each]) => [name, BINARY.includes(name) ? toBytes(each) : withBytes(each)];
  return Object.fromEntries(Object.entries(value).map(read));
}

// The identity of the host is a word, all others are bytes.
const optionsOf = ({ rp, ...options }) => ({ ...withBytes(options), ...(rp ? { rp } : {}) });

function asJson(key) {
  const { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } = key.response;
  const parts = { clientDataJSON, attestationObject, authenticatorData, signature, userHandle };
  const present = Object.entries(parts).filter(([, part]) => part);
  const response = Object.fromEntries(present.map(([name, part]) => [name, toText(part)]));
  return { id: key.id, rawId: toText(key.rawId), type: key.type, response, clientExtensionResults: {} };
}

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

/** What the key says to a challenge of the server, as JSON. */
async function answer({ challenge, makes }) {
  const headers = { "X-CSRFToken": token() };
  const { publicKey } = await (await fetch(challenge, { method: "POST", headers })).json();
  const asked = { publicKey: optionsOf(publicKey) };
  const key = makes === undefined ? await navigator.credentials.get(asked) : await navigator.credentials.create(asked);
  return JSON.stringify(asJson(key));
}

// A key answers in the place of a code; a new one is made after one in use has answered, unless a code was typed.
async function fill(part, form) {
  const proof = form.querySelector("[data-security-key]:has([name=assertion])");
  const code = form.elements.code;
  if (proof && (proof === part || !code.value)) {
    code.required = false;
    if (!form.reportValidity()) return false;
    form.elements.assertion.value = await answer(proof.dataset);
  }
  if (!form.reportValidity()) return false;
  if (part !== proof) form.elements.made.value = await answer(part.dataset);
  return true;
}

async function onClick(part) {
  const form = part.closest("form");
  const refused = part.querySelector("[data-refused]");
  const code = form.elements.code;
  refused.hidden = true;
  try {
    if (await fill(part, form)) return form.submit();
  } catch {
    refused.hidden = false; // given up, or no key of this person
  }
  if (code) code.required = true;
}

for (const part of document.querySelectorAll("[data-security-key]")) {
  const offered = window.PublicKeyCredential && window.isSecureContext;
  part.hidden = !offered;
  for (const other of part.parentElement.querySelectorAll("[data-no-keys]")) other.hidden = offered;
  part.querySelector("button").addEventListener("click", () => onClick(part));
}
