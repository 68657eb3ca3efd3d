"""A supplier's key is replaced while an order is under way, at each supplier: nothing is lost, nothing is sent twice.

The order's answer is lost, the old key is refused from then on, and an admin says that the customer is the same.
"""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp import web
from multidict import CIMultiDict

from providers.simulators.base import Fault, Simulator
from tests.end_to_end.circumstances import LAG, place
from tests.end_to_end.dialogues import ANQICMS, CITIESOCIAL, DAMAIJIA, GUOGUO, Dialogue
from tests.end_to_end.house import ADMIN

SAME = "Same customer, new key"
NEW = "new-key"


class Rotation(NamedTuple):
    """A supplier whose key alone says which customer we are: the header that carries it, and the settings with it."""

    dialogue: Dialogue
    header: str
    setting: str


ROTATIONS = {
    "guoguo": Rotation(GUOGUO, "x-api-key", "api_key"),
    "citiesocial": Rotation(CITIESOCIAL, "Authorization", "headers"),
    "gifts": Rotation(DAMAIJIA, "Authorization", "access_token"),
    "shop": Rotation(ANQICMS, "Token", "token"),
}


def with_new_key(account: dict[str, Any], setting: str) -> dict[str, Any]:
    return account | {setting: {"Authorization": NEW} if setting == "headers" else NEW}


def rotate(simulator: Simulator, header: str, old: str) -> None:
    """From now on the supplier takes NEW in the place of the key that it took before."""
    dispatch = simulator.dispatch

    async def gate(request: web.Request) -> web.StreamResponse:
        headers = CIMultiDict(request.headers)
        if header in headers:
            headers[header] = {NEW: old}.get(headers[header], "revoked")
        return await dispatch(request.clone(headers=headers))

    vars(simulator)["dispatch"] = gate


@pytest.mark.parametrize("account", ROTATIONS)
async def test_a_lost_order_is_found_under_the_new_key_once_an_admin_has_said_so(tmp_path: Path, account: str) -> None:
    dialogue, header, setting = ROTATIONS[account]
    async with place(tmp_path) as there:
        house = there.house
        simulator = house.suppliers[account]
        settings = dict(simulator.account())
        old = settings[setting]
        simulator.fail(Fault.DROP_AFTER)
        async with there.bot():
            await there.fills_in(dialogue)
            # Nothing is to be found with the old one: it is refused at the same moment.
            reference = await there.confirms(dialogue)
            await house.reaches(simulator)
            rotate(simulator, header, old["Authorization"] if isinstance(old, dict) else old)
            await there.says("Outcome unknown", reference)
        async with there.bot(**{account: with_new_key(settings, setting)}):
            asked = await there.says(f"{dialogue.title} has another key")
            assert SAME in asked.labels
            there.clock.advance(LAG + 60)
            assert "Status: outcome unknown" in await there.status(reference)
            assert there.was_said("Placed") == there.was_said("Not placed") == []
            house.tap(SAME)
            await there.says(f"Noted: {dialogue.title} is the same customer")
            (order,) = simulator.ledger
            if account == "citiesocial":
                # It tells nothing of orders: a person knows its number.
                await house.opens("Found it")
                house.tap("Found it")
                await house.reads("Order number")
                house.say(order.number)
                await house.reads("Please make sure")
                house.tap("Record it")
            else:
                await house.offers(f"It is {order.number}")
                house.tap(f"It is {order.number}")
            await there.says("Placed", f"Order number: {order.number}", reference)
            # What was sent with the old key is still recognised as the same.
            await there.fills_in(dialogue)
            summary = await there.says(f"Summary · {dialogue.title}", "The same was ordered before")
            assert summary.chat_id == ADMIN
        assert len(simulator.received) == 1
