"""The composition root: settings to database to providers to Telegram. Nothing else builds things."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import fields
from functools import partial
from typing import Any, Final

from bot.catalogue.inline import InlineSearch
from bot.clock import SECOND, Clock
from bot.conversation.known import Account
from bot.desk.desk import Desk
from bot.desk.gate import Gate
from bot.desk.pasted_texts import PastedTexts
from bot.desk.sheet_files import SheetFiles, text_readers
from bot.ids import Ids
from bot.journal.rules import Rules
from bot.monitoring.health import Health
from bot.monitoring.listener import health_routes, listening
from bot.monitoring.measures import UNMEASURED, Measures
from bot.monitoring.meters import Meters, about_program
from bot.monitoring.reach import Reach
from bot.monitoring.scrape import Scrape
from bot.monitoring.timed import TimedDatabase
from bot.settings.model import Settings
from bot.staff.access import Staff
from bot.staff.groups import Groups
from bot.telegram.another_bot import AnotherBot
from bot.telegram.client import ALLOWED, Client, connect, start
from bot.telegram.deliver import Delivery
from bot.telegram.fetch import FileFetch
from bot.telegram.inline import Inline
from bot.telegram.intake import Intake, PollingIntake, webhook_intake
from bot.telegram.menus import Menus
from bot.telegram.receive import Inbox
from bot.workers.address_book import AddressBookUpkeep
from bot.workers.alarms import Alarms, Patience
from bot.workers.backfill import Backfill
from bot.workers.backups import Backups
from bot.workers.balances import BalanceWatch
from bot.workers.catalogues import CatalogueRefresh
from bot.workers.circumstances import Circumstances
from bot.workers.dispatch import Dispatch
from bot.workers.look_ups import LookUps
from bot.workers.personal_data import PersonalDataRemoval
from bot.workers.presence import Presence
from bot.workers.pruner import Pruner
from bot.workers.reconciler import Reconciler
from bot.workers.replica import Replica
from bot.workers.reports import Reports
from bot.workers.sender import Sender
from bot.workers.sheet_reader import SheetReader
from bot.workers.signals import Signals
from bot.workers.status_answers import StatusAnswers
from bot.workers.status_notices import StatusNotices
from bot.workers.status_watch import StatusWatch
from providers.base import HttpProvider, Provider, ReadsBalance, ReadsStatus, ReconcilesOrders
from providers.http import Exchange
from providers.orders import FINISHED, Outcome
from providers.registry import provider_class
from storage import chats, groups, outbox, program, replicas
from storage.database import Database
from storage.location import Hold, Membership
from storage.opening import (
    alone,
    beside,
    bring_up_to_date,
    disk_free,
    examine,
    is_server,
    lapse_claims,
    open_database,
)

log = logging.getLogger(__name__)

GARBAGE: Final = (5_000, 20, 50)
"""The objects that there are more at each look for those that only hold on to each other; how often it goes further."""
LAST_MESSAGES: Final = 3.0
"""Seconds in which what was still to be said is sent when the program is stopped."""


class App:
    """All parts of a running bot. Those that wait for a time are in `wakers`, to look at the clock anew."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        hold: Hold,
        ids: Ids,
        staff: Staff,
        client: Client,
        clock: Clock,
        meters: Meters | None = None,
        member: Membership | None = None,
    ) -> None:
        """`hold` is kept as long as the app runs; `member` is this replica, where others share the database."""
        self.database = database
        self._hold = hold
        self._member = member
        self.clock = clock
        self.client = client
        self._grace = settings.orders.grace
        self._known_to_telegram = asyncio.Event()
        self.providers: dict[str, Provider[Any]] = {
            name: provider_class(account.provider)(account, clock.moment) for name, account in settings.accounts.items()
        }
        measures = UNMEASURED if meters is None else meters
        self.reach = Reach(self.providers, clock.forward)
        self._observe(measures)
        accounts = {
            name: Account(
                name,
                settings.title_of(name),
                provider.form,
                reconciles=isinstance(provider, ReconcilesOrders),
                idempotent_create=provider.idempotent_create,
                reads_status=isinstance(provider, ReadsStatus),
                final=provider.final | FINISHED if isinstance(provider, ReadsStatus) else frozenset(),
                reads_balance=isinstance(provider, ReadsBalance),
                balance_floor=getattr(provider.settings, "balance_floor", None),
                batch_limit=provider.settings.batch_limit,
                currency=getattr(provider.settings, "currency", None) or "",
                status_words=provider.settings.status_words,
                explained=provider.settings.explained,
                called=(provider.name, *provider.called),
            )
            for name, provider in self.providers.items()
        }
        signals = None if member is None else Signals(member.publish)
        workers = Dispatch(signals, (lambda: True) if member is None else (lambda: member.leads))
        replica = "" if member is None else member.name
        readers = text_readers()
        self.desk = Desk(
            database=database,
            accounts=accounts,
            providers={name: provider.name for name, provider in self.providers.items()},
            staff=staff,
            ids=ids,
            clock=clock,
            workers=workers,
            language=settings.language,
            zone=settings.zone,
            rules=Rules(**settings.orders.model_dump(include={field.name for field in fields(Rules)})),
            texts=PastedTexts(readers),
            sheets=SheetFiles(readers),
            replica=replica,
        )
        outcomes = Reports(self.desk, measures)
        self.delivery = workers.delivery = Delivery(
            client, database, clock, clock.forward, outcomes.undeliverable, Gate(self.desk), measures, replica, signals
        )
        self.inbox = Inbox(
            client,
            self.desk,
            Inline(client, InlineSearch(database, accounts, self.desk.staff, clock), settings.language),
            forward=clock.forward,
            delivery=self.delivery,
            measures=measures,
        )
        self.intake: Intake = (
            webhook_intake(client, self.inbox, self.delivery.under_way, settings.telegram, clock)
            if settings.telegram.mode == "webhook"
            else PollingIntake(client, self.inbox)
        )
        self.health = Health(database, self._heard)
        self._metrics = settings.metrics
        self._scrape = None if meters is None else self._scraped(meters, settings.storage.url)
        self.another_bot = AnotherBot(client, database, self.desk)
        self.menus = Menus(client, database, staff, settings.language)
        patience = Patience(settings.orders.unreachable_after, settings.orders.unknown_after)
        self.alarms = Alarms(outcomes, self.providers, self.reach, patience)
        self.presence = Presence(database, outcomes, clock)
        self.reconciler = Reconciler(database, outcomes, self.providers, clock)
        self.sender = workers.sender = Sender(
            database,
            outcomes,
            self.providers,
            clock,
            replica or self.desk.ids.process(),
            check_presence=self.presence.check,
            seen_before=self.reconciler.seen_before,
            expect_to_lead=None if member is None else partial(replicas.expect_to_lead, name=replica),
        )
        self.circumstances = Circumstances(database, outcomes, self.providers)
        self.status_watch = StatusWatch(database, self.desk, self.providers, clock)
        self.status_notices = StatusNotices(self.desk)
        self.look_ups = LookUps(self.desk, self.providers)
        self.status_answers = StatusAnswers(self.desk, self.providers, clock)
        self.backfill = Backfill(database, accounts)
        self.address_book = AddressBookUpkeep(database, accounts)
        self.pruner = Pruner(database, clock)
        self.scheduled = _scheduled(settings, database, outcomes, clock)
        every = settings.catalogue.refresh_every
        self.catalogues = workers.catalogues = CatalogueRefresh(database, self.providers, clock, every)
        self.balances = BalanceWatch(self.desk, self.providers)
        self.sheets = SheetReader(self.desk, readers, FileFetch(client).fetch)
        for worker in (self.look_ups, self.reconciler, self.status_answers, self.balances, self.menus, self.sheets):
            workers.duties.update(worker.duties)
        workers.journal = (self.reconciler, self.status_watch, self.balances)
        workers.at_work = (self.look_ups, self.reconciler, self.status_answers)
        self._replica = (
            None
            if member is None or signals is None
            else Replica(member, database, self.desk, self.delivery, self.sender, workers, signals)
        )
        self.wakers: list[Callable[[], None]] = [
            self.presence.wake,
            self.delivery.wake,
            self.sender.wake_all,
            self.reconciler.wake,
            self.status_watch.wake,
            self.status_notices.wake,
            self.catalogues.wake,
            self.balances.wake,
            self.alarms.wake,
            *(work.wake for work in self.scheduled),
        ]

    def wake(self) -> None:
        """The clock was moved: what is due by now is not to wait for the time that was left before."""
        for wake in self.wakers:
            wake()

    def _observe(self, measures: Measures) -> None:
        """Hear of every request to a supplier."""

        def note(account: str, exchange: Exchange) -> None:
            self.reach.note(account, exchange.status)
            measures.requested(account, exchange.operation, exchange.result, exchange.seconds)

        for name, provider in self.providers.items():
            if isinstance(provider, HttpProvider):
                provider.http.observe = partial(note, name)

    def _scraped(self, meters: Meters, storage_url: str) -> Scrape:
        forward, began = self.clock.forward, self.clock.forward()

        def silence() -> float:
            return (forward() - began) / SECOND if self.inbox.silence is None else self.inbox.silence

        return Scrape(
            meters,
            self.database,
            list(self.providers),
            now=self.clock,
            telegram=self._heard,
            silence=silence,
            disk_free=lambda: disk_free(storage_url),
            unreachable=self.reach.seconds,
            leads=lambda: None if self._member is None else self._member.leads,
        )

    async def _heard(self) -> str:
        return self.intake.fault()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Tell whoever asks how the bot is while the block runs, if the settings want it. Raises ListenError."""
        if self._metrics is None:
            yield
            return
        at = self._metrics.address
        routes = [*health_routes(self.health), *([] if self._scrape is None else [self._scrape.route()])]
        async with listening(at.host, at.port, routes, f"metrics.listen {at}"):
            log.info("listening on %s for whoever watches the bot", at)
            yield

    async def run(self) -> None:
        """Run until cancelled, then end in order: nothing new in, calls in flight out, last messages sent."""
        replica = self._replica
        if replica is None:
            await self._take_in()
            await self._take_over()
            work = [*self._everywhere(), *self._work()]
        else:
            if replica.is_first:
                await self._take_in()
                await replica.ready()
            work = [*self._everywhere(), *replica.work(self._lead)]
        delivering = asyncio.create_task(self.delivery.run())
        working = [asyncio.create_task(one) for one in work]
        try:
            await _first_failure([delivering, *working])
        finally:
            await _stop(*working)
            await self.sender.drain(self._grace)
            await self.look_ups.stop()
            await self.status_answers.stop()
            await self.balances.stop()
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_MESSAGES):
                    await self.delivery.flush()
            await _stop(delivering)

    async def _take_in(self) -> None:
        """Before anything is heard or sent: what has changed since the last start."""
        await self.another_bot.take_in()
        await self.circumstances.take_in()

    async def _take_over(self) -> None:
        """Before anything is sent by itself: go on from where the last one was that did."""
        await self.presence.begin()
        await self.sender.recover()
        await self.reconciler.recover()
        await self.desk.resume()

    async def _lead(self) -> None:
        """Do, as long as this replica leads, what only one of them may do."""
        await self._take_over()
        working = [asyncio.create_task(one) for one in self._work()]
        try:
            await _first_failure(working)
        finally:
            await _stop(*working)

    def _everywhere(self) -> list[Coroutine[Any, Any, None]]:
        return [self._hello_then_listen(), self._hold.keep()]

    def _work(self) -> list[Coroutine[Any, Any, None]]:
        return [
            self.presence.run(),
            self.sender.run(),
            self.reconciler.run(),
            self._once_greeted(self.menus.run),
            self._once_greeted(self.status_watch.run),
            self.status_notices.run(),
            self.backfill.run(),
            self._once_greeted(self.address_book.run),
            self._once_greeted(self.catalogues.run),
            self._once_greeted(self.balances.run),
            self._once_greeted(self.sheets.run),
            self.pruner.run(),
            self._once_greeted(self.alarms.run),
            *(work.run() for work in self.scheduled),
        ]

    async def _hello_then_listen(self) -> None:
        await start(self.client, self.intake.prepare)
        await self.another_bot.note()
        self._known_to_telegram.set()
        log.info("running as @%s", self.client.username)
        await self.intake.run()

    async def _once_greeted(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Reading that nobody waits for begins once Telegram has accepted the token."""
        await self._known_to_telegram.wait()
        await work()

    async def aclose(self) -> None:
        for provider in self.providers.values():
            await provider.aclose()


def _scheduled(
    settings: Settings, database: Database, reports: Reports, clock: Clock
) -> list[Backups | PersonalDataRemoval]:
    """The upkeep that the settings ask for."""
    url, found = settings.storage.url, list[Backups | PersonalDataRemoval]()
    if settings.backup is not None:
        found.append(Backups(database, url, settings.backup, reports, clock))
    if (every := settings.orders.prune_every) > 0:
        found.append(PersonalDataRemoval(database, url, clock, every=every, keep_days=settings.orders.keep_days))
    return found


@asynccontextmanager
async def build(settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
    """The app alone on its database, migrated; all connections are given up on the way out. Raises StorageError.

    `clock` is the system's unless given.
    """
    clock = clock or Clock()
    async with AsyncExitStack() as stack:
        member = await _joined(settings, stack)
        hold = await stack.enter_async_context(alone(settings.storage.url)) if member is None else member
        database = await open_database(settings.storage.url)
        stack.push_async_callback(database.close)
        if member is None or member.is_first:
            await _prepare(settings, database, clock)
        if member is not None:
            database.expect_others()
            await _follow(database, clock)
            if member.is_first:
                await database.run(chats.begin)
        client = connect(settings.telegram.token.get_secret_value(), settings.telegram.api_url)
        stack.push_async_callback(client.shutdown)
        moves = await database.read(groups.moves)
        staff = Staff(frozenset(settings.staff.admins), Groups(settings.staff.groups, moves))
        meters = None if settings.metrics is None else _meters(settings)
        timed = database if meters is None else TimedDatabase(database, meters)
        slot = None if member is None else member.slot
        ids = Ids(last_outbox=await database.read(outbox.last_id), now=clock, slot=slot)
        app = App(settings, timed, hold, ids, staff, client, clock, meters, member)
        stack.push_async_callback(app.aclose)
        stack.callback(clock.on_move(app.wake))
        yield app


async def _joined(settings: Settings, stack: AsyncExitStack) -> Membership | None:
    """The place of this replica; None for a bot that is alone. By polling updates come to one, a file is for one."""
    url = settings.storage.url
    if settings.telegram.mode != "webhook" or not is_server(url):
        return None
    mark = settings.fingerprint(about_program()["version"])
    return await stack.enter_async_context(beside(url, Ids().process(), mark))


async def _prepare(settings: Settings, database: Database, clock: Clock) -> None:
    """Look through the database, bring it up to date, and end the claims of the dead: nobody else is there."""
    await examine(settings.storage.url)
    upgrade = await bring_up_to_date(settings.storage.url, database, clock())
    if upgrade.copy is not None:
        log.warning("the database as it was before %s is kept in %s", upgrade.applied[0], upgrade.copy)
    await lapse_claims(database)


async def _follow(database: Database, clock: Clock) -> None:
    """Go by the time of the replica that leads, as far as it is known."""
    if (last := await database.read(program.last_heartbeat)) is not None:
        clock.resume(forward=last.forward, up=last.up)


def _meters(settings: Settings) -> Meters:
    """The metrics of a bot with these settings."""
    floors = {name: getattr(account, "balance_floor", None) for name, account in settings.accounts.items()}
    return Meters(
        accounts=list(settings.accounts),
        kinds=ALLOWED,
        outcomes=list(Outcome),
        floors={name: float(floor) for name, floor in floors.items() if floor is not None},
        about=about_program() | {"mode": settings.telegram.mode, "storage": settings.storage.url.partition(":")[0]},
    )


async def run(settings: Settings, clock: Clock | None = None) -> None:
    """Run the bot until cancelled.

    Raises StorageError, TelegramRefusedError and ListenError, each with one line to read.
    """
    async with build(settings, clock) as app, app.intake.open(health_routes(app.health)), app.watched():
        # What is there now stays: the collector need not go through it again and again while the bot runs.
        gc.collect()
        gc.freeze()
        # An update makes hundreds of objects, nearly all of which are gone with it.
        gc.set_threshold(*GARBAGE)
        await app.run()


async def serve(settings: Settings, clock: Clock | None = None) -> None:
    """Run the bot until SIGTERM or SIGINT, which end it cleanly."""
    running = asyncio.create_task(run(settings, clock))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    with suppress(asyncio.CancelledError):
        await running


async def _first_failure(tasks: list[asyncio.Task[None]]) -> None:
    """Wait until one ends, which none does by itself, and raise what it raised."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _stop(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
