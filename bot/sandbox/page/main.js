// The page's start: it joins the chat, the typing box and the suppliers to what the stand-in tells.

import * as chat from "./chat.js";
import * as commands from "./commands.js";
import * as composer from "./composer.js";
import { byId, countOn } from "./elements.js";
import { listen } from "./server.js";
import * as suppliers from "./suppliers.js";
import { alert, toast } from "./toasts.js";

const TYPING_FOR = 5000;
const views = [...document.querySelectorAll(".views button")];
const unseen = { chat: 0, suppliers: 0 };
let typingEnds;
let isConnected = false;

function presence(text) {
  if (byId("presence").textContent !== text) byId("presence").textContent = text;
}

function isTyping() {
  presence("typing…");
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => presence("online"), TYPING_FOR);
}

function news(view) {
  if (document.body.dataset.view !== view) unseen[view] += 1;
  drawViews();
}

function drawViews() {
  for (const choice of views) {
    const view = choice.dataset.view;
    choice.setAttribute("aria-pressed", String(view === document.body.dataset.view));
    countOn(choice, unseen[view]);
  }
}

function show(view) {
  document.body.dataset.view = view;
  unseen[view] = 0;
  drawViews();
}

for (const choice of views) choice.addEventListener("click", () => show(choice.dataset.view));
composer.start();
chat.start(composer.edit);
suppliers.start((number) => {
  show("chat");
  composer.write(number);
});
listen(
  {
    state(state) {
      chat.replaceAll(state.messages);
      commands.use(state.commands);
      suppliers.replaceAll(state.suppliers);
    },
    message(message) {
      chat.put(message);
      if (message.mine) return;
      clearTimeout(typingEnds);
      presence("online");
      news("chat");
    },
    deleted: ({ id }) => chat.remove(id),
    action: isTyping,
    toast(answer) {
      chat.endWaiting();
      if (answer.text) (answer.alert ? alert : toast)(answer.text);
    },
    commands: commands.use,
    supplier: (supplier) => suppliers.put(supplier) && news("suppliers"),
    silence() {},
  },
  (connected) => {
    presence(connected ? "online" : "not connected, trying again…");
    if (isConnected && !connected) toast("The connection was lost. Trying again…");
    isConnected = connected;
  },
);
if (matchMedia("(hover: hover)").matches) byId("text").focus();
