"""The four suppliers on loopback, an account at each, and a desk whose clock stands still, for the dialogues."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SECOND
from bot.conversation.known import Account
from bot.desk.desk import Desk
from bot.desk.pasted_texts import PastedTexts
from bot.desk.sheet_files import SheetFiles, text_readers
from bot.staff.access import Staff
from bot.workers.catalogues import CatalogueRefresh
from bot.workers.look_ups import LookUps
from bot.workers.reconciler import Reconciler
from bot.workers.reports import Reports
from bot.workers.sender import Sender
from bot.workers.sheet_reader import SheetReader
from bot.workers.status_answers import StatusAnswers
from bot.workers.status_notices import StatusNotices
from bot.workers.status_watch import StatusWatch
from providers.anqicms.provider import Anqicms, AnqicmsSettings
from providers.base import Provider, ReadsStatus, ReconcilesOrders
from providers.guoguo.provider import GuoGuo, GuoGuoSettings
from providers.registry import provider_class
from providers.simulators.base import Simulator
from providers.simulators.registry import SIMULATORS
from tests.bench import Clock, opened
from tests.end_to_end.house import ACCOUNT_OF, ADMIN, COLLEAGUE
from tests.transcripts.player import Counting, Player, Waiting

NOON = datetime(2026, 3, 1, 4, 0, 0, tzinfo=UTC)
"""Noon where the suppliers are; their order numbers begin with it."""


@asynccontextmanager
async def playing(
    folder: Path, others: Mapping[str, Provider[Any]] | None = None, **accounts: dict[str, Any]
) -> AsyncIterator[Player]:
    """A player with a database in `folder`; keyword arguments change the settings of single accounts.

    `others` are suppliers without a simulator, by account.
    """
    async with AsyncExitStack() as stack:
        clock = Clock(int(NOON.timestamp()) * SECOND)

        def time() -> datetime:
            return datetime.fromtimestamp(clock.now / SECOND, UTC)

        simulators: dict[str, Simulator] = {ACCOUNT_OF[kind.name]: kind(time) for kind in SIMULATORS}
        providers: dict[str, Provider[Any]] = {}
        for account, simulator in simulators.items():
            await stack.enter_async_context(simulator)
            kind = provider_class(simulator.name)
            found = dict(simulator.account()) | accounts.get(account, {})
            settings = kind.settings_model.model_validate(found)
            # Those that compare the supplier's clock with ours.
            made: Provider[Any]
            match settings:
                case AnqicmsSettings():
                    made = Anqicms(settings, time)
                case GuoGuoSettings():
                    made = GuoGuo(settings, time)
                case _:
                    made = kind(settings)
            # One after the other, so that a line of a dialogue is about one order.
            made.creates_at_once = 1
            providers[account] = await stack.enter_async_context(made)
        providers |= others or {}
        database = await stack.enter_async_context(opened(folder))
        ids, waiting = Counting(now=clock), Waiting()
        readers = text_readers()
        desk = Desk(
            database=database,
            accounts={
                name: Account(
                    name,
                    provider.title,
                    provider.form,
                    reconciles=isinstance(provider, ReconcilesOrders),
                    idempotent_create=provider.idempotent_create,
                    reads_status=isinstance(provider, ReadsStatus),
                    final=provider.final if isinstance(provider, ReadsStatus) else frozenset(),
                    currency=getattr(provider.settings, "currency", None) or "",
                    explained=provider.settings_model.explained,
                )
                for name, provider in providers.items()
            },
            providers={name: provider.name for name, provider in providers.items()},
            staff=Staff(frozenset({ADMIN, COLLEAGUE})),
            ids=ids,
            clock=clock,
            workers=waiting,
            texts=PastedTexts(readers),
            sheets=SheetFiles(readers),
        )
        outcomes = Reports(desk)
        reconciler = Reconciler(database, outcomes, providers, clock)
        dropped: dict[str, bytes] = {}

        async def fetch(file: str, most: int) -> bytes:
            assert len(dropped[file]) <= most
            return dropped[file]

        yield Player(
            providers=providers,
            simulators=simulators,
            clock=clock,
            desk=desk,
            ids=ids,
            waiting=waiting,
            sender=Sender(database, outcomes, providers, clock, "a dialogue", seen_before=reconciler.seen_before),
            reconciler=reconciler,
            look_ups=LookUps(desk, providers),
            catalogues=CatalogueRefresh(database, providers, clock, 0),
            status_answers=StatusAnswers(desk, providers, clock),
            status_watch=StatusWatch(database, desk, providers, clock),
            status_notices=StatusNotices(desk),
            sheets=SheetReader(desk, readers, fetch),
            dropped=dropped,
        )


@pytest.fixture
async def player(tmp_path: Path) -> AsyncIterator[Player]:
    async with playing(tmp_path) as ready:
        yield ready
