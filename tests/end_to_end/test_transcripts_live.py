"""Every dialogue, played with the real bot over HTTP, goes exactly as it is written."""

from pathlib import Path

import pytest

from tests.end_to_end.live import LivePlayer, standing_world
from tests.end_to_end.undisturbed import undisturbed
from tests.transcripts.script import Says, Shows, Taps, read
from tests.transcripts.test_transcripts import DIALOGUES


def is_of_one_person(path: Path) -> bool:
    """Whether no colleague takes part."""
    return not any(step.colleague for step in read(path) if isinstance(step, Says | Taps | Shows))


OF_ONE = [path for path in DIALOGUES if is_of_one_person(path)]


@pytest.mark.parametrize("path", OF_ONE, ids=[path.stem for path in OF_ONE])
async def test_a_dialogue_goes_as_written_with_the_real_bot(path: Path, tmp_path: Path) -> None:
    async with standing_world(tmp_path, path) as (house, gate), undisturbed(house) as bot:
        await LivePlayer(house, gate, bot).play(read(path))
