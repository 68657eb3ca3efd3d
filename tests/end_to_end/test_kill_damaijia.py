"""Killed around every commit of its dialogues; a file for each supplier, so that they can run side by side.

Of the one with sixty recipients, which is 509 messages of 33 kinds, about 100 are chosen, other ones every day: with
`KILLS=every` it is killed at each of them.
"""

from pathlib import Path

import pytest

from tests.end_to_end.house import KINDS
from tests.end_to_end.killing import dialogues_of, survives
from tests.end_to_end.nursing import Nursing

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("kind_of_database")]


PLAYED = [
    # Sixty recipients are many kills, and are about the conversation, whatever it is kept in.
    (path, kind)
    for path in dialogues_of("damaijia")
    for kind in KINDS
    if kind == "sqlite" or path.stem != "damaijia-sixty"
]


@pytest.mark.parametrize(
    ("path", "kind_of_database"),
    PLAYED,
    indirect=["kind_of_database"],
    ids=[f"{path.stem}-{kind}" for path, kind in PLAYED],
)
async def test_a_dialogue_survives_being_killed_at_every_message(path: Path, tmp_path: Path, nursing: Nursing) -> None:
    await survives(path, tmp_path, nursing)
