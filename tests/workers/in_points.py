"""A supplier whose balance is in points, as its prices are."""

import asyncio
from decimal import Decimal

from providers.base import AccountSettings
from providers.orders import Balance
from storage import balances
from tests.bench import until
from tests.storage.direct import reading
from tests.workers.priced import PLACED, Priced
from tests.workers.supplied import Supplied


class InPoints(Priced):
    """`left` is what is on the account; each reading of it waits for `balance_gate`."""

    def __init__(self, left: int = 1_000_000, floor: int | None = None) -> None:
        super().__init__(PLACED)
        self.left = Decimal(left)
        self.asked_for_balance = 0
        self.balance_gate = asyncio.Event()
        self.balance_gate.set()
        account = {"provider": "scripted", "base_url": "http://127.0.0.1"}
        self.settings = WithFloor.model_validate(account | {"balance_floor": floor})

    async def balance(self) -> Balance:
        self.asked_for_balance += 1
        await self.balance_gate.wait()
        return Balance((await super().balance()).amount, "points")


class WithFloor(AccountSettings):
    balance_floor: Decimal | None = None


async def known(house: Supplied, amount: str, account: str = "priced") -> None:
    """Wait until this is what was last read."""

    def so() -> bool:
        found = balances.get(reading(house.database), account)
        return found is not None and found.amount == amount

    await until(so)
