// A drawing with places that lead somewhere. Words come from scans and people: they are set as
// text, never as markup.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const SVG = "http://www.w3.org/2000/svg";
  const make = (tag, attributes, text) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const points = (pairs) => pairs.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const draw = {
    stroke: (one) => make("polyline", {
      points: points(one.points), fill: "none", stroke: one.colour, "stroke-width": one.width,
      ...(one.is_dashed ? { "stroke-dasharray": "5 3" } : {}),
    }),
    area: (one) => make("polygon", { points: points(one.points), fill: one.colour }),
    dot: (one) => make("circle", {
      cx: one.middle[0], cy: one.middle[1], r: one.radius,
      fill: one.is_hollow ? "#ffffff" : one.colour,
      ...(one.is_hollow ? { stroke: one.colour, "stroke-width": 1.4 } : {}),
    }),
    words: (one) => make("text", {
      x: one.place[0], y: one.place[1], "font-size": one.size, fill: one.colour,
      "text-anchor": one.anchor,
      ...(one.is_upright ? { transform: `rotate(-90 ${one.place[0]} ${one.place[1]})` } : {}),
    }, one.text),
  };

  const whole = parentElement.querySelector(".drawing");
  const sheet = parentElement.querySelector(".sheet");
  const note = parentElement.querySelector(".note");
  const drawing = make("svg", {
    viewBox: `0 0 ${data.width} ${data.height}`, width: data.width, height: data.height,
    role: "group", "aria-label": data.title,
  });
  sheet.classList.toggle("fits", data.fits);
  if (data.fits) {
    drawing.setAttribute("width", "100%");
    drawing.removeAttribute("height");
  }
  const shapes = make("g", { "aria-hidden": "true" });
  data.shapes.forEach((one) => shapes.append(draw[one.kind](one)));
  drawing.append(shapes);

  // What is known of a place, beside it, while the mouse or the keyboard is on it.
  const show = (place, link) => {
    note.replaceChildren(...place.lines.map((line) => {
      const made = document.createElement("div");
      made.textContent = line;
      return made;
    }));
    if (place.picture) {
      const picture = document.createElement("img");
      picture.alt = "The entry as written";
      picture.src = place.picture;
      note.append(picture);
    }
    note.hidden = false;
    const here = link.getBoundingClientRect();
    const frame = whole.getBoundingClientRect();
    const left = Math.min(here.left - frame.left, frame.width - note.offsetWidth - 4);
    const below = here.bottom - frame.top + 6;
    const fitsBelow = below + note.offsetHeight <= Math.max(frame.height, 200);
    note.style.left = `${Math.max(0, left)}px`;
    note.style.top = `${fitsBelow ? below : Math.max(0, here.top - frame.top - note.offsetHeight - 6)}px`;
  };
  const hide = () => { note.hidden = true; };
  const open = (event, place) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    setTriggerValue("picked", place.key);
  };
  const links = data.places.map((place) => {
    const link = make("a", { "aria-label": place.label, tabindex: "0" });
    if (place.link) link.setAttribute("href", place.link);
    link.append(make("rect", {
      x: place.x, y: place.y, width: place.width, height: place.height, rx: 4, class: "place",
    }));
    link.addEventListener("click", (event) => (place.link ? open(event, place) : null));
    link.addEventListener("mouseenter", () => show(place, link));
    link.addEventListener("mouseleave", hide);
    link.addEventListener("focus", () => show(place, link));
    link.addEventListener("blur", hide);
    drawing.append(link);
    return link;
  });
  const go = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  drawing.addEventListener("keydown", (event) => {
    const here = links.indexOf(event.target.closest("a"));
    if (event.key === "Escape") hide();
    if (here < 0 || !(event.key in go)) return;
    event.preventDefault();
    const next = links[Math.min(links.length - 1, Math.max(0, here + go[event.key]))];
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  hide();
  sheet.replaceChildren(drawing);

  // What was asked for is in sight first; afterwards whoever scrolled stays where they are.
  const first = data.places.find((place) => place.key === data.begins);
  const seen = `${data.title} ${data.begins}`;
  if (first && sheet.dataset.seen !== seen) {
    sheet.dataset.seen = seen;
    sheet.scrollTop = first.y + (first.height - sheet.clientHeight) / 2;
    sheet.scrollLeft = first.x + (first.width - sheet.clientWidth) / 2;
  }
}
