"""Every dialogue in this folder goes exactly as it is written."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.standin import Call
from bot.telegram.shape import parameters
from bot.words.catalogue import catalogues
from bot.words.languages import ENGLISH
from providers.registry import names
from storage.database import Reader
from tests.storage.direct import reading
from tests.telegram.bot_api import offences
from tests.transcripts.conftest import playing
from tests.transcripts.script import Passing, Shows, Step, Taps, parse, read

DIALOGUES = sorted(path for path in Path(__file__).parent.glob("*.txt") if "." not in path.stem)
TRANSLATED = [
    path.with_suffix(f".{language}.txt")
    for path in DIALOGUES
    for language in catalogues()
    if path.stem.endswith(("-mistakes", "-tray", "-paste", "-line"))
    or path.stem.startswith(("drafts", "address-book", "again"))
    if language != ENGLISH and "\nlanguage:" not in path.read_text("utf-8")
]
"""Those of mistakes, drafts, repeats and each fast way in, in each other language, made of the English ones."""


def settings_of(path: Path) -> dict[str, dict[str, Any]]:
    """What accounts have in the settings besides; `anqicms-marker` is with a shop that has our marker."""
    return {"shop": {"remark_marker": True}} if path.stem == "anqicms-marker" else {}


def original_of(path: Path) -> tuple[Path, str]:
    """The English dialogue that a translated one is made of, and its language."""
    stem, _, language = path.stem.partition(".")
    return path.with_name(f"{stem}.txt"), language


def in_language(text: str, language: str) -> str:
    """A dialogue with a person of another language, its first line left where it is."""
    first, _, rest = text.partition("\n")
    return f"{first}\n\nlanguage: {language}\n{rest}"


def said(reader: Reader) -> list[Call]:
    """The calls that everything in the outbox would be."""
    calls = []
    for row in reader.fetch("SELECT chat_id, body FROM outbox"):
        body = json.loads(row["body"])
        calls.append(Call("sendMessage", parameters(row["chat_id"], body["html"], body["rows"])))
    return calls


@pytest.mark.parametrize("path", [*DIALOGUES, *TRANSLATED], ids=lambda path: path.stem)
async def test_a_dialogue_goes_as_written(path: Path, tmp_path: Path) -> None:
    async with playing(tmp_path, **settings_of(path)) as player:
        await player.play(read(path))
        assert offences(said(reading(player.desk.database))) == []


@pytest.mark.parametrize("provider", names())
def test_every_provider_has_its_dialogues(provider: str) -> None:
    kinds = {path.stem.removeprefix(f"{provider}-") for path in DIALOGUES if path.stem.startswith(provider)}
    assert kinds >= {"order", "every-field", "mistakes", "refused", "unknown"}


@pytest.mark.parametrize("path", TRANSLATED, ids=[path.stem for path in TRANSLATED])
def test_a_dialogue_in_another_language_is_the_same_one(path: Path) -> None:
    english, language = original_of(path)
    assert typed(read(path)) == typed(parse(in_language(english.read_text("utf-8"), language)))


def typed(steps: list[Step]) -> list[str]:
    """The steps that are no matter of the bot's words."""
    return [str(replace(step, line=0)) for step in steps if not isinstance(step, Shows | Passing | Taps)]
