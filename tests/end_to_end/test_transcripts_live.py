"""Every dialogue, played with the real bot over HTTP, goes exactly as it is written."""

from pathlib import Path

import pytest

from tests.end_to_end.live import LivePlayer, standing_world
from tests.end_to_end.undisturbed import undisturbed
from tests.transcripts.script import read
from tests.transcripts.test_transcripts import DIALOGUES


@pytest.mark.parametrize("path", DIALOGUES, ids=[path.stem for path in DIALOGUES])
async def test_a_dialogue_goes_as_written_with_the_real_bot(path: Path, tmp_path: Path) -> None:
    async with standing_world(tmp_path, path) as (house, gate), undisturbed(house) as bot:
        await LivePlayer(house, gate, bot).play(read(path))
