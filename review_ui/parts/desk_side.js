// The desk beside the page: the crop three times as big, what was read, why somebody has to look,
// and what can be done about it.
const MM = 96 / 25.4; // CSS pixels of a millimetre on paper
const TIMES = 3;
const MARGIN_MM = 4;
const CROP_HEIGHT = 190;

// The crop is a window on the page's own picture: it is there as soon as the page is.
function crop(stop, width, say) {
  return cutOut(stop.crop, width - 4, CROP_HEIGHT, TIMES * MM, say.crop);
}

function cutOut({ picture, size, box, cut }, width, height, most, alt) {
  const window_ = el("div", "crop");
  const image = el("img");
  image.alt = alt;
  window_.append(image);
  if (!size.length) {
    image.src = cut;
    return window_;
  }
  const [x, y, w, h] = box, wide = w + 2 * MARGIN_MM, high = h + 2 * MARGIN_MM;
  const scale = Math.min(most, width / wide, height / high);
  Object.assign(window_.style, { width: `${wide * scale}px`, height: `${high * scale}px` });
  image.src = picture;
  Object.assign(image.style, {
    position: "absolute", width: `${size[0] * scale}px`,
    left: `${(MARGIN_MM - x) * scale}px`, top: `${(MARGIN_MM - y) * scale}px`,
  });
  const frame = el("i", "edge");
  Object.assign(frame.style, {
    left: `${MARGIN_MM * scale}px`, top: `${MARGIN_MM * scale}px`,
    width: `${w * scale}px`, height: `${h * scale}px`,
  });
  window_.append(frame);
  return window_;
}

function line(label, ...parts) {
  const made = el("div", "line");
  made.append(el("span", "label", label));
  const rest = el("span", "rest");
  rest.append(...parts);
  made.append(rest);
  return made;
}

function readLines(stop, say) {
  const found = [];
  const read = [el("b", "value", stop.read), el("span", "sure", stop.sure)];
  for (const [value, initials] of stop.previous) {
    read.push(el("span", "quiet", `${say.crossed}:`), el("s", "", value));
    if (initials) read.push(el("span", "quiet", `(${initials})`));
  }
  found.push(line(say.read, ...read));
  if (stop.now.length) {
    const [value, by, at, reason] = stop.now;
    found.push(line(say.now, el("b", "value set", value), el("span", "quiet", `${by}, ${at}: ${reason}`)));
  }
  return found;
}

function alternativeLine(stop, say, take) {
  if (!stop.alternatives.length) return [];
  const others = stop.alternatives.map(([value, shown, sure], place) => {
    const made = button("other", "", () => take(place));
    made.append(el("kbd", "", `${place + 1}`), el("b", "", shown), el("span", "quiet", sure));
    return made;
  });
  return [line(say.or, ...others)];
}

function flagLines(stop, say) {
  return stop.flags.map((flag) => {
    const made = el("div", `flag ${flag.severity}${flag.is_open ? "" : " closed"}`);
    const head = el("div", "head");
    head.append(el("i", "", flag.sign), el("b", "", flag.title), el("small", "", flag.severity));
    made.append(head, el("div", "", flag.detail));
    if (flag.answer) made.append(el("div", "answer", `✓ ${flag.answer}`));
    const more = el("details");
    more.append(el("summary", "", `${say.rule} ${flag.rule}`), el("p", "", flag.help));
    made.append(more);
    return made;
  });
}

function aroundLines(stop, say, open) {
  const found = [];
  if (stop.asked) found.push(line(say.asks, el("span", "", stop.asked)));
  if (stop.beside.length)
    found.push(line(say.beside, ...stop.beside.map(([side, name, label, value]) => {
      const made = button("near", "", () => open(name), `${side}: ${label}, ${value}`);
      made.title = label;
      made.append(el("span", "quiet", { left: "←", right: "→", above: "↑", below: "↓" }[side]), el("span", "", value));
      return made;
    })));
  if (stop.hand.length)
    found.push(line(`${say.hand} (${stop.writer})`, ...stop.hand.map(([name, value, label, page, box, cut]) => {
      const made = button("near hand", "", () => open(name), `${label}: ${value}`);
      const size = page === stop.crop.page ? stop.crop.size : [];
      const image = cutOut({ ...stop.crop, size, box, cut }, 110, 30, MM * TIMES, "");
      made.title = label;
      made.append(image, el("span", "", value));
      return made;
    })));
  if (stop.notes.length) found.push(line(say.notes, ...stop.notes.map((text) => el("div", "note", text))));
  return found;
}

// What is asked before a step is taken: a value, a reason out of a list or typed, a comment.
// Digits choose out of the list while nothing is typed; the arrows go through it.
function askPanel({ kind, stop, words, draft, keep, done, cancel }) {
  const { say } = words;
  const panel = el("div", "ask");
  const typed = { ...draft };
  const change = () => keep({ ...typed });
  const fields = [];
  const field = (name, label, start) => {
    const holder = el("label", "", label);
    const input = el("input");
    input.type = "text";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.value = typed[name] ?? start;
    typed[name] = input.value;
    input.oninput = () => { typed[name] = input.value; change(); };
    holder.append(input);
    panel.append(holder);
    fields.push(input);
    return input;
  };
  if (kind === "correct" && stop.choices.length) {
    const group = el("div", "choices");
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", say.value);
    for (const [place, choice] of stop.choices.entries()) {
      const made = button("choice", "", () => done({ ...typed, value: choice }));
      made.append(el("kbd", "", `${place + 1}`), el("span", "", choice));
      group.append(made);
    }
    panel.append(group);
  } else if (kind === "correct") field("value", say.value, stop.value);
  if (kind === "comment") field("text", say.comment, "");
  const reasons = words.reasons[kind] ?? [];
  let reason = null;
  if (reasons.length) {
    const isNeeded = stop.needs_reason && kind !== "correct" || kind === "rescan";
    reason = field("reason", isNeeded ? say.reason_needed : say.reason, "");
    if (kind === "correct") reason.placeholder = reasons[0];
    const list = el("ol", "reasons");
    reasons.forEach((text, place) => {
      const item = el("li");
      const take = button("", "", () => {
        if (kind === "correct") { reason.value = typed.reason = text; change(); fields[0].focus(); }
        else done({ ...typed, reason: text });
      });
      take.append(el("kbd", "", `${place + 1}`), el("span", "", text));
      item.append(take);
      list.append(item);
    });
    panel.append(list);
    let place = -1;
    reason.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        place = (place + step + reasons.length) % reasons.length;
        reason.value = typed.reason = reasons[place];
        change();
        event.preventDefault();
      }
      const chosen = reasons[Number(event.key) - 1];
      if (!chosen || reason.value || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      reason.value = typed.reason = chosen;
      change();
      if (kind !== "correct") done({ ...typed });
    });
  }
  const row = el("div", "row");
  row.append(button("first", `${say.save} (Enter)`, () => done({ ...typed })), button("", `${say.cancel} (Esc)`, cancel));
  panel.append(row);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT") { event.preventDefault(); done({ ...typed }); }
    if (event.key === "Escape") { event.preventDefault(); cancel(); }
    const chosen = kind === "correct" && event.target.tagName !== "INPUT" && stop.choices[Number(event.key) - 1];
    if (chosen) { event.preventDefault(); done({ ...typed, value: chosen }); }
    event.stopPropagation();
  });
  const focus = () => {
    const first = fields[0] ?? panel.querySelector("button");
    const wanted = kind === "correct" && stop.choices.length ? panel.querySelector("button") : first;
    wanted?.focus();
    if (kind === "correct") wanted?.select?.();
  };
  return { panel, focus };
}
