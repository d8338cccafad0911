// Derived items, shown while typing. For the eye only: what is stored is derived by the server.

const form = document.querySelector("form[data-entry]");
// The limits and bands of the disability index, as the protocol has them.
const odi = JSON.parse(form?.dataset.scoring ?? "null");
const NOTHING = "–";

const named = (found) => (found instanceof RadioNodeList ? [...found] : [found].filter(Boolean));
const fields = (name) => named(form.elements.namedItem(name)).filter((field) => !field.disabled);
const outputs = () => [...form.querySelectorAll("[data-derived]")];
const rowOf = (output) => output.dataset.derived.replace(/[^.]+$/, "");

function raw(name) {
  const found = fields(name);
  const field = found[0]?.type === "radio" ? found.find((each) => each.checked) : found[0];
  return field?.value.trim() ?? "";
}

function number(name) {
  const text = raw(name).replace(",", ".");
  return text === "" || !Number.isFinite(Number(text)) ? null : Number(text);
}

// Half up, as the server rounds; the small shift takes back what binary fractions lose.
const rounded = (value, places) => (Math.floor(value * 10 ** places + 0.5 + 1e-9) / 10 ** places).toFixed(places);

// A value with the unit of its item; null where nothing follows yet.
function show(path, value) {
  const output = form.querySelector(`[data-derived="${CSS.escape(path)}"]`);
  if (!output) return;
  const text = value === null ? NOTHING : [value, output.dataset.unit].filter(Boolean).join(" ");
  if (output.textContent !== text) output.textContent = text;
}

function demographics() {
  const [height, weight] = [number("height"), number("weight")];
  show("bmi", height && weight !== null ? rounded(weight / (height / 100) ** 2, 1) : null);
}

function surgery() {
  for (const row of outputs().map(rowOf)) {
    const levels = fields(`${row}levels`).filter((box) => box.checked).length;
    show(`${row}nlev`, levels || null);
  }
}

function prior_treatment() {
  for (const row of outputs().map(rowOf)) {
    const [before, after] = [number(`${row}mbbpre`), number(`${row}mbbpost`)];
    const change = before && after !== null ? (100 * (before - after)) / before : null;
    show(`${row}mbbrelief`, change === null ? null : `${change < 0 ? "-" : ""}${rounded(Math.abs(change), 1)}`);
  }
}

function motion() {
  const trials = [1, 2, 3].map((trial) => number(`rom_t${trial}`)).filter((value) => value !== null);
  const sum = trials.reduce((total, value) => total + value, 0);
  show("rom_mean", trials.length ? rounded(sum / trials.length, 1) : null);
}

function disability() {
  const sections = Array.from({ length: odi.sections }, (_, place) => number(`odi${String(place + 1).padStart(2, "0")}`));
  const answers = sections.filter((value) => value !== null);
  const sum = answers.reduce((total, value) => total + value, 0);
  const enough = answers.length >= odi.fewest;
  const fifths = sum / answers.length;
  show("odi_n", String(answers.length));
  show("odi_sum", answers.length ? String(sum) : null);
  show("odi_pct", enough ? rounded((100 * sum) / (odi.highest * answers.length), 1) : null);
  show("odi_band", enough ? odi.bands[odi.bands.findIndex((_, place) => fifths <= place + 1)] : null);
}

function eligibility() {
  const criteria = [...form.querySelectorAll("[data-admitted]")];
  const answers = criteria.map((item) => ({ admitted: item.dataset.admitted.split(";"), given: raw(item.dataset.item) }));
  const failed = answers.some(({ admitted, given }) => given && !admitted.includes(given));
  const all = answers.every(({ given }) => given);
  const word = (code) => criteria[0].querySelector(`input[value="${code}"] + span`).textContent;
  show("elig", failed ? word("N") : all ? word("Y") : null);
}

function injection() {
  for (const output of outputs()) {
    if (output.dataset.derived.endsWith("ecdose")) dose(rowOf(output));
    if (output.dataset.derived.endsWith("dispseg")) segments(rowOf(output));
  }
  const volumes = [...form.querySelectorAll('[data-group="drug"] [data-row]')].filter(isUsed).map((row) => number(`drug.${row.dataset.row}.ecvol`));
  const known = volumes.length && volumes.every((volume) => volume !== null);
  show("totvol", known ? rounded(volumes.reduce((total, volume) => total + volume, 0), 1) : null);
}

const isUsed = (row) => fieldsOf(row).some((field) => (field.type === "radio" ? field.checked : field.value));
const fieldsOf = (row) => [...row.querySelectorAll("input, select")];

function dose(row) {
  const [strength, volume] = [number(`${row}ecstrn`), number(`${row}ecvol`)];
  show(`${row}ecdose`, strength === null || volume === null ? null : rounded(strength * volume, 2));
}

function segments(row) {
  const places = [...(form.querySelector(`[name="${CSS.escape(`${row}dispcrn`)}"]`)?.options ?? [])].map((option) => option.value);
  const [from, to] = ["dispcrn", "dispcau"].map((name) => places.indexOf(raw(`${row}${name}`)));
  show(`${row}dispseg`, from > 0 && to >= from ? String(to - from + 1) : null);
}

// What only the server derives, from its lists of drugs, and the fields that it follows from. What is saved is
// shown while they say what the page came with.
const OF_THE_SERVER = {
  injection: { shown: ["lamg", "steroidmg"], from: /^drug\.[^.]+\.(ectrt|ecstrn|ecvol)$/ },
  medication: { shown: ["cmmme", "cmmmefac", "cmmmetab"], from: /^cm(trt|dose|dosu|dosfrq|prn7|route)$/ },
}[form?.dataset.form];

const inputs = () => JSON.stringify([...new FormData(form)].filter(([name, value]) => value && OF_THE_SERVER.from.test(name)));

function keepSaved() {
  const saved = inputs();
  const outputs = OF_THE_SERVER.shown.map((path) => form.querySelector(`[data-derived="${path}"]`));
  const texts = outputs.map((output) => [output, output.textContent]);
  return () => {
    const same = inputs() === saved;
    for (const [output, text] of texts) output.textContent = same ? text : NOTHING;
  };
}

const derive = { demographics, surgery, prior_treatment, motion, disability, eligibility, injection }[form?.dataset.form];

for (const follow of form ? [derive, OF_THE_SERVER && keepSaved()].filter(Boolean) : []) {
  for (const event of ["input", "change", "entry:rows"]) form.addEventListener(event, follow);
  follow();
}
