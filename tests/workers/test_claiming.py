"""Between claiming an order and sending it: nothing that was claimed may be forgotten."""

import asyncio
from pathlib import Path

import pytest

from bot.workers import loop
from storage import sending
from storage.database import Reader
from storage.errors import StorageError
from storage.orders import Order
from tests.bench import until, working
from tests.workers.scripted import Scripted
from tests.workers.supplied import Supplied, supplied


async def test_a_storage_that_fails_right_after_the_claim_holds_up_no_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, real = [], sending.next_claim_at

    def fails_once(reader: Reader, account: str, after: int) -> int | None:
        asked.append(account)
        if len(asked) == 1:
            raise StorageError("the database is locked by another process")
        return real(reader, account, after)

    monkeypatch.setattr(sending, "next_claim_at", fails_once)
    monkeypatch.setattr(loop, "AGAIN", 0.01)
    async with supplied(tmp_path, scripted=(provider := Scripted())) as house:
        house.confirmed("1000", "scripted")
        async with working(house.sender.run()):
            await until(lambda: is_settled(house))
        assert provider.references == ["1000"]


async def test_what_was_claimed_when_it_is_stopped_is_still_sent(tmp_path: Path) -> None:
    async with supplied(tmp_path, scripted=(provider := Scripted())) as house:
        house.confirmed("1000", "scripted")
        claim, claimed = house.sender._claim, asyncio.Event()

        async def slow(account: str, limit: int) -> list[Order]:
            found = await claim(account, limit)
            if found:
                claimed.set()
                await asyncio.sleep(0.05)
            return found

        vars(house.sender)["_claim"] = slow
        running = asyncio.create_task(house.sender.run())
        await claimed.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await house.sender.drain(5)
        assert provider.references == ["1000"]
        assert house.order("1000").outcome == "unknown"


def is_settled(house: Supplied) -> bool:
    return house.order("1000").outcome is not None
