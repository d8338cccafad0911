// A value and a reason for its absence exclude each other: giving one takes the other back.

const form = document.querySelector("form[data-entry]");

const partner = (path) => form.querySelector(`[name="${CSS.escape(path)}"]`);
const reason = (path) => form.querySelector(`select[data-missing="${CSS.escape(path)}"]`);

function mark(select) {
  select.closest("[data-item]").toggleAttribute("data-has-no-value", select.value !== "");
}

if (form) {
  form.addEventListener("change", (event) => {
    const { target } = event;
    if (target.matches("select[data-missing]")) {
      const field = partner(target.dataset.missing);
      if (target.value && field) field.value = "";
      mark(target);
    }
  });
  form.addEventListener("input", (event) => {
    const select = event.target.name && reason(event.target.name);
    if (select && event.target.value) {
      select.value = "";
      mark(select);
    }
  });
  for (const select of form.querySelectorAll("select[data-missing]")) mark(select);
}
