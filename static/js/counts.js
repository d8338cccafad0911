// How many required answers each part of a form still asks for, kept up while somebody types.

const form = document.querySelector("form[data-entry]");

function isGiven(item) {
  const path = item.dataset.item;
  return [...item.querySelectorAll("input, select, textarea")].some((field) => {
    if (field.name !== path && field.name !== `missing:${path}`) return false;
    return field.type === "radio" || field.type === "checkbox" ? field.checked : field.value !== "";
  });
}

// In a row that can be added, nothing is asked for before something stands in it.
const isBlank = (row) => row.closest(".lines") && ![...row.querySelectorAll("[data-item]")].some(isGiven);

function count(part) {
  const asked = [...part.querySelectorAll(".needed")].filter((item) => {
    const row = item.closest("[data-row]");
    return !item.closest("[data-unasked]") && !(row && isBlank(row));
  });
  const open = asked.filter((item) => !isGiven(item));
  for (const item of part.querySelectorAll(".needed")) item.classList.toggle("open", open.includes(item));
  const place = part.querySelector("[data-count]");
  if (!place) return;
  const words = open.length ? form.dataset.open : form.dataset.none;
  const said = asked.length ? words.replace("{open}", open.length).replace("{all}", asked.length) : "";
  if (place.textContent !== said) place.textContent = said;
  place.classList.toggle("none", !open.length);
}

function countAll() {
  for (const part of form.querySelectorAll("[data-counted]")) count(part);
}

// Once for each picture that the browser draws, however fast somebody types.
let waits = false;

function countSoon() {
  if (waits) return;
  waits = true;
  requestAnimationFrame(() => {
    waits = false;
    countAll();
  });
}

if (form) {
  for (const event of ["input", "change", "entry:rows"]) form.addEventListener(event, countSoon);
  countAll();
}
