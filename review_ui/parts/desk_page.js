// The page as it was scanned: sharp at any zoom, moved by hand or key, with a mark on every entry.
// Everything that comes from a scan, a form or a person is set as text or as a number.
const MOST_ZOOM = 10;
const SHARP_FROM = 8.4; // device pixels a millimetre from which the kept picture is not enough

const el = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const button = (className, text, onclick, label) => {
  const made = el("button", className, text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  made.onclick = (event) => { made.blur(); onclick(event); };
  return made;
};

function makePage(say, send) {
  const whole = el("div", "paper");
  const view = el("div", "view");
  view.tabIndex = 0;
  view.setAttribute("aria-label", say.page);
  const sheet = el("div", "sheet");
  const picture = el("img");
  picture.draggable = false;
  const boxes = el("div", "boxes");
  sheet.append(picture, boxes);
  view.append(sheet);
  const bar = el("div", "bar");
  whole.append(bar, view);
  const state = { zoom: 1, shown: "", at: "", drawn: new Map(), data: null, overlay: true };

  const zoomTo = (zoom, x = view.clientWidth / 2, y = view.clientHeight / 2) => {
    const before = state.zoom;
    state.zoom = Math.min(MOST_ZOOM, Math.max(1, zoom));
    const grown = state.zoom / before;
    const left = (view.scrollLeft + x) * grown - x, top = (view.scrollTop + y) * grown - y;
    sheet.style.width = `${100 * state.zoom}%`;
    view.scrollTo(left, top);
    sharpen();
  };
  // Beyond what the kept picture holds, the page is fetched once more, as sharp as its scan.
  const sharpen = () => {
    const data = state.data;
    if (!data?.sharp || !data.size.length || picture.src.endsWith("/sharp")) return;
    const density = (sheet.clientWidth * window.devicePixelRatio) / data.size[0];
    if (density <= SHARP_FROM || state.fetching === data.sharp) return;
    state.fetching = data.sharp;
    const sharp = new Image();
    sharp.onload = () => { if (state.data.sharp === data.sharp) picture.src = sharp.src; };
    sharp.src = data.sharp;
  };
  const centre = (name, always) => {
    const frame = state.drawn.get(name)?.frame;
    if (!frame) return;
    const { offsetLeft: x, offsetTop: y, offsetWidth: w, offsetHeight: h } = frame;
    const isSeen = x >= view.scrollLeft && x + w <= view.scrollLeft + view.clientWidth
      && y >= view.scrollTop + 30 && y + h <= view.scrollTop + view.clientHeight - 30;
    if (isSeen && !always) return;
    view.scrollTo(x + w / 2 - view.clientWidth / 2, y + h / 2 - view.clientHeight / 2);
  };
  const move = (right, down) => view.scrollBy(right * view.clientWidth / 4, down * view.clientHeight / 4);

  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const place = view.getBoundingClientRect();
    zoomTo(state.zoom * (event.deltaY < 0 ? 1.2 : 1 / 1.2), event.clientX - place.left, event.clientY - place.top);
  }, { passive: false });
  let grip = null;
  view.onpointerdown = (event) => {
    if (event.button !== 0) return;
    grip = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop, moved: false };
  };
  view.onpointermove = (event) => {
    if (!grip || !(event.buttons & 1)) return;
    const right = event.clientX - grip.x, down = event.clientY - grip.y;
    grip.moved ||= Math.abs(right) + Math.abs(down) > 5;
    if (grip.moved) view.scrollTo(grip.left - right, grip.top - down);
  };
  boxes.onclick = (event) => {
    const wasMoved = grip?.moved;
    grip = null;
    const frame = event.target.closest(".box");
    frame?.blur(); // keys are for the stop again, not for the box
    if (frame && !wasMoved) send({ kind: "go", key: frame.name });
  };

  const drawBar = (data) => {
    const pages = el("select", "pages");
    pages.setAttribute("aria-label", say.page);
    for (const page of data.pages) {
      const option = el("option", "", `${page}`);
      option.value = page;
      option.selected = page === data.page;
      pages.append(option);
    }
    pages.onchange = () => send({ kind: "page", page: Number(pages.value) });
    const overlay = button("toggle", say.overlay, () => toggle());
    overlay.setAttribute("aria-pressed", state.overlay);
    const legend = el("span", "legend");
    for (const look of ["open", "answered", "changed", "accepted"])
      legend.append(el("i", `box ${look}`), el("span", "", say[`legend_${look}`]));
    bar.replaceChildren(
      el("span", "", say.page), pages, legend, overlay,
      button("zoom", "−", () => zoomTo(state.zoom / 1.4), say.out),
      button("zoom", "+", () => zoomTo(state.zoom * 1.4), say.in),
      button("zoom", "↔", () => zoomTo(1), say.whole),
    );
  };
  const toggle = () => {
    state.overlay = !state.overlay;
    whole.classList.toggle("bare", !state.overlay);
    bar.querySelector(".toggle")?.setAttribute("aria-pressed", state.overlay);
  };
  const drawBoxes = (data, current) => {
    const gone = new Set(state.drawn.keys());
    for (const [name, title, look, left, top, width, height] of data.boxes) {
      const drawn = state.drawn.get(name) ?? { frame: el("button"), said: "" };
      gone.delete(name);
      const said = `${title}|${look}|${left}|${top}|${width}|${height}|${name === current}`;
      if (drawn.said === said) continue;
      const { frame } = drawn;
      if (!drawn.said) boxes.append(frame);
      drawn.said = said;
      Object.assign(frame, { type: "button", tabIndex: -1, name, title });
      frame.className = `box ${look}${name === current ? " current" : ""}`;
      frame.setAttribute("aria-label", title);
      Object.assign(frame.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
      state.drawn.set(name, drawn);
    }
    for (const name of gone) { state.drawn.get(name).frame.remove(); state.drawn.delete(name); }
  };
  const draw = (data, current) => {
    state.data = data;
    if (state.shown !== data.picture) {
      boxes.replaceChildren();
      state.drawn.clear();
      state.fetching = "";
      picture.src = data.picture;
      picture.alt = say.page_n.replace("{n}", data.page);
      if (data.size.length) sheet.style.aspectRatio = `${data.size[0]} / ${data.size[1]}`;
      drawBar(data);
    }
    drawBoxes(data, current);
    const at = `${data.picture} ${current}`;
    if (state.at !== at) {
      centre(current, state.shown !== data.picture);
      state.at = at;
    }
    state.shown = data.picture;
    sharpen();
  };
  picture.onload = () => { if (!state.data.size.length) sheet.style.aspectRatio = ""; };
  const zoom = (by) => { by ? zoomTo(state.zoom * by) : zoomTo(1); centre(state.at.split(" ")[1], true); };
  return { whole, view, draw, zoom, move, toggle, page: () => state.data };
}
