// Who sits at the page: a switch between people, with what the others have not read yet.

import { button, byId, countOn, element } from "./elements.js";

const holder = byId("people");
const unread = new Map();
let change = () => {};

/** `changed(id)` is called when another person was chosen. */
export function start(changed) {
  change = changed;
}

/** Show these people; `current` is the one whose chat is shown. */
export function use(people, current) {
  unread.delete(current);
  if (holder.childElementCount !== people.length) holder.replaceChildren(...people.map(choice));
  for (const [index, key] of [...holder.children].entries()) {
    const isCurrent = key.dataset.person === String(current);
    key.setAttribute("aria-pressed", String(isCurrent));
    if (isCurrent) document.body.dataset.seat = String(index + 1);
    draw(key);
  }
}

/** Somebody who isn't shown got a message. */
export function news(person) {
  unread.set(person, (unread.get(person) ?? 0) + 1);
  for (const key of holder.children) draw(key);
}

function choice({ id, name }) {
  return button(name, { data: { person: id, name } }, () => {
    if (holder.querySelector(`[data-person="${id}"]`).getAttribute("aria-pressed") !== "true") change(id);
  });
}

function draw(key) {
  const count = unread.get(Number(key.dataset.person)) ?? 0;
  const { name } = key.dataset;
  if (!key.querySelector(".badge")) key.append(" ", element("span", { className: "badge" }));
  countOn(key, count);
  key.setAttribute("aria-label", count ? `${name}, ${count} unread` : name);
}
