// Conditional items: one is shown, and sent, only while another answer asks for it.
// Without this every item is there, and the server says which to leave empty.

const form = document.querySelector("form[data-entry]");

function answer(name) {
  const fields = form.querySelectorAll(`[name="${CSS.escape(name)}"]`);
  const [first] = fields;
  if (first?.type !== "radio") return first?.value ?? "";
  return [...fields].find((field) => field.checked && !field.disabled)?.value ?? "";
}

function ask(part) {
  const asked = part.dataset.askedFor.split(" ").includes(answer(part.dataset.asker));
  part.toggleAttribute("data-unasked", !asked);
  for (const field of part.querySelectorAll("input, select, textarea")) {
    field.disabled = !asked || field.closest("[data-unasked]") !== null;
  }
}

function askAll() {
  for (const part of form.querySelectorAll("[data-asker]")) ask(part);
}

if (form) {
  form.addEventListener("change", askAll);
  form.addEventListener("entry:rows", askAll);
  askAll();
}
