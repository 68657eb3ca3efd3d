"""Questions that wait for a supplier are answered once and survive a crash."""

from dataclasses import replace

from storage import inquiries, nearest
from storage.database import Database
from storage.inquiries import Inquiry
from tests.storage.rows import send, settle

ASKED = Inquiry(chat_id=-7, user_id=7, reference="1", query="", on_card=0)


async def test_the_same_question_waits_once_and_is_answered_once(database: Database) -> None:
    other = replace(ASKED, reference="", query="1207")
    async with database.transaction() as tx:
        assert await inquiries.note(tx, ASKED, 5)
        assert not await inquiries.note(tx, ASKED, 6)
        assert await inquiries.note(tx, other, 4)
    assert await inquiries.waiting(database) == [other, ASKED]
    async with database.transaction() as tx:
        assert await inquiries.answered(tx, ASKED)
        assert not await inquiries.answered(tx, ASKED)
        assert await inquiries.note(tx, ASKED, 9)
    assert await inquiries.waiting(database) == [other, ASKED]


async def test_orders_are_found_by_any_of_many_names(database: Database) -> None:
    async with database.transaction() as tx:
        await send(tx, 1, 2, 3)
        await settle(tx, "2", "placed", number="A", names=("A", "B"))
    many = [f"x{n}" for n in range(250)]
    assert [order.reference for order in await nearest.named(database, [*many, "B", "A", "3"])] == ["3", "2"]
    assert await nearest.named(database, many) == []
    assert await nearest.named(database, []) == []
