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
const focused = () => document.activeElement.closest("[data-item], [data-whole]");

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

// Without an item it is the form as a whole.
const address = () => panel.dataset.record && `${panel.dataset.record}items/${item.dataset.item ? `${encodeURIComponent(item.dataset.item)}/` : ""}`;

// What went wrong, in a place of its own: what somebody types in the panel stays as it is.
function complain(kind) {
  for (const each of panel.querySelectorAll("[data-complaint]")) each.hidden = each.dataset.complaint !== kind;
}

/** The part that the server answers with; empty when it does not, and the panel says why. */
async function ask(url, options) {
  try {
    const answer = await fetch(`${url}?part`, options);
    const part = await answer.text();
    const refused = answer.redirected ? "signed-out" : answer.status < 500 ? "" : "unreachable";
    complain(refused);
    return refused ? "" : part;
  } catch {
    complain("unreachable");
    return "";
  }
}

let turn = 0;

async function fetchPart(url, options) {
  const mine = ++turn;
  const part = await ask(url, options);
  if (mine !== turn || !part) return; // asked for something else since: another item, say
  const place = panel.querySelector("[data-fetched]");
  place.innerHTML = part;
  for (const explains of place.querySelectorAll("[data-explains]")) {
    const shown = explains.querySelector("input");
    explains.hidden = !form || !field(shown.dataset.field);
    if (!explains.hidden) mirror(shown, shown.dataset.field);
  }
}

async function open(part, at = "") {
  item = part;
  fill();
  complain("");
  panel.querySelector("[data-fetched]").textContent = address() ? "" : panel.dataset.nothing;
  panel.showModal();
  if (address()) await fetchPart(address());
  if (!at || item !== part) return;
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

function onClick(event) {
  const button = event.target.closest(".about-button");
  if (button) open(button.closest("[data-item]"));
  const link = event.target.closest("a[data-opens]");
  const part = link?.closest("[data-item], [data-whole]");
  if (!part || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(part, link.dataset.opens);
}

// Another one than the page came with, since somebody signed in again.
const token = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

// Questions are asked and answered at once, without leaving the form.
function onSubmit(event) {
  event.preventDefault();
  const body = new FormData(event.target, event.submitter);
  body.set("csrfmiddlewaretoken", token());
  fetchPart(event.target.getAttribute("action"), { method: "POST", body });
}

async function fetchHistory({ target }) {
  if (!target.open) return;
  try {
    const answer = await fetch(`${target.dataset.fetches}?part`);
    if (answer.ok && !answer.redirected) target.querySelector("[data-fetched]").innerHTML = await answer.text();
  } catch {
    // The link to the page of the history stays.
  }
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
