"""Every documented error in the chat: it is told as what it is, and the conversation ends with the order placed."""

from pathlib import Path

import pytest

from bot.sandbox.chats import ChatMessage
from providers.simulators.base import Fault
from tests.end_to_end.dialogues import DIALOGUES, Dialogue, confirm, order, reference_in
from tests.end_to_end.house import World, world
from tests.end_to_end.undisturbed import undisturbed

UNKNOWN = {"un_handle_exception", "234"}
"""Documented answers after which nobody knows whether the order was placed."""
KEEPS_ITS_REFERENCE = {"token_validation_failed", "unauthorized", "200", "1001", "1002"}
"""Answers about our credentials: the order was not looked at, so it is the same order that is sent again."""

CODES = {
    "guoguo": (
        "data_validation_failed conflicting_parameters below_minimum_quantity exceeds_maximum_quantity"
        " token_validation_failed credit_not_enough data_not_exist organization_disable create_order_failed"
        " contact_customer_service un_handle_exception o_data_failed robot_validation_failed not_allowed_enum_values"
        " value_out_of_range failed_to_upload_file organization_id_incorrect sequence_at_least_one_element"
        " field_is_required string_length_out_of_range invalid_expiry_date"
    ),
    "citiesocial": "inventory invalid_json variant_not_valid price_mismatch unauthorized",
    "gifts": "132 422 200 209 226 228 234 235",
    "shop": "-1 1001 1002",
}
EACH = [(DIALOGUES[account], code) for account, codes in CODES.items() for code in codes.split()]


async def test_no_documented_error_is_left_out(tmp_path: Path) -> None:
    async with world(tmp_path) as house:
        for account, supplier in house.suppliers.items():
            assert set(CODES[account].split()) == set(supplier.refusals)


@pytest.mark.parametrize(("dialogue", "code"), EACH, ids=[f"{dialogue.account}-{code}" for dialogue, code in EACH])
async def test_a_documented_error_is_told_and_the_order_placed_after_all(
    dialogue: Dialogue, code: str, tmp_path: Path
) -> None:
    async with world(tmp_path) as house, undisturbed(house):
        supplier = house.suppliers[dialogue.account]
        supplier.fail(Fault.REFUSE, code=code)
        first = await order(house, dialogue)
        if code in UNKNOWN:
            card = (await house.reads("Outcome unknown")).text
            await house.reads("Please check an order")
            second = await order(house, dialogue)
        else:
            card = (await house.reads("Not placed")).text
            await _back_at_the_summary(house, dialogue)
            second = await confirm(house, dialogue)
        assert reference_in(card) == first
        assert len(card.splitlines()) >= 3, card
        assert (second == first) == (code in KEEPS_ITS_REFERENCE)
        placed = (await house.reads("Placed")).text
        assert f"Status: {dialogue.status}" in placed
        assert [taken.body for taken in supplier.ledger] == [dialogue.body(second)]


async def _back_at_the_summary(house: World, dialogue: Dialogue) -> None:
    """The field that the supplier named is answered as before."""
    shown = await house.next()
    if not shown.text.startswith("Summary"):
        house.does(_answer_to(dialogue, shown))
        shown = await house.next()
        if shown.text.startswith("Checking"):
            shown = await house.next()
    assert shown.text.startswith("Summary"), shown.text


def _answer_to(dialogue: Dialogue, question: ChatMessage) -> str:
    title = question.text.splitlines()[0].split(" · ")[0]
    asked = next(i for i, turn in enumerate(dialogue.turns) if turn.first.split(" · ")[0] == title)
    return dialogue.turns[asked + 1].does
