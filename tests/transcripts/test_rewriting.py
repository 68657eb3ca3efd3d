"""Transcripts are written anew as they are, or, after a change of words, with the bot's words of today."""

from pathlib import Path

import pytest

from tests.transcripts.conftest import playing
from tests.transcripts.rewriting import rewritten
from tests.transcripts.test_transcripts import settings_of

HERE = Path(__file__).parent
ORDER = (HERE / "guoguo-order.txt").read_text("utf-8")
PASSING = "This button is from an earlier step. /orders shows what became of your orders."
MARKER = f"you tap again: Confirm\nbot, in passing: {PASSING}\n"


async def anew(text: str, folder: Path) -> str:
    async with playing(folder) as player:
        return await rewritten(text, player)


@pytest.mark.parametrize("name", ["anqicms-marker", "status-questions"])
async def test_a_dialogue_that_goes_as_written_is_written_byte_for_byte(name: str, tmp_path: Path) -> None:
    path = HERE / f"{name}.txt"
    text = path.read_text("utf-8")
    async with playing(tmp_path, **settings_of(path)) as player:
        assert await rewritten(text, player) == text


OTHERWISE = {
    "other words": ("    The product's id in GuoGuo's list.\n", "    Which product?\n    Its id, please.\n"),
    "a message that is not sent any more": (
        "supplier: takes the order\n",
        "supplier: takes the order\nbot:\n    Thank you!\n    [Rate]\n",
    ),
    "a message that is new": (
        "bot:\n    Sending · GuoGuo\n    Instagram fans ×10 → example.com/posts/abc123\n    Reference: 1001\n",
        "",
    ),
    "other buttons": ("    [Edit] [Cancel]\n", "    [Edit]\n"),
    "a button that was called otherwise": ("Confirm", "Send it"),
    "a card that is a new message now": (
        "[Refresh] [Order again]\n\n# Tapped",
        "[Refresh] [Order again]\nbot changes the card:\n    Placed\n\n# Tapped",
    ),
    "a notice in passing that is new": (MARKER, MARKER.splitlines(keepends=True)[0]),
    "other words in passing": (PASSING, "Too late."),
    "a notice in passing that is not shown any more": (
        "you tap: Skip\n",
        "you tap: Skip\nbot, in passing: Skipped.\n",
    ),
}


@pytest.mark.parametrize(("now", "before"), OTHERWISE.values(), ids=OTHERWISE.keys())
async def test_what_the_bot_said_before_becomes_what_it_says_now(now: str, before: str, tmp_path: Path) -> None:
    assert now in ORDER
    assert await anew(ORDER.replace(now, before), tmp_path) == ORDER


async def test_a_dialogue_that_cannot_go_on_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="line 2: no message has a button Goods"):
        await anew("you: /order\nyou tap: Goods\n", tmp_path)
