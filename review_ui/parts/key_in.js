// Where an entry is keyed with the hands on the keyboard. What is typed is sent once, on Enter or by
// a button with its key; all texts from forms and people are set as text, never as markup.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".key-in");
  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const kept = root.querySelector(".value");
  const turn = `${data.turn} ${data.item}`;
  if (root.dataset.turn === turn && kept) return; // only drawn again: typing goes on
  root.dataset.turn = turn;

  let isSent = false;
  const problem = make("p", "problem");
  problem.setAttribute("role", "alert");
  const reason = make("input", "reason");
  const send = (action, value) => {
    if (isSent) return;
    isSent = true;
    setTriggerValue("keyed", { item: data.item, action, value, reason: reason.value });
  };
  const labelled = (input, words) => {
    const label = make("label", "", words);
    input.type = "text";
    input.autocomplete = "off";
    input.spellcheck = false;
    label.append(input);
    return label;
  };

  const value = make("input", "value");
  const save = () => {
    if (value.value.trim()) return send("save", value.value);
    problem.textContent = data.empty;
    value.focus();
  };
  const rows = [];
  const keys = new Map();
  const button = (one, className) => {
    const made = make("button", className);
    made.type = "button";
    made.append(make("span", one.mono ? "mono" : "", one.words), make("kbd", "", one.key));
    made.onclick = () => send(one.action, one.value);
    keys.set(one.key.replace("Alt+", "").toLowerCase(), made);
    return made;
  };
  const group = (buttons, className) => {
    const line = make("div", className);
    line.append(...buttons);
    return line;
  };
  if (data.choices.length) rows.push(group(data.choices.map((one) => button(one, "choice")), "choices"));
  if (data.typed) {
    const line = make("div", "typed");
    const enter = make("button", "save");
    enter.type = "button";
    enter.append(make("span", "", "Save"), make("kbd", "", "Enter"));
    enter.onclick = save;
    line.append(labelled(value, data.label), enter);
    rows.push(line);
  }
  if (data.reason) rows.push(labelled(reason, data.reason));
  rows.push(problem, group(data.others.map((one) => button(one, "other")), "others"));
  root.replaceChildren(...rows);

  root.onkeydown = (event) => {
    if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      if (data.typed) save();
      return;
    }
    const wanted = event.altKey || !event.target.matches("input") ? event.code : "";
    const made = keys.get(wanted.replace(/^(Key|Digit|Numpad)/, "").toLowerCase());
    if (made && !event.ctrlKey && !event.metaKey && !event.repeat) {
      event.preventDefault();
      made.click();
    }
  };
  (data.typed ? value : root.querySelector("button")).focus({ preventScroll: true });
}
