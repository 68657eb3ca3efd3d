"""Two people order the same at the same instant, each in a chat of their own: one order, one question."""

from pathlib import Path

import pytest

from tests.end_to_end.dialogues import DIALOGUES, SUMMARY, Dialogue, fill_in, reference_in
from tests.end_to_end.house import ADMIN, COLLEAGUE, World, world
from tests.end_to_end.undisturbed import undisturbed

EACH = pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())
NAMES = {ADMIN: "Admin", COLLEAGUE: "Colleague"}


async def both_confirm(house: World, dialogue: Dialogue) -> tuple[int, int]:
    """Who ordered, and who was asked; each has read the answer."""
    for who in NAMES:
        await fill_in(house, dialogue, who)
    for who in NAMES:
        house.tap("Confirm", who)
    shown = {who: await house.next(who) for who in NAMES}
    ordered = [who for who in NAMES if shown[who].text.startswith("Sending")]
    asked = [who for who in NAMES if shown[who].text.startswith("Summary")]
    assert len(ordered) == len(asked) == 1
    question = shown[asked[0]]
    assert f"\nThe same was ordered before: {NAMES[ordered[0]]}, " in question.text
    assert tuple(question.labels) == SUMMARY
    return ordered[0], asked[0]


@EACH
async def test_one_of_them_orders_and_the_other_is_asked(dialogue: Dialogue, tmp_path: Path) -> None:
    async with world(tmp_path) as house, undisturbed(house):
        supplier = house.suppliers[dialogue.account]
        ordered, asked = await both_confirm(house, dialogue)
        reference = reference_in((await house.reads("Placed", ordered)).text)
        house.tap("Cancel", asked)
        await house.reads("Cancelled", asked)
        assert [taken.body for taken in supplier.ledger] == [dialogue.body(reference)]
        assert len(supplier.received) == 1


@EACH
async def test_who_was_asked_and_confirms_all_the_same_gets_an_order_too(dialogue: Dialogue, tmp_path: Path) -> None:
    async with world(tmp_path) as house, undisturbed(house):
        supplier = house.suppliers[dialogue.account]
        ordered, asked = await both_confirm(house, dialogue)
        first = reference_in((await house.reads("Placed", ordered)).text)
        house.tap("Confirm", asked)
        second = reference_in((await house.reads("Placed", asked)).text)
        assert [taken.body for taken in supplier.ledger] == [dialogue.body(first), dialogue.body(second)]
        assert len(supplier.received) == 2
