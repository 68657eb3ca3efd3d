// The page's start: it joins the chat, the typing box and the suppliers to what the stand-in tells.

import * as chat from "./chat.js";
import * as clock from "./clock.js";
import * as commands from "./commands.js";
import * as composer from "./composer.js";
import { byId, countOn } from "./elements.js";
import * as inline from "./inline.js";
import * as people from "./people.js";
import { be, listen } from "./server.js";
import * as suppliers from "./suppliers.js";
import * as telegram from "./telegram.js";
import { alert, toast } from "./toasts.js";
import * as tries from "./tries.js";

const TYPING_FOR = 5000;
const views = [...document.querySelectorAll(".views button")];
const drafts = new Map();
const unseen = { chat: 0, suppliers: 0 };
let typingEnds;
let isConnected = false;
let person;

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

// An address with a person in it opens that person's chat.
function sit(state) {
  person = state.person;
  be(person);
  clearTimeout(typingEnds);
  if (drafts.has(person)) composer.take(drafts.get(person));
  const isFirst = state.people[0].id === person;
  history.replaceState(null, "", isFirst ? location.pathname : `?person=${person}`);
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
chat.start(composer);
clock.start();
telegram.start();
people.start((id) => {
  drafts.set(person, composer.give());
  be(id);
  listen(...heard);
});
suppliers.start((number) => {
  show("chat");
  composer.write(number);
});
const heard = [
  {
    state(state) {
      if (state.person !== person) sit(state);
      people.use(state.people, person);
      // Chinese characters and signs of both kinds share their codes: only the language tells how they are drawn.
      for (const id of ["messages", "commands", "results", "text"]) byId(id).lang = state.language;
      clock.use(state.clock);
      telegram.use(state.telegram);
      inline.use(state.bot, byId("text").value);
      chat.replaceAll(state.messages);
      commands.use(state.commands);
      suppliers.replaceAll(state.suppliers);
      tries.use(state.suppliers);
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
    results: inline.answered,
    clock: clock.use,
    telegram: telegram.use,
    elsewhere: (message) => people.news(message.person),
    supplier: (supplier) => suppliers.put(supplier) && news("suppliers"),
    silence() {},
  },
  (connected) => {
    presence(connected ? "online" : "not connected, trying again…");
    if (isConnected && !connected) toast("The connection was lost. Trying again…");
    isConnected = connected;
  },
];
listen(...heard);
if (matchMedia("(hover: hover)").matches) byId("text").focus();
