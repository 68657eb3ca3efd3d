"""A wrong clock, the shop's or ours, hides no order: an order of another time is told, and never certain."""

from datetime import timedelta

import pytest

from providers.errors import OutcomeUnknown
from providers.simulators.base import Fault
from tests.providers.anqicms.samples import REFERENCE, a_form
from tests.providers.anqicms.shop import ROOM, Shop, looked, numbers, signals


async def test_an_order_of_another_time_is_evidence_that_differs_in_its_time(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        before = shop.ordered_elsewhere()
        shop.clock.pass_by(minutes=30)
        sending = await shop.lose(provider)
        shop.clock.pass_by(hours=5)
        after = shop.ordered_elsewhere()
        found = await looked(shop, provider, sending)
    ours = shop.ledger[1]
    assert numbers(found) == [ours.number, after.number, before.number]
    assert [match.differs for match in found.matches] == [(), ("time",), ("time",)]
    assert not any(match.certain for match in found.matches)
    assert found.complete


async def test_an_order_before_the_horizon_is_not_ours(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        shop.ordered_elsewhere()
        shop.clock.pass_by(hours=1, seconds=ROOM.total_seconds() + 1)
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        found = await looked(shop, provider, sending)
        assert (found.matches, found.complete) == ((), True)
        placed = await provider.place(a_form(), REFERENCE)
        shop.requests.clear()
        assert numbers(await looked(shop, provider, sending)) == [placed.number]


@pytest.mark.parametrize("seconds", [-180, 700])
async def test_a_shop_with_a_wrong_clock_shows_our_order_and_proves_nothing(shop: Shop, seconds: int) -> None:
    async with shop.account_of_ours() as provider:
        shop.now = lambda: shop.clock.at + timedelta(seconds=seconds)
        sending = await shop.lose(provider)
        found = await looked(shop, provider, sending)
        (match,) = found.matches
        assert (match.order.number, match.certain, match.differs) == (shop.ledger[0].number, False, ("time",))
        assert (found.complete, signals(found)) == (False, ["not_whole"])
        # Mended by now; its orders keep their times.
        shop.now = shop.clock
        shop.clock.pass_by(minutes=15)
        found = await looked(shop, provider, sending)
    assert [(match.certain, match.differs) for match in found.matches] == [(False, ("time",))]


@pytest.mark.parametrize("minutes", [-20, 55])
async def test_our_own_clock_being_wrong_when_it_was_sent_hides_nothing(shop: Shop, minutes: int) -> None:
    async with shop.account_of_ours() as provider:
        shop.clock.pass_by(hours=2)
        shop.now = lambda: shop.clock.at - timedelta(minutes=minutes)
        sending = shop.sending()
        shop.fail(Fault.DROP_AFTER)
        with pytest.raises(OutcomeUnknown):
            await provider.place(a_form(), REFERENCE)
        shop.requests.clear()
        # Ours is right from here on.
        shop.clock.pass_by(minutes=-minutes)
        shop.now = shop.clock
        (match,) = (await looked(shop, provider, sending)).matches
    assert (match.order.number, match.certain, match.differs) == (shop.ledger[0].number, False, ("time",))


async def test_our_marker_is_ours_at_any_later_time_and_from_a_clock_ahead(shop: Shop) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        shop.now = lambda: shop.clock.at + timedelta(seconds=700)
        sending = await shop.lose(provider)
        (match,) = (await looked(shop, provider, sending)).matches
    assert (match.certain, match.differs) == (True, ())


async def test_our_marker_from_a_clock_behind_is_told(shop: Shop) -> None:
    async with shop.account_of_ours(remark_marker=True) as provider:
        shop.now = lambda: shop.clock.at - timedelta(seconds=180)
        sending = await shop.lose(provider)
        (match,) = (await looked(shop, provider, sending)).matches
    assert (match.certain, match.differs) == (False, ("time",))
