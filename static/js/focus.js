// What takes the focus: after a refusal its summary, then a value to explain, then the first open question.

const summary = document.querySelector("[data-takes-focus]");
const form = document.querySelector("form[data-entry]");

const FIELDS = ":is(input:not([type=hidden]), select, textarea):not(:disabled)";

const unexplained = () => [...form.querySelectorAll('[name^="explain:"]')].find((field) => !field.value);

function firstOpen() {
  const items = [...form.querySelectorAll("[data-item]:not([data-unasked])")];
  const open = items.find((item) => {
    const fields = [...item.querySelectorAll(FIELDS)];
    return fields.length && !fields.some((field) => (field.type in { radio: 1, checkbox: 1 } ? field.checked : field.value));
  });
  return open?.querySelector(FIELDS);
}

if (summary) {
  summary.focus();
} else if (form && "begin" in form.dataset && !form.closest("details:not([open])")) {
  const explanation = unexplained();
  if (explanation) explanation.focus();
  else firstOpen()?.focus({ preventScroll: true });
}
