// A table of links. Cells come from scans and people: they are set as text, never as markup.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
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

  const table = make("table");
  table.append(make("caption", "", data.caption));
  const head = table.createTHead().insertRow();
  for (const column of data.columns) {
    const cell = make("th", column.look, column.title);
    cell.scope = "col";
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of data.rows) {
    const line = body.insertRow();
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
  parentElement.querySelector(".list").replaceChildren(table);
}
