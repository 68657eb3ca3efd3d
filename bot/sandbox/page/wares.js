// What a supplier sells, and the buttons that change it while an order for it is being filled in.

import { button, element } from "./elements.js";
import { ask } from "./server.js";

/** The folded list; a click on a number hands it to `answer`. */
export function made(supplier, answer) {
  const rows = supplier.wares.map((ware) => row(supplier, ware, answer));
  const more = supplier.more_wares;
  if (more > 0) rows.push(element("li", { className: "more" }, `and ${more} more: search for them in the chat`));
  const list = element("ul", {}, ...rows);
  return element("details", { className: "wares" }, element("summary", {}, "What it sells"), list);
}

/** Bring the rows up to date; whatever has the focus keeps it. */
export function draw(item, { wares }) {
  for (const ware of wares) fill(item.querySelector(`.wares [data-number="${CSS.escape(ware.number)}"]`), ware);
}

function row({ name }, ware, answer) {
  const change = (deed) => () => ask(`suppliers/${name}/ware`, { number: ware.number, deed });
  const named = (words) => ({ label: `${words}: ${ware.number}` });
  const made = element(
    "li",
    { data: { number: ware.number } },
    button(ware.number, { className: "ware", title: "Put it into the message box" }, () => answer(ware.number)),
    element("span", { className: "words" }),
  );
  if (ware.sold !== null) {
    const sale = button("", { className: "sale" }, () => change(made.classList.contains("gone") ? "sell" : "stop")());
    made.append(
      element(
        "span",
        { className: "hands" },
        button("\u2212", { className: "price", title: "Lower its price", aria: named("Cheaper") }, change("cheaper")),
        element("output", {}),
        button("+", { className: "price", title: "Raise its price", aria: named("Dearer") }, change("dearer")),
        sale,
      ),
    );
  }
  fill(made, ware);
  return made;
}

function fill(made, { number, words, price, sold }) {
  made.querySelector(".words").textContent = words;
  if (sold === null) return;
  made.classList.toggle("gone", !sold);
  made.querySelector("output").textContent = price;
  for (const key of made.querySelectorAll(".price")) key.disabled = !sold;
  const sale = made.querySelector(".sale");
  sale.textContent = sold ? "Stop selling" : "Sell again";
  sale.setAttribute("aria-label", `${sale.textContent}: ${number}`);
}
