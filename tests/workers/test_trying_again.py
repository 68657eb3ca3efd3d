"""Trying again by itself: only what certainly was not sent, so many times, under its reference, and until a Stop."""

from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.journal.rules import Rules
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown, ProviderUnavailable
from providers.orders import PlacedOrder
from storage import history
from tests.bench import until, working
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading, writing
from tests.words.reading import WORDS
from tests.workers.scripted import Answer, Scripted
from tests.workers.supplied import Supplied, supplied

RULES = Rules()
UNREACHABLE = ProviderUnavailable("unreachable")


async def waiting(house: Supplied, tries: int) -> None:
    """Until the order waits for its next try."""

    def waits() -> bool:
        order = house.order("1000")
        return order.stage == "confirmed" and order.tries == tries

    await until(waits)


async def go_on(house: Supplied, seconds: float, account: str = "scripted") -> None:
    house.clock.advance(seconds)
    house.sender.wake(account)


def cards(house: Supplied) -> list[str]:
    """What the order's card said, one after the other."""
    card = house.order("1000").card
    rows = reading(house.database).fetch("SELECT body FROM outbox WHERE edits = $1 ORDER BY id", card)
    return [row["body"] for row in rows]


def begin(house: Supplied, account: str = "scripted") -> None:
    """An order with a card, waiting for its first try."""
    house.confirmed("1000", account)
    with writing(house.database) as tx:
        tx.execute("INSERT INTO outbox VALUES (1, 111111111, '{}', NULL, 0, 0, 'sent', 5, NULL, 0, 0, 0, NULL, '', 0)")
        tx.execute("UPDATE orders SET card = 1 WHERE reference = '1000'")
    house.sender.wake(account)


async def test_an_order_is_tried_again_after_5_15_and_45_seconds_and_then_not_sent(tmp_path: Path) -> None:
    provider = Scripted(*[UNREACHABLE] * 4)
    async with supplied(tmp_path, rules=RULES, scripted=provider) as house, working(house.sender.run()):
        begin(house)
        for tries, seconds in ((1, 5), (2, 15), (3, 45)):
            await waiting(house, tries)
            assert house.order("1000").not_before == house.clock() + seconds * 1_000_000
            await go_on(house, seconds - 0.001)
            await waiting(house, tries)
            assert len(provider.references) == tries
            await go_on(house, 0.001)
        assert await house.outcome("1000") == "not_sent"
        assert provider.references == ["1000"] * 4
        said = cards(house)
        for card, seconds, left in zip(said[::2], (5, 15, 45), (3, 2, 1), strict=False):
            assert f"Trying again in {seconds} s" in card
            assert f"left: {left}" in card
            assert '"Stop"' in card
        assert all("Trying again now" in card for card in said[1:-1:2])
        assert "Not placed" in said[-1]
        assert len(said) == 7
        await go_on(house, 3600)
        assert house.order("1000").outcome == "not_sent"


async def test_a_supplier_that_comes_back_gets_the_order_once_under_its_reference(tmp_path: Path) -> None:
    async with supplied(tmp_path, rules=RULES) as house, working(house.sender.run()):
        port = int(house.shop.url.rpartition(":")[2])
        await house.shop.stop()
        begin(house, "shop")
        await waiting(house, 1)
        await house.shop.start(port=port)
        await go_on(house, 5, "shop")
        assert await house.outcome("1000") == "placed"
        order = house.order("1000")
        assert (order.attempts, order.number) == (2, house.shop.ledger[0].number)
        assert len(house.shop.received) == 1
        assert "Placed" in cards(house)[-1]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (OrderRefused("refused"), "refused"),
        (OutcomeUnknown("no_answer"), "unknown"),
        (AccessDenied("credentials"), "not_sent"),
        (ZeroDivisionError(), "unknown"),
    ],
)
async def test_nothing_else_is_ever_tried_again(tmp_path: Path, answer: Answer, outcome: str) -> None:
    for answers in ((answer,), (UNREACHABLE, answer)):
        provider = Scripted(*answers)
        folder = tmp_path / str(len(answers))
        folder.mkdir()
        async with supplied(folder, rules=RULES, scripted=provider) as house, working(house.sender.run()):
            begin(house)
            if len(answers) > 1:
                await waiting(house, 1)
                await go_on(house, 5)
            assert await house.outcome("1000") == outcome
            await go_on(house, 3600)
            assert len(provider.references) == len(answers)


async def test_answers_that_the_form_no_longer_takes_are_not_tried_again(tmp_path: Path) -> None:
    provider = Scripted()
    async with supplied(tmp_path, rules=RULES, scripted=provider) as house, working(house.sender.run()):
        house.confirmed("1000", "scripted", items=[])
        house.sender.wake("scripted")
        assert await house.outcome("1000") == "not_sent"
        assert (house.order("1000").tries, provider.references) == (1, [])


async def test_stop_while_it_waits_settles_it_at_once(tmp_path: Path) -> None:
    provider = Scripted(UNREACHABLE)
    async with supplied(tmp_path, rules=RULES, scripted=provider) as house, working(house.sender.run()):
        begin(house)
        await waiting(house, 1)
        stop = read(house.button("Stop"))
        assert await house.does(stop, tapped=1) == WORDS.say("toast.stopping")
        assert await house.outcome("1000") == "not_sent"
        (line,) = [line for line in history.of_order(reading(house.database), "1000") if line.kind == "stop"]
        assert (line.user_id, line.user_name, line.at) == (ADMIN, "Some Name", house.clock())
        assert "could not be reached" in cards(house)[-1]
        await go_on(house, 3600)
        assert len(provider.references) == 1
        assert await house.does(stop, tapped=1) == ""
        await house.does(read(house.button("Confirm")), tapped=1)
        provider.answers = [PlacedOrder("1207")]
        house.sender.wake("scripted")
        await until(lambda: is_placed(house))
        assert provider.references == ["1000", "1000"]


@pytest.mark.parametrize(("answer", "outcome"), [(UNREACHABLE, "not_sent"), (PlacedOrder("1207"), "placed")])
async def test_stop_while_it_is_being_sent_makes_that_the_last_try(
    tmp_path: Path, answer: Answer, outcome: str
) -> None:
    provider = Scripted(UNREACHABLE, answer)
    async with supplied(tmp_path, rules=RULES, scripted=provider) as house, working(house.sender.run()):
        begin(house)
        await waiting(house, 1)
        provider.gate.clear()
        await go_on(house, 5)
        await until(lambda: asked(provider, 2))
        await house.does(read(house.button("Stop")), tapped=1)
        provider.gate.set()
        assert await house.outcome("1000") == outcome
        await go_on(house, 3600)
        assert len(provider.references) == 2


async def test_a_restart_while_it_waits_changes_nothing_about_it(tmp_path: Path) -> None:
    async with supplied(tmp_path, rules=RULES, scripted=Scripted(UNREACHABLE)) as house, working(house.sender.run()):
        begin(house)
        await waiting(house, 1)
        before = house.order("1000")
    provider = Scripted(PlacedOrder("1207"))
    async with supplied(tmp_path, rules=RULES, scripted=provider) as house:
        await house.restarted()
        assert house.order("1000") == before
        async with working(house.sender.run()):
            await go_on(house, 5)
            assert await house.outcome("1000") == "placed"
            assert house.order("1000").attempts == 2


async def test_what_waits_for_an_account_that_is_gone_is_not_sent_and_told(tmp_path: Path) -> None:
    async with supplied(tmp_path, rules=RULES, scripted=Scripted(UNREACHABLE)) as house, working(house.sender.run()):
        begin(house)
        await waiting(house, 1)
    async with supplied(tmp_path, rules=RULES) as house:
        await house.restarted()
        assert house.order("1000").outcome == "not_sent"
        assert "no longer set up" in cards(house)[-1]


async def test_a_conversation_that_is_broken_keeps_no_order_from_being_tried_again(tmp_path: Path) -> None:
    provider = Scripted(UNREACHABLE, PlacedOrder("1207"))
    async with supplied(tmp_path, rules=RULES, scripted=provider) as house, working(house.sender.run()):
        with writing(house.database) as tx:
            tx.execute("INSERT INTO conversations VALUES (111111111, 111111111, 'not JSON', '', 0, '')")
        begin(house)
        await waiting(house, 1)
        await go_on(house, 5)
        assert await house.outcome("1000") == "placed"
        assert "Placed" in cards(house)[-1]


def is_placed(house: Supplied) -> bool:
    return house.order("1000").outcome == "placed"


async def asked(provider: Scripted, times: int) -> bool:
    return len(provider.references) == times
