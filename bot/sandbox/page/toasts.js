// Short words that come and go, and the alert that stays until it is read.

import { byId, element } from "./elements.js";

const SHOWN_FOR = 3500;

export function toast(text) {
  const shown = element("p", { className: "toast" }, text);
  byId("toasts").append(shown);
  setTimeout(() => shown.remove(), SHOWN_FOR);
}

export function alert(text) {
  byId("alert-text").textContent = text;
  if (!byId("alert").open) byId("alert").showModal();
}

export async function copy(text) {
  toast((await isCopied(text)) ? "Copied" : "The browser did not allow copying.");
}

async function isCopied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return isCopiedFromABox(text);
  }
}

// The older way, which asks for no permission.
function isCopiedFromABox(text) {
  const held = document.activeElement;
  const box = element("textarea", { value: text, className: "unseen", readOnly: true });
  document.body.append(box);
  box.select();
  try {
    return document.execCommand("copy");
  } finally {
    box.remove();
    held?.focus({ preventScroll: true });
  }
}
