// Derived items, shown while typing. For the eye only: what is stored is derived by the server.

const form = document.querySelector("form[data-entry]");
// The limits and bands of the disability index, as the protocol has them.
const odi = JSON.parse(form?.dataset.scoring ?? "null");
const NOTHING = "–";

const fields = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((field) => !field.disabled);

function raw(name) {
  const found = fields(name);
  const field = found[0]?.type === "radio" ? found.find((each) => each.checked) : found[0];
  const value = field?.value.trim() ?? "";
  return value.startsWith("~") ? "" : value;
}

function number(name) {
  const text = raw(name).replace(",", ".");
  return text === "" || !Number.isFinite(Number(text)) ? null : Number(text);
}

// Half up, as the server rounds; the small shift takes back what binary fractions lose.
const rounded = (value, places) => (Math.floor(value * 10 ** places + 0.5 + 1e-9) / 10 ** places).toFixed(places);

function show(path, text) {
  const output = form.querySelector(`[data-derived="${CSS.escape(path)}"]`);
  if (output && output.textContent !== text) output.textContent = text;
}

function motion() {
  const trials = [1, 2, 3].map((trial) => number(`rom_t${trial}`)).filter((value) => value !== null);
  const sum = trials.reduce((total, value) => total + value, 0);
  show("rom_mean", trials.length ? `${rounded(sum / trials.length, 1)} deg` : NOTHING);
}

function disability() {
  const sections = Array.from({ length: odi.sections }, (_, place) => number(`odi${String(place + 1).padStart(2, "0")}`));
  const answers = sections.filter((value) => value !== null);
  const sum = answers.reduce((total, value) => total + value, 0);
  const enough = answers.length >= odi.fewest;
  const fifths = sum / answers.length;
  show("odi_n", String(answers.length));
  show("odi_sum", answers.length ? String(sum) : NOTHING);
  show("odi_pct", enough ? `${rounded((100 * sum) / (odi.highest * answers.length), 1)} %` : NOTHING);
  show("odi_band", enough ? odi.bands[odi.bands.findIndex((_, place) => fifths <= place + 1)] : NOTHING);
}

function eligibility() {
  const criteria = [...form.querySelectorAll("[data-wanted]")];
  const answers = criteria.map((item) => ({ wanted: item.dataset.wanted, given: raw(item.dataset.item) }));
  const failed = answers.some(({ wanted, given }) => given && given !== wanted);
  const all = answers.every(({ given }) => given);
  show("elig", failed ? "No" : all ? "Yes" : NOTHING);
}

function injection() {
  for (const output of form.querySelectorAll("[data-derived]")) {
    const prefix = output.dataset.derived.replace(/[^.]+$/, "");
    if (output.dataset.derived.endsWith("ecdose")) dose(prefix);
    if (output.dataset.derived.endsWith("dispseg")) segments(prefix);
  }
}

function dose(prefix) {
  const [strength, volume] = [number(`${prefix}ecstrn`), number(`${prefix}ecvol`)];
  show(`${prefix}ecdose`, strength === null || volume === null ? NOTHING : `${rounded(strength * volume, 2)} mg`);
}

function segments(prefix) {
  const places = [...(form.querySelector(`[name="${CSS.escape(`${prefix}dispcrn`)}"]`)?.options ?? [])].map((option) => option.value);
  const [from, to] = ["dispcrn", "dispcau"].map((name) => places.indexOf(raw(`${prefix}${name}`)));
  show(`${prefix}dispseg`, from > 0 && to >= from ? String(to - from + 1) : NOTHING);
}

const derive = { motion, disability, eligibility, injection }[form?.dataset.form];

if (derive) {
  for (const event of ["input", "change", "entry:rows"]) form.addEventListener(event, derive);
  derive();
}
