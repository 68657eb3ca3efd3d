"""What is left on the accounts: told when asked, warned of before Confirm, and to the admins once it is too low."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest

from bot.conversation import events
from bot.conversation.events import BalanceRequested
from bot.conversation.requests import ReadBalances
from bot.conversation.state import ConversationKey
from bot.workers import balances, loop
from providers.errors import AccessDenied, ProviderUnavailable
from providers.fields import Form
from providers.simulators.base import Fault
from storage import balances as stored
from storage.balances import BalanceReading
from tests.bench import locked, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import writing
from tests.words.reading import WORDS
from tests.workers.in_points import InPoints, known
from tests.workers.priced import Ware, filled_in, placed, tap
from tests.workers.supplied import Supplied, supplied


class PerPackage(Ware):
    priced_per_piece: ClassVar[bool] = False


class OfPackages(InPoints):
    form: ClassVar[type[Form]] = PerPackage


async def said(house: Supplied, count: int, who: int = ADMIN) -> list[str]:
    """Wait for so many messages."""

    def enough() -> bool:
        return len(house.outbox(who)) >= count

    await until(enough)
    return house.outbox(who)


async def test_balance_is_asked_for_now_and_told_in_one_message(tmp_path: Path) -> None:
    async with supplied(tmp_path, priced=InPoints(880)) as house:
        house.guoguo.balance = 12
        await house.does(BalanceRequested())
        (told,) = await said(house, 1)
        guoguo, priced, silent = told.split("\n")
        assert guoguo.startswith("Guoguo: 12")
        assert priced == "Priced: 880 points"
        assert silent == "Balance not told: Shop"
        house.guoguo.balance = 7
        await house.does(BalanceRequested(), COLLEAGUE)
        assert (await said(house, 1, COLLEAGUE))[0].startswith("Guoguo: 7")
        assert len(house.outbox()) == 1


async def test_balance_leaves_an_order_that_is_being_filled_in_as_it_is(tmp_path: Path) -> None:
    async with supplied(tmp_path, priced=InPoints(880)) as house:
        await filled_in(house)
        before = len(house.outbox())
        await house.does(BalanceRequested())
        assert "Priced: 880 points" in (await said(house, before + 1))[-1]
        async with working(house.sender.run()):
            await tap(house, "Confirm")
            await placed(house)


async def test_a_balance_that_can_not_be_read_is_told_as_it_was_and_how_long_ago(tmp_path: Path) -> None:
    async with supplied(tmp_path, priced=(provider := InPoints(880))) as house:
        house.guoguo.fail_reads(Fault.ERROR_BEFORE)
        await house.does(BalanceRequested())
        first = (await said(house, 1))[0].split("\n")
        assert first[:2] == ["Guoguo: could not be read just now", "Priced: 880 points"]
        provider.left = AccessDenied("no")
        count = 1
        for seconds, age in ((59, "just now"), (241, "5 min ago"), (7200, "2 h ago"), (86400 * 3, "3 days ago")):
            house.clock.advance(seconds)
            await house.does(BalanceRequested())
            count += 1
            lines = (await said(house, count))[-1].split("\n")
            assert lines[1] == f"Priced: 880 points ({age}); could not be read just now"
        house.guoguo.heal()
        provider.left = Decimal(5)
        await house.does(BalanceRequested())
        last = (await said(house, count + 1))[-1].split("\n")
        assert last[0].startswith("Guoguo: 1,000,000,000")
        assert last[1] == "Priced: 5 points"


async def test_a_supplier_that_does_not_answer_holds_up_no_other_balance_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(balances, "WITHIN", 0.1)
    provider = InPoints()
    provider.balance_gate.clear()
    async with supplied(tmp_path, priced=provider, other=InPoints(3)) as house:
        await house.does(BalanceRequested())
        assert "Priced: could not be read just now\nOther: 3 points" in (await said(house, 1))[0]
        provider.balance_gate.set()
        await house.does(BalanceRequested())
        assert "Priced: 1,000,000 points\nOther: 3 points" in (await said(house, 2))[1]


async def test_where_no_supplier_tells_a_balance_that_is_said(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        none = balances.BalanceWatch(house.desk, {"shop": house.providers["shop"]})
        none.tell(ConversationKey(ADMIN, ADMIN), ReadBalances())
        assert await said(house, 1) == [WORDS.say("balance.none")]
        await none.stop()


async def test_balances_are_told_once_storage_takes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "AGAIN", 0.01)
    provider = InPoints(880)
    provider.balance_gate.clear()
    async with supplied(tmp_path, busy_timeout=0, priced=provider) as house:
        await house.does(BalanceRequested())
        async with locked(house.path):
            provider.balance_gate.set()

            async def noticed() -> bool:
                return "could not be told; trying again" in caplog.text

            await until(noticed)
        assert "Priced: 880 points" in (await said(house, 1))[0]


SHORT = "The balance may not be enough: it was {:,} points (5 min ago), and {}this order costs 1,200 points."


@pytest.mark.parametrize(
    ("kind", "left", "condition"), [(InPoints, 1199, ""), (OfPackages, 10, "if the list price is per piece, ")]
)
async def test_a_balance_that_may_not_do_is_warned_of_and_the_order_can_be_confirmed(
    tmp_path: Path, kind: type[InPoints], left: int, condition: str
) -> None:
    provider = kind(left)
    async with supplied(tmp_path, priced=provider) as house, working(house.sender.run()):
        await house.does(events.OrderRequested("priced"))
        await known(house, str(provider.left))
        house.clock.advance(301)
        await house.does(events.CancelRequested())
        provider.balance_gate.clear()
        await filled_in(house)
        summary = house.outbox()[-1].split("\n")
        assert summary[1] == f"<b>{SHORT.format(left, condition)}</b>"
        provider.balance_gate.set()
        await tap(house, "Confirm")
        await placed(house)


async def test_a_balance_that_is_enough_or_not_known_or_in_another_unit_is_not_mentioned(tmp_path: Path) -> None:
    provider = InPoints(1200)
    async with supplied(tmp_path, priced=provider) as house:
        await filled_in(house)
        await known(house, "1200")
        for amount, unit in (("1200", "points"), ("1", "TWD"), ("garbage", "points"), ("NaN", "points")):
            with writing(house.database) as tx:
                stored.save(tx, BalanceReading("priced", amount, unit, house.clock(), 0))
            await house.does(events.TapUnreadable())
            shown = house.outbox()[-1]
            assert shown.startswith("<b>Summary")
            assert "balance" not in shown
        with writing(house.database) as tx:
            stored.save(tx, BalanceReading("priced", "1199", "", house.clock(), 0))
        await house.does(events.TapUnreadable())
        assert "it was 1,199 points (just now)" in house.outbox()[-1]


async def test_a_balance_is_read_when_an_order_begins_and_not_at_every_step(tmp_path: Path) -> None:
    provider = InPoints(880)
    async with supplied(tmp_path, priced=provider) as house:
        await filled_in(house)
        await known(house, "880")
        assert provider.asked_for_balance == 1
        await house.does(events.CancelRequested())
        await filled_in(house)
        assert provider.asked_for_balance == 1
        house.clock.advance(balances.PAUSE)
        provider.left = Decimal(870)
        await house.does(events.CancelRequested())
        await filled_in(house)
        await known(house, "870")


@asynccontextmanager
async def watching(
    monkeypatch: pytest.MonkeyPatch, house: Supplied, pause: float = 0.01, every: float = 3600
) -> AsyncIterator[None]:
    monkeypatch.setattr(balances, "PAUSE", pause)
    monkeypatch.setattr(balances, "EVERY", every)
    async with working(house.sender.run(), house.balances.run()):
        yield


async def test_a_balance_is_read_again_after_an_order_was_placed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = InPoints(5000)
    async with supplied(tmp_path, priced=provider) as house, watching(monkeypatch, house):
        await known(house, "5000")
        await filled_in(house)
        provider.gate.clear()
        await tap(house, "Confirm")

        async def sent() -> bool:
            return bool(provider.references)

        await until(sent)
        provider.left = Decimal(3800)
        provider.gate.set()
        await placed(house)
        await known(house, "3800")


async def test_balances_are_read_now_and_then_whatever_one_of_them_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, other = InPoints(5000), InPoints(3)
    other.left = ProviderUnavailable("unreachable")
    async with supplied(tmp_path, priced=provider, other=other) as house, watching(monkeypatch, house, every=0.01):
        await known(house, "5000")
        provider.left = Decimal(4000)
        await known(house, "4000")
        other.left = Decimal(2)
        await known(house, "2", "other")
