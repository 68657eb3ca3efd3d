"""Every dialogue in this folder goes exactly as it is written."""

from pathlib import Path

import pytest

from tests.transcripts.player import Player
from tests.transcripts.script import read

DIALOGUES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", DIALOGUES, ids=[path.stem for path in DIALOGUES])
async def test_a_dialogue_goes_as_written(path: Path, player: Player) -> None:
    await player.play(read(path))


@pytest.mark.parametrize("provider", ["guoguo", "citiesocial", "damaijia", "anqicms"])
def test_every_provider_has_its_dialogues(provider: str) -> None:
    kinds = {path.stem.removeprefix(f"{provider}-") for path in DIALOGUES if path.stem.startswith(provider)}
    assert kinds >= {"order", "every-field", "mistakes", "refused", "unknown"}
