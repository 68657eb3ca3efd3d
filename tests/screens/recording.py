"""Every message that the dialogues bring about, as a reply, so that it can be said in each language.

A reply holds no words, and so one dialogue shows a screen in all languages, beside one another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.conversation.replies import Reply
from bot.conversation.state import Conversation
from bot.desk import outgoing
from bot.words.catalogue import Catalogue, catalogues
from bot.words.message import Message
from bot.words.render import render
from tests.transcripts import script
from tests.transcripts.conftest import playing
from tests.transcripts.test_transcripts import DIALOGUES, settings_of


@dataclass(frozen=True, slots=True)
class Screen:
    """The messages of one reply by language, and the dialogue that it was first seen in."""

    kind: str
    dialogue: str
    messages: dict[str, list[Message]]


@contextmanager
def recorded(dialogue: str, screens: dict[str, Screen]) -> Iterator[None]:
    """Note whatever is said; a screen that reads the same in all languages as an earlier one is none."""

    def said(words: Catalogue, reply: Reply, state: Conversation) -> list[Message]:
        found = {code: render(one.within(words._zone, words._now), reply, state) for code, one in catalogues().items()}
        screens.setdefault(repr(found), Screen(type(reply).__name__, dialogue, found))
        return render(words, reply, state)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outgoing, "render", said)
        yield


async def all_screens(dialogues: list[Path] = DIALOGUES) -> list[Screen]:
    """The screens of these dialogues, in the order in which they are first seen."""
    screens: dict[str, Screen] = {}
    for path in dialogues:
        with TemporaryDirectory() as folder, recorded(path.stem, screens):
            async with playing(Path(folder), **settings_of(path)) as player:
                await player.play(script.read(path))
    return [*screens.values()]
