// What the page asks of the stand-in, and how it hears of changes.

import { toast } from "./toasts.js";

/** Ask for `path` with a JSON body; a refusal is shown. Resolves to whether it was done. */
export async function ask(path, body = {}) {
  try {
    const answer = await fetch(`/page/${path}`, {
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

/** Call `handlers[event](content)` for each change; the first event of a connection is the whole `state`. */
export function listen(handlers, connected) {
  const source = new EventSource("/page/events");
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => {
    connected(false);
    // After an answer that is no event stream, a browser does not try again by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(handlers, connected), 2000);
  });
}
