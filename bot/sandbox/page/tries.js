// Texts to try: what staff would paste, of what the suppliers here sell.

import { button, byId } from "./elements.js";
import { ask } from "./server.js";

const places = [byId("tries"), byId("more-tries")];

/** Offer what these suppliers have as examples; a click sends it as if it had been pasted. */
export function use(suppliers) {
  const found = suppliers.flatMap((supplier) => supplier.examples.map((one) => ({ ...one, of: supplier.title })));
  const sheets = suppliers.filter((supplier) => supplier.has_sheet);
  for (const place of places) {
    place.replaceChildren(
      ...found.map((one) =>
        button(`Try: ${one.title}`, { title: `${one.of}\n${one.text}` }, () => {
          byId("text").focus();
          ask("say", { text: one.text });
        }),
      ),
      ...sheets.map((supplier) =>
        button("Try: a sheet", { title: supplier.title }, () => {
          byId("text").focus();
          ask(`suppliers/${supplier.name}/sheet`);
        }),
      ),
    );
  }
}
