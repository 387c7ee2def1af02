// Crops side by side. Text from scans and people is set as text, never as markup.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".sheet-view");
  const say = data.words;
  const el = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const name = (look) => `${look.record} ${look.field}`;
  const marked = root.marked ?? (root.marked = new Set());
  const known = new Set(data.looks.filter((look) => look.may_confirm).map(name));
  for (const one of [...marked]) if (!known.has(one)) marked.delete(one);

  const confirm = () => {
    const asked = data.looks.filter((look) => marked.has(name(look)));
    if (!asked.length) return;
    marked.clear();
    paint();
    setTriggerValue("confirmed", asked.map(({ record, field, seen }) => ({ record, field, seen })));
  };
  const mark = (place, is) => {
    const look = data.looks[place];
    if (!look?.may_confirm || !data.may_act) return;
    marked[is ?? !marked.has(name(look)) ? "add" : "delete"](name(look));
    paint();
  };
  const all = () => {
    const may = data.looks.filter((look) => look.may_confirm);
    const is = may.some((look) => !marked.has(name(look)));
    data.looks.forEach((look, place) => mark(place, is));
  };
  const bar = el("div", "bar");
  const count = el("b", "", say.count.replace("{n}", data.looks.length).replace("{waits}", data.looks.filter((look) => look.waits).length));
  bar.append(count);
  const go = el("button", "main", say.confirm);
  if (data.may_act) {
    const every = el("button", "", say.all);
    every.type = go.type = "button";
    every.onclick = all;
    go.onclick = confirm;
    bar.append(every, go);
  }
  const said = el("span", `said ${data.said[1]}`, data.said[0]);
  said.setAttribute("role", "status");
  bar.append(said);
  bar.append(el("span", "hint", data.looks.length ? say.hint : say.none));

  const grid = el("div", "grid");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", say.grid);
  const cells = data.looks.map((look, place) => {
    const cell = el("button", `cell${look.waits ? " waits" : ""}${look.field === data.like && look.record === data.record ? " like" : ""}`);
    cell.type = "button";
    const image = el("img");
    image.src = look.cut;
    image.alt = "";
    image.loading = "lazy";
    const under = el("span", "under");
    under.append(el("b", "", look.value), el("span", "", look.sure));
    cell.append(image, under);
    if (look.waits) cell.append(el("span", "flagged", look.may_confirm ? `◆ ${say.waits}` : `◆ ${say.reason}`));
    cell.title = look.where;
    cell.setAttribute("aria-label", `${look.value}, ${look.sure}, ${look.where}`);
    cell.onclick = (event) => (event.ctrlKey || event.metaKey ? mark(place) : setTriggerValue("opened", place));
    return cell;
  });
  const paint = () => {
    cells.forEach((cell, place) => {
      const is = marked.has(name(data.looks[place]));
      cell.classList.toggle("marked", is);
      cell.setAttribute("aria-pressed", is);
    });
    go.disabled = !marked.size;
  };
  grid.append(...cells);
  root.replaceChildren(bar, grid);
  paint();

  const columns = () => cells.filter((cell) => cell.offsetTop === cells[0]?.offsetTop).length || 1;
  root.onkeydown = (event) => {
    const at = cells.indexOf(root.getRootNode().activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(), ArrowUp: -columns() }[event.key];
    if (step) cells[Math.min(cells.length - 1, Math.max(0, at + step))]?.focus();
    else if (event.key === " " && at >= 0) mark(at);
    else return;
    event.preventDefault();
  };
  // Letters reach the sheet wherever the focus is, as long as nobody types.
  const keys = (event) => {
    if (!root.isConnected || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.composedPath()[0]?.closest?.("input, textarea, select, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    if (key === "k") confirm();
    else if (key === "a") all();
    else if (key === "escape") setTriggerValue("opened", data.looks.findIndex((look) => look.field === data.like && look.record === data.record));
    else if (key.startsWith("arrow") && !root.contains(root.getRootNode().activeElement)) cells[0]?.focus();
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", keys);
  if (root.dataset.entered !== data.record + data.like) {
    root.dataset.entered = data.record + data.like;
    cells[0]?.focus();
  }
  return () => document.removeEventListener("keydown", keys);
}
