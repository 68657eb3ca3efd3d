"""The workers that talk to suppliers, on a real database and real suppliers on loopback."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.conversation.requests import (
    AskEverywhere,
    AskStatus,
    CheckNumber,
    LookUpAnswer,
    ReadBalances,
    ReconcileOrder,
    RefreshBalance,
    Request,
)
from bot.conversation.state import ConversationKey
from bot.journal.rules import Rules
from bot.workers.balances import BalanceWatch
from bot.workers.look_ups import LookUps
from bot.workers.reconciler import Reconciler
from bot.workers.reports import Reports
from bot.workers.sender import Sender
from bot.workers.status_answers import StatusAnswers
from bot.workers.status_watch import StatusWatch
from providers.base import Provider
from providers.registry import provider_class
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from storage import orders
from tests.bench import Bench, Clock, Noted, desk_on, opened, until
from tests.storage.direct import reading

ONCE = Rules(retries=0)


@dataclass
class Busy(Noted):
    """Workers of which those that talk to suppliers are real."""

    placing: Sender | None = None
    looking_up: LookUps | None = None
    pursuit: Reconciler | None = None
    asking: StatusAnswers | None = None
    balances: BalanceWatch | None = None

    def orders_moved(self) -> None:
        super().orders_moved()
        if self.placing is not None and self.pursuit is not None:
            self.placing.wake_all()
            self.pursuit.wake()
        if self.balances is not None:
            self.balances.wake()

    def order_waits(self, account: str) -> None:
        super().order_waits(account)
        if self.placing is not None:
            self.placing.wake(account)

    def do(self, key: ConversationKey, request: Request) -> None:
        super().do(key, request)
        match request:
            case ReconcileOrder(reference=reference) if self.pursuit is not None:
                self.pursuit.look_for(reference, key)
            case CheckNumber() if self.pursuit is not None:
                self.pursuit.check(key, request)
            case RefreshBalance() if self.balances is not None:
                self.balances.refresh(key, request)
            case ReadBalances() if self.balances is not None:
                self.balances.tell(key, request)
            case LookUpAnswer() if self.looking_up is not None:
                self.looking_up.start(key, request)
            case AskStatus() | AskEverywhere() if self.asking is not None:
                self.asking.start(key, request)


@dataclass(kw_only=True)
class Supplied(Bench):
    guoguo: GuoGuoSimulator
    shop: AnqiCmsSimulator
    providers: Mapping[str, Provider[Any]]
    placing: Sender
    looking_up: LookUps
    pursuit: Reconciler
    asking: StatusAnswers
    watching: StatusWatch
    balances: BalanceWatch

    async def outcome(self, reference: str) -> str:
        """Wait until the order is settled."""

        def settled() -> bool:
            return self.order(reference).outcome is not None

        await until(settled)
        return str(self.order(reference).outcome)

    def stages(self) -> dict[str, str]:
        return {order.reference: order.stage for order in orders.all_rows(reading(self.database), 100)}


def provider_for(account: Mapping[str, Any], **clock: Callable[[], datetime]) -> Provider[Any]:
    kind: Any = provider_class(account["provider"])
    made: Provider[Any] = kind(kind.settings_model.model_validate(account), **clock)
    return made


@asynccontextmanager
async def supplied(
    folder: Path, *, busy_timeout: float = 5.0, rules: Rules = ONCE, **providers: Provider[Any]
) -> AsyncIterator[Supplied]:
    """With GuoGuo and a shop, unless other `providers` are given by account. Nothing runs yet, nothing is retried."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(opened(folder, busy_timeout=busy_timeout))
        guoguo = await stack.enter_async_context(GuoGuoSimulator())
        shop = await stack.enter_async_context(AnqiCmsSimulator())
        made = {
            "guoguo": provider_for(guoguo.account(), now=lambda: guoguo.now()),  # noqa: PLW0108  a test may give the simulator another clock later
            "shop": provider_for(shop.account()),
        } | providers
        for provider in made.values():
            await stack.enter_async_context(provider)
        clock, workers = Clock(), Busy()
        desk = desk_on(database, clock, workers, made, rules)
        placing = workers.placing = Sender(database, Reports(desk), made, clock, "test")
        looking_up = workers.looking_up = LookUps(desk, made)
        pursuit = workers.pursuit = Reconciler(database, Reports(desk), made, clock)
        asking = workers.asking = StatusAnswers(desk, made, clock)
        balances = workers.balances = BalanceWatch(desk, made)
        stack.push_async_callback(looking_up.stop)
        stack.push_async_callback(asking.stop)
        stack.push_async_callback(balances.stop)
        stack.push_async_callback(placing.drain, 0)
        yield Supplied(
            path=folder / "orderbot.db",
            database=database,
            clock=clock,
            workers=workers,
            desk=desk,
            guoguo=guoguo,
            shop=shop,
            providers=made,
            placing=placing,
            looking_up=looking_up,
            pursuit=pursuit,
            asking=asking,
            watching=StatusWatch(database, desk, made, clock),
            balances=balances,
        )


def bodies(simulator: GuoGuoSimulator | AnqiCmsSimulator) -> list[str]:
    """What reached the supplier, each body as text."""
    return [json.dumps(received.body, ensure_ascii=False) for received in simulator.received]
