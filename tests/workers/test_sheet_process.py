"""Files read in a process of their own: what comes back, and that no file takes more with it than that process."""

import asyncio

import pytest

from bot.sheets.sheet import SheetFault, SheetRefusedError
from bot.workers import sheet_process
from bot.workers.sheet_process import read_apart
from tests.sheets.making import FILES, page, with_page, xlsx

ROWS = [("收件人", "手机"), ("王小明", "13800000001")]
TITLES = frozenset({"收件人"})


async def refused(content: bytes, name: str = "orders.xlsx") -> SheetRefusedError:
    with pytest.raises(SheetRefusedError) as error:
        await read_apart(content, name, TITLES)
    return error.value


async def test_a_sheet_comes_back_as_it_was_read() -> None:
    sheet = await read_apart(xlsx(ROWS, hidden=[1]), "九月.xlsx", TITLES)
    assert (sheet.headings, sheet.rows[0].cells, sheet.rows[0].hidden) == (ROWS[0], ROWS[1], True)
    old = await read_apart((FILES / "parcels.xls").read_bytes(), "parcels.xls", TITLES)
    assert [row.number for row in old.rows] == [4, 6]


async def test_the_reason_for_a_refusal_comes_back_with_its_gaps() -> None:
    assert (await refused((FILES / "locked.xlsx").read_bytes())).code is SheetFault.PASSWORD
    far = page('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    error = await refused(with_page(xlsx(ROWS), far))
    assert (error.code, error.params) == (SheetFault.TOO_MANY_ROWS, {"most": "5000"})
    assert (await read_apart(xlsx(ROWS), "orders.xlsx", TITLES)).rows


async def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sheet_process, "LONGEST", 0.001)
        assert (await refused(xlsx(ROWS))).code is SheetFault.BROKEN
    assert (await read_apart(xlsx(ROWS), "orders.xlsx", TITLES)).rows


async def test_a_bot_that_ends_leaves_no_process_behind() -> None:
    reading = asyncio.create_task(read_apart(xlsx(ROWS), "orders.xlsx", TITLES))
    await asyncio.sleep(0.05)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
