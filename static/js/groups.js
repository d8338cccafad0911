// Repeating groups: rows are added and taken away, one side is copied to the other, a checklist answered at once.

const form = document.querySelector("form[data-entry]");
const HIGHEST_ROW = 99;

const changed = (part) => part.dispatchEvent(new Event("change", { bubbles: true }));

function renumber(row, code, key) {
  row.dataset.row = key;
  for (const named of row.querySelectorAll(":scope > legend, [data-remove]")) named.textContent = named.textContent.replace(/0$/, key);
  for (const node of row.querySelectorAll("*")) {
    for (const name of ["id", "for", "name", "data-item", "data-derived", "aria-describedby"]) {
      const value = node.getAttribute(name);
      if (value) {
        node.setAttribute(name, value.replaceAll(`${code}.0.`, `${code}.${key}.`).replaceAll(`f-${code}-0-`, `f-${code}-${key}-`));
      }
    }
  }
}

function nextKey(group) {
  const keys = [...group.querySelectorAll("[data-rows] > [data-row]")].map((row) => Number(row.dataset.row));
  return Math.max(0, ...keys) + 1;
}

function add(group) {
  const key = nextKey(group);
  if (key > HIGHEST_ROW) return;
  const copy = group.querySelector("[data-blank]").content.cloneNode(true);
  const row = copy.querySelector("[data-row]");
  renumber(row, group.dataset.group, String(key));
  group.querySelector("[data-rows]").append(row);
  reveal(row);
  form.dispatchEvent(new Event("entry:rows", { bubbles: true }));
  row.querySelector("input, select")?.focus();
}

function remove(button) {
  const row = button.closest("[data-row]");
  const group = button.closest("[data-group]");
  row.remove();
  changed(form);
  form.dispatchEvent(new Event("entry:rows", { bubbles: true }));
  group.querySelector("[data-add]").focus();
}

// The key of a row may hold anything: paths are compared, not matched by a selector.
function copySide(group, from, to) {
  const code = group.dataset.group;
  const target = [...group.querySelectorAll(`[data-row="${CSS.escape(to)}"] [name]`)];
  for (const source of group.querySelectorAll(`[data-row="${CSS.escape(from)}"] [name]`)) {
    const name = source.name.replace(`${code}.${from}.`, `${code}.${to}.`);
    const twin = target.find((field) => field.name === name && (!(field.type in { radio: 1, checkbox: 1 }) || field.value === source.value));
    if (!twin || /^(explain|comment):/.test(source.name)) continue;
    if (source.type === "radio" || source.type === "checkbox") twin.checked = source.checked;
    else twin.value = source.value;
  }
  changed(group);
}

function noneOccurred(group) {
  for (const no of group.querySelectorAll('input[type="radio"][value="N"]')) {
    const item = no.closest("[data-item]");
    if (!item.querySelector("input:checked") && !item.querySelector('[name^="missing:"]').value) no.checked = true;
  }
  changed(group);
}

function reveal(part) {
  for (const button of part.querySelectorAll("[data-add], [data-remove], [data-copy], [data-none]")) button.hidden = false;
}

// Rows can be added here, so a spare one is needed only where an answer asks for rows and there is none.
const SPARES = ["[data-group]:not([data-when]) > [data-rows] > [data-spare]", "[data-rows] > [data-spare]:not(:first-child)"];

function dropSpares() {
  for (const spare of form.querySelectorAll(SPARES.join())) spare.remove();
}

if (form) {
  dropSpares();
  reveal(form);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[type=button]");
    const group = button?.closest("[data-group]");
    if (!group) return;
    if ("add" in button.dataset) add(group);
    if ("remove" in button.dataset) remove(button);
    if ("copy" in button.dataset) copySide(group, ...button.dataset.copy.split(" "));
    if ("none" in button.dataset) noneOccurred(group);
  });
}
