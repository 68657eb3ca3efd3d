"""`make screens`: every message that the dialogues bring about, in three languages, as a page and as pictures of it.

Words are read best beside one another, and pictures show at once where a button or a line is too long for a phone.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.words.catalogue import catalogues
from tests.chromium import WHAT_TO_INSTALL, chromium
from tests.screens.page import page
from tests.screens.recording import all_screens
from tests.transcripts.test_transcripts import DIALOGUES

WIDTHS = {"desktop": 1280, "phone": 390}
"""Pixels of the pictures' two widths; the narrow one is that of a common phone."""
PATIENCE = 180_000
"""Milliseconds for one picture: they are high, and machines can be slow."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("build/screens"), help="the folder (build/screens)")
    parser.add_argument("--dialogue", action="append", help="only this one; may be given again")
    asked = parser.parse_args()
    dialogues = [path for path in DIALOGUES if asked.dialogue is None or path.stem in asked.dialogue]
    screens = asyncio.run(all_screens(dialogues))
    asked.into.mkdir(parents=True, exist_ok=True)
    names = {code: words.say("language.name") for code, words in catalogues().items()}
    file = asked.into / "index.html"
    file.write_text(page(screens, names), encoding="utf-8")
    sys.stdout.write(f"{file}: {len(screens)} screens\n")
    browser = chromium()
    if browser is None:
        sys.stdout.write(f"{WHAT_TO_INSTALL}\n")
        return 0
    for dialogue in dict.fromkeys(screen.dialogue for screen in screens):
        # A picture of all at once is higher than a browser draws.
        part = page([screen for screen in screens if screen.dialogue == dialogue], names)
        (asked.into / f"{dialogue}.html").write_text(part, encoding="utf-8")
    asyncio.run(_pictures(browser, asked.into, [*dict.fromkeys(screen.dialogue for screen in screens)]))
    return 0


async def _pictures(executable: str, folder: Path, dialogues: list[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for name, width in WIDTHS.items():
            await _shoot(browser, folder, dialogues, name, width)
        await browser.close()


async def _shoot(browser: Browser, folder: Path, dialogues: list[str], name: str, width: int) -> None:
    shown = await browser.new_page(viewport={"width": width, "height": 900})
    for dialogue in dialogues:
        await shown.goto((folder / f"{dialogue}.html").resolve().as_uri())
        await shown.screenshot(path=folder / f"{dialogue}-{name}.png", full_page=True, timeout=PATIENCE)
    sys.stdout.write(f"{folder}/*-{name}.png: {len(dialogues)} pictures of {width} px\n")


if __name__ == "__main__":
    sys.exit(main())
