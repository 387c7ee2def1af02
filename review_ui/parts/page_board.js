// The pages of a scan in their parts, to be dragged, or moved by buttons and keys. Texts come from
// scans and people: they are set as text, never as markup.
const KEYS = {
  s: "split", j: "join", l: "left", r: "right", z: "undo",
};
const PATIENCE = 6000;
// Milliseconds after which an answer is no longer waited for.

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const board = parentElement.querySelector(".board");
  const state = board.state ?? (board.state = { sheets: new Map(), queue: [] });
  // One act at a time: the next is sent when the answer to the last has come, so that none of
  // several quick keys is lost. What was just chosen is shown at once.
  const send = () => {
    const act = state.queue.shift();
    state.sent = act ? Date.now() : 0;
    if (act) setTriggerValue("act", { ...act, turn: state.turn });
    else state.wanted = null;
  };
  const say = (act) => {
    if (act.do === "pick") state.queue = state.queue.filter((one) => one.do !== "pick");
    state.queue.push(act);
    if (!state.sent || Date.now() - state.sent > PATIENCE) send();
  };
  if (state.turn !== data.turn) {
    state.turn = data.turn;
    send();
  }
  const selected = () => state.wanted ?? data.selected;
  const mark = () => state.sheets.forEach((made, page) => {
    const is = page === selected();
    made.classList.toggle("selected", is);
    made.setAttribute("aria-pressed", is);
    made.tabIndex = is ? 0 : -1;
  });
  const choose = (page) => {
    state.wanted = page;
    mark();
    state.sheets.get(page)?.focus({ preventScroll: true });
    state.sheets.get(page)?.scrollIntoView({ block: "nearest" });
    say({ do: "pick", page });
  };
  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const step = (page, by) => {
    const order = data.parts.flatMap((part) => part.pages.map((one) => one.page))
      .concat(data.aside.map((one) => one.page));
    const next = order[order.indexOf(page) + by];
    if (next) choose(next);
  };
  const press = (event, page) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    const name = KEYS[event.key.toLowerCase()];
    if (by && event.shiftKey) say({ do: by < 0 ? "earlier" : "later", page });
    else if (by) step(page, by);
    else if (name) say({ do: name, page });
    else return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has an R of its own
  };

  const sheet = (one, part, at) => {
    const known = state.sheets.get(one.page);
    const made = known ?? make("button", "sheet");
    if (!known) {
      made.type = "button";
      made.draggable = true;
      made.append(make("span", "paper"), make("span", "number"), make("span", "label"));
      const picture = made.querySelector(".paper").appendChild(make("img"));
      picture.loading = "lazy";
      picture.draggable = false;
      state.sheets.set(one.page, made);
    }
    const picture = made.querySelector("img");
    if (one.picture && picture.getAttribute("src") !== one.picture) picture.src = one.picture;
    picture.hidden = !one.picture;
    picture.alt = "";
    picture.style.transform = `rotate(${one.turned}deg)`;
    made.className = `sheet ${one.look}`;
    made.querySelector(".number").textContent = one.number;
    made.querySelector(".label").textContent = one.label;
    made.setAttribute("aria-label", `${one.number}: ${one.label}`);
    made.onclick = () => choose(one.page);
    made.onkeydown = (event) => press(event, one.page);
    made.ondragstart = (event) => {
      event.dataTransfer.setData("text/plain", String(one.page));
      event.dataTransfer.effectAllowed = "move";
    };
    const side = (event) => {
      const box = made.getBoundingClientRect();
      return event.clientX > box.left + box.width / 2 ? 1 : 0;
    };
    made.ondragover = part === null ? null : (event) => {
      event.preventDefault();
      made.classList.toggle("after", side(event) === 1);
      made.classList.toggle("before", side(event) === 0);
    };
    made.ondragleave = () => made.classList.remove("before", "after");
    made.ondrop = part === null ? null : (event) => {
      event.preventDefault();
      made.classList.remove("before", "after");
      const page = Number(event.dataTransfer.getData("text/plain"));
      if (page) say({ do: "place", page, part, at: at + side(event) });
    };
    return made;
  };

  const box = (part, number) => {
    const made = make("section", "part");
    const head = made.appendChild(make("header"));
    head.append(make("b", "", part.title));
    for (const one of part.records) {
      const link = head.appendChild(make("a", "", one.text));
      link.href = one.link;
      link.onclick = (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
        event.preventDefault();
        say({ do: "open", record: one.record });
      };
    }
    if (part.note) head.append(make("span", part.look, part.note));
    const pages = made.appendChild(make("div", "pages"));
    part.pages.forEach((one, at) => pages.append(sheet(one, number, at)));
    return made;
  };

  const focused = board.contains(board.getRootNode().activeElement);
  const parts = data.parts.map(box);
  if (data.aside.length) {
    const aside = make("section", "part aside");
    aside.append(make("header"));
    aside.querySelector("header").append(make("b", "", data.aside_title));
    const pages = aside.appendChild(make("div", "pages"));
    data.aside.forEach((one) => pages.append(sheet(one, null, 0)));
    parts.push(aside);
  }
  board.style.maxHeight = `calc(100vh - ${data.above}px)`;
  board.replaceChildren(...parts);
  mark();
  const chosen = state.sheets.get(selected());
  if (focused) chosen?.focus({ preventScroll: true });
  chosen?.scrollIntoView({ block: "nearest" });

  const tools = parentElement.querySelector(".tools");
  for (const tool of data.tools) {
    // A button that is there already stays, so that it keeps the focus.
    const there = tools.querySelector(`[data-do="${tool.do}"]`);
    const made = there ?? tools.appendChild(make("button", "", tool.text));
    made.dataset.do = tool.do;
    made.type = "button";
    made.disabled = !tool.works;
    made.title = tool.title;
    made.onclick = () => say({ do: tool.do, page: selected() });
  }
}
