// Radio groups by keyboard: digits answer a scale, a first letter another choice, Delete clears.

const TWO_DIGITS = 700; // ms in which a 0 after a 1 makes 10
const form = document.querySelector("form[data-entry]");
let last = { key: "", at: 0 };

const inputs = (group) => [...group.querySelectorAll('input[type="radio"]')];

function choose(input) {
  input.checked = true;
  input.focus();
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function wanted(group, key, now) {
  const all = inputs(group);
  if (/^\d$/.test(key)) {
    const two = now - last.at < TWO_DIGITS && all.find((input) => input.value === last.key + key);
    return two || all.find((input) => input.value === key);
  }
  const letter = key.toLowerCase();
  return all.find((input) => !input.value.startsWith("~") && input.value.toLowerCase().startsWith(letter))
    ?? all.find((input) => input.value.toLowerCase().startsWith(`~${letter}`));
}

function clear(group) {
  for (const input of inputs(group)) input.checked = false;
  group.dispatchEvent(new Event("change", { bubbles: true }));
}

function onKey(event) {
  const group = event.target.closest("[data-choices]");
  if (!group || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    clear(group);
  } else if (event.key.length === 1 && event.key !== " ") {
    const now = performance.now();
    const input = wanted(group, event.key, now);
    last = { key: event.key, at: now };
    if (input) {
      event.preventDefault();
      choose(input);
    }
  }
}

function showClear() {
  for (const button of form.querySelectorAll("[data-clear]")) {
    const group = button.closest("[data-item]").querySelector("[data-choices]");
    button.hidden = !inputs(group).some((input) => input.checked);
  }
}

if (form) {
  form.addEventListener("keydown", onKey);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-clear]");
    if (!button) return;
    const group = button.closest("[data-item]").querySelector("[data-choices]");
    clear(group);
    inputs(group)[0].focus();
  });
  form.addEventListener("change", showClear);
  showClear();
}
