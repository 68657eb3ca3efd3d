"""Every dialogue but those of trays, played with the real bot over HTTP, goes exactly as it is written."""

from pathlib import Path

import pytest

from tests.end_to_end.live import LivePlayer, standing_world
from tests.end_to_end.undisturbed import undisturbed
from tests.transcripts.script import read
from tests.transcripts.test_transcripts import DIALOGUES

ON_EACH_DATABASE = True

LIVE = [path for path in DIALOGUES if not path.stem.endswith("-tray")]
"""Not those of trays: the message of a batch changes at a pace of its own, and `test_trays` waits for that."""


@pytest.mark.parametrize("path", LIVE, ids=[path.stem for path in LIVE])
async def test_a_dialogue_goes_as_written_with_the_real_bot(path: Path, tmp_path: Path) -> None:
    async with standing_world(tmp_path, path) as (house, gate), undisturbed(house) as bot:
        await LivePlayer(house, gate, bot).play(read(path))
