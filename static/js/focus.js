// What takes the focus: after a refusal its summary, then a value to explain, then the first open question.

const summary = document.querySelector("[data-takes-focus]");
const form = document.querySelector("form[data-entry]");

const unexplained = () => [...form.querySelectorAll('[name^="explain:"]')].find((field) => !field.value);

function firstOpen() {
  const items = [...form.querySelectorAll("[data-item]:not([data-unasked])")];
  const open = items.find((item) => {
    const fields = [...item.querySelectorAll("input:not(:disabled), select:not([data-missing]):not(:disabled), textarea:not(:disabled)")];
    return fields.length && !fields.some((field) => (field.type === "radio" ? field.checked : field.value));
  });
  return open?.querySelector("input, select, textarea");
}

if (summary) {
  summary.focus();
} else if (form && "begin" in form.dataset && !form.closest("details:not([open])")) {
  const explanation = unexplained();
  if (explanation) explanation.focus();
  else firstOpen()?.focus({ preventScroll: true });
}
