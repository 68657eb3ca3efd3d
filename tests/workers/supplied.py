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
from bot.workers.status_notices import StatusNotices
from bot.workers.status_watch import StatusWatch
from providers.base import Provider
from providers.registry import provider_class
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from storage import orders
from storage.opening import lapse_claims
from tests.bench import Bench, Clock, Noted, desk_on, opened, until
from tests.storage.direct import reading

ONCE = Rules(retries=0)


@dataclass
class Busy(Noted):
    """Workers of which those that talk to suppliers are real."""

    sender: Sender | None = None
    look_ups: LookUps | None = None
    reconciler: Reconciler | None = None
    status_answers: StatusAnswers | None = None
    balances: BalanceWatch | None = None

    def orders_moved(self) -> None:
        super().orders_moved()
        if self.sender is not None and self.reconciler is not None:
            self.sender.wake_all()
            self.reconciler.wake()
        if self.balances is not None:
            self.balances.wake()

    def order_waits(self, account: str) -> None:
        super().order_waits(account)
        if self.sender is not None:
            self.sender.wake(account)

    def do(self, key: ConversationKey, request: Request) -> None:
        super().do(key, request)
        match request:
            case ReconcileOrder(reference=reference) if self.reconciler is not None:
                self.reconciler.look_for(reference, key)
            case CheckNumber() if self.reconciler is not None:
                self.reconciler.check(key, request)
            case RefreshBalance() if self.balances is not None:
                self.balances.refresh(key, request)
            case ReadBalances() if self.balances is not None:
                self.balances.tell(key, request)
            case LookUpAnswer() if self.look_ups is not None:
                self.look_ups.start(key, request)
            case AskStatus() | AskEverywhere() if self.status_answers is not None:
                self.status_answers.start(key, request)


@dataclass(kw_only=True)
class Supplied(Bench):
    guoguo: GuoGuoSimulator
    shop: AnqiCmsSimulator
    providers: Mapping[str, Provider[Any]]
    sender: Sender
    look_ups: LookUps
    reconciler: Reconciler
    status_answers: StatusAnswers
    status_watch: StatusWatch
    balances: BalanceWatch
    status_notices: StatusNotices

    async def a_minute(self) -> None:
        """Let a minute go by: news that wait are told."""
        self.clock.advance(60)
        await self.status_notices.turn()

    async def outcome(self, reference: str) -> str:
        """Wait until the order is settled."""

        def settled() -> bool:
            return self.order(reference).outcome is not None

        await until(settled)
        return str(self.order(reference).outcome)

    async def restarted(self) -> None:
        """Recover as the next process does, which has the database for itself."""
        await lapse_claims(self.database)
        await Sender(self.database, self.outcomes, self.providers, self.clock, "the next").recover()

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
        reconciler = workers.reconciler = Reconciler(database, Reports(desk), made, clock)
        seen_before = reconciler.seen_before
        sender = workers.sender = Sender(database, Reports(desk), made, clock, "test", seen_before=seen_before)
        look_ups = workers.look_ups = LookUps(desk, made)
        status_answers = workers.status_answers = StatusAnswers(desk, made, clock)
        balances = workers.balances = BalanceWatch(desk, made)
        stack.push_async_callback(look_ups.stop)
        stack.push_async_callback(status_answers.stop)
        stack.push_async_callback(balances.stop)
        stack.push_async_callback(sender.drain, 0)
        yield Supplied(
            path=folder / "orderbot.db",
            database=database,
            clock=clock,
            workers=workers,
            desk=desk,
            guoguo=guoguo,
            shop=shop,
            providers=made,
            sender=sender,
            look_ups=look_ups,
            reconciler=reconciler,
            status_answers=status_answers,
            status_watch=StatusWatch(database, desk, made, clock),
            balances=balances,
            status_notices=StatusNotices(desk),
        )


def bodies(simulator: GuoGuoSimulator | AnqiCmsSimulator) -> list[str]:
    """What reached the supplier, each body as text."""
    return [json.dumps(received.body, ensure_ascii=False) for received in simulator.received]
