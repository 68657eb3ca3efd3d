// The sandbox's time, and the buttons that move it on: what suppliers do by and by happens at once.

import { button, byId } from "./elements.js";
import { ask } from "./server.js";
import { toast } from "./toasts.js";

const STEPS = { "+10 min": 600, "+1 h": 3600, "+1 day": 86_400 };
const SHOWN = new Intl.DateTimeFormat(undefined, {
  ...{ weekday: "short", day: "numeric", month: "short" },
  ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
});
const time = byId("time");
let ahead = 0;

export function start() {
  byId("steps").append(...Object.entries(STEPS).map(([label, seconds]) => button(label, {}, () => ask("clock", { seconds }))));
  byId("anew").addEventListener("click", async () => {
    if (await ask("anew")) toast("Starting over…");
  });
  draw();
  setInterval(draw, 1000);
}

/** `now`: the sandbox's time in milliseconds since 1970. */
export function use({ now }) {
  ahead = now - Date.now();
  draw();
}

function draw() {
  const now = new Date(Date.now() + ahead);
  time.dateTime = now.toISOString();
  time.textContent = SHOWN.format(now);
}
