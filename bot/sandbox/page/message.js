// One message as people see it: the quote, the text, the time, and the buttons below.

import { button, element } from "./elements.js";
import { link } from "./files.js";
import { rendered } from "./richtext.js";
import { copy } from "./toasts.js";

const KINDS = {
  sticker: "👍",
  photo: "Photo",
  voice: "Voice message",
  document: "Document",
  contact: "Contact",
  location: "Location",
};
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The list item for `message`; `acts` has tap(message, data, key), run(command), edit(message), reply(message), show(id). */
export function drawn(message, acts) {
  const item = element("li", {
    className: ["message", message.mine && "mine", message.buttons.length && "has-buttons"].filter(Boolean).join(" "),
    data: { messageId: message.id },
  });
  const bubble = element("div", { className: "bubble" }, ...quote(message, acts), said(message, acts), stamp(message, acts));
  item.append(bubble, ...keys(message, acts));
  return item;
}

function said(message, acts) {
  const who = element("span", { className: "unseen" }, message.mine ? "You: " : "Order bot: ");
  if (message.file) {
    const caption = message.html ? [element("br"), ...rendered(message.html, message.mine ? null : acts.run)] : [];
    return element("div", { className: "said", dir: "auto" }, who, link(message), ...caption);
  }
  if (message.kind === "text") {
    const nodes = rendered(message.html, message.mine ? null : acts.run);
    return element("div", { className: "said", dir: "auto" }, who, ...nodes);
  }
  const look = message.kind === "sticker" ? "said big" : "said not-text";
  return element("div", { className: look }, who, KINDS[message.kind]);
}

function quote(message, acts) {
  const quoted = message.reply_to;
  if (!quoted) return [];
  const author = element("b", {}, quoted.mine ? "You" : "Order bot");
  return [button(author, { className: "quote" }, () => acts.show(quoted.id))].map((made) => {
    made.append(quoted.text.split("\n", 1)[0]);
    return made;
  });
}

/** Whether it is one of the person's own texts: what was chosen from the bot's results stays as it is. */
export function canEdit(message) {
  return message.mine && message.kind === "text" && !message.via_bot;
}

function stamp(message, acts) {
  const at = new Date(message.date * 1000);
  const line = element("div", { className: "stamp" });
  if (!message.mine) line.append(button("Reply", { className: "act" }, () => acts.reply(message)));
  else if (canEdit(message)) line.append(button("Edit", { className: "act" }, () => acts.edit(message)));
  if (message.via_bot) line.append(element("span", { className: "via" }, "via the bot"));
  if (message.silent) line.append(element("span", { className: "silent", title: "Came without a sound" }, "🔕"));
  if (message.edited) line.append("edited");
  line.append(element("time", { dateTime: at.toISOString(), title: at.toLocaleString() }, CLOCK.format(at)));
  return line;
}

function keys(message, acts) {
  if (message.buttons.length === 0) return [];
  const rows = message.buttons.map((row) =>
    element(
      "div",
      {},
      ...row.map((key) => {
        if (key.url) return element("a", { href: key.url, target: "_blank", rel: "noopener noreferrer" }, key.text);
        if (key.copy_text) {
          const data = { key: `copy ${key.copy_text.text}` };
          return button(key.text, { className: "copies", title: "Copy", data }, () => copy(key.copy_text.text));
        }
        const data = { key: `tap ${key.callback_data}` };
        const made = button(key.text, { className: key.style ?? "", data }, () => {
          acts.tap(message, key.callback_data, made);
        });
        return made;
      }),
    ),
  );
  return [element("div", { className: "keys", role: "group", aria: { label: "Buttons" } }, ...rows)];
}
