// A click on the head of a column sorts a table by it, a second one the other way round; a field finds rows.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const words = new Intl.Collator("en", { numeric: true });
  const key = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
  const compare = ([a], [b]) => (isNaN(a) || isNaN(b) ? words.compare(a, b) : a - b);
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const rows = [...body.rows].map((row) => [key(row, head.cellIndex), row]);
      body.append(...rows.sort((a, b) => sign * compare(a, b)).map(([, row]) => row));
    });
  }
  const find = document.createElement("label");
  find.className = "find";
  find.innerHTML = 'Find <input type="search" placeholder="a name, late, refused …"> <output></output>';
  const [field, found] = find.querySelectorAll("input, output");
  const texts = new Map([...body.rows].map((row) => [row, row.textContent.toLowerCase()]));
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const [row, text] of texts) row.hidden = !text.includes(wanted);
    const shown = [...body.rows].filter((row) => !row.hidden).length;
    found.textContent = wanted ? `${shown} of ${texts.size}` : "";
  });
  (table.closest(".scrolled") ?? table).before(find);
}
