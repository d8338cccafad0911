// Counts on what the server said is left of a deadline, by the server's clock, in the words that the page brings.

const MINUTE = 60_000;
const clocks = [...document.querySelectorAll("[data-countdown]")];

function show(clock, ahead) {
  const left = Date.parse(clock.dataset.countdown) - (Date.now() + ahead);
  const minutes = Math.floor(Math.abs(left) / MINUTE);
  const words = left < 0 ? clock.dataset.late : clock.dataset.left;
  const said = words.replace("{hours}", String(Math.floor(minutes / 60))).replace("{minutes}", String(minutes % 60).padStart(2, "0"));
  // Nothing changes for most seconds, and then a screen reader is left alone.
  if (clock.textContent !== said) clock.textContent = said;
}

for (const clock of clocks) {
  const ahead = Date.parse(clock.dataset.now) - Date.now();
  setInterval(() => show(clock, ahead), 1000);
}

for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
