"""A token that came after the sending says nothing about what the shop booked for whom at that time."""

import pytest

from providers.errors import AccessDenied, OutcomeUnknown
from providers.simulators.base import Fault
from tests.providers.anqicms.samples import REFERENCE, a_form
from tests.providers.anqicms.shop import Shop, looked, numbers, signals


async def test_after_a_restart_no_match_proves_nothing(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
    async with shop.account_of_ours() as provider:
        found = await looked(shop, provider, sending)
    assert (found.matches, found.complete, signals(found)) == ((), False, ["maybe_as_guest"])


@pytest.mark.parametrize("marker", [True, False])
async def test_an_order_booked_for_a_guest_under_an_expired_token_is_not_called_absent(
    shop: Shop, *, marker: bool
) -> None:
    shop.allows_guests = True
    async with shop.account_of_ours("login", remark_marker=marker) as provider:
        await provider.check_credentials()
        shop.clock.pass_by(hours=1)
        shop.revoke_tokens()
        sending = await shop.lose(provider)
        found = await looked(shop, provider, sending)
        assert (found.matches, found.complete, signals(found)) == ((), False, ["maybe_as_guest"])
        assert len(shop.ledger) == 1
        shop.clock.pass_by(hours=1)
        sending = await shop.lose(provider, reference="2")
        found = await looked(shop, provider, sending)
    assert (numbers(found), found.complete) == ([shop.ledger[1].number], True)


async def test_a_given_token_that_has_expired_shows_no_list(shop: Shop) -> None:
    shop.allows_guests = True
    async with shop.account_of_ours() as provider:
        shop.revoke_tokens()
        sending = await shop.lose(provider)
        with pytest.raises(AccessDenied):
            await looked(shop, provider, sending)
    shop.assert_only_read()


async def test_a_token_that_the_shop_renewed_keeps_the_list_complete(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        shop.offer_token()
        assert (await looked(shop, provider, sending)).complete
        shop.revoke_tokens()
        shop.offer_token()
        with pytest.raises(AccessDenied):
            await looked(shop, provider, sending)


async def test_an_order_whose_token_was_denied_and_renewed_is_found_by_the_new_one(shop: Shop) -> None:
    async with shop.account_of_ours("login", timeout=5) as provider:
        await provider.place(a_form(), "1")
        shop.revoke_tokens()
        shop.clock.pass_by(hours=2)
        sending = shop.sending()
        shop.fail(Fault.DROP_AFTER)
        with pytest.raises(OutcomeUnknown):
            await provider.place(a_form(), REFERENCE)
        found = await provider.find_order(a_form(), sending)
    assert (numbers(found), found.complete) == ([shop.ledger[1].number], False)
