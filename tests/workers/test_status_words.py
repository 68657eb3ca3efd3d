"""Words that no document explains are shown as they are, and count as what the settings say from the next start on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SECOND
from bot.commands.check import unnamed_words
from bot.conversation import events
from bot.conversation.views import STATES, Wanted
from bot.journal.views import placed
from bot.workers.circumstances import Circumstances
from bot.workers.reports import Reports
from providers.orders import PlacedOrder, Progress, Status
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from storage import pages, status_words, watching
from tests.bench import until, working
from tests.providers.damaijia.samples import RECIPIENT
from tests.storage.direct import reading, writing
from tests.workers.placed_orders import card, messages, place
from tests.workers.scripted import Telling
from tests.workers.supplied import Supplied, provider_for, supplied

DAY = 86400
CITY_ANSWERS: dict[str, Any] = {
    "items": [{"variant_id": "123450001", "quantity": "2"}],
    "email": "staff@example.com",
    "first_name": "a",
    "last_name": "b",
    "title": "",
    "zip": "100",
    "city": "c",
    "address1": "d",
    "address2": "e",
    "phone": "0912345678",
    "transaction_amount": "20",
}


def named(**words: str) -> Telling:
    """A supplier whose words mean this by the settings."""
    supplier = Telling()
    supplier.settings = supplier.settings.model_validate(
        {"provider": "scripted", "base_url": "http://127.0.0.1", "status_words": words}
    )
    return supplier


def folder(within: Path, name: str) -> Path:
    (within / name).mkdir()
    return within / name


async def started(house: Supplied) -> None:
    await Circumstances(house.database, Reports(house.desk), house.providers).take_in()


async def placed_at(house: Supplied, account: str, **answers: Any) -> str:
    """An order that the supplier has taken; returns its number there."""
    house.confirmed("1000", account, **answers)
    async with working(house.sender.run()):
        assert await house.outcome("1000") == "placed"
    return house.order("1000").number or ""


def unnamed(house: Supplied) -> list[str]:
    """The lines of `orderbot check`."""
    settings = {name: provider.settings for name, provider in house.providers.items()}
    return [finding.line for finding in unnamed_words(reading(house.database), settings)]


def time_of(house: Supplied) -> datetime:
    return datetime.fromtimestamp(house.clock() / SECOND, UTC)


async def test_an_order_that_guoguo_has_finished_is_finished_everywhere(tmp_path: Path) -> None:
    async with supplied(tmp_path) as before:
        before.guoguo.now = lambda: time_of(before)
        account = before.guoguo.account() | {"status_words": {"Finish": "completed"}}
        guoguo = provider_for(account, now=lambda: before.guoguo.now())  # noqa: PLW0108  it is given another clock below
        async with supplied(folder(tmp_path, "other"), guoguo=guoguo) as house:
            before.guoguo.now = lambda: time_of(house)
            await placed_at(house, "guoguo")
            house.clock.advance(3600)
            await house.status_watch.look(house.order("1000"))
            assert (house.order("1000").status, house.order("1000").supplier_status) == ("placed", "processing")
            house.clock.advance(DAY)
            await house.status_watch.look(house.order("1000"))
            order = house.order("1000")
            assert (order.status, order.supplier_status, order.watch_at) == ("completed", "finish", None)
            await house.a_minute()
            assert "Order completed" in messages(house)[-1]
            assert "placed → completed" in messages(house)[-1]
            assert "completed" in STATES
            found = pages.older(reading(house.database), pages.Selection(state="completed"), 9)
            assert [one.reference for one in found] == ["1000"]
            await house.does(events.OrdersRequested(wanted=Wanted(state="placed")))
            assert "Fans" not in messages(house)[-1]
            house.clock.advance(30 * DAY)
            assert watching.next_at(reading(house.database), "guoguo") is None


async def test_a_shops_word_can_be_named(tmp_path: Path) -> None:
    async with AnqiCmsSimulator() as shop:
        provider = provider_for(shop.account() | {"status_words": {"7": "completed"}})
        async with supplied(tmp_path, shop=provider) as house:
            number = await placed_at(house, "shop")
            shop.book._set(number, status=7)
            await house.status_watch.look(house.order("1000"))
            assert (house.order("1000").status, house.order("1000").watch_at) == ("completed", None)


async def test_a_word_of_parcels_can_be_named_and_stands_for_all_of_them(tmp_path: Path) -> None:
    async with DamaijiaSimulator() as damaijia:
        provider = provider_for(damaijia.account() | {"status_words": {"已签收": "completed"}})
        async with supplied(tmp_path, gifts=provider) as house:
            damaijia.rows_carry |= {"status"}
            number = await placed_at(house, "gifts", recipients=[RECIPIENT, RECIPIENT | {"consignee": "李小红"}])
            parcels = len(damaijia.ledger[0].body["consignees"])
            damaijia._by_hand.update({(number, parcel): "已签收" for parcel in range(parcels)})
            await house.status_watch.look(house.order("1000"))
            assert (house.order("1000").status, house.order("1000").watch_at) == ("completed", None)
            # Of one that has no word nothing is known, so they are not all done.
            damaijia._by_hand[number, 0] = ""
            await house.status_watch.look(house.order("1000"))
            assert (house.order("1000").status, house.order("1000").supplier_status) == ("placed", "已签收, …")


async def test_a_word_in_the_answer_to_a_create_can_be_named(tmp_path: Path) -> None:
    async with CitiesocialSimulator() as citiesocial:
        provider = provider_for(citiesocial.account() | {"status_words": {"PENDING": "awaiting payment"}})
        async with supplied(tmp_path, citiesocial=provider) as house:
            form = provider.form.model_validate(CITY_ANSWERS)
            house.sending("1000", "citiesocial", **CITY_ANSWERS)
            assert await house.settle("1000", placed(await provider.place(form, "1000")))
            assert house.order("1000").status == "awaiting payment"


async def test_what_a_document_explains_keeps_its_meaning(tmp_path: Path) -> None:
    async with supplied(tmp_path, scripted=named(done="completed")) as house:
        await place(house)
        supplier = house.providers["scripted"]
        assert isinstance(supplier, Telling)
        supplier.says["1207"] = Progress("1207", Status.CANCELLED, "done")
        await house.status_watch.look(house.order("1000"))
        assert house.order("1000").status == "cancelled"


async def test_a_word_that_is_named_is_read_anew_at_the_next_start_and_told_to_nobody(tmp_path: Path) -> None:
    async with supplied(tmp_path, scripted=Telling()) as house:
        for n in range(3):
            await place(house, f"100{n}", f"N{n}")
            supplier = house.providers["scripted"]
            assert isinstance(supplier, Telling)
            supplier.says[f"N{n}"] = Progress(f"N{n}", Status.PLACED, "Finish" if n else "going")
            await house.status_watch.look(house.order(f"100{n}"))
        await house.a_minute()
        before = messages(house)
        assert [house.order(f"100{n}").status for n in range(3)] == ["placed"] * 3
        (line,) = unnamed(house)
        assert line.startswith('scripted: orders have words that nobody explains: "Finish", "going"; ')
        assert line.endswith('accounts.scripted.status_words = { "Finish" = "completed" }')
    async with supplied(tmp_path, scripted=named(finish="completed")) as house:
        await started(house)
        assert [house.order(f"100{n}").status for n in range(3)] == ["placed", "completed", "completed"]
        assert [house.order(f"100{n}").watch_at is None for n in range(3)] == [False, True, True]
        assert "Status: completed (Finish)" in card(house, "1001")
        await house.a_minute()
        assert messages(house) == before
        (line,) = unnamed(house)
        assert '"going"' in line
        assert "Finish" not in line
        # A second start finds nothing to do.
        rows = len(house.outbox())
        await started(house)
        assert len(house.outbox()) == rows
    async with supplied(tmp_path, scripted=Telling()) as house:
        # The name is taken back: nobody says any more that it is finished, so it is asked about again.
        await started(house)
        assert [house.order(f"100{n}").status for n in range(3)] == ["placed"] * 3
        assert all(house.order(f"100{n}").watch_at is not None for n in range(3))


async def test_of_very_many_cards_only_the_first_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.workers.circumstances._CARDS", 3)
    monkeypatch.setattr("bot.journal.status_words.BATCH", 2)
    async with supplied(tmp_path, scripted=Telling()) as house:
        for n in range(5):
            await place(house, f"100{n}", f"N{n}")
            supplier = house.providers["scripted"]
            assert isinstance(supplier, Telling)
            supplier.says[f"N{n}"] = Progress(f"N{n}", Status.PLACED, "finish")
            await house.status_watch.look(house.order(f"100{n}"))
    async with supplied(tmp_path, scripted=named(finish="completed")) as house:
        await started(house)
        assert [house.order(f"100{n}").status for n in range(5)] == ["completed"] * 5
        assert sum("completed" in card(house, f"100{n}") for n in range(5)) == 3


async def test_words_that_documents_explain_are_not_listed_as_unexplained(tmp_path: Path) -> None:
    async with DamaijiaSimulator() as damaijia, supplied(tmp_path, gifts=provider_for(damaijia.account())) as house:
        with writing(house.database) as tx:
            for word in ("p", "f, s", "p, signed"):
                status_words.seen(tx, "gifts", word, "placed")
        (line,) = unnamed(house)
        assert '"p, signed"; each' in line
        assert '"p",' not in line


async def test_more_orders_than_a_transaction_takes_are_all_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.journal.status_words.BATCH", 2)
    async with supplied(tmp_path, scripted=Telling()) as house:
        for n in range(5):
            house.sending(f"100{n}", "scripted")
            assert await house.settle(f"100{n}", placed(PlacedOrder(f"N{n}", Status.PLACED, "finish")))
    async with supplied(tmp_path, scripted=named(finish="completed")) as house:
        await started(house)
        assert [house.order(f"100{n}").status for n in range(5)] == ["completed"] * 5


async def test_an_order_of_somebody_elses_is_read_by_the_same_words(tmp_path: Path) -> None:
    async with supplied(tmp_path, scripted=named(finish="completed")) as house:
        supplier = house.providers["scripted"]
        assert isinstance(supplier, Telling)
        supplier.says["777888"] = Progress("777888", Status.PLACED, "finish")
        await house.does(events.StatusRequested("777888"))
        await until(lambda: any("Status: completed (finish)" in html for html in messages(house)))
