// The page as it was scanned, with a frame around every field. Everything that comes from a scan
// or a form is set as text or as a number, never as markup.
const ZOOMS = [1, 1.5, 2.2, 3.2];

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const view = parentElement.querySelector(".view");
  const sheet = parentElement.querySelector(".sheet");
  const picture = parentElement.querySelector("img");
  const state = view.state ?? (view.state = { zoom: 0, centred: "" });

  const draw = () => {
    sheet.style.width = `${100 * ZOOMS[state.zoom]}%`;
    parentElement.querySelector(".out").disabled = state.zoom === 0;
    parentElement.querySelector(".in").disabled = state.zoom === ZOOMS.length - 1;
  };
  const centre = () => {
    const frame = sheet.querySelector(".current");
    if (!frame) return;
    view.scrollTo({
      left: frame.offsetLeft + frame.offsetWidth / 2 - view.clientWidth / 2,
      top: frame.offsetTop + frame.offsetHeight / 2 - view.clientHeight / 2,
    });
  };
  const zoom = (step) => {
    state.zoom = Math.min(ZOOMS.length - 1, Math.max(0, state.zoom + step));
    draw();
    centre();
  };

  view.style.height = `calc(100vh - ${data.above}px)`;
  if (picture.getAttribute("src") !== data.picture) {
    picture.src = data.picture;
    state.centred = "";
  }
  picture.alt = data.alt;
  sheet.querySelectorAll("button").forEach((frame) => frame.remove());
  for (const field of data.fields) {
    const frame = document.createElement("button");
    frame.type = "button";
    frame.className = `field ${field.look}`;
    frame.title = field.title;
    frame.setAttribute("aria-label", field.title);
    frame.tabIndex = -1;
    Object.assign(frame.style, {
      left: `${field.left}%`, top: `${field.top}%`,
      width: `${field.width}%`, height: `${field.height}%`,
    });
    frame.onclick = () => setTriggerValue("picked", field.name);
    sheet.append(frame);
  }
  parentElement.querySelector(".in").onclick = () => zoom(1);
  parentElement.querySelector(".out").onclick = () => zoom(-1);
  draw();

  const wanted = `${data.picture} ${data.current}`;
  const settle = () => {
    if (state.centred === wanted) return;
    state.centred = wanted;
    centre();
  };
  if (picture.complete && picture.naturalWidth) settle();
  picture.onload = settle;

  // E puts the cursor into the field with the value, ready to be typed over.
  const edit = (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (isTyping || event.key.toLowerCase() !== "e" || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const value = document.querySelector(".st-key-value input");
    if (!value) return;
    event.preventDefault();
    value.focus();
    value.select?.();
  };
  document.addEventListener("keydown", edit);
  return () => document.removeEventListener("keydown", edit);
}
