// What takes the focus: after a refusal its summary, then the field that the address names, then a value to
// explain, then the first open question.

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

// The field itself; where it cannot be typed into, the answer that is read, or the question about it.
function fieldOf(part, named) {
  if (named.matches(FIELDS)) return [...part.querySelectorAll(":checked")].find((each) => each.matches(FIELDS)) ?? named;
  const path = named.dataset.derived;
  return (path && [...form.querySelectorAll(`[name^="explain:${CSS.escape(path)}."]`)][0]) || part;
}

// A link leads to a field from elsewhere: unfold what it stands in, show it, and put the focus there.
function goTo(id) {
  const named = id ? document.getElementById(id) : null;
  if (!named?.closest("[data-item], [data-derived], [data-whole]")) return false;
  const part = named.closest("[data-item], [data-whole]") ?? named;
  for (let folded = part.closest("details:not([open])"); folded; folded = folded.parentElement.closest("details:not([open])")) folded.open = true;
  // Nothing asks for it any more: it is shown with its question, and cannot be typed into.
  if (part.closest("[data-unasked]")) part.dataset.sought = "";
  const target = fieldOf(part, named);
  if (target === part) part.tabIndex = -1;
  target.focus({ preventScroll: true });
  (target === part ? part : (target.closest("[data-item]") ?? target)).scrollIntoView({ block: "center" });
  return true;
}

const wanted = () => decodeURIComponent(location.hash.slice(1));

addEventListener("hashchange", () => goTo(wanted()));
// The browser goes there by itself once the page is loaded: to the first of several answers, at the very top.
if (wanted() && document.readyState !== "complete" && !summary) addEventListener("load", () => setTimeout(() => goTo(wanted())));
if (summary) {
  summary.focus();
} else if (goTo(wanted())) {
  // It is where the link leads.
} else if (form && "begin" in form.dataset && !form.closest("details:not([open])")) {
  const explanation = unexplained();
  if (explanation) explanation.focus();
  else firstOpen()?.focus({ preventScroll: true });
}
