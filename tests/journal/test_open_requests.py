"""Look-ups as they are kept: what was written is read again, also that of an older program."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.requests import AskEverywhere, AskStatus, CheckNumber, LookUpAnswer
from bot.conversation.state import ConversationKey
from bot.journal.open_requests import as_text, from_text, note, waiting
from storage import conversations
from tests.bench import GROUP, Bench, bench
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing

CHECK = CheckNumber("1000", 2, "ORD-1")
LOOK_UP = LookUpAnswer("guoguo", "d1", 3, "product", "全形")
HERE = ConversationKey(ADMIN, ADMIN)
THERE = ConversationKey(GROUP, COLLEAGUE)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


@pytest.mark.parametrize("request_", [CHECK, LOOK_UP])
def test_what_was_written_is_read_again(request_: CheckNumber | LookUpAnswer) -> None:
    text = as_text(request_)
    assert from_text(text) == request_
    assert "全形" in text or request_ is CHECK


def test_the_tag_decides_and_not_what_is_held() -> None:
    assert (json.loads(as_text(CHECK))["kind"], json.loads(as_text(LOOK_UP))["kind"]) == ("check_number", "look_up")


def test_nothing_that_is_waited_for_is_an_empty_text() -> None:
    assert as_text(None) == ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('{"reference": "1000", "attempts": 2, "number": "ORD-1"}', CHECK),
        ('{"account": "guoguo", "draft": "d1", "revision": 3, "into": "product", "value": "全形"}', LOOK_UP),
    ],
)
def test_the_texts_of_an_older_program_are_told_apart_by_what_they_hold(
    text: str, meant: CheckNumber | LookUpAnswer
) -> None:
    assert from_text(text) == meant


@pytest.mark.parametrize("text", ['{"kind": "other", "number": "1"}', '{"kind": "look_up", "number": "1"}', "x"])
def test_a_text_that_nobody_wrote_is_an_error(text: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_text(text)


def test_all_that_waits_is_found_again_what_conversations_wait_for_first(house: Bench) -> None:
    with writing(house.database) as tx:
        note(tx, HERE, AskStatus("1000", on_card=True), 1)
        note(tx, THERE, AskEverywhere("7788"), 2)
        note(tx, THERE, AskEverywhere("7788"), 3)
        conversations.save(tx, HERE.chat_id, HERE.user_id, "{}", as_text(CHECK), 4)
        old = '{"account": "guoguo", "draft": "d1", "revision": 3, "into": "product", "value": "全形"}'
        conversations.save(tx, THERE.chat_id, THERE.user_id, "{}", old, 5)
    found = waiting(reading(house.database))
    assert sorted(found[:2], key=lambda one: one[0].chat_id) == [(THERE, LOOK_UP), (HERE, CHECK)]
    assert found[2:] == [(HERE, AskStatus("1000", on_card=True)), (THERE, AskEverywhere("7788"))]


async def test_after_a_restart_all_of_it_is_asked_for_again(house: Bench) -> None:
    with writing(house.database) as tx:
        note(tx, HERE, AskStatus("1000"), 1)
        conversations.save(tx, THERE.chat_id, THERE.user_id, "{}", as_text(CHECK), 2)
    await house.desk.resume()
    assert house.workers.checks == [(THERE, CHECK)]
    assert house.workers.others == [(HERE, AskStatus("1000"))]
