// Beside every item a button that opens what is known about it: the reason for no value, its comment, its
// questions, its history. The first two belong to the form and are saved with it; the others come from the server.

const form = document.querySelector("form[data-entry]");
const panel = document.getElementById("about");
let item = null;

const changed = (field) => ["input", "change"].forEach((event) => field.dispatchEvent(new Event(event, { bubbles: true })));
const labelOf = (part) => part.querySelector("legend, label, dt, .label").textContent;

function addButtons(part) {
  const pattern = document.getElementById("about-button").content;
  for (const each of part.querySelectorAll("[data-item]")) {
    if (each.querySelector(".about-button")) continue;
    const button = pattern.cloneNode(true).firstElementChild;
    button.lastElementChild.textContent = labelOf(each);
    // A list of answers holds nothing but terms and answers.
    (each.querySelector(":scope > dd") ?? each).append(button);
  }
}

// The item that the focus is in; on a page that is only read, the first one.
const focused = () => document.activeElement.closest("[data-item]");

function field(name, create = false) {
  const found = [...form.querySelectorAll("[name]")].find((each) => each.name === name);
  if (found || !create) return found;
  const made = Object.assign(document.createElement("input"), { type: "hidden", name });
  item.append(made);
  return made;
}

// A field of the panel stands for one of the form: it shows its value, and gives it back at once.
function mirror(shown, name) {
  shown.value = field(name)?.value ?? "";
  shown.oninput = () => {
    const target = field(name, true);
    target.value = shown.value;
    changed(target);
    if (name.startsWith("comment:")) remark(shown.value);
  };
}

function remark(text) {
  let shown = item.querySelector(".remark");
  if (!shown) {
    shown = Object.assign(document.createElement("p"), { className: "remark" });
    item.append(shown);
  }
  shown.textContent = text;
  shown.hidden = !text;
}

function fill() {
  panel.querySelector("h2").textContent = labelOf(item);
  const own = panel.querySelector("[data-own]");
  if (!own) return;
  const select = item.querySelector('[name^="missing:"]');
  own.hidden = !select;
  if (!select) return;
  for (const radio of own.querySelectorAll('[name="about-missing"]')) {
    radio.checked = radio.value === select.value;
    radio.onchange = () => {
      select.value = radio.value;
      changed(select);
    };
  }
  mirror(own.querySelector("textarea"), `comment:${item.dataset.item}`);
}

const address = () => panel.dataset.record && `${panel.dataset.record}items/${encodeURIComponent(item.dataset.item)}/`;

async function fetchPart(url, options) {
  const place = panel.querySelector("[data-fetched]");
  try {
    const answer = await fetch(`${url}?part`, options);
    if (answer.redirected) return location.reload(); // the session has ended
    place.innerHTML = await answer.text();
  } catch {
    place.textContent = panel.dataset.unreachable;
    return;
  }
  for (const explains of place.querySelectorAll("[data-explains]")) {
    const shown = explains.querySelector("input");
    explains.hidden = !form || !field(shown.dataset.field);
    if (!explains.hidden) mirror(shown, shown.dataset.field);
  }
}

async function open(part, at = "") {
  item = part;
  fill();
  panel.querySelector("[data-fetched]").textContent = address() ? "…" : panel.dataset.nothing;
  panel.showModal();
  if (address()) await fetchPart(address());
  if (!at) return;
  const target = panel.querySelector(`[data-part="${at}"]`);
  (target?.querySelector("input:not([type=hidden]), textarea") ?? target)?.focus();
}

function onKey(event) {
  const at = { KeyQ: "questions", KeyH: "history" }[event.code];
  if (!event.altKey || event.ctrlKey || event.metaKey || !at || panel.open) return;
  event.preventDefault();
  const part = focused();
  if (part) open(part, at);
}

function onClick({ target }) {
  const button = target.closest(".about-button");
  if (button) open(button.closest("[data-item]"));
}

// Questions are asked and answered at once, without leaving the form.
function onSubmit(event) {
  event.preventDefault();
  const body = new FormData(event.target, event.submitter);
  fetchPart(event.target.getAttribute("action"), { method: "POST", body });
}

async function fetchHistory({ target }) {
  if (!target.open) return;
  const place = target.querySelector("[data-fetched]");
  place.innerHTML = await (await fetch(`${target.dataset.fetches}?part`)).text();
}

if (panel) {
  addButtons(document);
  form?.addEventListener("entry:rows", () => addButtons(form));
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  panel.addEventListener("submit", onSubmit);
  // Wherever the button was: the focus goes back into the item.
  panel.addEventListener("close", () => (item.querySelector("input:checked") ?? item.querySelector('input:not([type=hidden]), select:not([name^="missing:"]), textarea, .about-button'))?.focus());
  for (const history of document.querySelectorAll("[data-fetches]")) history.addEventListener("toggle", fetchHistory);
}
