"""Looking for orders when something is wrong: it proves nothing, keeps on, and ends nothing else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.journal.rules import Rules
from bot.journal.views import placed
from bot.workers import loop
from providers.errors import ProviderUnavailable
from providers.orders import Findings, Outcome
from storage import sending
from tests.bench import locked, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import writing
from tests.workers.lost import UNKNOWN, after, details, evidence, lines, look, looked, lose, pause, settled
from tests.workers.scripted import Scripted, Searchable, certain, ours
from tests.workers.supplied import Supplied, supplied

HOUR = 3600


@pytest.fixture
def provider() -> Searchable:
    return Searchable()


@pytest.fixture
async def house(tmp_path: Path, provider: Searchable) -> AsyncIterator[Supplied]:
    async with supplied(tmp_path, rules=Rules(), scripted=provider, plain=Scripted()) as made:
        yield made


def break_conversation(house: Supplied) -> None:
    with writing(house.database) as tx:
        tx.execute("INSERT INTO conversations VALUES ($1, $1, 'not JSON', '', 0, '')", ADMIN)


async def test_a_supplier_without_look_ups_is_a_persons_at_once(house: Supplied) -> None:
    await lose(house, account="plain")
    assert pause(house) is None
    shown = evidence(house)
    assert "no way to look an order up" in shown
    await house.reconciler.recover()
    async with working(house.reconciler.run()):
        await looked(house, 1)
    assert pause(house) is None
    assert house.order("1000").remind_at is not None
    assert evidence(house) == shown


async def test_an_account_that_is_gone_is_looked_for_when_it_is_back(tmp_path: Path, provider: Searchable) -> None:
    async with supplied(tmp_path, rules=Rules(), scripted=provider) as house:
        await lose(house)
    async with supplied(tmp_path, rules=Rules()) as house, working(house.reconciler.run()):
        await house.reconciler.recover()
        await after(house, 0)
        await looked(house, 1)
        assert pause(house) is None
        assert house.order("1000").outcome == "unknown"
    provider.found = Findings((certain(),))
    async with supplied(tmp_path, rules=Rules(), scripted=provider) as house, working(house.reconciler.run()):
        await house.reconciler.recover()
        await after(house, 0)
        await settled(house, "placed")


async def test_a_form_that_changed_proves_nothing_and_a_person_decides(house: Supplied, provider: Searchable) -> None:
    await lose(house, items=[])
    provider.found = Findings((certain(),))
    await look(house)
    assert provider.sought == []
    assert pause(house) is None
    assert "Looking for it" not in evidence(house)
    assert house.order("1000").outcome == "unknown"


async def test_what_nobody_foresaw_proves_nothing_and_is_tried_again_in_an_hour(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    async with working(house.reconciler.run()):
        provider.found = ZeroDivisionError()
        await after(house, 2)
        await looked(house, 1)
        assert pause(house) == HOUR
        assert "which proves nothing" in evidence(house)
        provider.found = Findings((certain(),))
        await after(house, HOUR)
        await settled(house, "placed")


async def test_an_order_that_is_answered_while_its_number_is_adopted_keeps_it(
    house: Supplied, provider: Searchable, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lose(house)
    house.sending("1001", "scripted", COLLEAGUE)
    provider.found = Findings((certain("1207"),))

    loop = asyncio.get_running_loop()

    def answered_meanwhile(*_: object) -> bool:
        # Between the two readings of the journal: the other order was on its way, and is no longer.
        answer = house.settle("1001", placed(ours("1207")))
        return not asyncio.run_coroutine_threadsafe(answer, loop).result(10)

    with monkeypatch.context() as patch:
        patch.setattr(sending, "others_are_sent", answered_meanwhile)
        await look(house)
    assert house.order("1001").number == "1207"
    assert house.order("1000").outcome == "unknown"
    assert "1207" not in evidence(house)
    assert pause(house) == 5
    provider.found = Findings((certain("1207"), certain("1208")))
    await look(house)
    assert house.order("1000").number == "1208"


async def test_a_storage_that_is_locked_for_a_while_loses_nothing(
    tmp_path: Path, provider: Searchable, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "AGAIN", 0.01)
    provider.found = Findings((certain(),))
    async with supplied(tmp_path, busy_timeout=0, rules=Rules(), scripted=provider) as house:
        await lose(house)
        async with working(house.reconciler.run()):
            async with locked(house.path):
                await after(house, 2)
                await until(lambda: logged(caplog, "could not be looked for"))
            await settled(house, "placed")


async def test_a_conversation_that_is_broken_hides_nothing_that_was_found(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    break_conversation(house)
    async with working(house.reconciler.run()):
        await after(house, 2)
        await looked(house, 1)
        assert pause(house) == 5
        assert "did not list it, which proves nothing yet" in evidence(house)
        provider.found = Findings((certain("1207"),))
        await after(house, 5)
        await settled(house, "placed")
    heads = [html.split("</b>")[0] for html in house.outbox()[-3:]]
    assert heads == ["<b>Placed", "<b>Checked", "<b>Placed"]


async def test_a_conversation_that_is_broken_ends_no_reminders(house: Supplied) -> None:
    await lose(house, account="plain")
    break_conversation(house)
    before = len(house.outbox())
    async with working(house.reconciler.run()):
        await after(house, 4 * HOUR)
        await until(lambda: more_said(house, before))
        assert (house.order("1000").remind_at or 0) > house.clock()


async def test_an_outcome_that_nobody_can_be_told_is_in_the_journal_at_least(
    house: Supplied, provider: Searchable, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await lose(house)
    said = house.outbox()

    def without_words(*_: object) -> object:
        raise LookupError("no words")

    monkeypatch.setattr("bot.desk.outgoing.render", without_words)
    async with working(house.reconciler.run()):
        await after(house, 2)
        await looked(house, 1)
        provider.found = Findings((certain("1207"),))
        await after(house, 5)
        await settled(house, "placed")
    assert house.outbox() == said
    assert "order 1000 could not be told" in caplog.text


async def test_what_a_look_up_learnt_after_the_outcome_was_known_is_not_kept(
    house: Supplied, provider: Searchable
) -> None:
    await lose(house)
    for found in (Findings((certain("1207"),)), Findings(), ProviderUnavailable("list_not_read")):
        provider.found = found

        async def decided_meanwhile() -> None:
            await house.settle("1000", replace(UNKNOWN, outcome=Outcome.NOT_SENT))

        provider.on_search = decided_meanwhile
        await look(house)
    assert house.order("1000").outcome == "not_sent"
    assert lines(house, "look-up") == []


async def test_balances_before_and_after_are_evidence(house: Supplied, provider: Searchable) -> None:
    async with working(house.sender.run()):
        house.confirmed("1000", "scripted")
        house.sender.wake("scripted")
        await house.outcome("1000")
    assert "Balance before: 100" in await details(house)
    provider.left = Decimal(98)
    await look(house)
    assert "the balance fell by 2" in evidence(house)
    assert "Balance: 100 before, 98 now" in await details(house)


@pytest.mark.parametrize("fault", [ProviderUnavailable("list_not_read"), ZeroDivisionError()])
async def test_a_balance_that_can_not_be_read_keeps_nothing_from_going_on(
    house: Supplied, provider: Searchable, fault: Exception
) -> None:
    provider.left = fault
    async with working(house.sender.run()):
        house.confirmed("1000", "scripted")
        house.sender.wake("scripted")
        assert await house.outcome("1000") == "unknown"
    assert "Balance" not in await details(house)
    provider.found = Findings((certain(),))
    await look(house)
    await settled(house, "placed")


async def test_a_storage_that_is_locked_holds_up_no_order_for_its_balance(
    tmp_path: Path, provider: Searchable, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "AGAIN", 0.01)
    provider.gate.clear()
    async with supplied(tmp_path, busy_timeout=0, scripted=provider) as house:
        house.confirmed("1000", "scripted")
        house_is_locked = locked(house.path)
        balance = provider.balance

        async def lock_then_read() -> object:
            await house_is_locked.__aenter__()
            return await balance()

        monkeypatch.setattr(provider, "balance", lock_then_read)
        async with working(house.sender.run()):
            await until(lambda: sent(provider))
            await house_is_locked.__aexit__(None, None, None)
            provider.gate.set()
            assert await house.outcome("1000") == "unknown"
    assert "nothing could be noted before it was sent" in caplog.text


async def sent(provider: Scripted) -> bool:
    return bool(provider.references)


def more_said(house: Supplied, before: int) -> bool:
    return len(house.outbox()) > before


async def logged(caplog: pytest.LogCaptureFixture, text: str) -> bool:
    return text in caplog.text
