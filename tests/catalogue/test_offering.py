"""The catalogue in the chat: what a question offers, what typing finds, what a summary tells; over a real database."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.desk.pasted_texts import PastedTexts
from bot.journal.views import placed
from providers.orders import PlacedOrder
from providers.products import Catalogue, Product
from storage import orders, sending
from tests.bench import Bench
from tests.catalogue.seller import GOODS, Market, market
from tests.conversation.goods import TEA
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.storage.rows import mark
from tests.workers.test_catalogues import many


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Market]:
    async with market(tmp_path) as made:
        await made.refreshed()
        yield made


def last(house: Bench, who: int = ADMIN) -> str:
    return house.outbox(who)[-1]


def body(house: Bench, who: int = ADMIN) -> dict[str, Any]:
    rows = reading(house.database).fetch("SELECT body FROM outbox WHERE chat_id = $1 ORDER BY id DESC", who)
    # Edits that only close an answered question stand behind the next one.
    bodies: list[dict[str, Any]] = [json.loads(row["body"]) for row in rows]
    return next(one for one in bodies if not one.get("closes"))


def labels(house: Bench, who: int = ADMIN) -> list[str]:
    """The labels below the newest message."""
    return [button[0] for row in body(house, who)["rows"] for button in row]


async def tap(house: Bench, label: str, who: int = ADMIN) -> str:
    return await house.does(read(house.button(label, who)), who, tapped=77)


async def ordered(house: Bench, product: str, who: int = ADMIN, quantity: str = "2") -> None:
    house.clock.advance(1)
    await house.does(events.OrderRequested("gifts"), who)
    for text in (product, quantity, "x"):
        await house.does(events.Answered(text), who)
    await tap(house, "Confirm", who)
    if "ordered" in last(house, who).lower() and "Confirm" in labels(house, who):
        await tap(house, "Confirm", who)


async def test_with_no_catalogue_read_a_question_is_as_it_ever_was(tmp_path: Path) -> None:
    async with market(tmp_path) as house:
        await house.does(events.OrderRequested("gifts"))
        assert last(house) == "<b>Gift</b> · ●○○\nExample: <code>614</code>"
        assert labels(house) == ["Back", "Cancel"]
        await house.does(events.Answered("tea"))
        assert last(house).splitlines()[1].startswith("Not accepted: please use digits only.")
        for text in ("614", "5", "x"):
            await house.does(events.Answered(text))
        told = "<b>Summary</b> · Gifts\nGift: <b>614</b>\nQuantity: <b>5</b>\nNote: <b>x</b>"
        assert last(house) == told


async def test_a_summary_warns_of_a_product_that_the_kept_list_lacks(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    for text in ("99999", "5", "x"):
        await house.does(events.Answered(text))
    assert last(house).splitlines()[-1] == "<b>⚠️ Not in Gifts's list: 99999.</b>"
    # It asks for nothing more.
    await tap(house, "Confirm")
    assert last(house).startswith("<b>Sending</b> · Gifts")


async def test_what_a_text_may_mean_is_offered_by_the_titles_of_the_products(house: Market) -> None:
    house.desk = replace(house.desk, texts=PastedTexts())
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered("tea x5, note: soon"))
    filled_in = next(text for text in house.outbox() if text.startswith("<b>Filled in"))
    assert "Please check below: Gift: 614 (Green tea)" in filled_in
    assert {"Green tea · 614", "Tea cup · 700"} <= set(labels(house))
    await tap(house, "Tea cup · 700")
    assert "Gift: <b>Cup</b> (700)" in last(house)


async def test_a_list_that_broke_off_says_nothing_of_what_it_lacks_until_it_is_read_whole(tmp_path: Path) -> None:
    async with market(tmp_path) as house:
        for whole, told in ((False, False), (True, True), (False, False), (True, True)):
            house.gifts.listed = Catalogue(GOODS, whole=whole)
            house.clock.advance(1)
            await house.refreshed()
            await house.does(events.OrderRequested("gifts"))
            for text in ("99999", "5", "x"):
                await house.does(events.Answered(text))
            assert ("Not in Gifts's list" in last(house)) is told
            await tap(house, "Cancel")


async def test_a_question_offers_the_categories_and_typing_searches(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    assert labels(house) == ["Categories", "Search", "Back", "Cancel"]
    await house.does(events.Answered("TEA"))
    assert last(house).splitlines() == ["<b>Gift</b> · ●○○", "2 products match “TEA”"]
    assert labels(house) == ["Green tea · CN¥1.20", "Tea cup · CN¥1,190.00", "Categories", "Search", "Back", "Cancel"]
    await house.does(events.Answered("zhijin"))
    assert last(house).splitlines()[1] == "1 product matches “zhijin”"
    await tap(house, "维达 纸巾 · CN¥2.00")
    assert last(house).splitlines()[:2] == ["<b>Quantity</b> · ●●○", "维达 纸巾 · CN¥2.00 each"]


@pytest.mark.parametrize("query", ["維達", "維達 紙巾", "维达", "纸巾"])
async def test_a_title_in_one_kind_of_characters_is_found_by_the_other(house: Market, query: str) -> None:
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered(query))
    assert last(house).splitlines()[1] == f"1 product matches “{query}”"
    assert labels(house)[0] == "维达 纸巾 · CN¥2.00"


async def test_a_slip_is_mended_in_either_kind_of_characters(house: Market) -> None:
    house.gifts.listed = Catalogue((Product("614", "武夷山大紅袍禮盒"), Product("7", "Cup")), whole=True)
    await house.refreshed()
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered("武夷山大红抱礼盒"))
    assert labels(house)[0] == "武夷山大紅袍禮盒"


async def test_what_stands_below_a_search_that_found_nothing_is_said_to_be_ordered_before(house: Market) -> None:
    await ordered(house, "614")
    await house.does(events.OrderRequested("gifts"))
    assert "Ordered before" not in last(house)
    await house.does(events.Answered("coffee"))
    assert last(house).splitlines()[1].startswith("Not accepted: no product matches")
    assert last(house).splitlines()[-1] == "Ordered before:"
    assert labels(house)[0] == "Green tea · CN¥1.20"


async def test_a_question_that_lost_its_products_no_longer_speaks_of_them(house: Market) -> None:
    house.gifts.listed = Catalogue((Product("614", "Green tea set"), Product("7", "Cup")), whole=True)
    await house.refreshed()
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered("green taes"))
    assert "Did you mean one of these?" in last(house)
    await house.does(events.Answered("cupp"))
    rows = [json.loads(row["body"]) for row in reading(house.database).fetch("SELECT body FROM outbox ORDER BY id")]
    closed = [one["html"] for one in rows if one.get("closes")]
    assert closed
    assert not any("Did you mean" in html or "title to search" in html for html in closed)


async def test_search_waits_for_a_text_and_takes_no_number_for_an_id(house: Market) -> None:
    house.gifts.listed = Catalogue((Product("614", "Green tea"), Product("7", "Calendar 614")), whole=True)
    await house.refreshed()
    await house.does(events.OrderRequested("gifts"))
    await tap(house, "Search")
    assert body(house)["message_id"] == 77
    assert last(house).splitlines()[1] == "Send a word of the title, in characters or pinyin."
    assert labels(house) == ["All products", "Back", "Cancel"]
    await house.does(events.Answered("nothing"))
    assert last(house).splitlines()[1].startswith("Not accepted: no product matches")
    await house.does(events.Answered("614"))
    assert last(house).splitlines()[1] == "2 products match “614”"
    await tap(house, "Calendar 614")
    assert last(house).startswith("<b>Quantity</b>")


async def test_back_leads_out_of_a_search_to_the_question(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    await tap(house, "Search")
    await tap(house, "Back")
    assert "Search" in labels(house)
    await house.does(events.Answered("614"))
    assert last(house).startswith("<b>Quantity</b>")


async def test_what_is_called_so_comes_before_what_is_only_filed_so(house: Market) -> None:
    filed = (Product("1", "Cup", "Tea"), Product("2", "茶杯", "Tea"), Product("3", "Green tea", "Drinks"))
    house.gifts.listed = Catalogue((*filed, Product("4", "茶叶", "日用")), whole=True)
    await house.refreshed()
    await house.does(events.OrderRequested("gifts"))
    for query, found in (("tea", ["Green tea", "Cup", "茶杯"]), ("cb", ["茶杯"]), ("tea cha", ["茶杯"])):
        await house.does(events.Answered(query))
        assert labels(house)[: len(found)] == found


async def test_what_finds_nothing_is_not_accepted(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered("<coffee> & 100%"))
    assert last(house).splitlines()[1].startswith("Not accepted:")
    assert "Categories" in labels(house)


async def test_a_product_is_picked_through_its_category_and_back_leads_out(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    await tap(house, "Categories")
    assert body(house)["message_id"] == 77
    assert labels(house) == ["Drinks · 1", "日用品 · 1", "Dishes · 1", "Search", "Back", "Cancel"]
    await tap(house, "Dishes · 1")
    assert last(house).splitlines()[1] == "Dishes · 1"
    await tap(house, "Back")
    await tap(house, "Drinks · 1")
    await tap(house, "Green tea · CN¥1.20")
    assert last(house).startswith("<b>Quantity</b> · ●●○\nGreen tea · 2 to 5,000 · 40 in stock · CN¥1.20 each")
    await house.does(events.Answered("41"))
    assert last(house).splitlines()[1] == "Not accepted: only 40 in stock."


async def test_many_finds_come_in_pages_of_eight_in_the_same_message(house: Market) -> None:
    house.gifts.listed = Catalogue(tuple(many(20)), whole=True)
    await house.refreshed()
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered("tea"))
    assert last(house).splitlines()[1] == "20 products match “tea” · 1/3"
    await tap(house, "Next ›")
    await tap(house, "Next ›")
    assert body(house)["message_id"] == 77
    assert [label for label in labels(house) if "维达" in label] == [f"维达 Tea {n} · CN¥1.20" for n in range(16, 20)]
    assert "‹ Previous" in labels(house)
    assert "Next ›" not in labels(house)


async def test_a_list_without_categories_is_shown_as_a_whole(house: Market) -> None:
    house.gifts.listed = Catalogue(tuple(Product(str(n), f"Cup {n}") for n in range(1, 10)), whole=True)
    await house.refreshed()
    await house.does(events.OrderRequested("gifts"))
    await tap(house, "All products")
    assert last(house).splitlines()[1] == "All products · 9 · 1/2"
    assert labels(house)[:2] == ["Cup 1", "Cup 2"]


async def test_what_somebody_ordered_lately_and_what_all_order_often_comes_first(house: Market) -> None:
    await ordered(house, "700", COLLEAGUE)
    await ordered(house, "700", COLLEAGUE, "3")
    await ordered(house, "615")
    await house.does(events.OrderRequested("gifts"))
    assert labels(house)[:2] == ["维达 纸巾 · CN¥2.00", "Tea cup · CN¥1,190.00"]
    await house.does(events.OrderRequested("gifts"), COLLEAGUE)
    assert labels(house, COLLEAGUE)[:2] == ["Tea cup · CN¥1,190.00", "维达 纸巾 · CN¥2.00"]
    house.gifts.listed = Catalogue(GOODS[:2], whole=True)
    await house.refreshed()
    await tap(house, "Cancel", COLLEAGUE)
    await house.does(events.OrderRequested("gifts"), COLLEAGUE)
    assert labels(house, COLLEAGUE)[:2] == ["维达 纸巾 · CN¥2.00", "Categories"]


async def test_products_of_one_name_are_told_apart_by_their_categories(house: Market) -> None:
    twins = (Product("1", "Mug", "Courier 1"), Product("2", "Mug", "Courier 2"), Product("3", "Mug rack", "Courier 2"))
    house.gifts.listed = Catalogue(twins, whole=True)
    await house.refreshed()
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered("mug"))
    assert labels(house)[:3] == ["Mug · Courier 1", "Mug · Courier 2", "Mug rack"]


async def test_a_button_means_the_same_product_after_the_list_has_changed(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered("tea"))
    green = house.button("Green tea · CN¥1.20")
    house.gifts.listed = Catalogue(GOODS[::-1][:2], whole=True)
    await house.refreshed()
    await house.does(read(green), tapped=77)
    for text in ("3", "x"):
        await house.does(events.Answered(text))
    assert "Gift: <b>614</b>\n" in last(house)
    assert "Total" not in last(house)


async def test_an_id_too_long_for_a_button_can_still_be_typed(house: Market) -> None:
    house.gifts.listed = Catalogue((Product("9" * 60, "Long"), Product("5", "Long and short")), whole=True)
    await house.refreshed()
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered("long"))
    assert labels(house)[:2] == ["Long and short", "All products"]


async def test_the_summary_tells_price_and_total_and_an_old_list_its_age(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    for text in ("614", "10", "x"):
        await house.does(events.Answered(text))
    assert last(house).splitlines()[-2:] == ["Price: CN¥1.20 each", "Total: <b>CN¥12.00</b>"]
    house.clock.advance(3601)
    await tap(house, "Edit")
    await tap(house, "Back")
    assert last(house).splitlines()[-1].startswith("The prices are from 21 Sep 14:13")
    await tap(house, "Cancel")
    await house.does(events.OrderRequested("gifts"))
    assert last(house).splitlines()[-1].startswith("This list is from 14:13")


async def test_what_an_old_list_has_in_stock_refuses_nothing(house: Market) -> None:
    await house.does(events.OrderRequested("gifts", "614"))
    await house.does(events.Answered("41"))
    assert "Not accepted:" in last(house)
    await tap(house, "Cancel")
    house.clock.advance(3601)
    await house.does(events.OrderRequested("gifts", "614"))
    assert "in stock" not in last(house)
    await house.does(events.Answered("41"))
    assert last(house).startswith("<b>Note")
    await house.refreshed()
    await tap(house, "Cancel")
    await house.does(events.OrderRequested("gifts", "614"))
    assert "40 in stock" in last(house)


async def test_a_failed_look_up_falls_back_on_the_list_and_says_from_when(house: Market) -> None:
    await house.does(events.OrderRequested("fans", "614"))
    assert last(house).startswith("Checking the gift")
    ((place, request),) = house.workers.wanted_look_ups
    await house.desk.report(place, events.LookedUp(request.draft, request.revision, events.LookUpResult.FAILED))
    second, third = last(house).splitlines()[1:3]
    assert second.startswith("The product list couldn't be read just now; this is from 14:13")
    assert third == "Green tea · 2 to 5,000 · 40 in stock · list price CN¥1.20"


async def test_a_product_asked_for_with_the_order_is_offered_where_products_are_asked(house: Market) -> None:
    await house.does(events.OrderRequested("basket", "700"))
    assert last(house).startswith("<b>Kind</b>")
    await house.does(events.Answered("goods"))
    assert labels(house)[:2] == ["Tea cup · CN¥1,190.00", "Categories"]


async def test_starting_anew_keeps_the_product(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.OrderRequested("gifts", "615"))
    await tap(house, "Start anew")
    assert last(house).startswith("<b>Quantity</b> · ●●○\n维达 纸巾")


async def test_an_amount_is_suggested_and_another_one_is_said_in_the_summary(house: Market) -> None:
    await house.does(events.OrderRequested("basket"))
    for text in ("goods", "700", "2"):
        await house.does(events.Answered(text))
    await tap(house, "Done")
    assert last(house).splitlines()[1] == "The list prices add up to CN¥2,380.00."
    assert "CN¥2,380.00" in labels(house)
    await house.does(events.Answered("2000"))
    assert last(house).splitlines()[-2:] == [
        "Amount: <b>CN¥2,000.00</b>",
        "<b>⚠️ The list prices add up to CN¥2,380.00.</b>",
    ]


async def test_among_ten_thousand_products_a_search_finds_and_an_id_is_taken(house: Market) -> None:
    house.gifts.listed = Catalogue(tuple(many(10_000)), whole=True)
    await house.refreshed()
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered("no such thing"))
    assert "Not accepted: no product matches" in last(house)
    await house.does(events.Answered("tea 9999"))
    assert "1 product matches" in last(house)
    for text in ("5000", "1"):
        await house.does(events.Answered(text))
    assert last(house).startswith("<b>Note")


async def test_what_is_ordered_again_has_todays_price(house: Market) -> None:
    await ordered(house, "614")
    (reference,) = [order.reference for order in orders.all_rows(reading(house.database), 9)]
    with writing(house.database) as tx:
        sending.claim(tx, "gifts", mark(house.clock(), "test"), 9)
    await house.settle(reference, placed(PlacedOrder("1207")))
    house.gifts.listed = Catalogue((Product("614", "Green tea", facts=TEA | {"price": "1.50"}),), whole=True)
    await house.refreshed()
    await tap(house, "Order again")
    assert "Price: CN¥1.50 each" in last(house)
    house.gifts.listed = Catalogue((), whole=True)
    await house.refreshed()
    await tap(house, "Cancel")
    await tap(house, "Order again")
    assert "CNY" not in last(house), "what is in no list has no price that could be told"


@pytest.mark.parametrize("wrong", ["-1", "0.5", "6 1 4", "t", "???"])
async def test_a_number_gone_wrong_is_no_search_although_titles_have_it(house: Market, wrong: str) -> None:
    house.gifts.listed = Catalogue((*GOODS, Product("800", f"Tea t {wrong} ??? pack", "Drinks")), whole=True)
    await house.refreshed()
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered(wrong))
    assert last(house).splitlines()[1].startswith("Not accepted:")
    await house.does(events.Answered("pack"))
    assert "1 product matches" in last(house)


async def test_a_title_with_a_slip_in_it_offers_what_is_nearly_called_so(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    for slip in ("grene tea", "gren tea", "tea cop", "weidda zhijin"):
        await house.does(events.Answered(slip))
        assert "Not accepted: no product matches" in last(house), slip
        assert "Did you mean one of these?" in last(house), slip
    await house.does(events.Answered("grene tea"))
    await tap(house, next(label for label in labels(house) if label.startswith("Green tea")))
    assert last(house).startswith("<b>Quantity")


async def test_what_nothing_is_nearly_called_is_not_found(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    for text in ("umbrella", "qq", "汽車輪胎", "x" * 300):
        await house.does(events.Answered(text))
        assert "Not accepted" in last(house), text
        assert "Did you mean" not in last(house), text


async def test_a_product_that_is_offered_is_picked_by_its_title_and_search_by_its_word(house: Market) -> None:
    await house.does(events.OrderRequested("gifts"))
    await house.does(events.Answered("tea"))
    assert "2 products match" in last(house)
    await house.does(events.Answered("GREEN TEA"))
    assert last(house).startswith("<b>Quantity")
    await house.does(events.Answered("back"))
    for word in ("search", "cup"):
        await house.does(events.Answered(word))
    assert "1 product matches" in last(house)


async def test_an_id_is_that_product_whatever_another_one_is_called(tmp_path: Path) -> None:
    wares = (Product("614", "Green tea", "", "", TEA), Product("700", "614", "", "", TEA | {"title": "614"}))
    async with market(tmp_path) as house:
        house.gifts.listed = Catalogue(wares, whole=True)
        await house.refreshed()
        for text in ("gifts", "614"):
            await house.does(events.Answered(text))
        assert "Green tea" in last(house)


async def test_a_product_that_is_tapped_is_looked_up_where_it_stood_and_a_typed_one_below(house: Market) -> None:
    await house.does(events.OrderRequested("fans"))
    await house.does(events.Answered("green"))
    await tap(house, next(label for label in labels(house) if label.startswith("Green tea")))
    assert body(house)["html"].startswith("Checking the gift")
    assert body(house)["message_id"] == 77
    await tap(house, "Back")
    await house.does(events.Answered("614"))
    assert body(house)["html"].startswith("Checking the gift")
    assert body(house)["message_id"] is None
