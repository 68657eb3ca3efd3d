"""A look at /metrics tells what the bot has done and what stands in storage, and names nobody."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.monitoring.figures import StoredFigures, UnknownOrders, read_figures
from bot.monitoring.meters import MOST_OPERATIONS, Meters, Moment
from bot.monitoring.reach import Reach
from bot.monitoring.scrape import Scrape
from bot.monitoring.timed import TimedDatabase
from providers.http import Exchange, Http
from providers.simulators.base import Fault
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from storage import balances, products
from storage.balances import BalanceReading
from storage.database import Database, Transaction
from storage.migrate import migrate
from storage.opening import disk_free, open_database
from tests.end_to_end.dialogues import CITIESOCIAL, GUOGUO, order
from tests.end_to_end.house import ADMIN, ADMIN_NAME, world
from tests.end_to_end.program import running
from tests.monitoring.asked import free_port
from tests.monitoring.scraped import parsed, scrape
from tests.monitoring.test_health import Ear
from tests.monitoring.test_running import config, until

SECOND = 1_000_000
NOTHING = Moment(None, hears=True, silence=0.0, disk_free=None, unreachable={})


def meters() -> Meters:
    return Meters(
        accounts=["shop"], kinds=["message"], outcomes=["placed"], floors={"shop": 5.0}, about={"version": "1"}
    )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    found = await open_database(f"sqlite:///{tmp_path / 'a.db'}")
    await migrate(found, 1)
    yield found
    await found.close()


async def test_a_running_bot_counts_what_it_does_and_looks_up_what_is_open(tmp_path: Path) -> None:
    async with world(tmp_path) as house:
        port = free_port()
        path = config(house, f"127.0.0.1:{port}", accounts=house.settings(guoguo={"balance_floor": 7})["accounts"])
        async with running(path) as program:
            await until(port, "/readyz", 200)
            placed = await order(house, GUOGUO)
            await house.reads("Placed")
            house.citiesocial.fail(Fault.DROP_AFTER)
            await order(house, CITIESOCIAL)
            await house.reads("Outcome unknown")
            house.say("/balance")
            await house.reads("GuoGuo:")
            await house.all_said()

            found = await scrape(port)
            typed = sum(turn.does[0] != "[" for turn in (*GUOGUO.turns, *CITIESOCIAL.turns)) + 1
            assert found.value("orderbot_updates_total", kind="message") == typed
            assert found.value("orderbot_updates_total", kind="callback_query") >= 2
            assert found.value("orderbot_updates_total", kind="edited_message") == 0
            handled = sum(found.of("orderbot_updates_total").values())
            assert found.value("orderbot_update_seconds_count") == handled
            assert found.value("orderbot_answer_seconds_count") > typed
            assert found.value("orderbot_outcomes_total", account="guoguo", outcome="placed") == 1
            assert found.value("orderbot_outcomes_total", account="citiesocial", outcome="unknown") == 1
            assert found.value("orderbot_outcomes_total", account="shop", outcome="placed") == 0
            assert found.value("orderbot_unknown_orders", account="citiesocial") == 1
            assert found.value("orderbot_unknown_orders", account="guoguo") == 0
            assert 0 < found.value("orderbot_unknown_oldest_seconds", account="citiesocial") < 60
            assert (
                found.value("orderbot_supplier_requests_total", account="guoguo", operation="create", result="2xx") == 1
            )
            lost = {"account": "citiesocial", "operation": "create", "result": "no_answer"}
            assert found.value("orderbot_supplier_requests_total", **lost) == 1
            assert found.value("orderbot_supplier_request_seconds_count", account="guoguo", operation="create") == 1
            assert found.value("orderbot_supplier_unreachable_seconds", account="citiesocial") > 0
            assert found.value("orderbot_supplier_unreachable_seconds", account="guoguo") == 0
            assert found.value("orderbot_balance_floor", account="guoguo") == 7
            assert found.value("orderbot_balance", account="guoguo") > 0
            assert found.value("orderbot_storage_answers") == 1
            assert found.value("orderbot_storage_seconds_count", kind="write") > typed
            assert found.value("orderbot_outbox_messages") >= 0
            assert 0 <= found.value("orderbot_telegram_silence_seconds") < 60
            assert found.value("orderbot_telegram_ready") == 1
            assert found.value("orderbot_disk_free_bytes") > 0
            ((about, one),) = found.of("orderbot_build_info").items()
            assert (dict(about)["storage"], dict(about)["mode"], one) == ("sqlite", "polling", 1)
            assert found.value("process_resident_memory_bytes") > 0

            # A way of its own, so that nobody else's request is counted.
            personal = {placed, str(ADMIN), ADMIN_NAME, house.telegram.token.partition(":")[2], "example.com"}
            personal |= {turn.does for turn in CITIESOCIAL.turns if turn.does[0] not in "/[" and len(turn.does) > 3}
            personal |= set(map(str, house.settings()["accounts"]["guoguo"].values())) - {"guoguo"}
            assert len(personal) > 10
            assert [word for word in personal if word in found.text] == []
            assert await program.stop() == 0, program.log.read_text()


async def test_by_webhook_updates_are_counted_too(tmp_path: Path) -> None:
    async with world(tmp_path, webhook=True) as house:
        port = free_port()
        async with running(config(house, f"127.0.0.1:{port}")) as program:
            await until(port, "/readyz", 200)
            await order(house, GUOGUO)
            await house.reads("Placed")
            await house.taken_in()
            found = await scrape(port)
            assert await program.stop() == 0, program.log.read_text()
    typed = sum(turn.does[0] != "[" for turn in GUOGUO.turns)
    assert found.value("orderbot_updates_total", kind="message") == typed
    assert found.value("orderbot_update_seconds_count") == sum(found.of("orderbot_updates_total").values())
    assert found.value("orderbot_telegram_ready") == 1
    ((about, _),) = found.of("orderbot_build_info").items()
    assert dict(about)["mode"] == "webhook"


async def test_without_the_setting_nobody_listens_and_nothing_is_measured(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()) as program:
        await order(house, GUOGUO)
        await house.reads("Placed")
        listening = [line for line in program.log.read_text().splitlines() if "listening" in line]
        assert listening == []


async def test_figures_are_those_of_the_moment(database: Database) -> None:
    assert await database.read(read_figures, ["shop"], 5 * SECOND) == StoredFigures({"shop": UnknownOrders()})

    def work(tx: Transaction) -> None:
        products.tried(tx, "shop", SECOND)
        balances.save(tx, BalanceReading("shop", "12.50", "points", SECOND, 0))
        balances.save(tx, BalanceReading("odd", "many", "points", SECOND, 0))

    await database.run(work)
    never_read = await database.read(read_figures, ["shop", "odd"], 5 * SECOND)
    assert (never_read.catalogue_ages, never_read.balances) == ({}, {"shop": 12.5})

    await database.run(lambda tx: products.confirm(tx, "shop", 2 * SECOND, whole=True))
    assert (await database.read(read_figures, ["shop"], 5 * SECOND)).catalogue_ages == {"shop": 3.0}
    # A clock that was set back.
    assert (await database.read(read_figures, ["shop"], SECOND)).catalogue_ages == {"shop": 0.0}


async def test_a_storage_that_hangs_or_fails_silences_nothing_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.monitoring.scrape.FIGURES_WITHIN", 0.2)
    look = Scrape(
        meters(),
        database,
        ["shop"],
        now=lambda: 0,
        telegram=Ear("deaf").heard,
        silence=lambda: 3.0,
        disk_free=lambda: None,
        unreachable=dict,
    )
    lets_go = threading.Event()
    hangs = asyncio.create_task(database.read(lambda _: lets_go.wait()))
    told = parsed(await look.text())
    assert told.value("orderbot_storage_answers") == 0
    assert told.value("orderbot_telegram_silence_seconds") == 3
    assert told.value("orderbot_telegram_ready") == 0
    assert told.of("orderbot_outbox_messages") == {}
    lets_go.set()
    await hangs
    assert parsed(await look.text()).value("orderbot_storage_answers") == 1
    assert parsed(await look.text()).value("orderbot_outbox_messages") == 0

    await database.close()
    assert parsed(await look.text()).value("orderbot_storage_answers") == 0


async def test_of_replicas_each_tells_how_many_live_and_if_it_leads(database: Database) -> None:
    leads: bool | None = None
    look = Scrape(
        meters(),
        database,
        ["shop"],
        now=lambda: 0,
        telegram=Ear("").heard,
        silence=lambda: 0.0,
        disk_free=lambda: None,
        unreachable=dict,
        leads=lambda: leads,
    )
    alone = await look.text()
    assert "orderbot_leads" not in alone
    assert "orderbot_replicas" not in alone

    def join(tx: Transaction) -> None:
        for slot, name in enumerate(("one", "other")):
            tx.execute("INSERT INTO replicas (name, slot, until) VALUES ($1, $2, 0)", name, slot)

    await database.run(join)
    for leads in (False, True):
        told = parsed(await look.text())
        assert told.value("orderbot_replicas") == 2
        assert told.value("orderbot_leads") == leads

    await database.close()
    assert parsed(await look.text()).value("orderbot_leads") == 1


async def test_two_bots_of_one_process_count_apart() -> None:
    one, other = meters(), meters()
    one.settled("shop", "placed")
    labels = {"account": "shop", "outcome": "placed"}
    assert parsed(one.text(NOTHING)).value("orderbot_outcomes_total", **labels) == 1
    assert parsed(other.text(NOTHING)).value("orderbot_outcomes_total", **labels) == 0


def test_labels_stay_few_whatever_is_asked_for() -> None:
    noted = meters()
    for number in range(10 * MOST_OPERATIONS):
        noted.requested("shop", f"/{number}", "2xx", 0.1)
    noted.updates(["poll", "message", ""], 0.1)
    told = parsed(noted.text(NOTHING))
    assert len(told.of("orderbot_supplier_requests_total")) == MOST_OPERATIONS + 1
    assert told.value("orderbot_supplier_requests_total", account="shop", operation="other", result="2xx") == 360
    assert told.value("orderbot_updates_total", kind="other") == 2


async def test_transactions_are_timed_whatever_becomes_of_them(database: Database) -> None:
    noted = meters()
    timed = TimedDatabase(database, noted)
    assert await timed.run(lambda _: 1) == 1
    assert await timed.read(lambda reader: len(reader.fetch("SELECT 1"))) == 1
    with pytest.raises(ZeroDivisionError):
        await timed.run(lambda _: 1 // 0)
    told = parsed(noted.text(NOTHING))
    assert told.value("orderbot_storage_seconds_count", kind="write") == 2
    assert told.value("orderbot_storage_seconds_count", kind="read") == 1


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/platform/product", "/platform/product"),
        ("/api/v1/orders/12345678", "/api/v1/orders/:id"),
        ("/find/王小明", "/find/:id"),
        ("/find/a?phone=0912", "/find/a"),
    ],
)
async def test_a_reading_is_told_by_its_path_without_numbers_and_names(path: str, operation: str) -> None:
    told: list[Exchange] = []
    async with GuoGuoSimulator() as supplier:
        http = Http(supplier.url, timeout=5)
        http.observe = told.append
        await http.read("GET", path)
        await http.aclose()
    assert [(one.operation, one.result) for one in told] == [(operation, f"{told[0].status // 100}xx")]


def test_a_supplier_is_out_of_reach_from_the_first_failure_until_anything_is_answered() -> None:
    now = [0]
    reach = Reach(["a", "b"], lambda: now[0])
    for status in (0, 503):
        reach.note("a", status)
        now[0] += 60 * SECOND
    assert reach.seconds() == {"a": 120.0, "b": 0.0}
    assert reach.out()["a"].failures == 2
    # A refusal is an answer.
    reach.note("a", 401)
    assert reach.seconds() == {"a": 0.0, "b": 0.0}


def test_the_room_on_the_disk_is_that_of_the_database(tmp_path: Path) -> None:
    assert (disk_free(f"sqlite:///{tmp_path / 'a.db'}") or 0) > 0
    assert disk_free(f"sqlite:///{tmp_path / 'gone' / 'a.db'}") is None
    assert disk_free("postgresql://user@elsewhere/orders") is None
