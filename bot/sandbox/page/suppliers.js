// The panel of the suppliers: what each received, and what it will do with its next order.

import { button, byId, element } from "./elements.js";
import { coloured, pretty } from "./json.js";
import { ask } from "./server.js";
import { copy } from "./toasts.js";
import * as wares from "./wares.js";

const FAULTS = {
  delay: { label: "Slow, 5 s", next: "answered after 5 s" },
  drop_after: { label: "Take it, drop the line", next: "taken, line dropped" },
  error_before: { label: "Error 500", next: "not taken, error 500" },
  garbage: { label: "Garbage", next: "taken, garbage answered" },
  another_after: { label: "Answer of the order before", next: "taken, answered with the order before" },
};
const HAPPENED = {
  drop_before: "not taken, line dropped",
  drop_after: "taken, line dropped",
  error_before: "not taken, error 500",
  error_after: "taken, error 500",
  garbage: "taken, garbage answered",
  another_after: "taken, answered with the order before",
  another_before: "not taken, answered with the order before",
};
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });
const cards = byId("cards");

let answerWith = () => {};

/** `answer(text)` is called when a product's number shall go into the message box. */
export function start(answer) {
  answerWith = answer;
}

export function replaceAll(suppliers) {
  if (suppliers.every(isDrawn)) {
    suppliers.forEach(put);
    return;
  }
  cards.replaceChildren(...suppliers.map(card));
}

// What was opened stays open, unless the supplier has begun anew.
function isDrawn({ name, requests }) {
  const item = cards.querySelector(`[data-supplier="${CSS.escape(name)}"]`);
  return item !== null && Number(item.dataset.requests) <= requests;
}

/** Show a supplier as it is now. Returns whether a new request came in. */
export function put(supplier) {
  const item = cards.querySelector(`[data-supplier="${CSS.escape(supplier.name)}"]`);
  const news = supplier.requests > Number(item.dataset.requests);
  drawHead(item, supplier);
  drawNext(item, supplier);
  drawHeld(item, supplier);
  wares.draw(item, supplier);
  if (!news) return false;
  drawReceived(item, supplier, supplier.requests - Number(item.dataset.requests));
  item.dataset.requests = supplier.requests;
  item.classList.add("arrived");
  setTimeout(() => item.classList.remove("arrived"), 2500);
  item.querySelector(".received").scrollIntoView({ block: "nearest", behavior: "smooth" });
  return true;
}

function card(supplier) {
  const title = `supplier-${supplier.name}`;
  const item = element(
    "section",
    { className: "card", aria: { labelledby: title }, data: { supplier: supplier.name, requests: supplier.requests } },
    element("div", { className: "card-head" }, element("h3", { id: title }, supplier.title), element("p")),
    element("div", { className: "next" }),
    faults(supplier),
    element("ul", { className: "held", aria: { label: `Orders at ${supplier.title}` } }),
    wares.made(supplier, answerWith),
    element("div", { className: "received" }),
  );
  drawHead(item, supplier);
  drawNext(item, supplier);
  drawHeld(item, supplier);
  drawReceived(item, supplier, 0);
  return item;
}

function faults(supplier) {
  const fail = (fault, code) => ask(`suppliers/${supplier.name}/fault`, code ? { fault, code } : { fault });
  const codes = element(
    "select",
    { aria: { label: `${supplier.title} refuses with` }, title: "The supplier's word for the refusal" },
    ...supplier.refusals.map(({ code, words }) => element("option", { value: code }, words ? `${words} · ${code}` : code)),
  );
  const refuse = button("Refuse", { data: { fault: "refuse" } }, () => fail("refuse", codes.value));
  codes.addEventListener("change", () => refuse.getAttribute("aria-pressed") === "true" && fail("refuse", codes.value));
  return element(
    "div",
    { className: "faults", role: "group", aria: { label: `Make the next order at ${supplier.title} fail` } },
    element("div", { className: "refuse" }, refuse, codes),
    ...Object.entries(FAULTS).map(([fault, { label, next }]) =>
      button(label, { data: { fault }, title: `Next order: ${next}` }, () => fail(fault)),
    ),
  );
}

function drawHead(item, supplier) {
  const orders = supplier.orders === 1 ? "1 order" : `${supplier.orders} orders`;
  item.querySelector(".card-head p").textContent = `holds ${supplier.orders === 0 ? "no orders" : orders}`;
}

function drawNext(item, { name, title, next }) {
  for (const key of item.querySelectorAll("[data-fault]")) {
    key.setAttribute("aria-pressed", String(next?.fault === key.dataset.fault));
  }
  const line = item.querySelector(".next");
  const hadFocus = line.contains(document.activeElement);
  line.classList.toggle("failing", next !== null);
  line.replaceChildren(element("span", { role: "status" }, `Next order: ${next ? inWords(next) : "answered as usual"}`));
  if (next) {
    const act = () => ask(`suppliers/${name}/heal`);
    line.append(button("Reset", { className: "reset", aria: { label: `Reset ${title}` } }, act));
  } else if (hadFocus) {
    item.querySelector("[data-fault]").focus();
  }
}

// Kept where nothing has changed, so that what has can be seen to.
function drawHeld(item, { held }) {
  const list = item.querySelector(".held");
  const before = new Map([...list.children].map((row) => [row.dataset.number, row]));
  const rows = held.map(({ number, status }) => {
    const known = before.get(number);
    if (known?.lastChild.textContent === status) return known;
    const row = element("li", { data: { number } }, element("code", {}, number), element("span", {}, status));
    row.classList.toggle("moved", known !== undefined);
    return row;
  });
  list.replaceChildren(...rows);
}

function inWords({ fault, code }) {
  return fault === "refuse" ? `refused (${code})` : (FAULTS[fault]?.next ?? fault);
}

function drawReceived(item, supplier, news) {
  const list = item.querySelector(".received");
  const known = [...list.children].slice(0, supplier.received.length - news);
  for (const one of known) one.open = one.open && news === 0;
  const fresh = supplier.received.slice(0, supplier.received.length - known.length).map(request);
  if (fresh.length > 0 && news > 0) fresh[0].open = true;
  list.replaceChildren(...fresh, ...known);
}

function request({ at, method, path, outcome, body }) {
  const came = new Date(at);
  const [word, ...rest] = outcome.split(" ");
  const told = word === "fault" ? (HAPPENED[rest.join(" ")] ?? rest.join(" ")) : [word, ...rest].join(" ");
  return element(
    "details",
    {},
    element(
      "summary",
      {},
      element("time", { dateTime: came.toISOString() }, CLOCK.format(came)),
      element("span", { className: `outcome ${word}` }, told),
    ),
    element(
      "div",
      { className: "request" },
      button("Copy", { className: "copy", aria: { label: "Copy the JSON" } }, () => copy(pretty(body))),
      element("pre", { tabIndex: 0 }, element("span", { className: "line" }, `${method} ${path}\n`), ...coloured(body)),
    ),
  );
}
