"""People of older orders come into the address book once each, and get their pinyin; faults are made up for."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from pathlib import Path

import pytest

from bot.catalogue.pinyin import PinyinError
from bot.journal.address_book import people_found
from bot.workers.address_book import BATCH, AddressBookUpkeep
from storage import contacts, orders
from tests.bench import Bench, until
from tests.catalogue.seller import transcribed
from tests.desk.addressees import addressees
from tests.storage.direct import reading, writing
from tests.storage.rows import new

PERSON = {"consignee": "王小明", "mobile": "13800000001", "city": "杭州市"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with addressees(tmp_path) as made:
        yield made


def older(house: Bench, n: int, *people: dict[str, str], account: str = "gifts") -> None:
    """An order of a database from before there was an address book."""
    answers = json.dumps({"recipients": people}, ensure_ascii=False)
    with writing(house.database) as tx:
        orders.insert(tx, new(n, answers=answers, account=account))
        tx.execute("INSERT INTO order_contacts_due (reference) VALUES ($1)", str(n))


def upkeep(house: Bench) -> AddressBookUpkeep:
    return AddressBookUpkeep(house.database, house.desk.accounts, transcribed)


def found(house: Bench, text: str) -> list[tuple[str, str]]:
    people = people_found(reading(house.database), house.desk.accounts["gifts"], "recipients", text, 9)
    return [(one.name, one.city) for one in people]


async def test_people_of_older_orders_are_found_after_a_while_as_their_newest_order_has_them(house: Bench) -> None:
    for n in range(BATCH):
        older(house, 3000 + n, PERSON | {"city": f"City {n}"})
    older(house, 2000, PERSON | {"consignee": "李大同"}, account="left")
    assert await upkeep(house).note_older()
    assert await upkeep(house).note_older()
    assert not await upkeep(house).note_older()
    assert found(house, "王") == [("王小明", f"City {BATCH - 1}")]
    assert found(house, "李") == []
    (row,) = reading(house.database).fetch("SELECT times FROM contacts")
    assert row["times"] == BATCH


async def test_an_order_that_makes_no_sense_holds_up_no_other(house: Bench) -> None:
    older(house, 3000, PERSON)
    with writing(house.database) as tx:
        tx.execute('UPDATE orders SET answers = \'{"recipients": [{"consignee": [1], "mobile": {}}, 7]}\'')
    older(house, 3001, PERSON)
    assert await upkeep(house).note_older()
    assert not await upkeep(house).note_older()
    assert found(house, "王小明") == [("王小明", "杭州市")]


async def test_a_name_is_found_by_its_pinyin_within_a_moment(house: Bench) -> None:
    older(house, 3000, PERSON, PERSON | {"consignee": "Ann Wu"}, PERSON | {"consignee": "陳大文"})
    running = asyncio.create_task(upkeep(house).run())
    try:
        await until(lambda: bool(found(house, "xiaoming")))
    finally:
        running.cancel()
    assert found(house, "cdw") == found(house, "陈大") == [("陳大文", "杭州市")]
    assert contacts.unread(reading(house.database), 9) == []


async def test_a_dictionary_that_fails_is_asked_again_and_nothing_else_is_missing(house: Bench) -> None:
    older(house, 3000, PERSON)
    failures = [PinyinError("broken")]

    async def failing(texts: Collection[str]) -> dict[str, str]:
        if failures:
            raise failures.pop()
        return await transcribed(texts)

    made = AddressBookUpkeep(house.database, house.desk.accounts, failing)
    assert await made.note_older()
    with pytest.raises(PinyinError):
        await made.read_names()
    assert found(house, "王小明")
    assert not found(house, "wxm")
    await made.read_names()
    assert found(house, "wxm") == [("王小明", "杭州市")]


async def test_who_is_forgotten_meanwhile_is_not_found_by_pinyin(house: Bench) -> None:
    older(house, 3000, PERSON)
    await upkeep(house).note_older()
    (one,) = contacts.unread(reading(house.database), 9)

    async def forgetting(texts: Collection[str]) -> dict[str, str]:
        with writing(house.database) as tx:
            contacts.forget(tx, one.id, house.clock())
        return await transcribed(texts)

    await AddressBookUpkeep(house.database, house.desk.accounts, forgetting).read_names()
    assert found(house, "wxm") == []
    assert reading(house.database).fetch("SELECT part FROM contact_parts") == []
    assert contacts.get(reading(house.database), one.key) == replace(
        one, name="", phone="", answers="{}", pinyin="", forgotten=house.clock()
    )
