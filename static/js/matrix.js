// Arrow keys move between the cells of the matrix; the cells are links, so everything works without this.

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function neighbour(cell, [down, right]) {
  const row = cell.parentElement;
  const rows = [...row.parentElement.rows];
  const target = rows[rows.indexOf(row) + down];
  return target?.cells[cell.cellIndex + right]?.querySelector("a");
}

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("[data-matrix] tbody :is(td, th)");
  if (!cell || !(event.key in STEPS) || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  neighbour(cell, STEPS[event.key])?.focus();
});
