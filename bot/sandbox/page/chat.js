// The list of messages: new ones, changed ones, and staying at the newest unless one has scrolled up to read.

import { byId, countOn, element } from "./elements.js";
import { canEdit, drawn } from "./message.js";
import { ask } from "./server.js";

const NEAR = 60;
const STOP_WAITING = 10_000;
const SHOW_CHANGED = 2500;
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

const list = byId("messages");
const scroller = byId("scroller");
const newest = byId("newest");
const texts = new Map();
let unread = 0;
let follows = true;
let acts = {};
let size = "";

/** `edit(message)` is called when the person wants to change an own message, `reply(message)` to answer the bot's. */
export function start({ edit, reply }) {
  acts = { tap, edit, reply, show, run: (command) => ask("say", { text: command }) };
  scroller.addEventListener("scroll", () => {
    if (sizeOf(scroller) !== size) return;
    follows = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
    if (follows) unread = 0;
    drawNewest();
  });
  newest.addEventListener("click", () => toBottom("smooth"));
  // The box grows, a keyboard opens, a view is switched: who was at the newest message stays there.
  new ResizeObserver(() => {
    size = sizeOf(scroller);
    if (follows) toBottom();
  }).observe(scroller);
  byId("first-order").addEventListener("click", () => {
    ask("say", { text: "/order" });
    byId("text").focus();
  });
}

/** Show these messages and no others. */
export function replaceAll(messages) {
  texts.clear();
  for (const message of messages) texts.set(message.id, message);
  list.replaceChildren();
  for (const message of messages) append(drawn(message, acts), message);
  unread = 0;
  drawEmpty();
  toBottom();
}

/** Show a new message, or a known one as it is now. */
export function put(message) {
  const known = find(message.id);
  texts.set(message.id, message);
  const item = drawn(message, acts);
  if (known) {
    const held = known.contains(document.activeElement) ? document.activeElement : null;
    item.dataset.day = known.dataset.day;
    known.replaceWith(item);
    showChanged(item);
    if (held) keepFocus(item, held);
  } else {
    append(item, message);
    if (message.mine) follows = true;
    if (!follows) unread += 1;
  }
  drawEmpty();
  if (follows) toBottom();
  drawNewest();
}

export function remove(id) {
  const item = find(id);
  const day = item?.previousElementSibling;
  if (day?.matches(".day") && !item.nextElementSibling?.matches(".message")) day.remove();
  item?.remove();
  texts.delete(id);
  drawEmpty();
}

/** All taps have had their answer. */
export function endWaiting() {
  for (const key of list.querySelectorAll("[aria-busy]")) key.removeAttribute("aria-busy");
}

/** Press the button with this number, from 1, of the newest message that has any; whether there is one. */
export function pressButton(number) {
  const newest = [...list.querySelectorAll(".message .keys")].pop();
  const key = newest?.querySelectorAll("button")[number - 1];
  key?.click();
  return key !== undefined;
}

/** The newest own text, for editing. */
export function lastOwn() {
  return [...texts.values()].reverse().find(canEdit);
}

// A line between days: after the clock was moved on, the hour alone says little.
function append(item, message) {
  const day = DAY.format(new Date(message.date * 1000));
  const last = list.querySelector(".message:last-child")?.dataset.day;
  if (last && last !== day) list.append(element("li", { className: "day" }, day));
  item.dataset.day = day;
  list.append(item);
}

function showChanged(item) {
  item.classList.add("known", "changed");
  setTimeout(() => item.classList.remove("changed"), SHOW_CHANGED);
}

function sizeOf({ clientWidth, clientHeight }) {
  return `${clientWidth} ${clientHeight}`;
}

function find(id) {
  return list.querySelector(`[data-message-id="${Number(id)}"]`);
}

async function tap(message, data, key) {
  key.setAttribute("aria-busy", "true");
  setTimeout(() => key.removeAttribute("aria-busy"), STOP_WAITING);
  if (!(await ask("tap", { message_id: message.id, data }))) key.removeAttribute("aria-busy");
}

function show(id) {
  find(id)?.scrollIntoView({ block: "center", behavior: "smooth" });
}

// A message is drawn anew when it changes; whoever was on one of its buttons should not be thrown back to the start.
function keepFocus(item, held) {
  const same = held.dataset.key && [...item.querySelectorAll("[data-key]")].find((k) => k.dataset.key === held.dataset.key);
  (same || byId("text")).focus({ preventScroll: true });
}

function toBottom(behavior = "instant") {
  scroller.scrollTo({ top: scroller.scrollHeight, behavior });
  follows = true;
}

function drawNewest() {
  newest.hidden = follows;
  countOn(newest, unread);
}

function drawEmpty() {
  byId("empty").hidden = list.childElementCount > 0;
}
