/// The page's script, which sorts and filters the table of every run.
///
/// Without it the page says the same.
enum PageScript {
  static let text: StaticString = """
    "use strict";
    (() => {
      const table = document.getElementById("runs");
      const body = table.tBodies[0];
      const rows = Array.from(body.rows);
      const headings = Array.from(table.tHead.rows[0].cells);
      const words = document.getElementById("words");
      const states = document.getElementById("states");
      const shown = document.getElementById("shown");
      const stateColumn = headings.findIndex((heading) => heading.textContent === "state");

      // What a row is sorted by: a number, or nothing where a column of numbers has none.
      const key = (row, column, isText) => {
        const cell = row.cells[column];
        if (isText) return cell.textContent;
        const text = cell.dataset.v ?? cell.textContent;
        if (text === "inf") return Infinity;
        return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
      };

      const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

      const sort = (column) => {
        const heading = headings[column];
        const isDown = heading.getAttribute("aria-sort") === "ascending";
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
        const isText = heading.classList.contains("t");
        const keyed = rows.map((row) => ({ row, key: key(row, column, isText) }));
        // Rows without a number come last both ways; equal rows stay in the order of the plan.
        keyed.sort((a, b) => {
          if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
          return isDown ? compare(b.key, a.key) : compare(a.key, b.key);
        });
        body.append(...keyed.map((entry) => entry.row));
      };

      let texts = null;
      const filter = () => {
        texts ??= rows.map((row) => Array.from(row.cells, (cell) => cell.textContent).join(" ").toLowerCase());
        const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
        let count = 0;
        rows.forEach((row, i) => {
          const isState = states.value === "" || row.cells[stateColumn].textContent === states.value;
          const isShown = isState && wanted.every((word) => texts[i].includes(word));
          row.hidden = !isShown;
          count += isShown ? 1 : 0;
        });
        shown.textContent = `${count} of ${rows.length} runs`;
      };

      headings.forEach((heading, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.title = "Sort";
        button.append(...heading.childNodes);
        heading.append(button);
        button.addEventListener("click", () => sort(column));
      });
      words.addEventListener("input", filter);
      states.addEventListener("change", filter);
      document.getElementById("controls").hidden = false;
      shown.textContent = `${rows.length} of ${rows.length} runs`;
    })();

    """
}
