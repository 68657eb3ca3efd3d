// Inline mode: after the bot's name in the typing box, what the bot offers for the words that follow.

import { choices } from "./choices.js";
import { byId, element } from "./elements.js";
import { ask } from "./server.js";

const PAUSE = 200;
const LONGEST = 256;
const STOP_WAITING = 10_000;

const list = choices(byId("results"), byId("result-list"));
let username = "";
let asked = null;
let found = [];
let pause;
let patience;
let acts = {};

export const { takesKey } = list;

/** `write(text)` puts a text into the box; `chosen()` is called when a result was sent. */
export function start(does) {
  acts = does;
}

/** The bot's name; `text` is what was typed before it was known. */
export function use(bot, text) {
  username = bot;
  close();
  filter(text);
}

export function close() {
  clearTimeout(pause);
  clearTimeout(patience);
  asked = null;
  list.close();
}

/** Ask the bot for what the text says after its name; offer the name to who has begun it; close for any other. */
export function filter(text) {
  const name = `@${username}`.toLowerCase();
  if (username && text.toLowerCase().startsWith(`${name} `)) return search(text.slice(name.length).trim());
  close();
  if (username && /^@\w*$/.test(text) && name.startsWith(text.toLowerCase())) offerName();
}

/** The bot has answered; an answer to other words than those in the box is too late. */
export function answered({ query_id, query, offset, results, next_offset }) {
  if (query !== asked) return;
  clearTimeout(patience);
  const fresh = results.map((result) => option(query_id, result));
  found = offset ? [...found.filter((one) => !one.isMore), ...fresh] : fresh;
  if (next_offset) found.push(more(query, next_offset));
  if (offset) list.extend(found);
  else list.open(found, found.length === 0 ? "Nothing was found." : "");
}

function search(query) {
  if (query === asked) return;
  clearTimeout(pause);
  clearTimeout(patience);
  if (query.length > LONGEST) return close();
  if (asked === null) list.open([], "Searching…");
  asked = query;
  pause = setTimeout(() => ask("inline", { query }), PAUSE);
  patience = setTimeout(() => list.open([], "The bot did not answer."), STOP_WAITING);
}

function offerName() {
  const write = () => acts.write(`@${username} `);
  const nodes = [element("b", {}, `@${username}`), element("span", {}, "Search what the bot offers")];
  list.open([{ nodes, choose: write, complete: write }]);
}

function option(queryId, { id, title, description, thumbnail_url }) {
  const words = element("div", { className: "words" }, element("b", {}, title), element("span", {}, description));
  return {
    nodes: [picture(title, thumbnail_url), words],
    async choose() {
      if (!(await ask("choose", { query_id: queryId, result_id: id }))) return;
      close();
      acts.chosen();
    },
  };
}

function more(query, offset) {
  return { isMore: true, nodes: [element("span", { className: "more" }, "More results")], choose: () => ask("inline", { query, offset }) };
}

// Pictures from elsewhere are not loaded here: nothing on this page reaches another machine.
function picture(title, address) {
  const initial = element("span", { className: "picture", ariaHidden: "true" }, [...title.trim()][0]?.toUpperCase() ?? "");
  if (!address.startsWith(`${location.origin}/`)) return initial;
  const image = element("img", { className: "picture", src: address, alt: "" });
  image.addEventListener("error", () => image.replaceWith(initial));
  return image;
}
