// Where the person types: sending, editing an own message, and sending what is not a text.

import * as chat from "./chat.js";
import * as commands from "./commands.js";
import { button, byId } from "./elements.js";
import { ask } from "./server.js";

const KINDS = {
  sticker: "Sticker",
  photo: "Photo",
  voice: "Voice message",
  document: "Document",
  contact: "Contact",
  location: "Location",
};
const box = byId("text");
const kinds = byId("kinds");
const other = byId("other");
let edited = null;

export function start() {
  commands.start(say);
  byId("typing").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("input", typed);
  box.addEventListener("keydown", pressed);
  byId("editing-end").addEventListener("click", endEditing);
  startKinds();
  document.addEventListener("keydown", typeFromAnywhere);
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".composer")) closeAll();
  });
}

/** Put an own message into the box; sending then changes it. */
export function edit(message) {
  edited = message;
  byId("editing-text").textContent = message.text;
  byId("editing").hidden = false;
  fill(message.text);
  box.focus();
}

/** Put a text into the box, to be sent by hand. */
export function write(text) {
  fill(text);
  box.focus();
}

function pressed(event) {
  // Enter ends a word in an input method for Chinese before it ever means "send".
  if (event.isComposing || event.keyCode === 229) return;
  if (commands.takesKey(event)) {
    event.preventDefault();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape" && edited) {
    endEditing();
  } else if (event.key === "ArrowUp" && box.value === "" && chat.lastOwn()) {
    event.preventDefault();
    edit(chat.lastOwn());
  }
}

async function submit() {
  const text = box.value.trim();
  if (text === "") return;
  const message = edited;
  const done = message ? await ask("edit", { message_id: message.id, text }) : await ask("say", { text });
  if (!done) return;
  if (message) endEditing();
  else if (box.value.trim() === text) fill("");
  commands.close();
}

async function say(text) {
  commands.close();
  fill("");
  if (!(await ask("say", { text }))) fill(text);
}

function endEditing() {
  edited = null;
  byId("editing").hidden = true;
  fill("");
  box.focus();
}

function fill(text) {
  box.value = text;
  typed();
}

function typed() {
  byId("send").disabled = box.value.trim() === "";
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
  if (edited) commands.close();
  else commands.filter(box.value);
}

function startKinds() {
  for (const [kind, label] of Object.entries(KINDS)) {
    kinds.append(
      button(label, {}, () => {
        closeKinds();
        box.focus();
        ask("other", { kind });
      }),
    );
  }
  other.addEventListener("click", () => {
    commands.close();
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
}

// After a tap on a button one just goes on typing; Space and Enter still belong to the button.
function typeFromAnywhere(event) {
  const plain = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  const busy = event.target.closest("textarea, input, select, dialog, .suppliers");
  if (plain && !busy && box.offsetParent) box.focus();
}
