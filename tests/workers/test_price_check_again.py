"""An order that is tried again is compared again, and waits on while nothing can be compared."""

from decimal import Decimal
from pathlib import Path

from bot.journal.rules import Rules
from bot.journal.views import view
from providers.errors import OutcomeUnknown, ProviderUnavailable
from tests.bench import until, working
from tests.words.reading import WORDS
from tests.workers.priced import PLACED, SHOWN, Priced, asked, idle, ordered, placed, reading, tap
from tests.workers.supplied import Supplied, supplied

DEARER = SHOWN.model_copy(update={"price": Decimal(15)})


async def to_be_tried_again(house: Supplied) -> str:
    reference = await ordered(house)

    def waits() -> bool:
        order = house.order(reference)
        return order.stage == "confirmed" and order.tries == 1

    await until(waits)
    return reference


async def test_a_further_try_reads_again(tmp_path: Path) -> None:
    provider = Priced(ProviderUnavailable("unreachable"), PLACED)
    async with supplied(tmp_path, rules=Rules(), priced=provider) as house, working(house.sender.run()):
        reference = await to_be_tried_again(house)
        provider.holds["P-1"] = DEARER
        house.clock.advance(5)
        house.sender.wake("priced")
        assert await house.outcome(reference) == "not_sent"
        assert view(house.order(reference)).code == "price_rose"
        assert provider.references == [reference]
        await asked(house, "Summary")
        await tap(house, "Confirm")
        await placed(house, reference)
        assert provider.references == [reference] * 2


async def test_a_further_try_waits_on_while_nothing_can_be_read(tmp_path: Path) -> None:
    provider = Priced(ProviderUnavailable("unreachable"), PLACED)
    async with supplied(tmp_path, rules=Rules(), priced=provider) as house, working(house.sender.run()):
        reference = await to_be_tried_again(house)
        provider.holds["P-1"] = ProviderUnavailable("unreachable")
        house.clock.advance(5)
        house.sender.wake("priced")

        def waits_on() -> bool:
            order = house.order(reference)
            return order.stage == "confirmed" and order.tries == 2

        await until(waits_on)
        assert provider.references == [reference], "nothing was sent without a comparison"
        provider.holds["P-1"] = SHOWN
        house.clock.advance(15)
        house.sender.wake("priced")
        await placed(house, reference)
        assert provider.references == [reference] * 2


async def test_the_last_try_without_a_reading_is_a_persons(tmp_path: Path) -> None:
    provider = Priced(ProviderUnavailable("unreachable"), PLACED)
    async with supplied(tmp_path, rules=Rules(retries=1), priced=provider) as house, working(house.sender.run()):
        reference = await to_be_tried_again(house)
        provider.holds["P-1"] = ProviderUnavailable("unreachable")
        house.clock.advance(5)
        house.sender.wake("priced")
        assert await house.outcome(reference) == "not_sent"
        assert view(house.order(reference)).code == "product_not_read"
        await asked(house, "Summary")
        await tap(house, "Confirm")
        await placed(house, reference)
        assert provider.references == [reference] * 2


async def test_a_stop_while_a_further_try_reads_again_is_kept(tmp_path: Path) -> None:
    provider = Priced(ProviderUnavailable("unreachable"), PLACED)
    async with supplied(tmp_path, rules=Rules(), priced=provider) as house, working(house.sender.run()):
        reference = await to_be_tried_again(house)
        provider.read_gate.clear()
        house.clock.advance(5)
        house.sender.wake("priced")
        await reading(provider, 2)
        await tap(house, "Stop")
        assert await house.outcome(reference) == "not_sent"
        provider.read_gate.set()
        await until(lambda: idle(house))
        assert provider.references == [reference]
        await asked(house, "Summary")
        await tap(house, "Confirm")
        await placed(house, reference)
        assert provider.references == [reference] * 2


async def test_an_order_that_was_confirmed_anew_while_it_was_read_is_not_taken_for_the_one_before(
    tmp_path: Path,
) -> None:
    provider = Priced(ProviderUnavailable("unreachable"), PLACED)
    async with supplied(tmp_path, rules=Rules(), priced=provider) as house, working(house.sender.run()):
        reference = await to_be_tried_again(house)
        provider.read_gate.clear()
        house.clock.advance(5)
        house.sender.wake("priced")
        await reading(provider, 2)
        await tap(house, "Stop")
        await asked(house, "Summary")
        await tap(house, "Confirm")
        provider.read_gate.set()
        await placed(house, reference)
        assert provider.references == [reference] * 2
        assert len(provider.reads) == 3


async def test_what_is_sent_again_after_an_unknown_outcome_is_the_same_order_whatever_it_costs_now(
    tmp_path: Path,
) -> None:
    provider = Priced(OutcomeUnknown("no_answer"), PLACED)
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        reference = await ordered(house)
        assert await house.outcome(reference) == "unknown"
        provider.holds["P-1"] = DEARER
        await tap(house, "Details")
        await tap(house, WORDS.say("button.resend"))
        await placed(house, reference)
        assert provider.references == [reference] * 2
        assert provider.reads == ["P-1"]
