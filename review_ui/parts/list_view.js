// A table of links. Cells come from scans and people: they are set as text, never as markup.
export default function (component) {
  const { data, parentElement, setTriggerValue, setStateValue } = component;
  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const shown = (part) => {
    if (!part.picture) return make("span", part.look, part.text);
    const picture = make("img", part.look);
    picture.alt = part.text;
    picture.src = part.picture;
    return picture;
  };
  const open = (event, key) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    setTriggerValue("picked", key);
  };

  // Which rows are chosen is kept here while the table is drawn anew, until another beginning.
  const list = parentElement.querySelector(".list");
  if (list.begins !== data.begins) list.chosen = new Set();
  list.begins = data.begins;
  const keys = data.rows.filter((row) => row.link).map((row) => row.key);
  list.chosen = new Set(keys.filter((key) => list.chosen.has(key)));
  const choose = (changed, isOn) => {
    changed.forEach((key) => (isOn ? list.chosen.add(key) : list.chosen.delete(key)));
    setStateValue("chosen", { keys: [...list.chosen], begins: data.begins });
    boxes.forEach((box) => { box.checked = list.chosen.has(box.value); });
    if (all) all.checked = list.chosen.size === keys.length;
  };
  const boxes = [];
  const makeBox = (label, isOn, act) => {
    const box = make("input");
    box.type = "checkbox";
    box.checked = isOn;
    box.setAttribute("aria-label", label);
    box.onchange = () => act(box.checked);
    return box;
  };
  const all = data.is_to_choose
    ? makeBox("Choose all rows", keys.length > 0 && list.chosen.size === keys.length,
        (isOn) => choose(keys, isOn))
    : null;

  const table = make("table");
  table.append(make("caption", "", data.caption));
  const head = table.createTHead().insertRow();
  if (all) head.append(make("th", "choice")), head.lastChild.append(all);
  for (const column of data.columns) {
    const cell = make("th", column.look, column.title);
    cell.scope = "col";
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of data.rows) {
    const line = body.insertRow();
    if (all) {
      const cell = line.insertCell();
      cell.className = "choice";
      cell.onclick = (event) => event.stopPropagation();
      if (row.link) {
        const name = row.cells[0].map((part) => part.text).join(" ");
        const box = makeBox(`Choose ${name}`, list.chosen.has(row.key),
          (isOn) => choose([row.key], isOn));
        box.value = row.key;
        boxes.push(box);
        cell.append(box);
      }
    }
    if (row.link) {
      line.className = "way";
      line.onclick = (event) => event.target.closest("a") || open(event, row.key);
    }
    row.cells.forEach((cell, place) => {
      const place_in_line = line.insertCell();
      place_in_line.className = data.columns[place].look;
      const holder = place === 0 && row.link ? make("a", "") : place_in_line;
      if (holder !== place_in_line) {
        holder.href = row.link;
        holder.onclick = (event) => open(event, row.key);
        place_in_line.append(holder);
      }
      cell.forEach((part) => holder.append(shown(part)));
    });
  }
  const focused = list.querySelector("input:focus")?.value;
  list.replaceChildren(table);
  if (focused) boxes.find((box) => box.value === focused)?.focus();
}
