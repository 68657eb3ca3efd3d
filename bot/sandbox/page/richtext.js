// A message's markup as DOM nodes. It is parsed in a document of its own, where nothing runs or loads, and only the
// tags that Telegram knows are made anew here; of attributes only a link's address survives.

import { button, element } from "./elements.js";
import { copy } from "./toasts.js";

const PLAIN_TAGS = new Set(["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "blockquote", "tg-spoiler"]);
const COMMAND = /(?<![^\s(])\/[a-z0-9_]{1,32}(?![\w/])/g;

/** The nodes for `html`; `run(command)` is called for a tapped command, and without it commands are plain text. */
export function rendered(html, run) {
  const parsed = new DOMParser().parseFromString(`<!doctype html><body>${html}`, "text/html");
  return [...parsed.body.childNodes].flatMap((node) => nodesFor(node, run));
}

function nodesFor(node, run) {
  if (node.nodeType === Node.TEXT_NODE) return run ? withCommands(node.data, run) : [node.data];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const tag = node.localName;
  const inside = (inner) => [...node.childNodes].flatMap((child) => nodesFor(child, inner));
  if (PLAIN_TAGS.has(tag)) return [element(tag, {}, ...inside(run))];
  if (tag === "code" || tag === "pre") return [copied(tag, node.textContent)];
  if (tag === "a") return [link(node.getAttribute("href") ?? "", inside(null))];
  return inside(run);
}

function copied(tag, text) {
  const made = element(tag, { tabIndex: 0, role: "button", title: "Copy", data: { copy: "" } }, text);
  made.setAttribute("aria-label", `Copy ${text}`);
  made.addEventListener("click", () => copy(text));
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    copy(text);
  });
  return made;
}

function link(address, children) {
  if (!/^(https?|tg|mailto):/i.test(address)) return element("span", {}, ...children);
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function withCommands(text, run) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(COMMAND)) {
    parts.push(text.slice(end, found.index));
    parts.push(button(found[0], { className: "command" }, () => run(found[0])));
    end = found.index + found[0].length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}
