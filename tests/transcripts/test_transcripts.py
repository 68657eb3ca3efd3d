"""Every dialogue in this folder goes exactly as it is written."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.standin import Call
from bot.telegram.shape import parameters
from providers.registry import names
from storage.database import Reader
from tests.storage.direct import reading
from tests.telegram.bot_api import offences
from tests.transcripts.conftest import playing
from tests.transcripts.script import read

DIALOGUES = sorted(Path(__file__).parent.glob("*.txt"))


def settings_of(path: Path) -> dict[str, dict[str, Any]]:
    """What accounts have in the settings besides; `anqicms-marker` is with a shop that has our marker."""
    return {"shop": {"remark_marker": True}} if path.stem == "anqicms-marker" else {}


def said(reader: Reader) -> list[Call]:
    """The calls that everything in the outbox would be."""
    calls = []
    for row in reader.fetch("SELECT chat_id, body FROM outbox"):
        body = json.loads(row["body"])
        calls.append(Call("sendMessage", parameters(row["chat_id"], body["html"], body["rows"])))
    return calls


@pytest.mark.parametrize("path", DIALOGUES, ids=[path.stem for path in DIALOGUES])
async def test_a_dialogue_goes_as_written(path: Path, tmp_path: Path) -> None:
    async with playing(tmp_path, **settings_of(path)) as player:
        await player.play(read(path))
        assert offences(said(reading(player.desk.database))) == []


@pytest.mark.parametrize("provider", names())
def test_every_provider_has_its_dialogues(provider: str) -> None:
    kinds = {path.stem.removeprefix(f"{provider}-") for path in DIALOGUES if path.stem.startswith(provider)}
    assert kinds >= {"order", "every-field", "mistakes", "refused", "unknown"}
