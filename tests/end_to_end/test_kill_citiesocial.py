"""Killed around every commit of its dialogues; a file for each supplier, so that they can run side by side."""

from pathlib import Path

import pytest

from tests.end_to_end.killing import dialogues_of, survives
from tests.end_to_end.nursing import Nursing

ON_EACH_DATABASE = True

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("path", dialogues_of("citiesocial"), ids=lambda path: path.stem)
async def test_a_dialogue_survives_being_killed_at_every_message(path: Path, tmp_path: Path, nursing: Nursing) -> None:
    await survives(path, tmp_path, nursing)
