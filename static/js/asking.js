// Conditional items: one is shown, and sent, only while another answer of its row asks for it.
// Without this every item is there, and the server says which to leave empty.

const form = document.querySelector("form[data-entry]");

function answer(name) {
  const found = form.elements.namedItem(name);
  const field = found instanceof RadioNodeList ? [...found].find((each) => each.checked) : found;
  return field && !field.disabled ? field.value : "";
}

// `data-when` names an item of the same row, and the answers that ask.
function ask(part) {
  const [name, codes] = part.dataset.when.split("=");
  const row = (part.dataset.item ?? "").replace(/[^.]*$/, "");
  const asked = codes.split(";").includes(answer(`${row}${name}`));
  part.toggleAttribute("data-unasked", !asked);
  const off = String(part.closest("[data-unasked]") !== null);
  if (part.dataset.off === off) return;
  part.dataset.off = off;
  for (const field of part.querySelectorAll("input, select, textarea")) {
    field.disabled = field.closest("[data-unasked]") !== null;
  }
}

function askAll() {
  for (const part of form.querySelectorAll("[data-when]")) ask(part);
}

if (form) {
  form.addEventListener("change", askAll);
  form.addEventListener("entry:rows", askAll);
  askAll();
}
