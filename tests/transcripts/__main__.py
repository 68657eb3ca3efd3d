"""`make transcripts`: all dialogues are written anew from what the bot says now."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.transcripts.conftest import playing
from tests.transcripts.rewriting import rewritten
from tests.transcripts.test_transcripts import DIALOGUES, TRANSLATED, in_language, original_of, settings_of

AS_IT_WAS = "as it was"
STUCK = "goes no further, and is left as it was: "


def write(path: Path) -> str:
    """What became of one dialogue, in a word or a line."""
    text = path.read_text("utf-8") if path.exists() else ""
    try:
        new = asyncio.run(played(path, text if path in DIALOGUES else _translated(path)))
    except AssertionError as error:
        return f"{STUCK}{error}"
    path.write_text(new, "utf-8")
    return AS_IT_WAS if new == text else "written anew"


def _translated(path: Path) -> str:
    """The dialogue in English with a person of another language, for the bot's lines to be written anew."""
    english, language = original_of(path)
    return in_language(english.read_text("utf-8"), language)


async def played(path: Path, text: str) -> str:
    with TemporaryDirectory() as folder:
        async with playing(Path(folder), **settings_of(path)) as player:
            return await rewritten(text, player)


def main() -> int:
    told = {path.name: write(path) for path in [*DIALOGUES, *TRANSLATED]}
    for name, what in told.items():
        if what != AS_IT_WAS:
            sys.stdout.write(f"{name}: {what}\n")
    return int(any(what.startswith(STUCK) for what in told.values()))


if __name__ == "__main__":
    sys.exit(main())
