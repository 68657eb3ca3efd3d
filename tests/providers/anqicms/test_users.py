"""Only orders of our own user are ours; with a token that was given, who that is has to be learned."""

from typing import Any

import pytest

from providers.simulators.anqicms.simulator import USER_ID
from providers.simulators.base import Fault
from tests.providers.anqicms.samples import a_form
from tests.providers.anqicms.shop import Shop, looked, numbers, signals


def also_of(shop: Shop, *users: Any) -> None:
    """The list shows its newest orders under these users, and the rest as they are."""

    def twist(answer: dict[str, Any]) -> dict[str, Any]:
        rows = answer["data"]
        changed = [row | {"user_id": user} for row, user in zip(rows, users, strict=False)]
        return answer | {"data": [*changed, *rows[len(users) :]]}

    shop.twist = twist


@pytest.mark.parametrize("user", [0, USER_ID + 1])
async def test_a_list_of_several_users_orders_proves_nothing_while_we_do_not_know_ours(shop: Shop, user: int) -> None:
    async with shop.account_of_ours() as provider:
        shop.ordered_elsewhere(quantity=2)
        shop.ordered_elsewhere(quantity=2)
        sending = await shop.lose(provider, fault=Fault.DROP_BEFORE)
        assert (await looked(shop, provider, sending)).complete
        also_of(shop, user)
        found = await looked(shop, provider, sending)
        assert (found.complete, signals(found)) == (False, ["not_whole"])
        also_of(shop)
        assert (await looked(shop, provider, sending)).complete


async def test_an_order_that_we_placed_tells_which_user_is_ours(shop: Shop) -> None:
    async with shop.account_of_ours() as provider:
        await provider.place(a_form(), "1")
        shop.clock.pass_by(hours=2)
        sending = await shop.lose(provider)
        shop.ordered_elsewhere()
        also_of(shop, USER_ID + 1)
        found = await looked(shop, provider, sending)
    assert (numbers(found), found.complete) == ([shop.ledger[1].number], True)


async def test_an_order_that_was_placed_as_a_guest_tells_nothing(shop: Shop) -> None:
    shop.allows_guests = True
    async with shop.account_of_ours() as provider:
        shop.revoke_tokens()
        await provider.place(a_form(), "1")
        shop.heal()
        shop.clock.pass_by(hours=2)
        sending = await shop.lose(provider)
        shop.ordered_elsewhere()
        also_of(shop, USER_ID + 1)
        found = await looked(shop, provider, sending)
    assert (len(found.matches), found.complete) == (2, False)


async def test_a_later_order_under_another_user_is_remarked(shop: Shop) -> None:
    shop.allows_guests = True
    async with shop.account_of_ours() as provider:
        first = await provider.place(a_form(), "1")
        shop.revoke_tokens()
        second = await provider.place(a_form(), "2")
    assert [remark.code for remark in first.remarks] == ["amount"]
    assert [remark.code for remark in second.remarks] == ["amount", "guest_order"]
