// Checkboxes that are one answer are one stop of the Tab key; the arrow keys move among them.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
// Beside the boxes an explanation may be typed.
const BOX = '.several .choices input[type="checkbox"]';
const boxesOf = (box) => [...box.closest(".choices").querySelectorAll('input[type="checkbox"]')];

function stopAt(box) {
  for (const each of boxesOf(box)) each.tabIndex = each === box ? 0 : -1;
}

function stops(part) {
  for (const choices of part.querySelectorAll(".several .choices")) stopAt(choices.querySelector("input"));
}

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (!(event.key in STEPS) || !box.matches(BOX) || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const all = boxesOf(box);
  const next = all[(all.indexOf(box) + STEPS[event.key] + all.length) % all.length];
  stopAt(next);
  next.focus();
});
document.addEventListener("focusin", ({ target }) => target.matches(BOX) && stopAt(target));
document.addEventListener("entry:rows", ({ target }) => stops(target));
stops(document);
