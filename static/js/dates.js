// A browser shows a date in its own order of day and month: beside it the date is spelt out.

const words = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

function spell(field) {
  let spelt = field.nextElementSibling;
  if (!spelt?.matches(".spelt")) {
    spelt = document.createElement("span");
    spelt.className = "spelt";
    field.after(spelt);
  }
  const day = field.valueAsDate;
  spelt.textContent = day ? words.format(day) : "";
}

for (const field of document.querySelectorAll('input[type="date"]')) {
  field.addEventListener("input", () => spell(field));
  spell(field);
}
