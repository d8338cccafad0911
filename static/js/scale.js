// Radio groups by keyboard: digits answer a scale, a first letter another choice or a reason for no value,
// Delete clears.

const TWO_DIGITS = 700; // ms in which a 0 after a 1 makes 10
const form = document.querySelector("form[data-entry]");
let last = { key: "", at: 0 };

const groupOf = (node) => node.closest?.('[role="radiogroup"]');
const inputs = (group) => [...group.querySelectorAll('input[type="radio"]')];
const changed = (part) => part.dispatchEvent(new Event("change", { bubbles: true }));

function choose(input) {
  input.checked = true;
  input.focus();
  changed(input);
}

function wanted(group, key, now) {
  const all = inputs(group);
  if (/^\d$/.test(key)) {
    const two = now - last.at < TWO_DIGITS && all.find((input) => input.value === last.key + key);
    return two || all.find((input) => input.value === key);
  }
  return all.find((input) => input.value.toLowerCase().startsWith(key.toLowerCase()));
}

function giveReason(group, key) {
  const select = group.querySelector('[name^="missing:"]');
  const option = [...(select?.options ?? [])].find(({ value }) => value.toLowerCase().startsWith(key.toLowerCase()) && value);
  if (!option) return false;
  select.value = option.value;
  changed(select);
  return true;
}

function clear(group) {
  for (const input of inputs(group)) input.checked = false;
  changed(group);
}

function onKey(event) {
  const group = event.target.type === "radio" && groupOf(event.target);
  if (!group || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    clear(group);
  } else if (event.key.length === 1 && event.key !== " ") {
    const now = performance.now();
    const input = wanted(group, event.key, now);
    last = { key: event.key, at: now };
    if (input) choose(input);
    if (input || giveReason(group, event.key)) event.preventDefault();
  }
}

// The button to clear a group is there only while there is something to clear.
function showClear() {
  for (const group of form.querySelectorAll('[role="radiogroup"]')) {
    const given = inputs(group).some((input) => input.checked);
    const button = group.querySelector(".clear");
    if (given && !button) group.querySelector(".answers").append(clearButton(group));
    if (!given) button?.remove();
  }
}

function clearButton(group) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "clear", tabIndex: -1 });
  const of = Object.assign(document.createElement("span"), { className: "unseen", textContent: ` ${group.querySelector("legend").textContent}` });
  button.append(form.dataset.clear, of);
  button.addEventListener("click", () => {
    clear(group);
    inputs(group)[0].focus();
  });
  return button;
}

if (form) {
  form.addEventListener("keydown", onKey);
  if (form.dataset.clear) {
    form.addEventListener("change", showClear);
    form.addEventListener("entry:rows", showClear);
    showClear();
  }
}
