"""`kill -9` around every commit of a dialogue: nothing answered is lost, nothing is counted or ordered twice.

At each message of a person the bot is killed before the commit, then after it and before Telegram hears of it, and
started again; the dialogue must go on to the letter, and end with the same orders as when nobody disturbs it.

Of a dialogue of more than `WHOLE` messages, which repeat themselves, some are chosen: the first and the last of each
kind, and one in `STRIDE` of all, which are other ones every day. All are chosen where `KILLS` is "every".
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
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

WHOLE = 100
STRIDE = 11
"""Has no divisor in common with the number of questions about a recipient: in the end each of them is met."""


def dialogues_of(provider: str, environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Those that are played: all that can be where `KILLS` is "all", as in CI, or "every", else the most eventful."""
    found = all_of(provider)
    return found if environment.get("KILLS") in {"all", "every"} else [max(found, key=_eventful)]


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


def kinds_of(steps: Sequence[script.Step]) -> list[tuple[str, str, str]]:
    """What each message of the person is, and the first line that it answers, as far as that was written; no numbers.

    Two messages of one kind take the same way through the bot.
    """
    last, found = "", []
    for step in steps:
        match step:
            case script.Shows():
                last = _without_numbers(step.text.splitlines()[0])
            case script.Passing() | script.Supplier() | script.Later():
                pass
            case _:
                label = _without_numbers(step.label) if isinstance(step, script.Taps) else ""
                found.append((type(step).__name__, label, last))
    return found


def chosen_of(kinds: Sequence[tuple[str, str, str]], kills: str, day: int) -> set[int]:
    """The messages at which the bot is killed, counted from 0."""
    every = set(range(len(kinds)))
    if len(kinds) <= WHOLE or kills == "every":
        return every
    ends = {kind: place for place, kind in enumerate(kinds)}
    begins = {kind: place for place, kind in reversed([*enumerate(kinds)])}
    return {*begins.values(), *ends.values(), *range(day % STRIDE, len(kinds), STRIDE)}


def _without_numbers(text: str) -> str:
    return re.sub(r"[0-9]+", "0", text)


async def survives(path: Path, folder: Path, nursing: Nursing) -> None:
    """Play a dialogue with a bot that is killed again and again, and with one that is not, and compare."""
    steps = script.read(path)
    kinds = kinds_of(steps)
    chosen = chosen_of(kinds, os.environ.get("KILLS", ""), datetime.now(UTC).toordinal())
    killed, left_alone = folder / "killed", folder / "left alone"
    killed.mkdir()
    left_alone.mkdir()
    async with standing_world(killed, path) as (house, gate):
        mortal = Mortal(house, gate, nursing, chosen.__contains__)
        await mortal.begin()
        survived = await _play(house, gate, mortal, steps)
        await mortal.bot.kill()
    assert sorted(mortal.killed_at + mortal.spared + mortal.passed_over) == list(range(len(kinds)))
    assert not chosen & set(mortal.passed_over)
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
