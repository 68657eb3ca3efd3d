// The bot's commands above the typing box: all of them from the menu button, the fitting ones after a slash.

import { byId, element } from "./elements.js";

const popup = byId("commands");
const list = byId("command-list");
const menu = byId("menu");
const box = byId("text");
let commands = [];
let shown = [];
let active = 0;
let choose = () => {};

/** `choice(command)` is called with "/order" and the like. */
export function start(choice) {
  choose = choice;
  menu.addEventListener("click", () => {
    if (isOpen()) close();
    else open(commands);
    box.focus();
  });
}

export function use(known) {
  commands = known;
  menu.hidden = commands.length === 0;
  if (isOpen()) filter(box.value);
}

/** Show what fits a text that begins with a slash and has only one word; close for any other. */
export function filter(text) {
  if (!/^\/\w*$/.test(text)) return close();
  return open(commands.filter(({ command }) => command.startsWith(text.slice(1).toLowerCase())));
}

export function isOpen() {
  return !popup.hidden;
}

export function close() {
  popup.hidden = true;
  menu.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

/** Handle a key of the typing box; true when it was meant for the list. */
export function takesKey(event) {
  if (!isOpen()) return false;
  switch (event.key) {
    case "ArrowDown":
    case "ArrowUp":
      mark((active + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length);
      return true;
    case "Enter":
      if (event.shiftKey) return false;
      choose(`/${shown[active].command}`);
      return true;
    case "Tab":
      if (event.shiftKey) return false;
      box.value = `/${shown[active].command} `;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      return true;
    case "Escape":
      close();
      return true;
    default:
      return false;
  }
}

function open(fitting) {
  shown = fitting;
  if (shown.length === 0) return close();
  list.replaceChildren(...shown.map(option));
  popup.hidden = false;
  menu.setAttribute("aria-expanded", "true");
  return mark(0);
}

function option({ command, description }, index) {
  const made = element(
    "li",
    { id: `command-${index}`, role: "option" },
    element("b", {}, `/${command}`),
    element("span", {}, description),
  );
  // The box keeps the focus, so that typing goes on and a phone's keyboard stays.
  made.addEventListener("pointerdown", (event) => event.preventDefault());
  made.addEventListener("click", () => choose(`/${command}`));
  return made;
}

function mark(index) {
  active = index;
  for (const [at, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(at === index));
  list.children[index].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", `command-${index}`);
}
