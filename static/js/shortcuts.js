// F7 saves, F8 saves and goes on, Shift+F8 back: each presses the button that carries its name.
// "?" shows the list of all keys, but where it is a character that somebody types.

const nameOf = (event) => (event.shiftKey ? `Shift+${event.key}` : event.key);
const list = document.getElementById("shortcuts");
const TYPED_INTO = "input:not([type=radio], [type=checkbox]), textarea, select";

function press(event) {
  const named = document.querySelectorAll(`form:is([data-entry], [data-acts]) button[data-key="${CSS.escape(nameOf(event))}"]`);
  const button = [...named].find((each) => each.checkVisibility());
  if (!button || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  button.click();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "?" && list && !event.target.closest?.(TYPED_INTO)) {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) list.showModal();
  } else {
    press(event);
  }
});

for (const button of document.querySelectorAll("[data-shows-keys]")) {
  button.hidden = !list;
  button.addEventListener("click", () => list.showModal());
}
for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
