"""An account's settings change under an order: what is seen at one customer says nothing about another's order."""

from pathlib import Path

import pytest

from providers.simulators.base import Fault
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.end_to_end.circumstances import LAG, AnyKeyGuoGuo, Place, at, button, place, reads_of
from tests.end_to_end.dialogues import DAMAIJIA, GUOGUO
from tests.end_to_end.house import ADMIN, COLLEAGUE

LIST = "/platform/order"
RESEND = "Send again under the same reference"
SAME, OTHER = "Same customer, new key", "Another customer"
TWIN = at("twin", "Twin", GUOGUO)
RENAMED = at("likes", "GuoGuo", GUOGUO)
DUPLICATE = "The same was ordered before"


async def test_a_lost_order_is_not_looked_for_at_another_address(tmp_path: Path) -> None:
    async with place(tmp_path) as there, GuoGuoSimulator(there.clock.moment) as second:
        house = there.house
        house.guoguo.fail(Fault.DROP_AFTER)
        async with there.bot():
            reference = await there.orders(GUOGUO)
            await there.says("Please check an order", reference)
        asked = reads_of(second, LIST)
        async with there.bot(guoguo=second.account()):
            await there.says("Please check an order", f"It was sent to {house.guoguo.url}", reference)
            there.clock.advance(LAG + 60)
            assert "Status: outcome unknown" in await there.status(reference)
            house.tap("Details")
            detailed = await there.says("Please check an order", f"It was sent to {house.guoguo.url}", "Waited for an")
            assert "Look again" not in detailed.labels
            # Nor is a number that somebody names asked about there.
            house.tap("Found it")
            await house.reads("Order number")
            house.say("ORD-1")
            assert "is another customer or address now" in (await house.reads("Please make sure")).text
            house.say("/cancel")
            assert "Status: outcome unknown" in await there.status(reference)
        assert asked == []
        assert there.was_said("Not placed") == []
        async with there.bot():
            # Where it went it is found.
            number = house.guoguo.ledger[0].number
            await house.offers(f"It is {number}")
            house.tap(f"It is {number}")
            await there.says("Placed", f"Order number: {number}", reference)
        assert len(house.guoguo.received) == 1
        assert second.received == []


async def test_an_order_is_not_sent_again_to_another_address(tmp_path: Path) -> None:
    async with place(tmp_path) as there, DamaijiaSimulator(there.clock.moment) as second:
        house = there.house
        house.damaijia.fail(Fault.DROP_AFTER)
        async with there.bot():
            reference = await there.orders(DAMAIJIA)
            await house.opens(RESEND)
            old = button(house, RESEND)
        async with there.bot(gifts=second.account()):
            # A button of before, as a screen that wasn't renewed still has it.
            house.telegram.tap(ADMIN, *old, forged=True)
            detailed = await there.says(
                "Please check an order", f"It was sent to {house.damaijia.url}", "Waited for an"
            )
            assert RESEND not in detailed.labels
            assert "Status: outcome unknown" in await there.status(reference)
        assert second.received == []
        assert len(house.damaijia.received) == 1
        async with there.bot():
            # Where it went it is safe: the supplier takes no second one.
            await house.offers(RESEND)
            house.tap(RESEND)
            await house.reaches(house.damaijia, 2)
        assert len(house.damaijia.ledger) == 1


async def test_the_number_of_an_order_is_not_asked_about_at_another_address(tmp_path: Path) -> None:
    async with place(tmp_path) as there, GuoGuoSimulator(there.clock.moment) as second:
        house = there.house
        async with there.bot():
            reference = await there.orders(GUOGUO)
            await there.says("Placed", reference)
        asked = reads_of(second, LIST)
        async with there.bot(guoguo=second.account()):
            there.clock.advance(3600)
            shown = await there.status(reference)
            assert f"Order number: {house.guoguo.ledger[0].number}" in shown
            assert "Status: placed (establish)" in shown
        assert asked == []
        async with there.bot():
            there.clock.advance(60)
            await there.says("Placed", "processing", reference)


async def _lost_with_one_key(there: Place, many: AnyKeyGuoGuo) -> str:
    many.fail(Fault.DROP_BEFORE)
    async with there.bot(guoguo=many.account() | {"api_key": "one"}):
        reference = await there.orders(GUOGUO)
        await there.says("Please check an order", reference)
    return reference


async def test_a_new_key_is_asked_about_and_evidence_counts_again_when_it_is_the_same_customer(tmp_path: Path) -> None:
    async with place(tmp_path) as there, AnyKeyGuoGuo(there.clock.moment) as many:
        house = there.house
        house.say("/start", COLLEAGUE)
        reference = await _lost_with_one_key(there, many)
        async with there.bot(guoguo=many.account() | {"api_key": "two"}):
            for admin in (ADMIN, COLLEAGUE):
                asked = await there.says("GuoGuo has another key", who=admin)
                assert asked.labels == [SAME, OTHER]
            there.clock.advance(LAG + 60)
            assert "Status: outcome unknown" in await there.status(reference)
            assert there.was_said("Not placed") == []
            house.tap(SAME, COLLEAGUE)
            await there.says("Noted: GuoGuo is the same customer", who=COLLEAGUE)
            await there.says("Not placed", reference)
        async with there.bot(guoguo=many.account() | {"api_key": "two"}):
            # It is asked once only.
            assert "most likely not placed" in await there.status(reference)
            assert len(there.was_said("GuoGuo has another key")) == 1


async def test_a_new_key_that_is_another_customer_proves_nothing_about_the_order_of_the_first(tmp_path: Path) -> None:
    async with place(tmp_path) as there, AnyKeyGuoGuo(there.clock.moment) as many:
        house = there.house
        reference = await _lost_with_one_key(there, many)
        async with there.bot(guoguo=many.account() | {"api_key": "two"}):
            await there.says("GuoGuo has another key")
            house.tap(OTHER)
            await there.says("Noted: GuoGuo is another customer")
            there.clock.advance(LAG + 60)
            assert "Status: outcome unknown" in await there.status(reference)
        async with there.bot(guoguo=many.account() | {"api_key": "one"}):
            await there.says("Not placed", reference)


async def test_a_number_that_an_earlier_customer_had_too_is_the_new_orders_own(tmp_path: Path) -> None:
    async with place(tmp_path) as there, GuoGuoSimulator(there.clock.moment) as second:
        house = there.house
        async with there.bot():
            await there.says("Placed", first := await there.orders(GUOGUO))
        async with there.bot(guoguo=second.account()):
            reference = await there.orders(GUOGUO)
            number = house.guoguo.ledger[0].number
            await there.says("Placed", f"Order number: {number}", reference)
            assert second.ledger[0].number == number
            for one in (first, reference):
                assert f"Order number: {number}" in await there.status(one)


async def test_a_lost_order_is_found_under_a_number_that_an_earlier_customer_had_too(tmp_path: Path) -> None:
    async with place(tmp_path) as there, GuoGuoSimulator(there.clock.moment) as second:
        house = there.house
        async with there.bot():
            await there.says("Placed", await there.orders(GUOGUO))
        second.fail(Fault.DROP_AFTER)
        async with there.bot(guoguo=second.account()):
            reference = await there.orders(GUOGUO)
            await there.says("Please check an order", reference)
            there.clock.advance(LAG + 60)
            number = second.ledger[0].number
            assert number == house.guoguo.ledger[0].number
            await house.offers(f"It is {number}")
            house.tap(f"It is {number}")
            await there.says("Placed", f"Order number: {number}", reference)


@pytest.mark.parametrize("keys", [("one", "one"), ("one", "two")], ids=["one key", "two keys"])
async def test_a_like_order_of_another_account_is_never_taken_for_the_lost_one(
    tmp_path: Path, keys: tuple[str, str]
) -> None:
    async with place(tmp_path) as there, AnyKeyGuoGuo(there.clock.moment) as many:
        key, other = keys
        many.rows_tell = True
        many.fail(Fault.DROP_BEFORE)
        first, twin = many.account() | {"title": GUOGUO.title}, many.account() | {"title": TWIN.title}
        async with there.bot(guoguo=first | {"api_key": key}, twin=twin | {"api_key": other}):
            reference = await there.orders(GUOGUO)
            await there.says("Please check an order", reference)
            await there.fills_in(TWIN, COLLEAGUE)
            theirs = await there.confirms(TWIN, COLLEAGUE)
            number = (await there.says("Placed", theirs, who=COLLEAGUE)).text.split("Order number: ")[1].split()[0]
            there.clock.advance(LAG + 60)
            shown = await there.status(reference)
            assert "Status: outcome unknown" in shown
            assert number not in shown
        assert [taken.number for taken in many.ledger] == [number]


async def test_a_like_order_made_in_the_suppliers_panel_is_never_taken_for_the_lost_one(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house = there.house
        house.guoguo.rows_tell = True
        house.guoguo.fail(Fault.DROP_BEFORE)
        async with there.bot():
            reference = await there.orders(GUOGUO)
            await there.says("Please check an order", reference)
            theirs = house.guoguo.take_elsewhere(GUOGUO.body(""))
            there.clock.advance(LAG + 60)
            await house.offers(f"It is {theirs.number}")
            assert "Status: outcome unknown" in await there.status(reference)
            # A person who knows better says so, and orders.
            house.tap("Details")
            await house.offers("It was not placed")
            house.tap("It was not placed")
            await house.offers("That is another order: ours was not placed")
            house.tap("That is another order: ours was not placed")
            await there.says("Summary", DUPLICATE)
            again = await there.confirms(GUOGUO)
            await there.says("Placed", again)
        assert len(house.guoguo.ledger) == 2
        assert theirs.number not in {number for (number,) in house.rows("SELECT number FROM orders")}


async def test_a_lost_order_of_an_account_that_is_gone_is_a_persons(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house = there.house
        house.guoguo.fail(Fault.DROP_AFTER)
        async with there.bot():
            reference = await there.orders(GUOGUO)
            await there.says("Please check an order", reference)
        async with there.bot(guoguo=None):
            house.tap("Details")
            await there.says("Please check an order", "This account is no longer set up here", reference)
            assert "Status: outcome unknown" in await there.status(reference)
        async with there.bot():
            await house.offers(f"It is {house.guoguo.ledger[0].number}")
        assert len(house.guoguo.received) == 1


async def test_a_renamed_account_keeps_its_orders(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house = there.house
        async with there.bot():
            first = await there.orders(GUOGUO)
            await there.says("Placed", first)
            house.guoguo.fail(Fault.DROP_AFTER)
            await there.fills_in(GUOGUO)
            lost = await there.confirms(GUOGUO)
            await there.says("Please check an order", lost)
        async with there.bot(guoguo=None, likes=house.guoguo.account()):
            number = house.guoguo.ledger[1].number
            await house.offers(f"It is {number}")
            house.tap(f"It is {number}")
            await there.says("Placed", f"Order number: {number}", lost)
            assert f"Order number: {house.guoguo.ledger[0].number}" in await there.status(first)
            await there.fills_in(RENAMED)
            await there.says("Summary", DUPLICATE)
            there.clock.advance(1900)
            await there.says("Placed", "processing", first)
        assert len(house.guoguo.received) == 2


async def test_the_lost_order_of_an_account_that_leads_elsewhere_is_found_by_the_one_that_leads_there(
    tmp_path: Path,
) -> None:
    async with place(tmp_path) as there, GuoGuoSimulator(there.clock.moment) as second:
        house = there.house
        one, two = house.guoguo.account() | {"title": "GuoGuo"}, second.account() | {"title": "Twin"}
        async with there.bot(guoguo=one):
            house.guoguo.fail(Fault.DROP_AFTER)
            lost = await there.orders(GUOGUO)
            await there.says("Please check an order", lost)
        asked = reads_of(second, LIST)
        # Its settings have another name now, and its name leads to another customer.
        async with there.bot(guoguo=two | {"title": "GuoGuo"}, twin=one | {"title": "Twin"}):
            number = house.guoguo.ledger[0].number
            await house.offers(f"It is {number}")
            house.tap(f"It is {number}")
            await there.says("Placed · Twin", f"Order number: {number}", lost)
            await there.fills_in(TWIN)
            await there.says("Summary · Twin", DUPLICATE)
            there.clock.advance(1900)
            await there.says("Placed · Twin", "processing", lost)
        assert asked == []
        assert second.received == []


async def test_two_accounts_of_one_customer_ask_about_the_same_order(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        house = there.house
        both = {"guoguo": GUOGUO.title, "twin": TWIN.title}
        accounts = {name: house.guoguo.account() | {"title": title} for name, title in both.items()}
        async with there.bot(**accounts):
            first = await there.orders(GUOGUO)
            await there.says("Placed", first)
            await there.fills_in(TWIN, COLLEAGUE)
            await there.says("Summary", DUPLICATE, house.guoguo.ledger[0].number, who=COLLEAGUE)
            second = await there.confirms(TWIN, COLLEAGUE)
            await there.says("Placed", second, who=COLLEAGUE)
        assert len(house.guoguo.ledger) == 2
