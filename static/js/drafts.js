// Nothing typed is lost: what is typed is kept at once in this browser, a moment later on the server, and from
// then on only there. The line on the page says which; nothing is saved into the casebook by it.

const MOMENT = 1000; // ms from the first key to the draft on the server
const PATIENCE = 15_000; // ms after which an answer is no longer waited for
const [SOON, SELDOM] = [2000, 60_000]; // ms between attempts while the server is away

const person = document.querySelector("[data-person]")?.dataset.person;
const line = document.querySelector("[data-draft]");
const form = line?.closest("form[data-entry]");
const own = crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 36);

// The browser's store: one entry for each window, so that two windows do not overwrite each other's.

const PREFIX = `draft ${person} `;

function keepHere(draft) {
  try {
    localStorage.setItem(`${PREFIX}${draft.address} ${draft.window}`, JSON.stringify(draft));
    return true;
  } catch {
    return false; // full, or forbidden
  }
}

function keptHere() {
  try {
    return Object.entries(localStorage).filter(([key]) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

// Not what was typed since: another window of the same person may be writing.
function dropHere(key, text) {
  if (localStorage.getItem(key) === text) localStorage.removeItem(key);
}

function dropOwn() {
  for (const [key] of keptHere()) if (key.endsWith(` ${own}`)) localStorage.removeItem(key);
}

// The server's

const token = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

const SAID = { 409: "elsewhere", 413: "long" };

/** What became of a draft, and whether the server answered who asked: then it would take the form itself. */
async function post(draft, keepalive = false) {
  try {
    const body = new URLSearchParams(draft.fields);
    body.append("draft:person", person);
    for (const name of ["window", "seen", "step"]) body.append(`draft:${name}`, draft[name]);
    const answer = await fetch(draft.address, {
      body,
      keepalive,
      method: "POST",
      headers: { "X-CSRFToken": token() },
      redirect: "manual", // the only way on is the one to the page for signing in
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.type === "opaqueredirect") return { kind: "signed-out", answered: false };
    if (answer.ok) return { kind: "kept", answered: true, at: (await answer.json()).kept_at };
    return { kind: SAID[answer.status] ?? (answer.status < 500 ? "refused" : "unreachable"), answered: true };
  } catch {
    return { kind: "unreachable", answered: false };
  }
}

// The line

const FINE = ["nothing", "saved", "kept", "typing"];
const RESTING = ["elsewhere", "refused"]; // asked again when the person comes back to the window
let kind = line?.dataset.draft;

function time(at) {
  const how = { hour: "2-digit", minute: "2-digit", timeZone: line.dataset.timeZone };
  return new Intl.DateTimeFormat(document.documentElement.lang, how).format(at ? new Date(at) : new Date());
}

function say(next, at) {
  const words = line.querySelector(`template[data-says="${next}"]`).content.cloneNode(true);
  for (const each of words.querySelectorAll("time")) each.textContent = time(at);
  line.querySelector("[data-shown]").replaceChildren(words);
  line.dataset.draft = next;
  // Spoken is only what is new: that something is amiss, and that it is well again.
  const amiss = !FINE.includes(next);
  if (amiss ? kind !== next : next === "kept" && !FINE.includes(kind)) {
    line.querySelector("[data-spoken]").textContent = line.querySelector("[data-shown]").textContent;
  }
  if (next !== "typing") kind = next;
}

// Typing

let last = "";
let seen = line?.dataset.seen ?? "";
let step = 0; // of the typing
let there = 0; // the step that the server has
let timer = 0;
let pause = SOON;
let underWay = null;
let leftovers = Promise.resolve();
let leaving = false;

const isTyped = ([name]) => name !== "csrfmiddlewaretoken" && !name.startsWith("draft:");
const fields = () => [...new FormData(form)].filter(isTyped).map(([name, value]) => [name, String(value)]);
const current = () => ({ address: line.dataset.address, window: own, seen, step, fields: fields() });

function onTyping() {
  const now = JSON.stringify(fields());
  if (now === last) return;
  last = now;
  step += 1;
  const here = keepHere(current());
  form.toggleAttribute("data-kept", here);
  if (FINE.includes(kind)) say("typing");
  if (!RESTING.includes(kind)) timer ||= setTimeout(send, MOMENT);
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(send, wait);
}

/** Send what the server has not; its answer, "kept" when there is nothing to send. */
function send() {
  underWay ??= sendNow().finally(() => { underWay = null; });
  return underWay;
}

async function sendNow() {
  await Promise.race([leftovers, new Promise((done) => { setTimeout(done, SOON); })]);
  clearTimeout(timer);
  timer = 0;
  if (!form || step === there || leaving) return { kind: "kept", answered: true };
  const draft = current();
  const answer = await post(draft, document.visibilityState === "hidden");
  if (answer.kind === "kept") arrived(draft, answer.at);
  else notArrived(answer.kind);
  return answer;
}

function arrived(draft, at) {
  there = draft.step;
  seen = own;
  pause = SOON;
  if (step > there) return later(MOMENT);
  dropOwn();
  form.toggleAttribute("data-kept", true);
  say("kept", at);
}

function notArrived(why) {
  say("kept" in form.dataset ? why : "nowhere");
  if (why !== "unreachable" && why !== "signed-out") return;
  later(pause);
  pause = Math.min(2 * pause, SELDOM);
}

// Before a form goes, its draft does: a session that has ended or a server that is away is met on this page,
// with everything still on it. A draft that the server refuses keeps no form back; what is in this browser stays.
async function settle(button) {
  let answer = await send();
  while (answer.kind === "kept" && step !== there) answer = await send();
  if (!answer.answered) {
    line.scrollIntoView({ block: "nearest" });
    line.querySelector("[data-spoken]").textContent = line.querySelector("[data-shown]").textContent;
    return;
  }
  if (["kept", "elsewhere", "long"].includes(answer.kind)) dropOwn(); // it has the draft, or gets the form itself
  leaving = true;
  form.elements.csrfmiddlewaretoken.value = token(); // another one since somebody signed in again
  form.elements["draft:window"].value = own;
  form.elements["draft:seen"].value = seen;
  form.elements["draft:step"].value = step;
  form.requestSubmit(button);
}

// What other windows left behind in this browser

function parsed(text) {
  try {
    const draft = JSON.parse(text);
    return Array.isArray(draft?.fields) ? draft : null;
  } catch {
    return null;
  }
}

async function sendLeftovers() {
  let offered = false;
  for (const [key, text] of keptHere()) {
    const draft = parsed(text);
    if (!draft) dropHere(key, text); // nobody can read it
    if (!draft || draft.window === own) continue;
    const isHere = draft.address === line?.dataset.address;
    const isShown = isHere && draft.window === line.dataset.seen && draft.step <= Number(line.dataset.step);
    const answer = isShown ? { kind: "kept", answered: true } : await post(draft);
    if (!answer.answered) break; // nor will it the others
    const arrives = answer.kind === "kept";
    if (arrives) dropHere(key, text);
    offered ||= isHere && arrives && !isShown;
  }
  return offered;
}

async function offerLeftovers() {
  if (!(await sendLeftovers())) return;
  if (step === 0 && !document.querySelector(".messages")) return location.replace(location.pathname);
  // What is typed here, or said of the last save, would be gone; the draft is offered at the next opening.
  seen = ""; // what this page shows is older: it is not to be typed over from here
}

async function signOut(event) {
  event.preventDefault();
  const out = event.target;
  await send();
  await sendLeftovers();
  if (keptHere().length && !confirm(out.dataset.left)) return;
  for (const [key] of keptHere()) localStorage.removeItem(key);
  leaving = true;
  form?.toggleAttribute("data-kept", true);
  out.submit();
}

if (form) {
  let settling = false;
  addEventListener("DOMContentLoaded", () => { last = JSON.stringify(fields()); });
  for (const event of ["input", "change", "entry:rows"]) form.addEventListener(event, onTyping);
  form.addEventListener("submit", (event) => {
    if (leaving) return;
    event.preventDefault();
    if (settling) return;
    settling = true;
    settle(event.submitter).finally(() => { settling = false; });
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("pagehide", send);
  addEventListener("blur", send);
  addEventListener("focus", send);
  addEventListener("online", send);
  document.addEventListener("visibilitychange", send);
}
if (person) {
  document.querySelector("form[data-sign-out]")?.addEventListener("submit", signOut);
  leftovers = offerLeftovers().catch(() => {});
}
