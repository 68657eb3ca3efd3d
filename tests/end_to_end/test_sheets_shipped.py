"""A sheet comes back by itself when its parcels ship: beside the news, without a bell, and not for each parcel."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.chats import ChatMessage
from providers.simulators.base import Fault
from providers.simulators.damaijia.orders import TRACKED
from tests.bench import until
from tests.end_to_end.clock import StandingClock
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world
from tests.end_to_end.test_sheets import RESULTS, file_in, parcel, results, sheet
from tests.end_to_end.undisturbed import Undisturbed, undisturbed
from tests.transcripts.conftest import NOON

HOUR, DAY = 3600, 24 * 3600


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one language."""

    code: str
    confirm: str
    placed: str
    returned: str
    some: str
    every: str
    shipped: str


ENGLISH = Said(
    "en",
    "Confirm 2 orders",
    "All 2 placed",
    "Your sheet",
    "Shipped or ended so far: 1 of 2 orders.",
    "All 2 orders have shipped or ended.",
    "shipped",
)
LANGUAGES = (
    ENGLISH,
    Said(
        "zh-hant",
        "確認下單 2 筆",
        "全部下單成功：2 筆",
        "您的表格",
        "2 筆中 1 筆已出貨或結束。",
        "已全部出貨或結束：2 筆。",
        "已出貨",
    ),
    Said(
        "zh-hans",
        "确认下单 2 单",
        "全部下单成功：2 单",
        "您的表格",
        "2 单中 1 单已发货或结束。",
        "已全部发货或结束：2 单。",
        "已发货",
    ),
)


@asynccontextmanager
async def standing(folder: Path, language: str = "en") -> AsyncIterator[World]:
    """The house with a clock that stands still until somebody moves it on."""
    clock = StandingClock.beside(folder / "orderbot.toml")
    clock.set(NOON)
    async with world(folder, clock.time, language=language) as house:
        house.damaijia.rows_carry = TRACKED
        yield house


async def places(house: World, content: bytes, said: Said = ENGLISH, who: int = ADMIN) -> None:
    """Drop a sheet, confirm what is ready, and wait until it comes back with its numbers."""
    house.telegram.send_file(who, "九月.xlsx", content)
    await house.offers(said.confirm, who)
    house.telegram.tap_button(who, said.confirm)
    await house.card(said.placed, who)
    await house.reads(said.returned, who)
    for taken in house.damaijia.ledger:
        if house.damaijia.parcel_status(taken, 0) != "s":
            # Else it goes by itself after a while.
            house.damaijia.set_parcel(taken.number, 0, "p")


async def rests(house: World) -> None:
    """Wait until all was said, but for changes of messages that wait for their time."""
    await until(lambda: not house.rows("SELECT 1 FROM outbox WHERE state = 'waiting' AND edits IS NULL"))


async def ships(house: World, bot: Undisturbed, *places: int) -> None:
    """Parcels go, by the places of their orders; the supplier is asked, and a minute later the news are told."""
    for place in places:
        house.damaijia.set_parcel(house.damaijia.ledger[place].number, 0, "s")
    await bot.later(HOUR)
    await bot.watch(due=True)
    await bot.later(60)
    await rests(house)


def returned(house: World, who: int = ADMIN, start: str = "Your sheet") -> list[ChatMessage]:
    """The sheets that came and weren't read yet."""
    return [message for message in house.unread(who) if message.text.startswith(start)]


@pytest.mark.parametrize("said", LANGUAGES, ids=[said.code for said in LANGUAGES])
async def test_a_sheet_comes_with_the_first_parcel_of_a_day_and_with_the_last_of_all(
    said: Said, tmp_path: Path
) -> None:
    async with standing(tmp_path, said.code) as house, undisturbed(house) as bot:
        await places(house, sheet(parcel(1), parcel(2), parcel(3, 手机="123")), said)
        await ships(house, bot, 0)
        (first,) = returned(house, start=said.returned)
        assert first.text.splitlines() == [f"{said.returned} · 九月.xlsx", said.some]
        one, two, three = results(file_in(house, first))
        assert [one[1].startswith(said.shipped), two[1].startswith(said.shipped)] == [True, False]
        assert one[3]
        assert not two[3]
        assert not three[0]
        sent = [call for call in house.telegram.calls if call.method == "sendDocument"]
        assert [bool(call.params.get("disable_notification")) for call in sent] == [False, True]
        house.seen[ADMIN] = len(house.history[ADMIN])
        await ships(house, bot, 1)
        (last,) = returned(house, start=said.returned)
        assert last.text.splitlines()[1] == said.every
        assert all(row[3] for row in results(file_in(house, last))[:2])
        # That everything arrives is no news of which the sheet says more.
        house.seen[ADMIN] = len(house.history[ADMIN])
        await bot.later(DAY)
        await bot.later(60)
        assert returned(house, start=said.returned) == []


async def test_parcels_of_one_day_are_one_sheet_and_those_of_the_next_another(tmp_path: Path) -> None:
    async with standing(tmp_path) as house, undisturbed(house) as bot:
        said = Said("en", "Confirm 4 orders", "All 4 placed", *(ENGLISH.returned, "", "", ""))
        await places(house, sheet(*map(parcel, range(4))), said)
        for place in (0, 1):
            await ships(house, bot, place)
        await bot.later(DAY)
        await ships(house, bot, 2)
        told = [message.text.splitlines()[1] for message in returned(house)]
        assert told == [f"Shipped or ended so far: {n} of 4 orders." for n in (1, 3)]


async def test_the_newest_copy_comes_with_the_rows_that_it_has_of_an_older_one(tmp_path: Path) -> None:
    async with standing(tmp_path) as house, undisturbed(house) as bot:
        house.damaijia.fail(Fault.REFUSE)
        said = Said("en", "Confirm 3 orders", "2 of 3 placed", *(ENGLISH.returned, "", "", ""))
        house.telegram.send_file(ADMIN, "九月.xlsx", sheet(*map(parcel, range(3))))
        await house.offers(said.confirm)
        house.tap(said.confirm)
        await house.card(said.placed)
        first = file_in(house, await house.reads("Your sheet"))
        again = [row.cells[:-RESULTS] for row in first.rows]
        await bot.later(60)
        said = Said("en", "Confirm 1 order", "1 placed", *(ENGLISH.returned, "", "", ""))
        house.telegram.send_file(ADMIN, "九月 2.xlsx", sheet(*again))
        await house.offers(said.confirm)
        house.tap(said.confirm)
        await house.reads("Your sheet")
        await rests(house)
        house.seen[ADMIN] = len(house.history[ADMIN])
        await ships(house, bot, 0, 1, 2)
        (only,) = returned(house)
        assert only.text.splitlines() == ["Your sheet · 九月 2.xlsx", "All 3 orders have shipped or ended."]
        assert all(row[3] for row in results(file_in(house, only)))


async def test_a_colleagues_copy_takes_nobodys_sheet_away(tmp_path: Path) -> None:
    async with standing(tmp_path) as house, undisturbed(house) as bot:
        await places(house, sheet(parcel(1), parcel(2)))
        bot.who = COLLEAGUE
        said = Said("en", "Confirm 1 order", "1 placed", *(ENGLISH.returned, "", "", ""))
        house.telegram.send_file(COLLEAGUE, "copy.xlsx", sheet(parcel(1), parcel(2), parcel(3)))
        await house.offers(said.confirm, COLLEAGUE)
        house.tap(said.confirm, COLLEAGUE)
        await house.reads("Your sheet", COLLEAGUE)
        await ships(house, bot, 0, 1)
        assert [one.text.splitlines()[1] for one in returned(house)] == ["All 2 orders have shipped or ended."]
        (theirs,) = returned(house, COLLEAGUE)
        assert theirs.text.splitlines() == ["Your sheet · copy.xlsx", "Shipped or ended so far: 2 of 3 orders."]


async def test_who_wants_no_news_gets_no_sheet_but_by_tap(tmp_path: Path) -> None:
    async with standing(tmp_path) as house, undisturbed(house) as bot:
        await places(house, sheet(parcel(1), parcel(2)))
        house.say("/notify")
        await house.offers("None")
        house.tap("None")
        await house.taken_in()
        await rests(house)
        house.seen[ADMIN] = len(house.history[ADMIN])
        await ships(house, bot, 0, 1)
        assert [one.text for one in house.unread() if one.text.startswith(("News", "Your sheet"))] == []
        house.tap("Get it again")
        assert all(row[3] for row in results(file_in(house, await house.reads("Your sheet"))))


async def test_news_that_wait_while_the_bot_is_away_bring_the_sheet_when_it_is_back(tmp_path: Path) -> None:
    async with standing(tmp_path) as house:
        async with undisturbed(house) as bot:
            await places(house, sheet(parcel(1), parcel(2)))
            for taken in house.damaijia.ledger:
                house.damaijia.set_parcel(taken.number, 0, "s")
            await bot.later(HOUR)
            await bot.watch(due=True)
            await rests(house)
            assert returned(house) == []
        async with undisturbed(house) as bot:
            await bot.later(60)
            await house.reads("News of 2 orders")
            assert all(row[3] for row in results(file_in(house, await house.reads("Your sheet"))))
            await bot.later(60)
            assert returned(house) == []
