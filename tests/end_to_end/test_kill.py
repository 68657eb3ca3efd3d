"""`kill -9` while an order is on its way to the supplier, and while messages are on their way to Telegram."""

from pathlib import Path

import pytest

from providers.registry import names
from tests.end_to_end.dialogues import CITIESOCIAL, DIALOGUES, Dialogue, fill_in, order, reference_in
from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.house import World, world
from tests.end_to_end.killing import STRIDE, WHOLE, all_of, chosen_of, dialogues_of, kinds_of
from tests.end_to_end.nursing import Nursing
from tests.end_to_end.program import ROOT
from tests.transcripts import script
from tests.transcripts.test_transcripts import DIALOGUES as TRANSCRIPTS

ON_EACH_DATABASE = True

pytestmark = pytest.mark.asyncio(loop_scope="module")

EACH = pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())


async def another(house: World, dialogue: Dialogue, *, after: int) -> None:
    """The next order goes the usual way, and is the only request that still comes after so many."""
    supplier = house.suppliers[dialogue.account]
    reference = await order(house, dialogue)
    assert reference_in((await house.reads("Placed")).text) == reference
    assert supplier.ledger[-1].body == dialogue.body(reference)
    assert len(supplier.received) == after + 1


@EACH
async def test_killed_before_it_is_noted_as_being_sent_an_order_is_sent_once(
    dialogue: Dialogue, tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        supplier = house.suppliers[dialogue.account]
        bot = await nursing.start(house.config(), [Death(Kind.CLAIM, When.BEFORE)])
        await fill_in(house, dialogue)
        house.tap("Confirm")
        await bot.dies()
        assert supplier.received == []

        bot = await nursing.start(house.config())
        reference = reference_in((await house.reads("Placed")).text)
        assert [taken.body for taken in supplier.ledger] == [dialogue.body(reference)]
        await another(house, dialogue, after=1)
        await bot.kill()


@EACH
@pytest.mark.parametrize(
    ("death", "requests"),
    [(Death(Kind.CLAIM, When.AFTER), 0), (Death(Kind.SETTLE, When.BEFORE), 1)],
    ids=["before it was sent", "before the answer was recorded"],
)
async def test_killed_while_an_order_is_being_sent_it_is_unknown_and_never_sent_again(
    dialogue: Dialogue, death: Death, requests: int, tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        supplier = house.suppliers[dialogue.account]
        bot = await nursing.start(house.config(), [death])
        await fill_in(house, dialogue)
        house.tap("Confirm")
        await bot.dies()
        assert len(supplier.received) == len(supplier.ledger) == requests

        bot = await nursing.start(house.config())
        reference = reference_in((await house.reads("Outcome unknown")).text)
        house.say(f"/status {reference}")
        assert f"Status: outcome unknown\nReference: {reference}" in (await house.reads("Order ·")).text
        await another(house, dialogue, after=requests)
        await bot.kill()


@EACH
async def test_killed_after_its_number_was_recorded_an_order_is_told_after_the_restart(
    dialogue: Dialogue, tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        supplier = house.suppliers[dialogue.account]
        bot = await nursing.start(house.config(), [Death(Kind.SETTLE, When.AFTER)])
        await fill_in(house, dialogue)
        house.tap("Confirm")
        await bot.dies()

        bot = await nursing.start(house.config())
        assert f"\nOrder number: {supplier.ledger[0].number}\n" in (await house.reads("Placed")).text
        await another(house, dialogue, after=1)
        await bot.kill()


async def test_killed_before_a_delivery_is_recorded_the_message_comes_twice_and_the_answer_counts_once(
    tmp_path: Path, nursing: Nursing
) -> None:
    async with world(tmp_path) as house:
        for turn in CITIESOCIAL.turns:
            bot = await nursing.start(house.config(), [Death(Kind.DELIVERY, When.BEFORE)])
            house.does(turn.does)
            await bot.dies()
            bot = await nursing.start(house.config())
            shown = [await house.next(), await house.next()]
            assert [message.text.splitlines()[0] for message in shown] == [turn.first] * 2
            assert shown[0].buttons == shown[1].buttons
            await house.taken_in()
            await nursing.until(lambda: not house.has_more_to_say())
            await bot.kill()
        bot = await nursing.start(house.config())
        house.tap("Confirm")
        reference = reference_in((await house.reads("Placed")).text)
        assert [taken.body for taken in house.citiesocial.ledger] == [CITIESOCIAL.body(reference)]
        await bot.kill()


async def test_every_supplier_that_has_dialogues_has_its_file_of_kills() -> None:
    files = {path.stem.removeprefix("test_kill_") for path in Path(__file__).parent.glob("test_kill_*.py")}
    assert {path.stem.split("-")[0] for path in TRANSCRIPTS} & set(names()) == files


async def test_ci_plays_all_dialogues_that_can_be_killed_and_others_one_of_each_supplier() -> None:
    suppliers = {path.stem.split("-")[0] for path in TRANSCRIPTS} & set(names())
    for supplier in suppliers:
        (played,) = dialogues_of(supplier, {})
        assert dialogues_of(supplier, {"KILLS": "all"}) == all_of(supplier)
        assert played in all_of(supplier)
        assert len(all_of(supplier)) > 1
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "make test KILLS=all || passed=false" in ci.splitlines()


async def test_of_a_long_dialogue_each_kind_of_message_is_chosen_every_day_and_each_message_some_day() -> None:
    (long,) = (path for path in all_of("damaijia") if path.stem == "damaijia-sixty")
    kinds = kinds_of(script.read(long))
    assert len(kinds) > WHOLE
    days = [chosen_of(kinds, "all", day) for day in range(STRIDE)]
    for chosen in days:
        assert {kinds[place] for place in chosen} == set(kinds)
        assert {0, len(kinds) - 1} < chosen
    assert set.union(*days) == chosen_of(kinds, "every", 0) == set(range(len(kinds)))
    # All others are played whole.
    others = [path for name in names() for path in all_of(name) if path != long]
    assert all(len(kinds_of(script.read(path))) <= WHOLE for path in others)
