// A value and a reason for its absence exclude each other: giving one takes the other back.
// The reason is chosen in the panel of the item, and seen beside the field once it is given.

const form = document.querySelector("form[data-entry]");

const fieldsOf = (item) => [...item.querySelectorAll('input:not([type=hidden]), select:not([name^="missing:"]), textarea')].filter((field) => !field.name.startsWith("explain:"));

function empty(field) {
  if (field.type === "radio" || field.type === "checkbox") field.checked = false;
  else field.value = "";
}

function mark(select) {
  select.classList.toggle("given", select.value !== "");
}

function exclude({ target }) {
  const item = target.closest("[data-item]");
  const select = item?.querySelector('[name^="missing:"]');
  if (!select) return;
  if (target === select && select.value) fieldsOf(item).forEach(empty);
  else if (target !== select && target.name === item.dataset.item && (target.type in { radio: 1, checkbox: 1 } ? target.checked : target.value)) select.value = "";
  mark(select);
}

if (form) {
  // In time for whoever counts or derives on the same event.
  for (const event of ["input", "change"]) form.addEventListener(event, exclude, true);
  for (const select of form.querySelectorAll('[name^="missing:"]')) mark(select);
}
