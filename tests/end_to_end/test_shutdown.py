"""SIGTERM while a supplier is being asked: the call may end in time, the program exits 0, and nothing is lost."""

from pathlib import Path

import pytest

from providers.simulators.base import Fault
from tests.end_to_end.dialogues import ANQICMS, CITIESOCIAL, DIALOGUES, Dialogue, fill_in, order, reference_in
from tests.end_to_end.house import PATIENCE, world
from tests.end_to_end.program import running

EACH = pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())


@EACH
async def test_an_answer_within_the_grace_is_recorded_and_told_by_the_program_that_ends(
    dialogue: Dialogue, tmp_path: Path
) -> None:
    async with world(tmp_path) as house, running(house.config(orders={"grace": PATIENCE})) as program:
        supplier = house.suppliers[dialogue.account]
        supplier.fail(Fault.HANG)
        reference = await order(house, dialogue)
        await house.reaches(supplier)
        program.process.terminate()
        await program.writes("stopping; 1 calls to suppliers")
        supplier.heal()
        assert reference_in((await house.reads("Placed")).text) == reference
        assert await program.ends() == 0, program.log.read_text()
        assert house.rows("SELECT reference, outcome FROM orders") == [(reference, "placed")]
        assert len(supplier.received) == 1


@EACH
async def test_an_order_without_an_answer_within_the_grace_is_unknown_at_the_next_start(
    dialogue: Dialogue, tmp_path: Path
) -> None:
    async with world(tmp_path) as house:
        supplier, config = house.suppliers[dialogue.account], house.config(orders={"grace": 0.1})
        async with running(config) as program:
            supplier.fail(Fault.HANG)
            reference = await order(house, dialogue)
            await house.reaches(supplier)
            assert await program.stop() == 0, program.log.read_text()
            assert "Traceback" not in program.log.read_text()

        async with running(config) as program:
            assert reference_in((await house.reads("Outcome unknown")).text) == reference
            await house.opens("It was not placed")
            assert len(supplier.received) == 1
            supplier.heal()
            second = await order(house, dialogue)
            assert reference_in((await house.reads("Placed")).text) == second
            assert len(supplier.received) == 2
            assert await program.stop() == 0, program.log.read_text()


async def test_what_is_waited_for_at_one_supplier_and_said_in_another_chat_is_not_lost(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config(orders={"grace": PATIENCE})) as program:
        house.citiesocial.fail(Fault.HANG)
        waiting = await order(house, CITIESOCIAL)
        await house.reaches(house.citiesocial)
        await fill_in(house, ANQICMS)
        program.process.terminate()
        house.tap("Confirm")
        house.citiesocial.heal()
        assert await program.ends() == 0, program.log.read_text()
        assert house.rows("SELECT reference, outcome FROM orders WHERE account = 'citiesocial'") == [
            (waiting, "placed")
        ]

        async with running(house.config()):
            # The tap was taken in before the end, or it still waits at Telegram: either way it counts once.
            await house.until(lambda: len(house.gifts_and_shops.received) == 1)
            await house.card("Placed · AnqiCMS")
            await house.card("Placed · citiesocial")
            assert len(house.citiesocial.received) == 1
