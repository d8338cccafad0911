// A value and a reason for its absence exclude each other: giving one takes the other back.
// The reason is chosen in the panel of the item, and seen beside the field once it is given.

const form = document.querySelector("form[data-entry]");

const fieldsOf = (item) => [...item.querySelectorAll('input:not([type=hidden]), select:not([name^="missing:"]), textarea')].filter((field) => !field.name.startsWith("explain:"));

function empty(field) {
  if (field.type === "radio" || field.type === "checkbox") field.checked = false;
  else field.value = "";
}

// Every item can have a reason; the page brings lists only for those that must not be left empty.
function addLists() {
  const pattern = document.getElementById("reasons")?.content.firstElementChild;
  for (const item of pattern ? form.querySelectorAll("[data-item]") : []) {
    const answers = item.querySelector(".answers");
    if (!answers || item.querySelector('[name^="missing:"]')) continue;
    const select = pattern.cloneNode(true);
    select.name = `missing:${item.dataset.item}`;
    select.disabled = item.closest("[data-unasked]") !== null;
    select.setAttribute("aria-label", select.getAttribute("aria-label").replace("{label}", item.querySelector("legend, label").textContent));
    answers.append(select);
  }
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
  form.addEventListener("entry:rows", addLists);
  addLists();
  for (const select of form.querySelectorAll('[name^="missing:"]')) mark(select);
}
