"""What somebody sees who types the bot's name and a word: staff only, of all accounts or of the one at hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.catalogue.inline import InlineProduct, InlineSearch
from bot.conversation import events
from providers.products import Catalogue
from tests.catalogue.seller import Market, market
from tests.end_to_end.house import ADMIN, COLLEAGUE, STRANGER
from tests.workers.test_catalogues import many


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Market]:
    async with market(tmp_path) as made:
        await made.refreshed()
        yield made


def choosing(house: Market) -> InlineSearch:
    return InlineSearch(house.database, house.desk.accounts, house.desk.staff, house.clock)


async def sent(house: Market, query: str, offset: str = "", who: int = ADMIN) -> list[str]:
    return [choice.sends for choice in (await choosing(house).search(who, query, offset)).found]


async def first(house: Market, query: str) -> InlineProduct:
    choice = (await choosing(house).search(ADMIN, query, "")).found[0]
    assert isinstance(choice, InlineProduct)
    return choice


async def test_a_product_starts_an_order_at_its_account(house: Market) -> None:
    assert await sent(house, "green") == ["/order gifts 614", "/order fans 614", "/order basket 614"]
    choice = await first(house, "green")
    assert (choice.title, choice.account_title, choice.picture) == ("Green tea", "Gifts", "https://img.example/tea.jpg")
    assert (choice.about.minimum, choice.about.maximum, choice.about.stock) == (2, 5000, 40)


async def test_what_an_old_list_has_in_stock_is_not_told(house: Market) -> None:
    house.clock.advance(3601)
    choice = await first(house, "green")
    assert (choice.about.maximum, choice.about.stock) == (5000, None)


async def test_strangers_see_nothing(house: Market) -> None:
    assert await sent(house, "green", who=STRANGER) == []
    assert await sent(house, "", who=STRANGER) == []


async def test_where_a_product_is_asked_only_its_account_is_searched_and_the_id_is_sent(house: Market) -> None:
    await house.does(events.OrderRequested("fans"))
    assert await sent(house, "green") == ["614"]
    assert len(await sent(house, "green", who=COLLEAGUE)) == 3
    await house.does(events.Answered("614"))
    assert len(await sent(house, "green")) == 3
    await house.does(events.CancelRequested())
    await house.does(events.OrderRequested("basket"))
    assert len(await sent(house, "green")) == 3
    await house.does(events.Answered("goods"))
    assert await sent(house, "green") == ["614"]


async def test_pages_go_through_all_accounts_and_end(house: Market) -> None:
    house.gifts.listed = Catalogue(tuple(many(70)), whole=True)
    await house.refreshed()
    seen: list[str] = []
    offset = ""
    for _ in range(9):
        page = await choosing(house).search(ADMIN, "", offset)
        assert len(page.found) <= 50
        seen += [choice.sends for choice in page.found]
        offset = page.following
        if not offset:
            break
    assert len(seen) == len(set(seen)) == 70 + 3 + 3
    assert await sent(house, "", "70") == seen[70:]


@pytest.mark.parametrize("offset", ["x", "-1", "٣", "9" * 400])
async def test_a_strange_offset_begins_anew(house: Market, offset: str) -> None:
    assert len(await sent(house, "green", offset)) == 3


async def test_without_a_list_there_is_nothing_to_choose(tmp_path: Path) -> None:
    async with market(tmp_path) as house:
        assert await sent(house, "green") == []
