"""A sheet from the chat to the suppliers and back: read, shown, confirmed, and returned with its results."""

from pathlib import Path
from typing import Any

from bot.sandbox.chats import ChatMessage
from bot.sheets.read import read
from bot.sheets.sheet import Sheet
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world
from tests.end_to_end.program import running
from tests.sheets.making import FILES, xlsx
from tests.sheets.test_read import is_heading

HEADINGS = ("收件人", "手机", "地址", "礼品编号", "数量", "备注", "来源", "寄件人")


def parcel(n: int, **changed: Any) -> tuple[Any, ...]:
    cells = ("王小明", f"138{n:08}", f"浙江省杭州市余杭区文一路{n + 1}号", "614", "1", "请包好", "淘宝", "李小红")
    return tuple({**dict(zip(HEADINGS, cells, strict=True)), **changed}.values())


def with_sender(*rows: tuple[Any, ...]) -> bytes:
    """A sheet whose senders have all that a form may ask of one."""
    more = ("寄件人电话", "寄件人省份", "寄件人城市", "寄件人区", "寄件人地址")
    return xlsx([(*HEADINGS, *more), *[(*row, "", "", "", "", "") for row in rows]])


def file_in(house: World, message: ChatMessage) -> Sheet:
    found = house.telegram.file_of(message)
    assert found is not None, message
    return read(found.content, found.name, is_heading)


def results(sheet: Sheet) -> list[tuple[str, ...]]:
    return [row.cells[-5:] for row in sheet.rows]


async def test_a_sheet_is_read_confirmed_and_comes_back(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()):
        house.say("/start")
        await house.next()
        house.telegram.send_file(ADMIN, "九月.xlsx", with_sender(parcel(1), parcel(2), parcel(3, 手机="123")))
        await house.reads("Reading the sheet")
        told = await house.reads("九月.xlsx")
        assert told.text.splitlines()[:2] == ["九月.xlsx · Damaijia", "3 rows"]
        tray = await house.reads("2 of 3")
        house.tap("Confirm 2 orders")
        await house.card("All 2 placed")
        returned = await house.reads("Your sheet")
        assert house.telegram.file_of(returned)
        sheet = file_in(house, returned)
        assert [row.cells[0] for row in sheet.rows] == ["王小明"] * 3
        first, second, third = results(sheet)
        assert [first[0], second[0]] == [taken.number for taken in house.damaijia.ledger]
        assert (third[1], third[2].partition(":")[0]) == ("not ordered", "Phone")
        assert tray.text


async def test_what_is_no_sheet_is_said_and_an_empty_one_is_given(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()):
        house.telegram.send_file(ADMIN, "locked.xlsx", (FILES / "locked.xlsx").read_bytes())
        assert "has a password" in (await house.reads("Not read")).text
        house.telegram.send_file(ADMIN, "photo.pdf", b"%PDF")
        house.say("/sheet gifts", COLLEAGUE)
        empty = await house.reads("Empty sheet", COLLEAGUE)
        assert file_in(house, empty).headings[:3] == ("Your number", "Product", "Quantity")
