"""Just before sending the product is read again: what differs stops the order, and the order is placed afterwards."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import events
from bot.journal.views import view
from bot.workers import price_check
from providers.errors import AccessDenied, OrderNotFound, OutcomeUnknown, ProviderUnavailable
from providers.products import Facts
from storage import orders
from tests.bench import working
from tests.storage.direct import reading
from tests.words.reading import WORDS
from tests.workers.priced import SHOWN, Priced, asked, filled_in, newest, ordered, placed, tap
from tests.workers.supplied import Supplied, supplied

GONE = OrderNotFound("product_not_found")
NOT_READ = "Fans: the price and limits could not be read again. Confirm sends the order without comparing them."


def now(**changes: Any) -> Facts:
    return SHOWN.model_copy(update=changes)


async def stopped(house: Supplied, reference: str, code: str, *lines: str) -> None:
    """The order is known not to be sent, and its card says why."""
    assert await house.outcome(reference) == "not_sent"
    assert view(house.order(reference)).code == code
    card = next(html for html in reversed(house.outbox()) if html.startswith("<b>Not placed"))
    assert card.split("\n")[1 : len(lines) + 2] == [*lines, WORDS.say("refusal.stopped")]


async def confirmed(house: Supplied, provider: Priced, holds: Any) -> str:
    """An order that was confirmed just before the supplier said something else."""
    await filled_in(house)
    provider.holds["P-1"] = holds
    await tap(house, "Confirm")
    return newest(house).reference


async def placed_as(house: Supplied, provider: Priced, reference: str, **form: Any) -> None:
    """The supplier got exactly one order, under this reference, asking for this."""
    await placed(house, reference)
    assert provider.references == [reference]
    assert {name: getattr(provider.sent[0], name) for name in form} == form
    assert house.order(reference).number == "N-1207"
    assert [order.stage for order in orders.all_rows(reading(house.database), 9)].count("sending") == 0


UNREAD_PRICE = (
    "Fans: Priced gives a price that can't be read; it was 12 points. Confirm sends the order without comparing it."
)
LIMITS = "1 to 1,000"
UNREAD_LIMITS = (
    f"Fans: Priced gives limits that can't be read; they were {LIMITS}. Confirm sends the order without comparing them."
)
RANGE = "Fans: the number that can be ordered at once was 1 to 1,000 and is {} now."


@pytest.mark.parametrize(
    ("holds", "code", "line"),
    [
        (now(price=Decimal("12.5")), "price_rose", "Fans: the price rose from 12 points to 12.5 points."),
        (now(price=None), "price_not_told", "Fans: Priced no longer gives its price, which was 12 points."),
        (now(unit="TWD"), "price_changed", "Fans: the price changed from 12 points to NT$12."),
        (now(minimum=50), "limits_changed", RANGE.format("50 to 1,000")),
        (now(minimum=None), "limits_changed", RANGE.format("up to 1,000")),
        (now(maximum=200), "limits_changed", RANGE.format("1 to 200")),
        (now(maximum=None), "limits_changed", RANGE.format("1 or more")),
        (now(price=None, unread={"price"}), "price_unread", UNREAD_PRICE),
        (now(maximum=None, unread={"maximum"}), "limits_unread", UNREAD_LIMITS),
        (now(minimum=None, unread={"minimum"}), "limits_unread", UNREAD_LIMITS),
    ],
)
async def test_an_order_that_still_fits_stands_at_the_summary_and_is_placed_under_its_reference(
    tmp_path: Path, holds: Facts, code: str, line: str
) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        reference = await confirmed(house, provider, holds)
        await stopped(house, reference, code, line)
        await asked(house, "Summary")
        assert "it keeps its reference" in house.outbox()[-1]
        assert provider.references == []
        await tap(house, "Confirm")
        await placed_as(house, provider, reference, article="P-1", quantity=100)
        assert provider.sent[0].facts.price == holds.price
        assert provider.sent[0].facts.read_at == house.clock()
        assert provider.reads == ["P-1", "P-1"]


@pytest.mark.parametrize(
    ("holds", "code", "line", "problem", "quantity"),
    [
        (now(minimum=200), "limits_changed", RANGE.format("200 to 1,000"), "the smallest number allowed is 200.", 300),
        (now(maximum=50), "limits_changed", RANGE.format("1 to 50"), "the largest number allowed is 50.", 50),
        (now(stock=60), "stock_short", "Fans: 100 ordered, only 60 in stock.", "", 60),
    ],
)
async def test_a_quantity_that_no_longer_fits_is_asked_again(
    tmp_path: Path, holds: Facts, code: str, line: str, problem: str, quantity: int
) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        reference = await confirmed(house, provider, holds)
        await stopped(house, reference, code, line)
        await asked(house, "Quantity")
        assert f"Not accepted: {problem}" in house.outbox()[-1]
        await house.does(events.Answered(str(quantity)))
        await asked(house, "Summary")
        await tap(house, "Confirm")
        again = newest(house).reference
        assert again != reference
        await placed_as(house, provider, again, quantity=quantity)
        assert house.order(reference).replaced_by == again


async def test_what_is_out_of_stock_can_be_exchanged_for_something_else(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await stopped(house, await confirmed(house, provider, now(stock=0)), "out_of_stock", "Fans is out of stock.")
        await asked(house, "Quantity")
        await tap(house, "Back")
        await house.does(events.Answered("P-2"))
        await asked(house, "Quantity")
        await house.does(events.Answered("100"))
        await tap(house, "Confirm")
        await placed_as(house, provider, newest(house).reference, article="P-2", quantity=100)


async def test_a_product_that_is_gone_is_asked_again_and_the_rest_is_kept(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        reference = await confirmed(house, provider, GONE)
        await stopped(house, reference, "product_gone", "Priced no longer sells Fans.")
        assert view(house.order(reference)).fields == ("article",)
        await asked(house, "Article")
        await house.does(events.Answered("P-2"))
        await asked(house, "Summary")
        await tap(house, "Confirm")
        await placed_as(house, provider, newest(house).reference, article="P-2", quantity=100)


async def test_a_price_that_fell_is_told_with_the_order_that_was_placed(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        reference = await confirmed(house, provider, now(price=Decimal(10)))
        await placed_as(house, provider, reference, quantity=100)
        assert house.outbox()[-1].endswith("The price fell from 12 points to 10 points.")


async def test_several_differences_are_told_a_line_each(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        reference = await confirmed(house, provider, now(price=Decimal(15), minimum=200, stock=20))
        await stopped(
            house,
            reference,
            "price_rose",
            "Fans: the price rose from 12 points to 15 points.",
            RANGE.format("200 to 1,000"),
            "Fans: 100 ordered, only 20 in stock.",
        )
        provider.holds["P-1"] = now(price=Decimal(15), minimum=200)
        await asked(house, "Quantity")
        await tap(house, "Back")
        await house.does(events.Answered("P-1"))
        await asked(house, "Quantity")
        await house.does(events.Answered("250"))
        await tap(house, "Confirm")
        await placed_as(house, provider, newest(house).reference, quantity=250)


@pytest.mark.parametrize(
    ("holds", "said"),
    [
        (ProviderUnavailable("catalogue_not_read"), ()),
        (AccessDenied("token_validation_failed", said="No such key."), ("Priced says: “No such key.”",)),
        (OutcomeUnknown("strange_answer"), ()),
        (ZeroDivisionError("nobody foresaw it"), ()),
        (None, ()),
        ("garbage", ()),
    ],
)
async def test_when_the_reading_fails_the_person_decides(tmp_path: Path, holds: Any, said: tuple[str, ...]) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        reference = await confirmed(house, provider, holds)
        await stopped(house, reference, "product_not_read", NOT_READ)
        card = house.outbox()[-2]
        assert all(line in card for line in said)
        await asked(house, "Summary")
        assert provider.references == []
        await tap(house, "Confirm")
        await placed_as(house, provider, reference, quantity=100)
        assert provider.reads == ["P-1"]
        assert provider.sent[0].facts == now(checked=False)


async def test_who_went_on_with_facts_of_an_older_list_has_decided(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        provider.holds["P-1"] = now(kept=True)
        reference = await confirmed(house, provider, ProviderUnavailable("catalogue_not_read"))
        await placed_as(house, provider, reference, quantity=100)
        assert provider.reads == ["P-1"]


async def test_facts_of_an_older_list_are_compared_where_they_can_be(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        provider.holds["P-1"] = now(kept=True)
        reference = await confirmed(house, provider, now(price=Decimal(13)))
        await stopped(house, reference, "price_rose", "Fans: the price rose from 12 points to 13 points.")
        await tap(house, "Confirm")
        await placed_as(house, provider, reference, quantity=100)
        assert not provider.sent[0].facts.kept
        assert house.workers.old_catalogues == ["priced"], "what is offered is read anew, once"


async def test_a_reading_that_hangs_ends_and_holds_nothing_up_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_check, "WITHIN", 0.05)
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        provider.read_gate.clear()
        reference = await ordered(house)
        await stopped(house, reference, "product_not_read", NOT_READ)
        await tap(house, "Confirm")
        await placed_as(house, provider, reference, quantity=100)
        assert house.workers.old_catalogues == [], "nothing is known to have changed"


async def test_a_product_of_which_nothing_was_known_is_not_read(tmp_path: Path) -> None:
    provider = Priced()
    provider.listed = False
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        provider.holds["P-1"] = GONE
        await placed_as(house, provider, await ordered(house), facts=None)
        assert provider.reads == []


async def test_what_was_stopped_while_another_draft_is_open_is_reopened_by_its_button(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        provider.read_gate.clear()
        await filled_in(house)
        provider.holds["P-1"] = now(minimum=200)
        await tap(house, "Confirm")
        reference = newest(house).reference
        await house.does(events.OrderRequested("shop"))
        provider.read_gate.set()
        await stopped(house, reference, "limits_changed", RANGE.format("200 to 1,000"))
        await house.does(events.CancelRequested())
        await tap(house, "Reopen")
        await asked(house, "Quantity")
        await house.does(events.Answered("200"))
        await tap(house, "Confirm")
        await placed_as(house, provider, newest(house).reference, quantity=200)


async def test_an_order_that_was_stopped_is_no_order_to_be_warned_of(tmp_path: Path) -> None:
    provider = Priced()
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await house.outcome(await confirmed(house, provider, now(price=Decimal(15))))
        assert "ordered" not in house.outbox()[-1]
        await house.does(events.CancelRequested())
        reference = await ordered(house)
        await placed_as(house, provider, reference)
