// Leaving a page whose answers are not saved is asked about first. A form that is on its way is not sent twice.

const form = document.querySelector("form[data-entry]");
const state = () => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, String(value)]));

if (form) {
  // After the other modules have folded the page.
  let saved = null;
  let sending = false;
  queueMicrotask(() => requestAnimationFrame(() => { saved = state(); }));

  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault();
    sending = true;
  });
  addEventListener("pageshow", () => { sending = false; });
  addEventListener("beforeunload", (event) => {
    const unsaved = "unsaved" in form.dataset || (saved !== null && state() !== saved);
    if (unsaved && !sending) event.preventDefault();
  });
}
