// A page of results asks again and again whether something changed, the estimates with the ETag of what they
// show. What a person has opened stays open when it did, and a methods paragraph can be copied.

let opened = [];

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig, target } = event.detail;
  opened = [...target.querySelectorAll("details[open]")].map((each) => each.id);
  if (xhr.status === 304) {
    event.detail.shouldSwap = false;
  } else if (new URL(xhr.responseURL).pathname !== new URL(requestConfig.path, xhr.responseURL).pathname) {
    // Led elsewhere: the session has ended. The whole page goes to sign in, not a part of it.
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});

function prepare() {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  // Where the browser has no clipboard (no HTTPS), the text can still be selected.
  if (navigator.clipboard) {
    for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;
  }
}

document.body.addEventListener("htmx:afterSwap", prepare);
prepare();

document.body.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const said = button.parentElement.querySelector("[data-copied]");
  try {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    said.textContent = button.dataset.done;
  } catch {
    said.textContent = button.dataset.refused;
  }
});
