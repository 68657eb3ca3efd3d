// Files: chosen or dropped by the person, and those of messages, which a click keeps.

import { byId, element } from "./elements.js";
import { ask, named } from "./server.js";
import { toast } from "./toasts.js";

const LARGEST = 20_000_000;
const chooser = byId("file");
const scroller = byId("scroller");

export function start() {
  chooser.addEventListener("change", async () => {
    await sendAll(chooser.files);
    chooser.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    scroller.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      scroller.classList.add("takes");
    });
  }
  scroller.addEventListener("dragleave", () => scroller.classList.remove("takes"));
  scroller.addEventListener("drop", (event) => {
    scroller.classList.remove("takes");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    sendAll(event.dataTransfer.files);
  });
}

/** Let the person choose files to send. */
export function choose() {
  chooser.click();
}

/** The file of a message as a link that keeps it. */
export function link({ id, file }) {
  const size = file.size < 1024 ? `${file.size} B` : `${Math.ceil(file.size / 1024)} KB`;
  return element("a", { className: "file", href: named(`file/${id}`), download: file.name }, `${file.name} · ${size}`);
}

async function sendAll(files) {
  for (const file of files) {
    if (file.size > LARGEST) toast("The file is too large.");
    else await ask("file", { name: file.name, content: await base64(file) });
  }
}

function base64(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result.split(",", 2)[1] ?? ""));
    reader.addEventListener("error", () => failed(reader.error));
    reader.readAsDataURL(file);
  });
}
