// What the page asks of the stand-in, and how it hears of changes, each in the name of the person whose chat is shown.

import { toast } from "./toasts.js";

let person = new URLSearchParams(location.search).get("person") ?? "";
let source;
let retry;

/** Ask for `path` with a JSON body; a refusal is shown. Resolves to whether it was done. */
export async function ask(path, body = {}) {
  try {
    const answer = await fetch(named(path), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) toast(await answer.text());
    return answer.ok;
  } catch {
    toast("The sandbox does not answer. Is it still running?");
    return false;
  }
}

/** From now on this person asks; `listen` afterwards to hear of that chat. */
export function be(id) {
  person = String(id);
}

/** Call `handlers[event](content)` for each change; the first event of a connection is the whole `state`. */
export function listen(handlers, connected) {
  clearTimeout(retry);
  source?.close();
  const opened = new EventSource(named("events"));
  source = opened;
  for (const [name, handle] of Object.entries(handlers)) {
    opened.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
  opened.addEventListener("open", () => connected(true));
  opened.addEventListener("error", () => {
    connected(false);
    // After an answer that is no event stream, a browser does not try again by itself.
    if (opened.readyState === EventSource.CLOSED) retry = setTimeout(() => listen(handlers, connected), 2000);
  });
}

/** The address of `path` in the name of whoever sits at the page. */
export function named(path) {
  return `/page/${path}${person && `?person=${encodeURIComponent(person)}`}`;
}
