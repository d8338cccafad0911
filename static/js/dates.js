// A browser shows a date in its own order of day and month, and nobody reads 2019-05 at a glance: beside the
// field the date is spelt out in the language of the page.

const PARTIAL = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;
const PARTS = [
  { year: "numeric" },
  { year: "numeric", month: "long" },
  { weekday: "short", day: "numeric", month: "long", year: "numeric" },
];

function words(text) {
  const [, year, month, day] = PARTIAL.exec(text.trim()) ?? [];
  const date = new Date(Date.UTC(year, (month ?? 1) - 1, day ?? 1));
  // What is no date is not corrected in silence: 31 April is not 1 May.
  if (!year || date.getUTCMonth() !== (month ?? 1) - 1) return "";
  const parts = PARTS[Number(Boolean(month)) + Number(Boolean(day))];
  return new Intl.DateTimeFormat(document.documentElement.lang, { ...parts, timeZone: "UTC" }).format(date);
}

function spell({ target: field }) {
  if (!field.matches('input[type="date"], .partial .answers > input')) return;
  let spelt = field.parentElement.querySelector(".spelt");
  if (!spelt) {
    spelt = Object.assign(document.createElement("span"), { className: "spelt" });
    field.after(spelt);
  }
  spelt.textContent = words(field.value);
}

document.addEventListener("input", spell);
document.addEventListener("change", spell);
for (const field of document.querySelectorAll('input[type="date"], .partial .answers > input')) spell({ target: field });
