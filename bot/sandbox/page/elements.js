// Making DOM nodes without ever reading markup: what others wrote only becomes text.

/** A new element with `properties` set and `children` (nodes or plain text) inside; `data` goes to its dataset. */
export function element(name, { data = {}, aria = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  Object.assign(made.dataset, data);
  for (const [attribute, value] of Object.entries(aria)) made.setAttribute(`aria-${attribute}`, value);
  made.append(...children);
  return made;
}

/** A button that is not a form's. */
export function button(label, properties, act) {
  const made = element("button", { type: "button", ...properties }, label);
  made.addEventListener("click", act);
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Show a count on the badge inside `holder`, or nothing for 0. */
export function countOn(holder, count) {
  const badge = holder.querySelector(".badge");
  badge.hidden = count === 0;
  badge.textContent = count > 99 ? "99+" : String(count);
}
