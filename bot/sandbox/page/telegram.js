// The troubles with Telegram: one can be chosen, and lasts until another is.

import { byId, element } from "./elements.js";
import { ask } from "./server.js";

const TROUBLES = {
  "": "works as usual",
  errors: "answers with error 500 in this chat",
  flooded: "asks to wait in this chat",
  blocked: "is blocked in this chat",
  answer_lost: "drops the line once, after the message",
  answer_odd: "answers oddly to each message",
  says_gone: "says \u201cmessage not found\u201d to edits of what is gone",
  refuses_buttons: "refuses buttons that copy or have a colour",
  polls_at_once: "doesn\u2019t hold polls open",
};
const choice = byId("trouble");

export function start() {
  choice.append(...Object.entries(TROUBLES).map(([value, label]) => element("option", { value }, label)));
  choice.addEventListener("change", async () => {
    const trouble = choice.value;
    const isDone = await (trouble ? ask("telegram/trouble", { trouble }) : ask("telegram/heal"));
    if (!isDone) choice.value = choice.dataset.now;
  });
}

/** `trouble`: the one that there is now, or null. */
export function use({ trouble }) {
  choice.value = trouble ?? "";
  choice.dataset.now = choice.value;
  choice.classList.toggle("failing", trouble !== null);
}
