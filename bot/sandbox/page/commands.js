// The bot's commands above the typing box: all of them from the menu button, the fitting ones after a slash.

import { choices } from "./choices.js";
import { byId, element } from "./elements.js";

const menu = byId("menu");
const box = byId("text");
const list = choices(byId("commands"), byId("command-list"), (isOpen) => {
  menu.setAttribute("aria-expanded", String(isOpen));
});
let commands = [];
let acts = {};

export const { close, takesKey } = list;

/** `say(text)` sends "/order" and the like, `write(text)` only puts it into the box. */
export function start(does) {
  acts = does;
  menu.addEventListener("click", () => {
    if (list.isOpen()) list.close();
    else open(commands);
    box.focus();
  });
}

export function use(known) {
  commands = known;
  menu.hidden = commands.length === 0;
  if (list.isOpen()) filter(box.value);
}

/** Show what fits a text that begins with a slash and has only one word; close for any other. */
export function filter(text) {
  if (!/^\/\w*$/.test(text)) return list.close();
  return open(commands.filter(({ command }) => command.startsWith(text.slice(1).toLowerCase())));
}

function open(fitting) {
  list.open(
    fitting.map(({ command, description }) => ({
      nodes: [element("b", {}, `/${command}`), element("span", {}, description)],
      choose: () => acts.say(`/${command}`),
      complete: () => acts.write(`/${command} `),
    })),
  );
}
