"""The same for orders of several products, and for those in which a person says what all of it costs."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import events
from bot.journal.views import view
from bot.workers import price_check
from providers.errors import OrderNotFound
from providers.orders import Remark
from providers.products import Chosen, Facts
from storage import orders
from tests.bench import working
from tests.storage.direct import reading
from tests.words.reading import WORDS
from tests.workers.priced import SHOWN, PricedBasket, asked, newest, placed, tap
from tests.workers.supplied import Supplied, supplied

GONE = OrderNotFound("product_not_found")
HATS = SHOWN.model_copy(update={"title": "Hats", "price": Decimal(30)})


def now(**changes: Any) -> Facts:
    return SHOWN.model_copy(update=changes)


async def filled_in(house: Supplied, provider: PricedBasket, *articles: str, quantity: str = "100") -> None:
    """To the summary of an order of several articles, of which H-1 are hats."""
    provider.holds["H-1"] = HATS
    await house.does(events.OrderRequested("priced"))
    for place, article in enumerate(articles):
        if place:
            await tap(house, "Add another")
        await house.does(events.Answered(article))
        await asked(house, "Quantity")
        await house.does(events.Answered(quantity))
    await tap(house, "Done")
    await house.does(events.Answered("4200"))
    await asked(house, "Summary")


async def reasons(house: Supplied, reference: str) -> list[str]:
    """What the card says between its first line and the sentence that nothing was sent."""
    assert await house.outcome(reference) == "not_sent"
    card = next(html for html in reversed(house.outbox()) if html.startswith("<b>Not placed"))
    lines = card.split("\n")
    return lines[1 : lines.index(WORDS.say("refusal.stopped"))]


async def test_an_amount_that_a_price_has_made_wrong_is_asked_again(tmp_path: Path) -> None:
    provider = PricedBasket()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await filled_in(house, provider, "P-1", "H-1")
        provider.holds["P-1"] = now(price=Decimal(15))
        await tap(house, "Confirm")
        reference = newest(house).reference
        assert await reasons(house, reference) == ["Fans: the price rose from 12 points to 15 points."]
        await asked(house, "Total")
        await house.does(events.Answered("4500"))
        await asked(house, "Summary")
        await tap(house, "Confirm")
        await placed(house)
        assert len(provider.references) == 1
        assert (provider.sent[0].total, provider.sent[0].lines[0].facts.price) == (4500, Decimal(15))
        assert sorted(provider.reads) == ["H-1", "H-1", "P-1", "P-1"]


async def test_what_differs_in_each_product_is_told(tmp_path: Path) -> None:
    provider = PricedBasket()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await filled_in(house, provider, "P-1", "H-1", "P-2")
        provider.holds |= {"P-1": now(price=Decimal(9)), "H-1": GONE, "P-2": now(title="Likes", maximum=500)}
        await tap(house, "Confirm")
        reference = newest(house).reference
        assert await reasons(house, reference) == [
            "Priced no longer sells Hats.",
            "Fans: the number that can be ordered at once was 1 to 1,000 and is 1 to 500 now.",
            "Fans: the price fell from 12 points to 9 points.",
        ]
        await asked(house, "Article")
        await house.does(events.Answered("P-3"))
        await asked(house, "Lines")
        await tap(house, "Done")
        await tap(house, "Confirm")
        await placed(house)
        assert len(provider.references) == 1
        assert [line.article for line in provider.sent[0].lines] == ["P-1", "P-3", "P-2"]
        assert provider.sent[0].lines[2].facts.maximum == 500


async def test_a_product_in_two_lines_is_read_once_and_has_to_last_for_both(tmp_path: Path) -> None:
    provider = PricedBasket()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await filled_in(house, provider, "P-1", "P-1")
        provider.holds["P-1"] = now(stock=150)
        await tap(house, "Confirm")
        first = newest(house).reference
        assert await reasons(house, first) == ["Fans: 200 ordered, only 150 in stock."]
        assert provider.reads == ["P-1"]
        await asked(house, "Summary")
        provider.holds["P-1"] = now(stock=200)
        await tap(house, "Confirm")
        await placed(house, first)
        assert provider.references == [first]


async def test_several_prices_that_fell_are_told_by_name(tmp_path: Path) -> None:
    provider = PricedBasket()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await filled_in(house, provider, "P-1", "H-1")
        provider.holds |= {"P-1": now(price=Decimal(9)), "H-1": HATS.model_copy(update={"price": Decimal(29)})}
        await tap(house, "Confirm")
        await placed(house)
        assert house.outbox()[-1].split("\n")[-2:] == [
            "Fans: the price fell from 12 points to 9 points.",
            "Hats: the price fell from 30 points to 29 points.",
        ]


async def test_what_was_read_of_an_order_is_kept_when_the_rest_could_not_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_check, "AT_ONCE", 1)
    monkeypatch.setattr(price_check, "WITHIN", 0.1)
    provider = PricedBasket()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await filled_in(house, provider, "P-1", "H-1")
        real = provider.read_product

        async def stuck_after_the_first(chosen: Chosen) -> Facts:
            facts = await real(chosen)
            provider.read_gate.clear()
            return facts

        monkeypatch.setattr(provider, "read_product", stuck_after_the_first)
        await tap(house, "Confirm")
        reference = newest(house).reference
        (reason,) = await reasons(house, reference)
        assert reason.startswith("Hats: the price and limits could not be read again.")
        provider.read_gate.set()
        provider.reads.clear()
        await tap(house, "Confirm")
        await placed(house, reference)
        assert provider.reads == ["P-1"]
        assert [line.facts.checked for line in provider.sent[0].lines] == [True, False]


async def test_what_takes_the_place_of_the_facts_is_with_the_order_that_was_stopped(tmp_path: Path) -> None:
    provider = PricedBasket()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await filled_in(house, provider, "P-1")
        provider.holds["P-1"] = now(price=Decimal(15), read_at=77)
        await tap(house, "Confirm")
        reference = newest(house).reference
        await reasons(house, reference)
        shown = view(house.order(reference))
        assert shown.fields == ("total",)
        ((path, facts),) = shown.patches
        assert path == ("lines", 0, "facts")
        assert Facts.model_validate(facts) == now(price=Decimal(15), read_at=77)
        assert len(orders.all_rows(reading(house.database), 9)) == 1


WAS = Chosen(("article",), ("facts",), "P-1", 100, SHOWN)


def test_nothing_differs_where_nothing_was_known_or_nothing_is_told_of_it() -> None:
    assert price_check.differences(WAS, SHOWN) == ()
    assert price_check.differences(Chosen((), (), "P-1", 100, None), GONE) == ()
    unknown = Chosen((), (), "P-1", 100, Facts())
    assert price_check.differences(unknown, SHOWN) == ()
    assert price_check.differences(WAS, now(stock=None)) == ()
    assert price_check.differences(WAS, now(title="Followers", read_at=5)) == ()


def test_a_unit_that_one_side_does_not_name_is_no_difference() -> None:
    assert price_check.differences(WAS, now(unit="")) == ()
    (rose,) = price_check.differences(WAS, now(unit="", price=Decimal("12.10")))
    assert rose == Remark("price_rose", {"title": "Fans", "old": "12 points", "new": "12.10"})


def test_a_limit_that_was_not_known_matters_only_where_it_rules_the_order_out() -> None:
    unbounded = Chosen((), (), "P-1", 100, Facts(title="Fans"))
    assert price_check.differences(unbounded, Facts(minimum=10, maximum=100)) == ()
    for facts, is_now in ((Facts(minimum=101), "≥ 101"), (Facts(maximum=99), "≤ 99")):
        (changed,) = price_check.differences(unbounded, facts)
        assert changed == Remark("limits_changed", {"title": "Fans", "old": "–", "new": is_now})
