"""People are found by any part of name, phone or pinyin, each once, and only while an order or a person keeps them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from storage import contacts, identities, prune
from storage import orders as kept
from storage.contacts import LOOKED_AT, Contact, parts_of
from storage.database import Database
from tests.storage.direct import reading, writing
from tests.storage.rows import new, settle

WANG = Contact("shop", "recipients", "id-wang", "王小明", "13800000001", '{"a": 1}', None, "5001", 100)
LI = Contact("shop", "recipients", "id-li", "李大同", "13911110002", "{}", "lidatong ldt", "5002", 200)
ANN = Contact("shop", "recipients", "id-ann", "annwu", "0912345678", "{}", "", "5003", 300)


def note(database: Database, *people: Contact) -> None:
    with writing(database) as tx:
        for one in people:
            contacts.note(tx, one)


def found(database: Database, text: str, place: str = "recipients") -> list[str]:
    return [one.id for one in contacts.find(reading(database), "shop", place, text)]


def got(database: Database, contact: Contact = WANG) -> Contact | None:
    return contacts.get(reading(database), contact.key)


def rows(database: Database) -> int:
    return len(reading(database).fetch("SELECT part FROM contact_parts"))


@pytest.mark.parametrize(
    ("text", "who"),
    [
        *((text, [WANG]) for text in ("王", "小明", "明", "王小明", "0000001", "138")),
        *((text, [LI]) for text in ("lidatong", "datong", "ldt", "ld", "0002")),
        *((text, [ANN]) for text in ("wu", "annwu", "0912345678")),
        ("13", []),
        ("n", []),
        ("王大", []),
        ("", []),
        ("%", []),
    ],
)
def test_any_part_that_is_long_enough_finds_somebody(database: Database, text: str, who: Sequence[Contact]) -> None:
    note(database, WANG, LI, ANN)
    assert found(database, text) == [one.id for one in who]


def test_who_was_used_last_comes_first_and_people_of_another_place_or_customer_are_not_there(
    database: Database,
) -> None:
    elsewhere = (replace(WANG, place="sender"), replace(WANG, identity="other"))
    note(database, WANG, replace(LI, phone="13800000009"), *elsewhere)
    assert found(database, "138") == ["id-li", "id-wang"]
    assert [one.id for one in contacts.newest(reading(database), "shop", "recipients", 9)] == ["id-li", "id-wang"]
    assert found(database, "138", "sender") == ["id-wang"]


def test_a_further_order_replaces_the_address_and_counts_but_an_older_one_only_counts(database: Database) -> None:
    note(database, WANG, replace(WANG, answers='{"a": 2}', reference="6001", used_at=500))
    assert got(database) == replace(WANG, answers='{"a": 2}', reference="6001", used_at=500, times=2)
    note(database, replace(WANG, answers='{"a": 0}', reference="4001", used_at=50))
    assert got(database) == replace(WANG, answers='{"a": 2}', reference="6001", used_at=500, times=3)


def test_an_order_that_is_confirmed_once_more_is_the_same_one(database: Database) -> None:
    note(database, WANG, replace(WANG, used_at=200))
    assert got(database) == replace(WANG, used_at=200, times=1)


def test_of_very_many_the_ones_used_last_are_found(database: Database) -> None:
    many = [replace(WANG, id=f"{n:04}", name=f"王{n:04}", phone="", used_at=n) for n in range(LOOKED_AT * 3)]
    note(database, *many)
    assert found(database, "王")[:3] == ["0299", "0298", "0297"]


def test_a_long_text_is_compared_to_its_end(database: Database) -> None:
    note(database, replace(LI, name="abcdefghijklmnop"), replace(ANN, name="abcdefghijklmnoq"))
    assert found(database, "abcdefghijklmnop") == ["id-li"]


def test_pinyin_is_added_once_it_is_known_and_stays(database: Database) -> None:
    note(database, WANG)
    assert contacts.unread(reading(database), 9) == [WANG]
    with writing(database) as tx:
        contacts.set_pinyin(tx, WANG, "wangxiaoming wxm")
    assert found(database, "xiaom") == found(database, "wxm") == ["id-wang"]
    assert contacts.unread(reading(database), 9) == []
    note(database, replace(WANG, reference="6001", used_at=500))
    assert found(database, "wxm") == ["id-wang"]


def test_of_a_forgotten_person_nothing_is_left_that_names_them_until_a_later_order_does(database: Database) -> None:
    note(database, WANG, replace(WANG, place="sender"), LI)
    with writing(database) as tx:
        assert contacts.forget(tx, "id-wang", 1000) == 2
        assert contacts.forget(tx, "id-wang", 1000) == 0
    left = got(database)
    assert left == replace(WANG, name="", phone="", answers="{}", pinyin="", forgotten=1000)
    assert found(database, "王") == found(database, "138") == found(database, "王", "sender") == []
    assert [one.id for one in contacts.newest(reading(database), "shop", "recipients", 9)] == ["id-li"]
    assert contacts.forgotten(reading(database), "shop") == {("recipients", "id-wang"), ("sender", "id-wang")}
    note(database, replace(WANG, reference="4001", used_at=900))
    assert found(database, "王") == []
    note(database, replace(WANG, reference="7001", used_at=2000))
    assert found(database, "王") == ["id-wang"]
    assert got(database) == replace(WANG, reference="7001", used_at=2000, times=2)


def test_forgetting_is_undone(database: Database) -> None:
    note(database, WANG)
    with writing(database) as tx:
        contacts.forget(tx, "id-wang", 1000)
        contacts.set_pinyin(tx, WANG, "wangxiaoming wxm")
        contacts.restore(tx, WANG)
        contacts.restore(tx, replace(WANG, id="nobody"))
    assert got(database) == WANG
    assert found(database, "小") == ["id-wang"]
    assert contacts.forgotten(reading(database), "shop") == set()


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_a_person_goes_with_their_last_order(database: Database, *, is_forgotten: bool) -> None:
    with writing(database) as tx:
        for n in (5001, 6001):
            kept.insert(tx, new(n))
            tx.execute("UPDATE orders SET stage = 'sending', attempts = 1 WHERE reference = $1", str(n))
            settle(tx, str(n), "placed", number=str(n))
        contacts.note(tx, WANG)
        contacts.note(tx, replace(WANG, reference="6001", used_at=500))
        if is_forgotten:
            contacts.forget(tx, "id-wang", 1000)
        assert prune.empty(tx, "5001", "{}", {}, 9000)
    assert got(database) is not None
    with writing(database) as tx:
        assert prune.empty(tx, "6001", "{}", {}, 9000)
    assert got(database) is None
    assert rows(database) == 0


def test_two_customers_that_turn_out_to_be_one_have_one_book(database: Database) -> None:
    note(database, WANG, LI, replace(WANG, identity="new", answers='{"a": 9}'), replace(ANN, identity="new"))
    before = rows(database)
    with writing(database) as tx:
        for one in ("shop", "new"):
            identities.seen(tx, one, "damaijia", "http://a", "", 1)
        assert identities.link(tx, "new", "shop", now=2, user_id=1, name="Ann")
    assert found(database, "王") == ["id-wang"]
    assert got(database) == WANG
    assert found(database, "annwu") == ["id-ann"]
    assert contacts.newest(reading(database), "new", "recipients", 9) == []
    assert rows(database) == before - len(parts_of(WANG.words))
