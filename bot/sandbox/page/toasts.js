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
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser did not allow copying.");
  }
}
