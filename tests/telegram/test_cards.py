"""Cards change at most once in three seconds, the chat goes on meanwhile, and numbers can be copied by a button."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.desk.unit import Unit
from bot.words.message import Button, Message
from tests.bench import until, working
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading, writing
from tests.telegram.line import Line, line


@pytest.fixture(params=[True, False], ids=["handed over", "told of"])
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    async with line(tmp_path, hands_over=request.param) as made, working(made.delivery.run()):
        yield made


def changes(house: Line, card: int, *texts: str) -> None:
    """One change of the card after the other, each in a transaction of its own."""
    for text in texts:
        with writing(house.database) as tx:
            house.desk.outgoing.post(Unit(tx), ADMIN, Message(text), edits=card, paced=True)
    house.committed()


async def card_of(house: Line) -> int:
    house.puts("card")
    await house.reads("card")
    row = reading(house.database).fetchrow("SELECT MAX(id) AS id FROM outbox")
    assert row is not None
    return int(row["id"])


async def test_a_card_shows_the_newest_of_many_changes_and_is_edited_twice(house: Line) -> None:
    card = await card_of(house)
    changes(house, card, "paid")
    await house.reads("paid")
    await until(house.nothing_waits())
    changes(house, card, *(f"step {n}" for n in range(20)), "shipped")
    house.puts("something else")
    await house.reads("paid", "something else")
    house.later(2.9)
    house.puts("more")
    await house.reads("paid", "something else", "more")
    house.later(0.1)
    await house.reads("shipped", "something else", "more")
    await until(house.nothing_waits())
    edits = reading(house.database).fetch("SELECT id FROM outbox WHERE edits IS NOT NULL")
    assert len(edits) == 2


async def test_a_change_that_telegram_did_not_take_goes_again(house: Line) -> None:
    card = await card_of(house)
    house.telegram.fail("editMessageText", "error", chat_id=ADMIN)
    changes(house, card, "paid")
    await until(house.postponed())
    house.puts("meanwhile")
    await house.reads("card", "meanwhile")
    house.later(60)
    await house.reads("paid", "meanwhile")


async def test_a_button_copies_a_tracking_number(house: Line) -> None:
    rows = ((Button("Refresh", "refresh:1"), Button("Copy SF123", copy="SF123")),)
    with writing(house.database) as tx:
        house.desk.outgoing.post(Unit(tx), ADMIN, Message("card", rows))
    house.committed()
    (card,) = await house.reads("card")
    assert [(button.text, button.data, button.copied) for button in card.buttons[0]] == [
        ("Refresh", "refresh:1", ""),
        ("Copy SF123", "", "SF123"),
    ]
