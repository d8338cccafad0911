// Leaving a page is asked about first where typed answers are kept nowhere. A form on its way is not sent twice.

const form = document.querySelector("form[data-entry]");
const state = () => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, String(value)]));

if (form) {
  let shown = null;
  let sending = false;
  // After the other modules have folded the page.
  addEventListener("DOMContentLoaded", () => { shown = state(); });

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return; // another module still has to do with it
    if (sending) event.preventDefault();
    sending = true;
  });
  addEventListener("pageshow", () => { sending = false; });
  addEventListener("beforeunload", (event) => {
    const unsaved = "unsaved" in form.dataset || (shown !== null && state() !== shown);
    if (unsaved && !sending && !("kept" in form.dataset)) event.preventDefault();
  });
}
