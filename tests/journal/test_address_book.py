"""Whoever is ordered for is in the book of that customer; no old order brings back who was forgotten."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.conversation.views import Fit, PersonView
from bot.journal.address_book import listed, note_people, people_found, person, remember
from bot.journal.earlier_answers import answers_of
from storage import contacts
from tests.bench import Bench
from tests.desk.addressees import ACCOUNTS, LI, SENDER, WANG, addressees, gift
from tests.end_to_end.house import ADMIN
from tests.storage.direct import reading, writing

TAIWAN = {
    "first_name": "大文",
    "last_name": "陳",
    "title": None,
    "zip": "100",
    "city": "台北市",
    "address1": "中正區",
    "address2": "八德路一段1號",
    "phone": "0912345678",
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with addressees(tmp_path) as made:
        yield made


def found(house: Bench, text: str, account: str = "gifts", place: str = "recipients") -> list[tuple[str, Fit]]:
    people = people_found(reading(house.database), ACCOUNTS[account], place, text, 9)
    return [(one.label, one.fit) for one in people]


def noted(house: Bench, account: str, form: type[BaseModel], answers: dict[str, Any], reference: str = "77") -> None:
    with writing(house.database) as tx:
        note_people(tx, account, form, answers, reference, house.clock())


def id_of(house: Bench, text: str) -> str:
    return listed(reading(house.database), ACCOUNTS, text, 9)[0].id


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("王小明", Fit.NAME),
        (" 王 小明 ", Fit.NAME),
        ("王", Fit.PART),
        ("小明", Fit.PART),
        ("13800000001", Fit.PHONE),
        ("+86 138-0000-0001", Fit.PHONE),
        ("0001", Fit.OTHER),
    ],
)
def test_somebody_is_found_by_name_or_phone_in_any_spelling(house: Bench, text: str, fit: Fit) -> None:
    gift(house, "1001", WANG, LI)
    assert found(house, text) == [("王小明 · 138…0001 · 杭州市", fit)]


def test_traditional_and_simplified_characters_find_each_other(house: Bench) -> None:
    noted(house, "taiwan", ACCOUNTS["taiwan"].form, TAIWAN)
    assert found(house, "陈大", "taiwan", "first_name") == [("陳大文 · 091…5678 · 台北市", Fit.PART)]
    gift(house, "1001", WANG | {"consignee": "陈大文"})
    assert found(house, "陳") == [("陈大文 · 138…0001 · 杭州市", Fit.PART)]


def test_a_whole_name_comes_first_then_one_that_begins_so(house: Bench) -> None:
    people = ("小王子", "王小", "王小明")
    gift(house, "1001", *(WANG | {"consignee": name, "mobile": f"1390000000{n}"} for n, name in enumerate(people)))
    gift(house, "1002", LI | {"consignee": "大王小"})
    assert [label.partition(" ")[0] for label, _ in found(house, "王小")] == ["王小", "王小明", "大王小"]


def test_senders_recipients_and_accounts_have_their_own(house: Bench) -> None:
    gift(house, "1001", WANG, sender=SENDER)
    assert found(house, "") == [("王小明 · 138…0001 · 杭州市", Fit.OTHER)]
    assert found(house, "", place="sender") == [("李小红 · 137…0003", Fit.OTHER)]
    assert found(house, "王", "shop", "address") == []


def test_an_order_that_names_nobody_in_full_adds_nobody(house: Bench) -> None:
    gift(house, "1001", {"mobile": "13800000001"}, {"consignee": " "}, {})
    assert listed(reading(house.database), ACCOUNTS, "", 9) == []


def test_somebody_with_two_addresses_is_there_once_with_the_last_one(house: Bench) -> None:
    gift(house, "1001", WANG)
    gift(house, "1002", WANG | {"city": "宁波市"})
    gift(house, "1003", WANG | {"mobile": "13800000009"})
    assert found(house, "王小明") == [
        ("王小明 · 138…0009 · 杭州市", Fit.NAME),
        ("王小明 · 138…0001 · 宁波市", Fit.NAME),
    ]


def test_the_list_has_everybody_once_whatever_they_were_and_the_newest_first(house: Bench) -> None:
    gift(house, "1001", WANG, LI)
    gift(house, "1002", LI, sender={"consigner": "王小明", "mobile": "13800000001"})
    address = {"name": "王小明", "phone": "13800000001", "city": "郑州市"}
    house.clock.advance(1)
    noted(house, "shop", ACCOUNTS["shop"].form, {"type": "goods", "address": address})
    everybody = listed(reading(house.database), ACCOUNTS, "", 9)
    assert [(one.name, one.city, one.account) for one in everybody] == [
        ("王小明", "郑州市", "AnqiCMS"),
        ("李大同", "宁波市", "Damaijia"),
    ]
    assert listed(reading(house.database), ACCOUNTS, "0002", 9) == everybody[1:]
    assert person(reading(house.database), ACCOUNTS, everybody[1].id) == PersonView(
        everybody[1].id,
        "李大同",
        "13900000002",
        "宁波市",
        ("浙江省", "宁波市", "鄞州区", "文一路1号"),
        "Damaijia",
        used_at=house.clock() - 1_000_000,
        times=2,
    )


def test_an_id_tells_nobody_who_it_is_and_is_another_one_in_another_database(house: Bench) -> None:
    gift(house, "1001", WANG)
    before = id_of(house, "王")
    with writing(house.database) as tx:
        tx.execute("DELETE FROM contacts")
        tx.execute("DELETE FROM program WHERE name = 'salt'")
    gift(house, "1002", WANG)
    assert id_of(house, "王") != before


def test_who_is_forgotten_is_offered_by_no_earlier_order_but_by_the_next_one(house: Bench) -> None:
    gift(house, "1001", WANG, LI, sender={"consigner": "王小明", "mobile": "13800000001"})
    wang = id_of(house, "王")
    house.clock.advance(1)
    with writing(house.database) as tx:
        contacts.forget(tx, wang, house.clock())

    def names() -> list[str]:
        several = answers_of(reading(house.database), ACCOUNTS["gifts"], ADMIN)
        return [one["consignee"] for answers in several for one in answers["recipients"]]

    assert names() == ["李大同"]
    assert found(house, "王") == []
    assert person(reading(house.database), ACCOUNTS, wang) is None
    (answers,) = answers_of(reading(house.database), ACCOUNTS["gifts"], ADMIN)
    assert "sender" not in answers
    gift(house, "1002", WANG)
    assert names() == ["王小明", "王小明", "李大同"]
    assert len(found(house, "王")) == 1


def test_a_person_that_the_form_itself_holds_is_forgotten_with_their_mail_address(house: Bench) -> None:
    order: dict[str, Any] = {"items": [], "email": "a@example.com", **TAIWAN}
    house.confirmed("1001", "taiwan", **order)
    noted(house, "taiwan", ACCOUNTS["taiwan"].form, order, "1001")
    with writing(house.database) as tx:
        contacts.forget(tx, id_of(house, "陳"), house.clock())
    (answers,) = answers_of(reading(house.database), ACCOUNTS["taiwan"], ADMIN)
    assert answers["items"] == []
    assert not answers.keys() & {"email", *TAIWAN}


def test_forgetting_is_undone_from_the_last_order_for_as_long_as_it_is_there(house: Bench) -> None:
    gift(house, "1001", WANG, LI)
    wang, li = id_of(house, "王"), id_of(house, "李")
    with writing(house.database) as tx:
        for one in (wang, li):
            contacts.forget(tx, one, house.clock())
        remember(tx, ACCOUNTS, wang)
    assert found(house, "王小明") == [("王小明 · 138…0001 · 杭州市", Fit.NAME)]
    assert found(house, "李") == []
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET answers = '{}'")
        remember(tx, ACCOUNTS, li)
    assert found(house, "李") == []


def test_people_of_an_account_that_is_gone_are_listed_as_they_were_written_and_can_be_forgotten(house: Bench) -> None:
    gift(house, "1001", WANG)
    left = {name: account for name, account in ACCOUNTS.items() if name != "gifts"}
    for text in ("", "小明", "0001"):
        (one,) = listed(reading(house.database), left, text, 9)
        assert (one.name, one.phone, one.account, one.is_final) == ("王小明", "13800000001", "gifts", True)
    assert person(reading(house.database), left, one.id) == one
    with writing(house.database) as tx:
        contacts.forget(tx, one.id, house.clock())
    assert listed(reading(house.database), left, "", 9) == []
    assert person(reading(house.database), left, one.id) is None


def test_who_was_ordered_for_elsewhere_too_is_shown_by_the_account_that_there_is(house: Bench) -> None:
    address = {"name": "王小明", "phone": "13800000001", "city": "郑州市"}
    noted(house, "shop", ACCOUNTS["shop"].form, {"type": "goods", "address": address})
    house.clock.advance(1)
    gift(house, "1001", WANG)
    left = {name: account for name, account in ACCOUNTS.items() if name != "gifts"}
    (one,) = listed(reading(house.database), left, "", 9)
    assert (one.account, one.is_final) == ("AnqiCMS", False)
    assert person(reading(house.database), left, one.id) == one
