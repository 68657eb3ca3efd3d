// Where the person types: sending, editing an own message, and sending what is not a text.

import * as chat from "./chat.js";
import * as commands from "./commands.js";
import { button, byId } from "./elements.js";
import * as files from "./files.js";
import * as inline from "./inline.js";
import { ask } from "./server.js";

const KINDS = {
  sticker: "Sticker",
  photo: "Photo",
  voice: "Voice message",
  document: "File",
  contact: "Contact",
  location: "Location",
};
const box = byId("text");
const kinds = byId("kinds");
const other = byId("other");
let edited = null;
let replied = null;

export function start() {
  commands.start({ say, write });
  inline.start({ write, chosen: () => fill("") });
  byId("typing").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("input", typed);
  box.addEventListener("keydown", pressed);
  byId("editing-end").addEventListener("click", () => {
    stop(edited ? "" : box.value);
    box.focus();
  });
  startKinds();
  files.start();
  document.addEventListener("keydown", pressNumber);
  document.addEventListener("keydown", typeFromAnywhere);
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".composer")) closeAll();
  });
}

/** Put an own message into the box; sending then changes it. */
export function edit(message) {
  edited = message;
  replied = null;
  drawWhat("Edit message", message, "Stop editing");
  fill(message.text);
  box.focus();
}

/** Answer one of the bot's messages with what is sent next. */
export function reply(message) {
  if (edited) stop("");
  replied = message;
  drawWhat("Reply to Order bot", message, "Stop replying");
  box.focus();
}

/** What stands in the box and wasn't sent; the box is empty afterwards, and belongs to somebody else. */
export function give() {
  const text = edited ? "" : box.value;
  closeAll();
  stop("");
  return text;
}

/** Put back what `give` returned; the focus stays where it is. */
export function take(text) {
  fill(text);
}

/** Put a text into the box, to be sent by hand. */
export function write(text) {
  fill(text);
  box.focus();
}

function pressed(event) {
  // Enter ends a word in an input method for Chinese before it ever means "send".
  if (event.isComposing || event.keyCode === 229) return;
  if (commands.takesKey(event) || inline.takesKey(event)) {
    event.preventDefault();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape" && (edited || replied)) {
    stop(edited ? "" : box.value);
  } else if (event.key === "ArrowUp" && box.value === "" && chat.lastOwn()) {
    event.preventDefault();
    edit(chat.lastOwn());
  }
}

async function submit() {
  const text = box.value.trim();
  if (text === "") return;
  const message = edited;
  const done = message ? await ask("edit", { message_id: message.id, text }) : await ask("say", said(text));
  if (!done) return;
  if (message || box.value.trim() === text) stop("");
  closeAll();
  if (message) box.focus();
}

function said(text) {
  return replied ? { text, reply_to: replied.id } : { text };
}

async function say(text) {
  const body = said(text);
  stop("");
  if (!(await ask("say", body))) fill(text);
}

// Neither edit nor reply any more; `text` is what the box then says.
function stop(text) {
  edited = null;
  replied = null;
  byId("editing").hidden = true;
  fill(text);
}

function drawWhat(what, message, end) {
  byId("editing-what").textContent = what;
  byId("editing-text").textContent = message.text.split("\n", 1)[0];
  byId("editing-end").setAttribute("aria-label", end);
  byId("editing").hidden = false;
}

function fill(text) {
  box.value = text;
  typed();
}

function typed() {
  byId("send").disabled = box.value.trim() === "";
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
  for (const list of [commands, inline]) {
    if (edited) list.close();
    else list.filter(box.value);
  }
}

function startKinds() {
  for (const [kind, label] of Object.entries(KINDS)) {
    byId("more-tries").before(
      button(label, {}, () => {
        closeKinds();
        box.focus();
        if (kind === "document") files.choose();
        else ask("other", { kind });
      }),
    );
  }
  byId("more-tries").addEventListener("click", closeKinds);
  other.addEventListener("click", () => {
    commands.close();
    inline.close();
    kinds.hidden = !kinds.hidden;
    other.setAttribute("aria-expanded", String(!kinds.hidden));
    if (!kinds.hidden) kinds.firstElementChild.focus();
  });
  kinds.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closeKinds();
    other.focus();
  });
}

function closeKinds() {
  kinds.hidden = true;
  other.setAttribute("aria-expanded", "false");
}

function closeAll() {
  closeKinds();
  commands.close();
  inline.close();
}

// The newest message's buttons go by number: with Alt also while one types, since there a digit is an answer's.
function pressNumber(event) {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  const types = event.target.closest("textarea, input, select, dialog");
  if (!digit || event.ctrlKey || event.metaKey || event.shiftKey || (types && !event.altKey)) return;
  if (!chat.pressButton(Number(digit))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

// After a tap on a button one just goes on typing; Space and Enter still belong to the button.
function typeFromAnywhere(event) {
  const plain = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  const busy = event.target.closest("textarea, input, select, dialog, .suppliers");
  if (plain && !busy && box.offsetParent) box.focus();
}
