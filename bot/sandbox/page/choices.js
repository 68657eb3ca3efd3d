// A list above the typing box: the box keeps the focus, arrows mark, Enter or a click chooses.

import { byId, element } from "./elements.js";

const box = byId("text");

/** `popup` holds `list`, a listbox; `changed(isOpen)` is called when it opens or closes. */
export function choices(popup, list, changed = () => {}) {
  let items = [];
  let active = 0;

  function close() {
    items = [];
    if (popup.hidden) return;
    popup.hidden = true;
    box.removeAttribute("aria-activedescendant");
    changed(false);
  }

  /** `shown`: for each its `nodes`, `choose()` and, for Tab, `complete()`. `words` stand below, for none too. */
  function open(shown, words = "") {
    if (shown.length === 0 && !words) return close();
    items = shown;
    list.replaceChildren(...shown.map(option));
    const status = popup.querySelector(".status");
    if (status) status.textContent = words;
    popup.hidden = false;
    box.setAttribute("aria-controls", list.id);
    changed(true);
    if (items.length > 0) mark(Math.min(active, items.length - 1));
    else box.removeAttribute("aria-activedescendant");
  }

  function option({ nodes, choose }, index) {
    const made = element("li", { id: `${list.id}-${index}`, role: "option" }, ...nodes);
    // The box keeps the focus, so that typing goes on and a phone's keyboard stays.
    made.addEventListener("pointerdown", (event) => event.preventDefault());
    made.addEventListener("click", choose);
    return made;
  }

  function mark(index) {
    active = index;
    for (const [at, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(at === index));
    list.children[index].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", list.children[index].id);
  }

  /** Handle a key of the typing box; true when it was meant for the list. */
  function takesKey(event) {
    if (popup.hidden) return false;
    if (event.key === "Escape") {
      close();
      return true;
    }
    if (items.length === 0) return false;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        mark((active + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length);
        return true;
      case "Enter":
        if (event.shiftKey) return false;
        items[active].choose();
        return true;
      case "Tab":
        if (event.shiftKey || !items[active].complete) return false;
        items[active].complete();
        return true;
      default:
        return false;
    }
  }

  return {
    open(shown, words) {
      active = 0;
      open(shown, words);
    },
    /** Show more of the same; what was marked stays so. */
    extend: open,
    close,
    takesKey,
    isOpen: () => !popup.hidden,
  };
}
