"""`kill -9` around every commit of a dialogue: nothing answered is lost, nothing is counted or ordered twice.

At each message of a person the bot is killed before the commit, then after it and before Telegram hears of it, and
started again; the dialogue must go on to the letter, and end with the same orders as when nobody disturbs it.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.end_to_end.gate import Gate
from tests.end_to_end.house import World
from tests.end_to_end.live import Bot, LivePlayer, standing_world
from tests.end_to_end.mortal import Mortal
from tests.end_to_end.nursing import Nursing
from tests.end_to_end.undisturbed import undisturbed
from tests.transcripts import script
from tests.transcripts.supplying import Ask, ask_of
from tests.transcripts.test_transcripts import DIALOGUES


def dialogues_of(provider: str, environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Those that are played: all that can be where `KILLS` is "all", as in CI, else the most eventful one."""
    found = all_of(provider)
    return found if environment.get("KILLS") == "all" else [max(found, key=_eventful)]


def all_of(provider: str) -> list[Path]:
    """Those in which one person orders, and nothing is read that a bot in another process begins with by itself.

    Nor is anything held to be not placed: killed meanwhile, the bot rightly wants to have been there for longer.
    """
    found = [path for path in DIALOGUES if path.stem.split("-")[0] == provider]
    return [path for path in found if _can_be_killed(script.read(path))]


def _eventful(path: Path) -> tuple[int, int]:
    """How many different things its supplier does, and then how short it is."""
    steps = script.read(path)
    return len({step.does for step in steps if isinstance(step, script.Supplier)}), -len(steps)


def _can_be_killed(steps: list[script.Step]) -> bool:
    alone = not any(step.colleague for step in steps if isinstance(step, script.Says | script.Taps | script.Shows))
    by_itself = {Ask.CATALOGUE, Ask.WATCH, Ask.NONE}
    said = " ".join(step.text for step in steps if isinstance(step, script.Shows))
    held = any(words in said for words in ("It is looked for again until", "Most likely it was not placed"))
    asked = {ask_of(step) for step in steps if isinstance(step, script.Supplier)}
    return alone and not held and not asked & by_itself


async def survives(path: Path, folder: Path, nursing: Nursing) -> None:
    """Play a dialogue with a bot that is killed again and again, and with one that is not, and compare."""
    steps = script.read(path)
    not_said = script.Shows | script.Passing | script.Supplier | script.Later
    messages = sum(not isinstance(step, not_said) for step in steps)
    killed, left_alone = folder / "killed", folder / "left alone"
    killed.mkdir()
    left_alone.mkdir()
    async with standing_world(killed, path) as (house, gate):
        mortal = Mortal(house, gate, nursing)
        await mortal.begin()
        survived = await _play(house, gate, mortal, steps)
        await mortal.bot.kill()
    assert sorted(mortal.killed_at + mortal.spared) == list(range(messages))
    assert len(mortal.spared) <= 1
    async with standing_world(left_alone, path) as (house, gate), undisturbed(house) as bot:
        assert survived == await _play(house, gate, bot, steps)


async def _play(house: World, gate: Gate, bot: Bot, steps: list[script.Step]) -> list[Any]:
    """What reached each supplier and what became of it there, with the dialogue's references."""
    player = LivePlayer(house, gate, bot)
    await player.play(steps)
    found = [[(one.body, one.outcome) for one in supplier.received] for supplier in house.suppliers.values()]
    text = json.dumps(found)
    for real, written in player.references.items():
        text = text.replace(real, written)
    reached: list[Any] = json.loads(text)
    return reached
