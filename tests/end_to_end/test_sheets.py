"""A sheet from the chat to the suppliers and back: read, shown, confirmed, and returned with its results."""

from pathlib import Path
from typing import Any

from bot.sandbox.chats import ChatMessage
from bot.sheets.read import read
from bot.sheets.sheet import Sheet
from providers.simulators.base import Fault
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world
from tests.end_to_end.program import running
from tests.sheets.making import FILES, xlsx
from tests.sheets.test_read import is_heading

HEADINGS = ("收件人", "手机", "地址", "礼品编号", "数量", "备注", "来源", "寄件人")
RESULTS = 5
"""Columns that the bot adds."""


def parcel(n: int, **changed: Any) -> tuple[Any, ...]:
    cells = ("王小明", f"138{n:08}", f"浙江省杭州市余杭区文一路{n + 1}号", "614", "1", "请包好", "淘宝", "李小红")
    return tuple({**dict(zip(HEADINGS, cells, strict=True)), **changed}.values())


def sheet(*rows: tuple[Any, ...]) -> bytes:
    return xlsx([HEADINGS, *rows])


def file_in(house: World, message: ChatMessage) -> Sheet:
    found = house.telegram.file_of(message)
    assert found is not None, message
    return read(found.content, found.name, is_heading)


def results(returned: Sheet) -> list[tuple[str, ...]]:
    return [row.cells[-RESULTS:] for row in returned.rows]


async def drops(house: World, *rows: tuple[Any, ...], who: int = ADMIN, name: str = "orders.xlsx") -> None:
    house.telegram.send_file(who, name, sheet(*rows))
    await house.reads("Reading the sheet", who)


async def test_a_sheet_is_read_confirmed_and_comes_back(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()):
        await drops(house, parcel(1), parcel(2), parcel(3, 手机="123"), name="九月.xlsx")
        told = await house.reads("九月.xlsx")
        assert told.text.splitlines()[:2] == ["九月.xlsx · Damaijia", "3 rows"]
        await house.reads("2 of 3")
        house.tap("Confirm 2 orders")
        await house.card("All 2 placed")
        returned = file_in(house, await house.reads("Your sheet"))
        assert [row.cells[0] for row in returned.rows] == ["王小明"] * 3
        first, second, third = results(returned)
        assert [first[0], second[0]] == [taken.number for taken in house.damaijia.ledger]
        assert (third[1], third[2].partition(":")[0]) == ("not ordered", "Phone")


async def test_a_corrected_copy_of_somebody_else_orders_only_what_is_left(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()):
        supplier = house.damaijia
        await drops(house, parcel(1), parcel(2), parcel(3, 手机="123"), parcel(4))
        await house.reads("3 of 4")
        supplier.fail(Fault.REFUSE)
        house.tap("Confirm 3 orders")
        await house.card("2 of 3 placed")
        returned = file_in(house, await house.reads("Your sheet"))
        corrected = [row.cells[:-RESULTS] for row in returned.rows]
        corrected[2] = parcel(3)
        await drops(house, *corrected, who=COLLEAGUE)
        tray = await house.reads("2 of 4", COLLEAGUE)
        assert "ordered before" in tray.text
        house.tap("Confirm 2 orders", COLLEAGUE)
        await house.card("All 2 placed", COLLEAGUE)
        phones = sorted(taken.body["consignees"][0]["mobile"] for taken in supplier.ledger)
        assert phones == [f"138{n:08}" for n in range(1, 5)]
        # All four stand in the colleague's sheet with their numbers.
        returned = file_in(house, await house.reads("Your sheet", COLLEAGUE))
        assert sorted(row[0] for row in results(returned)) == sorted(taken.number for taken in supplier.ledger)
        # What comes back can be sent once more as it is, and nothing of it is left to be ordered.
        again = house.telegram.file_of(house.history[COLLEAGUE][-1])
        assert again is not None
        house.telegram.send_file(COLLEAGUE, again.name, again.content)
        assert "ordered before" in (await house.reads("None of 4", COLLEAGUE)).text


async def test_a_column_is_corrected_by_tap_and_remembered_for_its_headings(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()):
        rows = [(*HEADINGS[:5], "嘱咐", *HEADINGS[6:]), parcel(1)]
        house.telegram.send_file(ADMIN, "orders.xlsx", xlsx(rows))
        told = await house.reads("orders.xlsx")
        assert "Not used: 嘱咐" in told.text
        await house.reads("1 order, not ready yet")
        house.tap("Change columns")
        await house.offers("6")
        house.telegram.tap_button(ADMIN, "6")
        await house.offers("Note")
        house.tap("Note")
        await house.reads("Reading the sheet")
        assert "嘱咐 → Note" in (await house.reads("orders.xlsx")).text
        await house.offers("Confirm 1 order")
        house.tap("Confirm 1 order")
        await house.card("1 placed")
        assert [taken.body["remark"] for taken in house.damaijia.ledger] == ["请包好"]
        # Others send the same kind of sheet, and nobody is asked again.
        turned = [tuple(reversed(row)) for row in (rows[0], parcel(2))]
        house.telegram.send_file(COLLEAGUE, "orders.xlsx", xlsx(turned))
        await house.offers("Confirm 1 order", COLLEAGUE)


async def test_many_rows_are_shown_in_a_file_before_they_are_confirmed(tmp_path: Path) -> None:
    count = 120
    async with world(tmp_path) as house, running(house.config()):
        await drops(house, *(parcel(n) for n in range(count)))
        shown = file_in(house, await house.reads(f"{count} orders as they will be sent"))
        assert [row.cells[0] for row in shown.rows] == [str(n) for n in range(2, count + 2)]
        assert shown.rows[7].cells[shown.headings.index("Address")] == "文一路8号"
        await house.reads(f"{count} orders ready")
        house.tap(f"Confirm {count} orders")
        await house.card(f"All {count} placed")
        assert len(house.damaijia.ledger) == count


async def test_what_is_no_sheet_is_said_and_an_empty_one_is_given(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()):
        house.telegram.send_file(ADMIN, "locked.xlsx", (FILES / "locked.xlsx").read_bytes())
        assert "has a password" in (await house.reads("Not read")).text
        house.telegram.send_file(ADMIN, "list.csv", b"Wer,Was\nich,nichts\n")
        await house.reads("Not read")
        house.say("/sheet gifts", COLLEAGUE)
        empty = await house.reads("Empty sheet", COLLEAGUE)
        assert file_in(house, empty).headings[:3] == ("Your number", "Product", "Quantity")
        # As it is, nothing in it is an order.
        found = house.telegram.file_of(empty)
        assert found is not None
        house.telegram.send_file(COLLEAGUE, found.name, found.content)
        assert "Left out, as it is an example: row 2" in (await house.reads(found.name, COLLEAGUE)).text


async def test_two_people_who_drop_and_confirm_the_same_sheet_at_once_order_it_once(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()):
        people = (ADMIN, COLLEAGUE)
        for who in people:
            house.telegram.send_file(who, "orders.xlsx", sheet(parcel(1), parcel(2)))
        for who in people:
            await house.offers("Confirm 2 orders", who)
        for who in people:
            house.tap("Confirm 2 orders", who)
        await house.until(lambda: len(house.damaijia.ledger) >= 2)
        # One of them is shown what the other has ordered, before anything is ordered twice.
        both = [message for who in people for message in house.telegram.messages(who)]
        await house.until(lambda: bool(both))
        for who in people:
            house.say("/status", who)
        await house.all_said(ADMIN)
        await house.all_said(COLLEAGUE)
        said = [message.text for who in people for message in house.history[who]]
        assert sum(text.startswith("None of 2") and "ordered before" in text for text in said) == 1
        assert sum(text.startswith("All 2 placed") for text in said) >= 1
        assert len(house.damaijia.received) == 2


async def test_two_sheets_at_once_are_two_lists_and_each_comes_back(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()):
        house.telegram.send_file(ADMIN, "one.xlsx", sheet(parcel(1), parcel(2)))
        house.telegram.send_file(ADMIN, "two.xlsx", sheet(parcel(2), parcel(3), parcel(4)))
        await house.offers("Confirm 2 orders")
        await house.offers("Confirm 3 orders")
        house.tap("Confirm 2 orders")
        first, *_ = results(file_in(house, await house.reads("Your sheet · one.xlsx")))
        # The row that stands in both was shown as ready, and isn't any more.
        house.tap("Confirm 3 orders")
        assert "ordered before" in (await house.reads("2 of 3")).text
        house.tap("Confirm 2 orders")
        returned = file_in(house, await house.reads("Your sheet · two.xlsx"))
        # All but the one that stands in the first alone, in whatever order they were sent.
        assert {row[0] for row in results(returned)} == {one.number for one in house.damaijia.ledger} - {first[0]}
        assert len(results(returned)) == 3
        assert len(house.damaijia.received) == 4


async def test_a_sheet_of_too_many_rows_is_said_to_be_that_with_the_bound(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config(orders={"batch_rows": 3})):
        await drops(house, *map(parcel, range(4)), ("合计", None, None, None, 4))
        assert "Left out, as it is a total or headings: row 6" in (await house.reads("orders.xlsx")).text
        told = (await house.reads("Nothing was ordered")).text
        assert "4 orders are too many: the most at once is 3. Please split them" in told
        await drops(house)
        assert "No order in it" in (await house.reads("orders.xlsx")).text
