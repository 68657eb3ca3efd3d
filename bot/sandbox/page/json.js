// JSON as people read it: two spaces, one value a line, and a colour for each kind of value.

import { element } from "./elements.js";

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|\b(true|false|null)\b/g;

export function pretty(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** The text of `pretty(value)` as nodes. */
export function coloured(value) {
  const text = pretty(value);
  if (typeof value === "string") return [text];
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [, string, colon, number] = found;
    const kind = string ? (colon ? "key" : "string") : number ? "number" : "word";
    const token = string ?? found[0];
    parts.push(text.slice(end, found.index), element("span", { className: `json-${kind}` }, token));
    end = found.index + token.length;
  }
  return [...parts, text.slice(end)];
}
