// All entries of the page as a table; a row opens its entry, by a click or with Enter.
function makeTable(words, send, leave) {
  const whole = el("div", "all");
  whole.tabIndex = 0;
  const table = el("table");
  const caption = el("caption");
  const head = el("tr");
  for (const title of words.table) {
    const cell = el("th", "", title);
    cell.scope = "col";
    head.append(cell);
  }
  const body = el("tbody");
  const top = el("thead");
  top.append(head);
  table.append(caption, top, body);
  whole.append(table);
  const drawn = new Map();
  let current = "";

  const fill = (line, row) => {
    const [name, step, field, value, limits, look, flags, who, when] = row;
    const marks = el("td");
    for (const flag of flags) marks.append(el("span", "mark", flag));
    line.replaceChildren(
      el("td", "quiet", step), el("td", "", field), el("td", "mono", value), el("td", "quiet", limits),
      el("td", `look ${look}`, words.looks[look]), marks, el("td", "", who), el("td", "quiet", when),
    );
    line.onclick = () => {
      whole.blur();
      send({ kind: "go", key: name });
    };
  };
  const draw = (paper, key) => {
    const gone = new Set(drawn.keys());
    caption.textContent = words.say.table.replace("{n}", paper.page);
    whole.setAttribute("aria-label", caption.textContent);
    for (const row of paper.rows) {
      const said = JSON.stringify(row);
      const was = drawn.get(row[0]) ?? { line: el("tr"), said: "" };
      gone.delete(row[0]);
      if (was.said !== said) {
        if (!was.said) body.append(was.line);
        fill(was.line, row);
        drawn.set(row[0], { line: was.line, said });
      }
    }
    for (const name of gone) { drawn.get(name).line.remove(); drawn.delete(name); }
    drawn.get(current)?.line.classList.remove("here");
    current = key;
    drawn.get(current)?.line.classList.add("here");
  };
  let marked = null;
  const mark = (line) => {
    marked?.classList.remove("marked");
    marked = line;
    marked?.classList.add("marked");
    marked?.scrollIntoView({ block: "nearest" });
  };
  whole.addEventListener("keydown", (event) => {
    const lines = [...body.children];
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
    if (step) {
      const at = lines.indexOf(marked);
      mark(lines[Math.min(lines.length - 1, Math.max(0, at + step))]);
    } else if (event.key === "Enter" && marked) {
      whole.blur();
      marked.click();
      leave();
    } else if (event.key === "Escape") {
      whole.blur();
      leave();
    }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const enter = () => {
    whole.scrollIntoView({ block: "nearest" });
    whole.focus();
    mark(drawn.get(current)?.line ?? body.firstElementChild);
  };
  return { whole, draw, enter };
}
