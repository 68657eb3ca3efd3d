"""Sending: committed before the call, one call, settled; and nothing is ever sent twice."""

import sqlite3
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bot.buttons.data import read
from bot.workers import loop, sender
from bot.workers.sender import REST, Sender
from providers.anqicms.form import AnqicmsForm
from providers.base import AccountSettings, Provider
from providers.fields import Form
from providers.orders import PlacedOrder
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.base import Fault
from tests.bench import CANARY, locked, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.workers.supplied import Supplied, provider_for, supplied


class Broken(Provider[AccountSettings]):
    """A provider with a fault that nobody foresaw."""

    name: ClassVar[str] = "broken"
    title: ClassVar[str] = "Broken"
    settings_model: ClassVar[type[AccountSettings]] = AccountSettings
    form: ClassVar[type[Form]] = AnqicmsForm

    async def place(self, form: Any, reference: str) -> PlacedOrder:
        raise ZeroDivisionError(type(form), len(reference))

    async def aclose(self) -> None:
        pass


async def test_a_confirmed_order_is_sent_once_and_settled(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house, working(house.sender.run()):
        house.confirmed("1000", "guoguo")
        house.sender.wake("guoguo")
        assert await house.outcome("1000") == "placed"
        order = house.order("1000")
        assert order.number == house.guoguo.ledger[0].number
        assert (order.attempts, order.claimed_by) == (1, "test")
        house.sender.wake("guoguo")
        house.confirmed("1001", "guoguo")
        house.sender.wake("guoguo")
        await house.outcome("1001")
        assert len(house.guoguo.received) == 2


async def test_an_order_that_nobody_woke_the_sender_for_is_sent_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "SWEEP", 0.05)
    async with supplied(tmp_path) as house, working(house.sender.run()):
        house.confirmed("1000", "guoguo")
        house.sender.wake("guoguo")
        await house.outcome("1000")
        for reference, account in (("1001", "guoguo"), ("1002", "shop")):
            house.confirmed(reference, account)
            assert await house.outcome(reference) == "placed"


async def test_sending_is_committed_before_the_supplier_is_called(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        seen: list[str] = []

        def look() -> None:
            with sqlite3.connect(f"file:{house.path}?mode=ro", uri=True) as other:
                seen.extend(stage for (stage,) in other.execute("SELECT stage FROM orders"))
            other.close()

        house.guoguo.on_change = look
        house.confirmed("1000", "guoguo")
        async with working(house.sender.run()):
            await house.outcome("1000")
        assert seen == ["sending"]


async def test_what_was_being_sent_is_unknown_at_start_up_and_never_sent_again(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        house.sending("1000")
        house.confirmed("1001")
        await house.restarted()
        assert house.order("1000").outcome == "unknown"
        card, attention = house.outbox()
        assert "The bot was stopped while the order was being sent" in card
        assert attention.startswith("<b>Please check")
        house.clock.advance(REST)
        async with working(house.sender.run()):
            assert await house.outcome("1001") == "placed"
        await house.restarted()
        assert len(house.shop.received) == 1
        assert house.order("1000").attempts == 1


async def test_what_was_confirmed_for_an_account_that_is_gone_is_not_sent_and_told(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        house.confirmed("1000", "guoguo")
        sender_of_shop = Sender(house.database, house.outcomes, {"shop": house.providers["shop"]}, house.clock, "test")
        await sender_of_shop.recover()
        assert house.order("1000").outcome == "not_sent"
        assert "no longer set up" in house.outbox()[0]
        assert house.guoguo.received == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.REFUSE, "refused"),
        (Fault.ERROR_BEFORE, "unknown"),
        (Fault.ERROR_AFTER, "unknown"),
        (Fault.DROP_BEFORE, "unknown"),
        (Fault.DROP_AFTER, "unknown"),
        (Fault.GARBAGE, "unknown"),
        (Fault.EMPTY, "unknown"),
        (Fault.TRUNCATED, "unknown"),
        (Fault.NO_NUMBER, "unknown"),
    ],
)
async def test_each_failure_has_its_outcome_and_the_next_order_is_placed(
    tmp_path: Path, fault: Fault, outcome: str
) -> None:
    async with supplied(tmp_path) as house, working(house.sender.run()):
        house.shop.fail(fault)
        house.confirmed("1000")
        house.sender.wake("shop")
        assert await house.outcome("1000") == outcome
        house.clock.advance(REST)
        house.confirmed("1001")
        house.sender.wake("shop")
        assert await house.outcome("1001") == "placed"
        assert len(house.shop.received) == 2


async def test_a_supplier_that_must_not_get_two_at_once_gets_them_one_by_one(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        for reference in ("1000", "1001", "1002"):
            house.clock.advance(1)
            house.confirmed(reference, "guoguo")
        house.guoguo.fail(Fault.HANG)
        async with working(house.sender.run()):
            await until(lambda: _taken(house.guoguo, 1))
            house.sender.wake("guoguo")
            house.confirmed("900")
            house.sender.wake("shop")
            await house.outcome("900")
            assert house.stages() == {
                "900": "settled",
                "1000": "sending",
                "1001": "confirmed",
                "1002": "confirmed",
            }
            house.guoguo.heal()
            assert [await house.outcome(reference) for reference in ("1000", "1001", "1002")] == ["placed"] * 3
        numbers = [house.order(reference).number for reference in ("1000", "1001", "1002")]
        assert numbers == [order.number for order in house.guoguo.ledger]


async def test_a_supplier_whose_orders_name_ours_gets_only_so_many_at_once(tmp_path: Path) -> None:
    async with (
        AnqiCmsSimulator() as marked,
        supplied(tmp_path, marked=provider_for(marked.account() | {"remark_marker": True})) as house,
    ):
        for n in range(6):
            house.clock.advance(1)
            house.confirmed(f"100{n}", "marked")
        marked.fail(Fault.HANG, times=None)
        async with working(house.sender.run()):
            await until(lambda: _taken(marked, 4))
            assert list(house.stages().values()) == ["sending"] * 4 + ["confirmed"] * 2
            marked.heal()
            assert [await house.outcome(f"100{n}") for n in range(6)] == ["placed"] * 6
        assert len(marked.received) == 6


async def test_an_account_that_does_not_answer_holds_up_no_other(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house, working(house.sender.run()):
        house.guoguo.fail(Fault.HANG)
        house.confirmed("1000", "guoguo", ADMIN)
        house.sender.wake("guoguo")
        await until(lambda: _taken(house.guoguo, 1))
        house.confirmed("1001", "shop", COLLEAGUE)
        house.sender.wake("shop")
        assert await house.outcome("1001") == "placed"
        assert house.order("1000").stage == "sending"
        house.guoguo.heal()
        assert await house.outcome("1000") == "placed"


async def test_an_exception_that_nobody_foresaw_is_unknown(tmp_path: Path) -> None:
    broken = Broken(AccountSettings(provider="broken", base_url="http://127.0.0.1"))
    async with supplied(tmp_path, broken=broken) as house, working(house.sender.run()):
        house.confirmed("1000", "broken")
        house.sender.wake("broken")
        assert await house.outcome("1000") == "unknown"
        assert "unforeseen" in house.order("1000").details


async def test_answers_that_the_form_no_longer_takes_are_not_sent(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house, working(house.sender.run()):
        house.confirmed("1000", items=[])
        house.sender.wake("shop")
        assert await house.outcome("1000") == "not_sent"
        assert house.shop.received == []
        assert "have changed since you confirmed" in house.outbox()[0]


async def test_an_outcome_is_kept_until_storage_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "AGAIN", 0)
    async with supplied(tmp_path, busy_timeout=0) as house, working(house.sender.run()):
        house.shop.fail(Fault.HANG)
        house.confirmed("1000")
        house.sender.wake("shop")
        await until(lambda: _taken(house.shop, 1))
        async with locked(house.path):
            house.shop.heal()
            await until(lambda: _logged(caplog, "could not be recorded"))
        assert await house.outcome("1000") == "placed"
        assert len(house.shop.received) == 1
        assert len(house.outbox()) == 1


async def test_orders_wait_for_a_journal_that_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loop, "AGAIN", 0)
    async with supplied(tmp_path, busy_timeout=0) as house:
        house.confirmed("1000")
        async with locked(house.path):
            run = working(house.sender.run())
            await run.__aenter__()
            await until(lambda: _logged(caplog, "trying again"))
            assert house.shop.received == []
        assert await house.outcome("1000") == "placed"
        await run.__aexit__(None, None, None)


async def test_an_order_that_was_not_sent_is_placed_under_its_reference_later(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house, working(house.sender.run()):
        port = int(house.shop.url.rpartition(":")[2])
        await house.shop.stop()
        house.confirmed("1000")
        house.sender.wake("shop")
        assert await house.outcome("1000") == "not_sent"
        assert house.outbox()[0].startswith("<b>Not placed")
        await house.shop.start(port=port)
        await house.does(read(house.button("Confirm")), tapped=1)
        await until(lambda: _is_placed(house))
        assert house.order("1000").attempts == 2
        assert len(house.stages()) == len(house.shop.received) == 1


async def test_credentials_that_are_refused_are_told_to_the_other_admins(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house, working(house.sender.run()):
        house.guoguo.fail(Fault.REFUSE, code="token_validation_failed")
        house.confirmed("1000", "guoguo")
        house.sender.wake("guoguo")
        assert await house.outcome("1000") == "not_sent"
        (told,) = house.outbox(COLLEAGUE)
        assert told.startswith("Guoguo does not accept the credentials")


async def test_calls_in_flight_get_their_time_and_are_given_up_after_it(tmp_path: Path) -> None:
    async with supplied(tmp_path) as house:
        house.shop.fail(Fault.HANG, times=None)
        house.guoguo.fail(Fault.HANG)
        house.confirmed("1000")
        house.confirmed("1001", "guoguo")
        async with working(house.sender.run()):
            await until(lambda: _taken(house.shop, 1))
            await until(lambda: _taken(house.guoguo, 1))
        house.guoguo.heal()
        assert await house.outcome("1001") == "placed"
        await house.sender.drain(0)
        assert house.order("1000").stage == "sending"
        await house.restarted()
        assert house.order("1000").outcome == "unknown"


async def test_no_log_of_sending_holds_an_address(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "bot")
    async with supplied(tmp_path) as house, working(house.sender.run()):
        for n, fault in enumerate((Fault.REFUSE, Fault.DROP_AFTER, Fault.GARBAGE, None)):
            if fault is not None:
                house.shop.fail(fault)
            house.confirmed(f"100{n}")
            house.sender.wake("shop")
            await house.outcome(f"100{n}")
            house.clock.advance(REST)
        house.confirmed("1009", items=[{"goods_id": CANARY}])
        house.sender.wake("shop")
        await house.outcome("1009")
        assert CANARY in str(house.shop.received[-1].body)
        assert CANARY not in caplog.text


async def _taken(simulator: Any, count: int) -> bool:
    return len(simulator.received) == count


async def _logged(caplog: pytest.LogCaptureFixture, text: str) -> bool:
    return text in caplog.text


def _is_placed(house: Supplied) -> bool:
    return house.order("1000").outcome == "placed"
