// A search box with a list of what could be meant. Values come from scans: set as text, never markup.
export default function (component) {
  const { data, parentElement, setTriggerValue, setStateValue } = component;
  const root = parentElement.querySelector(".search");
  if (!root.box) build(root);
  root.say = setStateValue;
  root.ask = setTriggerValue;
  root.box.placeholder = data.example;
  root.box.setAttribute("aria-label", data.label);
  if (root.query !== data.query) {
    root.query = data.query;
    root.box.value = data.query;
    root.offer([]);
  } else if (data.of === root.box.value) {
    root.offer(data.offered);
  }

  function build(place) {
    const box = document.createElement("input");
    const list = document.createElement("ul");
    box.type = "search";
    box.autocomplete = "off";
    box.spellcheck = false;
    list.id = "offered";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "What could be meant");
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", "offered");
    place.append(box, list);
    place.box = box;
    let offered = [], at = -1, waits = 0;
    const show = () => {
      list.hidden = !offered.length;
      box.setAttribute("aria-expanded", String(offered.length > 0));
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
      if (at >= 0) box.setAttribute("aria-activedescendant", `offered-${at}`);
      else box.removeAttribute("aria-activedescendant");
    };
    place.offer = (found) => {
      offered = document.activeElement === box || place.getRootNode().activeElement === box
        ? found : [];
      at = -1;
      list.replaceChildren(...offered.map((one, i) => {
        const item = document.createElement("li");
        const shown = document.createElement("span");
        const hint = document.createElement("span");
        item.id = `offered-${i}`;
        item.setAttribute("role", "option");
        shown.textContent = one.shown;
        hint.textContent = one.hint;
        hint.className = "hint";
        item.append(shown, hint);
        item.onmousedown = (event) => { event.preventDefault(); take(i); };
        return item;
      }));
      show();
    };
    const typed = () => {
      clearTimeout(waits);
      waits = setTimeout(() => place.say("typed", { text: box.value }), 180);
    };
    const take = (i) => {
      box.value = offered[i].query;
      place.offer([]);
      box.focus();
      typed();
    };
    const ask = () => {
      clearTimeout(waits);
      place.offer([]);
      place.query = box.value;
      place.ask("asked", { text: box.value });
    };
    box.oninput = typed;
    box.onblur = () => place.offer([]);
    box.onkeydown = (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        if (at >= 0) take(at); else ask();
      } else if (event.key === "Tab" && at >= 0) {
        event.preventDefault();
        take(at);
      } else if (event.key === "Escape" && offered.length) {
        event.preventDefault();
        place.offer([]);
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && offered.length) {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        at = (at + step + offered.length + 1) % (offered.length + 1);
        if (at === offered.length) at = -1;
        show();
      }
    };
    box.addEventListener("search", () => { if (!box.value) ask(); });
  }
}
