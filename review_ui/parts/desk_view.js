// The desk's own part: draws what the record says, takes the keys, and sends one step at a time.
// A step that got no answer is sent again, with the same number; it is taken once. While an answer
// is on its way the next flag is shown already, and one more step can be taken there: it is sent
// when the first is written, where that changed nothing of what was shown.
const AGAIN_AFTER = 6000;
const LOOK_MS = 250; // nobody has seen a flag that came up less long ago; a second tap on a key is no answer to it
const ANSWERS = ["choose", "confirm", "correct", "missing", "unreadable"];
const TURNS = ["go", "page", "undo"]; // whatever is shown, these mean the same

function typing(event) {
  const target = event.composedPath()[0];
  return target?.closest?.("input, textarea, select, [contenteditable]");
}

function makeDesk(root, first) {
  const words = first.words, { say } = words;
  const desk = { data: first, flight: null, next: null, isEarly: false, ask: null, send: null, shown: "", shownAt: 0 };
  const side = el("div", "side"), said = el("div", "said");
  said.setAttribute("role", "status");
  const step = (what) => {
    if (desk.flight) {
      if (desk.isEarly) desk.next ??= { what, shown: JSON.stringify(desk.data.stop) };
      return;
    }
    const { record, seen } = desk.data;
    const sent = { ...what, record, seen, id: `${Date.now()}-${Math.random()}` };
    desk.flight = { sent, ask: desk.ask, timer: setInterval(again, AGAIN_AFTER) };
    root.classList.add("busy");
    desk.send("step", sent);
    if (ANSWERS.includes(what.kind) && desk.data.coming) showComing();
  };
  const showComing = () => {
    const { coming, paper, stop } = desk.data;
    drop(); // what was typed is kept until it is written
    desk.isEarly = true;
    root.classList.add("early");
    desk.data = { ...desk.data, stop: coming, coming: null, next: "", previous: stop.key };
    if (paper && paper.page === coming.crop?.page) drawPaper();
    drawSide();
    tell(say.writing);
    root.dataset.shown = Number(root.dataset.shown ?? 0) + 1;
  };
  const again = () => {
    tell(say.waiting, "wrong");
    desk.send("step", desk.flight.sent);
  };
  const main = el("div", "main");
  const page = makePage(say, step), table = makeTable(words, step, () => main.scrollIntoView({ block: "start" }));
  main.append(page.whole, side);
  root.replaceChildren(main, table.whole);

  const tell = (text, look = "") => { said.textContent = text; said.className = `said ${look}`; };
  // Typed text is kept until it is written, under the record and the stop that it was typed for.
  const draftKey = (kind) => `recordroom ${desk.data.record} ${desk.data.stop.key} ${kind}`;
  const draftOf = (kind) => JSON.parse(sessionStorage.getItem(draftKey(kind)) ?? "{}");
  const drop = () => { desk.ask?.panel.remove(); desk.ask = null; };

  const ask = (kind) => {
    drop();
    const key = draftKey(kind);
    const made = askPanel({
      kind, stop: desk.data.stop, words, draft: draftOf(kind),
      keep: (typed) => sessionStorage.setItem(key, JSON.stringify(typed)),
      done: (typed) => step({ ...typed, kind, key: desk.data.stop.key }),
      cancel: () => { sessionStorage.removeItem(key); drop(); tell(""); },
    });
    desk.ask = { ...made, kind, key, stop: desk.data.stop.key };
    side.querySelector(".steps").after(made.panel);
    made.focus();
    made.panel.scrollIntoView({ block: "nearest" });
  };
  const can = (kind) => desk.data.may_act && desk.data.stop?.can.includes(kind);
  const isTooSoon = () => {
    const isSoon = performance.now() - desk.shownAt < LOOK_MS;
    if (isSoon) tell(say.soon);
    return isSoon;
  };
  const act = (kind, withReason) => {
    const { stop } = desk.data;
    if (!can(kind)) return;
    if (kind === "undo") return step({ kind });
    const isOneKey = ["confirm", "missing", "unreadable"].includes(kind);
    if (isOneKey && !withReason && !stop.needs_reason) return isTooSoon() || step({ kind, key: stop.key });
    if (isOneKey && stop.needs_reason) tell(say.need_reason);
    ask(kind);
  };
  const open = (key) => key && step({ kind: "go", key });
  const take = (place) => {
    const { stop } = desk.data;
    const other = stop?.alternatives?.[place];
    if (other && can("correct") && !isTooSoon()) step({ kind: "choose", key: stop.key, value: other[0] });
  };

  const drawSide = () => {
    const { data } = desk, { stop } = data;
    if (desk.shown !== stop?.key) Object.assign(desk, { shown: stop?.key, shownAt: performance.now() });
    const head = el("div", "place");
    head.append(
      button("", "←", () => open(data.previous), say.previous), button("", "→", () => open(data.next), say.next),
      el("span", "count", data.progress.place ? `${data.progress.place} / ${data.progress.count}` : ""),
      el("span", "progress", data.progress.text),
      button("", say.same, () => sheet()), button("", say.help, () => help()),
    );
    if (!stop) return side.replaceChildren(head, el("p", "", say.nothing), said);
    const title = el("h3", "", stop.title);
    title.append(el("small", "", stop.where));
    const parts = [head, title];
    if (stop.crop) parts.push(crop(stop, side.clientWidth || 560, say), ...readLines(stop, say));
    if (data.may_act && stop.alternatives) parts.push(...alternativeLine(stop, say, take));
    parts.push(...flagLines(stop, say));
    const steps = el("div", "steps");
    for (const [kind, key, label] of words.steps) {
      if (!can(kind)) continue;
      const made = button(kind === "confirm" ? "first" : "", "", () => act(kind));
      made.append(el("kbd", "", key), el("span", "", label));
      steps.append(made);
    }
    if (stop.waits) parts.push(el("div", "keyed", stop.waits));
    parts.push(steps, said);
    if (stop.crop) parts.push(...aroundLines(stop, say, open));
    else if (stop.notes.length) parts.push(line(say.notes, ...stop.notes.map((text) => el("div", "note", text))));
    side.replaceChildren(...parts);
    if (desk.ask) steps.after(desk.ask.panel);
  };
  const sheet = () => desk.send("step", { kind: "sheet", id: `${Date.now()}` });

  const help = () => {
    if (root.querySelector(".help")) return closeHelp();
    const box = el("div", "help");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", say.keys);
    box.tabIndex = -1;
    box.append(el("h3", "", say.keys));
    const list = el("dl");
    for (const [key, text] of words.keys) list.append(el("dt", "", key), el("dd", "", text));
    box.append(list, button("", "Esc", closeHelp));
    root.append(box);
    box.focus();
  };
  const closeHelp = () => root.querySelector(".help")?.remove();
  const find = () => {
    if (root.querySelector(".find")) return;
    const holder = el("div", "find"), input = el("input"), list = el("ul");
    input.setAttribute("aria-label", say.find);
    input.placeholder = say.find;
    const hits = () => {
      const wanted = input.value.toLowerCase();
      return page.page().rows.filter((row) => wanted && `${row[1]} ${row[2]} ${row[3]}`.toLowerCase().includes(wanted)).slice(0, 8);
    };
    const leave = () => holder.remove();
    input.oninput = () => list.replaceChildren(...hits().map((row) => {
      const item = el("li");
      item.append(button("", `${row[2]}: ${row[3]}`, () => { leave(); open(row[0]); }));
      return item;
    }));
    input.onkeydown = (event) => {
      if (event.key === "Enter" && hits().length) { const [row] = hits(); leave(); open(row[0]); }
      if (event.key === "Escape") leave();
      event.stopPropagation();
    };
    holder.append(input, list);
    side.prepend(holder);
    input.focus();
  };

  const turn = (by) => {
    const { paper } = desk.data, at = paper.pages.indexOf(paper.page) + by;
    if (paper.pages[at]) step({ kind: "page", page: paper.pages[at] });
  };
  const sides = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "above", ArrowDown: "below" };
  const plain = {
    e: () => act("correct"), r: () => act("rescan"), c: () => act("comment"), z: () => act("undo"),
    n: () => open(desk.data.next), p: () => open(desk.data.previous), arrowright: () => open(desk.data.next),
    arrowleft: () => open(desk.data.previous), "+": () => page.zoom(1.4), "=": () => page.zoom(1.4),
    "-": () => page.zoom(1 / 1.4), 0: () => page.zoom(0), "[": () => turn(-1), "]": () => turn(1),
    o: () => page.toggle(), f: () => find(), t: () => table.enter(), g: () => sheet(), "?": () => help(),
  };
  const reasoned = { enter: "confirm", m: "missing", u: "unreadable" };
  // Taken before anybody else sees them: Streamlit itself has keys of its own (R, C).
  const parts = [".ask", ".find", ".all"];
  const keys = (event) => {
    if (event.key === "Escape") closeHelp();
    if (parts.some((part) => event.composedPath()[0]?.closest?.(part))) return;
    if (!root.isConnected || typing(event) || event.altKey || event.metaKey) return;
    if (root.querySelector(".help") && event.key !== "?") return; // the flag is behind the help
    const key = event.key.toLowerCase();
    if (event.repeat && (reasoned[key] || /^[1-9z]$/.test(key))) return; // a key held down answers once
    const isButton = event.composedPath()[0]?.closest?.("button, a, summary, [role=tab]");
    if (event.ctrlKey) {
      const [right, down] = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] }[key] ?? [];
      if (right === undefined) return;
      page.move(right, down);
    } else if (event.shiftKey && sides[event.key]) open(desk.data.stop?.beside?.find(([where]) => where === sides[event.key])?.[1]);
    else if (reasoned[key] && !(key === "enter" && isButton)) act(reasoned[key], event.shiftKey);
    else if (/^[1-9]$/.test(key)) take(Number(key) - 1);
    else if (plain[key] && !(isButton && key.startsWith("arrow"))) plain[key]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  // The page of the next flag is fetched and decoded before it is wanted.
  const fetchAhead = (picture) => {
    if (desk.ahead?.getAttribute("src") === picture) return;
    desk.ahead = new Image();
    desk.ahead.src = picture;
    desk.ahead.decode().catch(() => {});
  };

  const land = () => {
    clearInterval(desk.flight.timer);
    desk.flight = desk.next = null;
    desk.isEarly = false;
    root.classList.remove("busy", "early");
  };
  const isAnswered = (data) => desk.flight && data.answered?.id === desk.flight.sent.id;
  const landed = ({ answered, stop }) => {
    const { sent, ask: asked } = desk.flight, { next } = desk;
    land();
    tell(answered.say, answered.ok ? "well" : "wrong");
    if (!answered.ok) {
      if (asked && !desk.ask && asked.stop === stop?.key) ask(asked.kind); // with all that was typed
      return;
    }
    if (asked && !TURNS.includes(sent.kind)) {
      sessionStorage.removeItem(asked.key);
      if (desk.ask?.key === asked.key) drop();
    }
    if (!next) return;
    if (TURNS.includes(next.what.kind) || JSON.stringify(stop) === next.shown) step(next.what);
    else tell(say.changed, "wrong");
  };
  const drawPaper = () => {
    const { paper, stop } = desk.data;
    page.draw(paper, stop?.key ?? "");
    table.draw(paper, stop?.key ?? "");
  };
  const draw = (data) => {
    if (desk.flight && data.record !== desk.flight.sent.record) land(); // it was left in between
    const isLanding = isAnswered(data);
    if (desk.isEarly && !isLanding) return; // drawn for another reason; the answer is still to come
    desk.data = data;
    if (desk.ask && data.stop?.key !== desk.ask.stop) drop();
    if (data.paper) drawPaper();
    const focused = root.getRootNode().activeElement;
    const spot = desk.ask?.panel.contains(focused) ? focused : null;
    drawSide();
    spot?.focus();
    for (const picture of data.ahead ?? []) fetchAhead(picture);
    root.dataset.steps = Number(root.dataset.steps ?? 0) + 1;
    if (isLanding) landed(data);
  };
  // Nobody leaves unwarned what is not written yet.
  const stay = (event) => { if (desk.flight) event.preventDefault(); };
  return { draw, keys, stay, desk };
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".desk");
  const made = root.made ?? (root.made = makeDesk(root, data));
  made.desk.send = setTriggerValue;
  made.draw(data);
  document.addEventListener("keydown", made.keys, true);
  window.addEventListener("beforeunload", made.stay);
  return () => {
    document.removeEventListener("keydown", made.keys, true);
    window.removeEventListener("beforeunload", made.stay);
  };
}
