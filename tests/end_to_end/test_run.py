"""The real program, from the command line to the suppliers: what staff see, and what the suppliers get."""

from pathlib import Path

import pytest

from providers.simulators.base import Fault
from tests.end_to_end.dialogues import ANQICMS, CITIESOCIAL, DIALOGUES, Dialogue, fill_in, order, reference_in
from tests.end_to_end.house import ADMIN, COLLEAGUE, STRANGER, world
from tests.end_to_end.program import running


@pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())
async def test_an_order_goes_from_the_first_question_to_its_number(dialogue: Dialogue, tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()) as program:
        supplier = house.suppliers[dialogue.account]
        await fill_in(house, dialogue)
        # While the supplier takes its time, the chat says that the order is being sent.
        supplier.fail(Fault.HANG)
        house.tap("Confirm")
        sending = await house.next()
        reference = reference_in(sending.text)
        assert sending.text == f"Sending · {dialogue.title}\n{dialogue.about}\nReference: {reference}"

        await house.reaches(supplier)
        supplier.heal()
        card = await house.reads("Placed")
        number = supplier.ledger[0].number
        facts = [f"Order number: {number}", f"Status: {dialogue.status}", f"Reference: {reference}"]
        assert (card.message_id, card.text.splitlines()[:5]) == (
            sending.message_id,
            [f"Placed · {dialogue.title}", dialogue.about, *facts],
        )
        assert [taken.body for taken in supplier.ledger] == [dialogue.body(reference)]
        assert len(supplier.received) == 1

        # Damaijia has a word for its parcels, which the answer to a create doesn't tell.
        fresh = "placed" if dialogue.account == "gifts" else dialogue.status
        facts[1] = f"Status: {fresh}"
        for asked in (f"/status {number}", f"/status {reference}", number):
            house.say(asked)
            assert (await house.reads("Order")).text.splitlines()[1:5] == [dialogue.about, *facts]
        house.say("/orders")
        assert f"1. {dialogue.about[:6]}" in (await house.next()).text
        house.say("/status 404404")
        assert (await house.next()).text.startswith("Not found")

        assert await program.stop() == 0, program.log.read_text()


async def test_one_chat_finishes_an_order_while_anothers_supplier_does_not_answer(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()) as program:
        house.citiesocial.fail(Fault.HANG)
        waiting = await order(house, CITIESOCIAL)
        await house.reaches(house.citiesocial)

        placed = await order(house, ANQICMS, COLLEAGUE)
        assert f"Reference: {placed}" in (await house.reads("Placed", COLLEAGUE)).text
        assert [taken.body for taken in house.gifts_and_shops.ledger] == [ANQICMS.body(placed)]
        # Nor is the first chat kept from other things.
        assert house.telegram.messages(ADMIN)[-1].text.startswith("Sending")
        house.say(f"/status {waiting}")
        assert f"Status: being sent\nReference: {waiting}" in (await house.next()).text

        house.citiesocial.heal()
        assert f"Reference: {waiting}" in (await house.reads("Placed")).text
        assert [taken.body for taken in house.citiesocial.ledger] == [CITIESOCIAL.body(waiting)]
        assert await program.stop() == 0, program.log.read_text()


async def test_a_stranger_is_told_once_and_orders_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()) as program:
        house.say("/order shop", STRANGER)
        assert str(STRANGER) in (await house.next(STRANGER)).text
        house.say("/orders", STRANGER)
        await house.taken_in()
        assert await program.stop() == 0, program.log.read_text()
        assert len([message for message in house.telegram.messages(STRANGER) if message.sender == "bot"]) == 1
