"""Orders are found by what their forms say, also those of a database from before; no fault there stops anything."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.journal.search_words import personal_words, spellings
from bot.journal.views import placed
from bot.workers import backfill
from bot.workers.backfill import BATCH, Backfill
from providers.anqicms.form import AnqicmsForm
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from providers.fields import Form
from providers.guoguo.form import DefaultOrder
from providers.orders import PlacedOrder
from storage import words
from storage.database import Transaction
from tests.bench import GUOGUO_ANSWERS, SHOP_ANSWERS, Bench, bench, locked, until
from tests.providers.damaijia.samples import ANSWERS as GIFT_ANSWERS
from tests.storage.direct import reading, writing

ADDRESS = {"name": "王小明", "phone": "13800000000", "city": "郑州市"}
LINK = GUOGUO_ANSWERS["link"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("form", "answers", "found"),
    [
        (DefaultOrder, {"link": LINK, "username": None}, (LINK,)),
        (DefaultOrder, {"username": "sample_user"}, ("sample_user",)),
        (AnqicmsForm, {"address": ADDRESS}, ("王小明", "13800000000")),
        (AnqicmsForm, {"address": None}, ()),
        (CitiesocialOrder, {"first_name": "小明", "last_name": "王"}, ("小明王", "王小明")),
        (CitiesocialOrder, {"first_name": "Ann", "last_name": "Wu", "phone": "09"}, ("Ann Wu", "Wu Ann", "09")),
        (
            DamaijiaForm,
            {"recipients": [{"consignee": "甲", "mobile": "1"}, {"consignee": "乙", "mobile": "2"}]},
            ("甲", "乙", "1", "2"),
        ),
        (
            DamaijiaForm,
            {"product_id": 614, "gift": {"title": "茶杯"}, "recipients": [{"platform_order_sn": "77"}]},
            ("茶杯", "614", "77"),
        ),
        (DefaultOrder, {"product_id": "f1", "product": {"title": "Fans"}}, ("Fans", "f1")),
        (AnqicmsForm, {"items": [{"goods_id": "188", "goods": {"title": "Tea"}}]}, ("Tea", "188")),
        (
            CitiesocialOrder,
            {"email": "a@b.example", "items": [{"variant_id": "12345", "variant": {"title": "Cup"}}]},
            ("a@b.example", "Cup", "12345"),
        ),
        (Form, {"link": LINK}, ()),
    ],
)
def test_a_form_says_what_its_orders_are_looked_up_by(
    form: type[Form], answers: Mapping[str, Any], found: tuple[str, ...]
) -> None:
    assert form.searched(answers) == found


@pytest.mark.parametrize("form", [DefaultOrder, AnqicmsForm, CitiesocialOrder, DamaijiaForm])
@pytest.mark.parametrize("answers", [{}, {"address": 7, "recipients": "x", "link": 3, "first_name": None}])
def test_answers_of_an_older_form_break_nothing(form: type[Form], answers: Mapping[str, Any]) -> None:
    assert form.searched(answers) == ()


def from_before(house: Bench) -> None:
    with writing(house.database) as tx:
        tx.execute("DELETE FROM order_words")
        tx.execute("DELETE FROM order_parts")
        tx.execute("INSERT INTO order_words_due (reference) SELECT reference FROM orders")


def found(house: Bench, text: str) -> list[str]:
    return [order.reference for order in words.find(reading(house.database), text, 200)[0]]


async def test_orders_of_before_are_made_findable_batch_by_batch(house: Bench) -> None:
    house.sending("1001", "guoguo")
    await house.settle("1001", placed(PlacedOrder("ORD-998877")))
    for n in range(2000, 2000 + BATCH):
        house.confirmed(str(n), address=ADDRESS)
    house.confirmed("9001", "gifts")
    from_before(house)
    assert found(house, "998877") == []
    # A new start goes on where the last one was.
    assert await Backfill(house.database, house.desk.accounts).batch()
    assert len(words.due(reading(house.database), 99)) == 2
    assert await Backfill(house.database, house.desk.accounts).batch()
    assert not await Backfill(house.database, house.desk.accounts).batch()
    assert found(house, "d-9988") == found(house, "posts/abc123") == ["1001"]
    assert len(found(house, "小明")) == BATCH
    # Nothing knows the form of an account that is no longer there.
    assert found(house, "900") == ["9001"]
    assert found(house, GIFT_ANSWERS["recipients"][0]["mobile"]) == []


async def test_an_order_of_an_account_that_left_the_settings_is_found_as_before(house: Bench) -> None:
    house.confirmed("1001", address=ADDRESS)
    form = house.desk.accounts["shop"].form
    with writing(house.database) as tx:
        words.keep(tx, "1001", ["1001"], personal_words(tx, "shop", form, SHOP_ANSWERS | {"address": ADDRESS}))
        tx.execute("INSERT INTO order_words_due (reference) SELECT reference FROM orders")
    assert found(house, "王小明") == ["1001"]
    left = {name: account for name, account in house.desk.accounts.items() if name != "shop"}
    assert await Backfill(house.database, left).batch()
    assert found(house, "王小明") == ["1001"]
    assert words.due(reading(house.database), 9) == []


async def test_an_order_whose_form_can_not_tell_its_words_keeps_no_other_from_being_found(
    house: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    class Mute(AnqicmsForm):
        @classmethod
        def searched(cls, answers: Mapping[str, Any]) -> tuple[str, ...]:
            if answers["remark"] == "odd":
                raise LookupError("odd")
            return super().searched(answers)

    house.confirmed("1001", remark="odd", address=ADDRESS)
    house.confirmed("1002", address=ADDRESS)
    from_before(house)
    accounts = {**house.desk.accounts, "shop": replace(house.desk.accounts["shop"], form=Mute)}
    assert await Backfill(house.database, accounts).batch()
    assert not await Backfill(house.database, accounts).batch()
    assert (found(house, "王小明"), found(house, "1001")) == (["1002"], ["1001"])
    assert "order 1001 can't be found by what is in it" in caplog.text


async def test_an_order_that_gets_its_number_meanwhile_keeps_it(house: Bench) -> None:
    house.sending("1001", address=ADDRESS)
    from_before(house)
    await house.settle("1001", placed(PlacedOrder("N-998877")))
    await Backfill(house.database, house.desk.accounts).batch()
    assert found(house, "998877") == found(house, "王小明") == ["1001"]


async def test_orders_of_before_get_their_products_and_lose_no_name(house: Bench) -> None:
    house.sending("1001", items=[{"goods_id": "188", "goods": {"title": "Green tea"}, "quantity": "1"}])
    await house.settle("1001", placed(PlacedOrder("#A-1", also_known_as=("5550001",))))
    with writing(house.database) as tx:
        tx.execute("INSERT INTO order_words_due (reference) SELECT reference FROM orders")
    assert found(house, "green tea") == []
    await Backfill(house.database, house.desk.accounts).batch()
    for text in ("green tea", "188", "5550001", "#a-1"):
        assert found(house, text) == ["1001"], text


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("0912-345-678", ("0912-345-678", "0912345678", "912345678")),
        ("+886 912 345 678", ("+886 912 345 678", "886912345678", "912345678")),
        ("８８６９１２３４５６７８", ("８８６９１２３４５６７８", "886912345678", "912345678")),
        ("02 2345 6789", ("02 2345 6789", "0223456789", "223456789")),
        ("+86 138-0000-0000", ("+86 138-0000-0000", "8613800000000", "13800000000")),
        ("13800000000", ("13800000000",)),
        ("2026030112", ("2026030112",)),
        ("王小明", ("王小明",)),
        ("#1207", ("#1207",)),
    ],
)
def test_a_phone_is_looked_for_in_its_other_spellings(typed: str, spelled: tuple[str, ...]) -> None:
    assert spellings(typed) == spelled


@pytest.mark.parametrize("typed", ["0912-345-678", "+886912345678", "0912 345 678", "0912345678"])
@pytest.mark.parametrize("text", ["0912345678", "0912-345-678", "+886 912-345-678", "912345678", "345678"])
def test_a_phone_is_found_as_it_was_typed_and_as_it_went_out(house: Bench, typed: str, text: str) -> None:
    answers = SHOP_ANSWERS | {"address": ADDRESS | {"phone": typed}}
    with writing(house.database) as tx:
        personal = personal_words(tx, "shop", AnqicmsForm, answers)
        assert typed in personal
        house_has = orders_with(tx, house, personal)
    assert {reference for spelled in spellings(text) for reference in found(house, spelled)} == {house_has}


def test_what_was_skipped_hides_nothing_that_went_out(house: Bench) -> None:
    answers = {
        "items": [{"variant_id": "123450001", "quantity": "1"}],
        "email": "staff@example.com",
        "first_name": "小明",
        "last_name": "王",
        "title": None,
        "zip": "100",
        "city": "台北市",
        "address1": "中正區",
        "address2": "南陽街1號",
        "phone": "+886 912-345-678",
        "transaction_amount": "30",
    }
    with writing(house.database) as tx:
        assert "0912345678" in personal_words(tx, "city", CitiesocialOrder, answers)


def orders_with(tx: Transaction, house: Bench, personal: tuple[str, ...]) -> str:
    """An order that is found by these words."""
    tx.execute(
        "INSERT INTO orders (reference, draft_id, account, provider, form, form_version, answers, chat_id, user_id,"
        " user_name, confirmed_at, stage, status, supplier_status, details, attempts)"
        " VALUES ('7', '7', 'shop', 'anqicms', 'Form', '1', '{}', 1, 1, '', $1, 'confirmed', '', '', '{}', 0)",
        house.clock(),
    )
    words.keep(tx, "7", ["7"], personal)
    return "7"


async def test_a_product_is_found_by_the_pinyin_of_its_title(house: Bench) -> None:
    with writing(house.database) as tx:
        tx.execute("INSERT INTO catalogues VALUES ('shop', 1, 1, '[]', '', 1, 1, 0, '', 1)")
        tx.execute(
            "INSERT INTO products (account, edition, position, id, title, group_name, group_key, picture, facts,"
            " search, read_at) VALUES ('shop', 1, 0, '188', '绿茶', '茶', '', '', '{}', $1, 0)",
            "绿茶 lvcha lc\n茶 cha c",
        )
        personal = personal_words(tx, "shop", AnqicmsForm, SHOP_ANSWERS)
    assert personal[-2:] == ("lvcha", "lc")


async def test_a_storage_that_fails_for_a_moment_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "PAUSE", 0.001)
    async with bench(tmp_path, busy_timeout=0) as house:
        house.confirmed("1001", address=ADDRESS)
        from_before(house)
        async with locked(house.path):
            running = asyncio.create_task(Backfill(house.database, house.desk.accounts).run())
            await asyncio.sleep(0.05)
            assert found(house, "王小明") == []

        def done() -> bool:
            return found(house, "王小明") == ["1001"]

        await until(done)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
