// Says when the session is about to end because nobody did anything, and when it is over. The server decides; it is
// asked before the person is disturbed, so what was done in another window of the browser counts, also unheard.

const SECOND = 1000;
const PATIENCE = 5000; // ms after which an answer is no longer waited for
const SAID_AT = [30, 10]; // seconds before the end, said aloud

const dialog = document.querySelector("dialog[data-idle]");
const person = document.querySelector("[data-person]")?.dataset.person;
const token = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
const seconds = (name) => Number(dialog.dataset[name]) * SECOND;

// When it ends if nobody does anything, and whatever anybody does.
let ends = 0;
let lastEnd = 0;
let renewed = 0;
let stage = "";
let dismissed = false;
let asking = null;

const now = () => Date.now();

// The windows of a browser tell each other.

const KEY = `session ${person}`;

function tell() {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ends, lastEnd }));
  } catch {
    // Full, or forbidden: the server knows as well.
  }
}

function hear(event) {
  if (event.key !== KEY || !event.newValue || stage === "over") return;
  const said = JSON.parse(event.newValue);
  if (!(said.ends > ends)) return;
  ({ ends, lastEnd } = said);
  renewed = now();
  tick();
}

// The server

/** What the server says is left; null when it does not say. Nobody's and somebody else's session is none of this page's. */
async function ask(method) {
  try {
    const answer = await fetch(dialog.dataset.address, {
      method,
      headers: { "X-CSRFToken": token() },
      redirect: "manual", // whatever leads elsewhere says nothing of the session
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) return null;
    const said = await answer.json();
    return said.person === person ? said : { idle: 0, last: 0 };
  } catch {
    return null;
  }
}

function take(said) {
  ends = now() + said.idle * SECOND;
  lastEnd = now() + said.last * SECOND;
}

/** One question after the other; whether the server answered. */
function learn(method) {
  const question = (asking ?? Promise.resolve()).then(() => ask(method)).then((said) => {
    if (asking === question) asking = null;
    if (said) take(said);
    return said !== null;
  });
  asking = question;
  return question;
}

async function renew() {
  renewed = now();
  if (!(await learn("POST"))) return false;
  renewed = now();
  tell();
  tick();
  return true;
}

// The dialog

function show(next) {
  stage = next;
  for (const part of dialog.querySelectorAll("[data-stage]")) part.hidden = part.dataset.stage !== next;
  dialog.setAttribute("aria-labelledby", `idle-${next}`);
  dialog.setAttribute("aria-describedby", `idle-${next}-words`);
  dialog.classList.toggle("over", next === "over");
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(`[data-stage="${next}"] [autofocus]`).focus();
}

function hide() {
  stage = "";
  if (dialog.open) dialog.close();
}

function count(left) {
  const whole = Math.max(0, Math.ceil(left / SECOND));
  const said = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  for (const place of dialog.querySelectorAll("[data-remaining]")) place.textContent = said;
  if (SAID_AT.includes(whole)) dialog.querySelector("[data-spoken]").textContent = said;
}

async function tick() {
  if (stage === "over" || asking) return;
  let left = ends - now();
  if (left > seconds("warning")) return stage && hide();
  if (!stage || left <= 0) {
    if (dismissed && left > 0) return;
    const answered = await learn("GET");
    left = ends - now();
    if (left > seconds("warning")) return hide();
    if (left <= 0 || (!answered && ends <= now())) return show("over");
  }
  count(left);
  const next = lastEnd - ends < SECOND ? "last" : "warning";
  if (stage !== next) show(next);
}

function act() {
  if (!stage && now() - renewed >= seconds("renewal")) renew();
}

async function stay() {
  const said = dialog.querySelector("[data-unreachable]");
  said.hidden = true;
  if (!(await renew())) said.hidden = false;
}

if (dialog) {
  take({ idle: Number(dialog.dataset.idle), last: Number(dialog.dataset.last) });
  renewed = now();
  tell();
  setInterval(tick, SECOND);
  addEventListener("storage", hear);
  addEventListener("pageshow", tick);
  document.addEventListener("visibilitychange", tick);
  // A person who types or points is there, also when nothing is sent.
  for (const event of ["keydown", "pointerdown"]) addEventListener(event, act, { capture: true, passive: true });
  dialog.querySelector("[data-stay]").addEventListener("click", stay);
  dialog.querySelector("[data-dismiss]").addEventListener("click", () => {
    dismissed = true;
    hide();
  });
  // Escape answers the question; that it is over stays said.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (stage === "warning") stay();
    if (stage === "last") dialog.querySelector("[data-dismiss]").click();
  });
}
