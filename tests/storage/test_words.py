"""Orders are found by any part of their words, with few rows for each, and only while the words are there."""

from collections.abc import Sequence

import pytest

from storage import orders, prune, words
from storage.database import Database
from storage.words import FIRST_OF_WORD, LAST_OF_WORD, LONGEST_PART, MOST_PARTS, parts_of
from tests.storage.direct import reading, writing
from tests.storage.rows import new, send, settle


def kept(database: Database, n: int, *personal: str) -> None:
    with writing(database) as tx:
        orders.insert(tx, new(n))
        words.keep(tx, str(n), [str(n)], personal)


def found(database: Database, text: str, limit: int = 200) -> list[str]:
    return [order.reference for order in words.find(reading(database), text, limit)[0]]


def rows(database: Database) -> int:
    return len(reading(database).fetch("SELECT part FROM order_parts"))


@pytest.mark.parametrize(
    "text",
    ["王小", "小明", "王小明", "138", "0000-12", "13800000000-1234", "1380000", "0000000-1234", "１３８００", "5001"],
)
def test_any_part_of_a_word_finds_its_order(database: Database, text: str) -> None:
    kept(database, 5001, "王小明", "13800000000-1234")
    kept(database, 6002, "李大同", "13911111111")
    assert found(database, text) == ["5001"]


@pytest.mark.parametrize(
    "text", ["", "1", "38", "王", " 王 ", "ab", "明李", "王小明明", "13800000000-12345", "%", "___"]
)
def test_what_is_too_short_or_in_no_word_finds_nothing(database: Database, text: str) -> None:
    kept(database, 5001, "王小明", "13800000000-1234")
    assert found(database, text) == []
    assert words.can_be_looked_for(text) == (text in {"明李", "王小明明", "13800000000-12345", "___"})


@pytest.mark.parametrize(
    "text",
    ["https://www.example.com/posts/abc123", "example.com/posts/ABC123", "posts/abc", "c123", "http://example.com"],
)
def test_a_link_is_found_however_it_begins(database: Database, text: str) -> None:
    kept(database, 5001, "https://Example.com/posts/abc123")
    assert found(database, text) == ["5001"]


def test_of_links_that_begin_alike_the_one_with_this_end_is_found(database: Database) -> None:
    for n in range(1000, 1030):
        kept(database, n, f"https://example.com/posts/abc{n}")
    assert found(database, "https://example.com/posts/abc1017", limit=5) == ["1017"]
    assert found(database, "example.com/posts/abc1017", limit=5) == ["1017"]
    some, more = words.find(reading(database), "https://example.com/posts", 5)
    assert (len(some), more) == (5, True)


def test_what_is_found_comes_newest_first(database: Database) -> None:
    for n in (1001, 1003, 1002):
        kept(database, n, "Some Name")
    assert found(database, "name") == ["1003", "1002", "1001"]
    assert words.find(reading(database), "some name", 3) == words.find(reading(database), "some", 200)


def test_a_long_word_is_found_by_its_beginning_and_its_end(database: Database) -> None:
    link = "".join(f"{n:04}" for n in range(200))
    kept(database, 5001, link)
    for part in (link[:50], link[40:64], link[:90], link[-30:], link[-12:], link[-200:], link[60:72]):
        assert found(database, part) == ["5001"], part
    assert len(parts_of([link])) <= FIRST_OF_WORD + LAST_OF_WORD


def test_the_number_is_found_once_it_is_known(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 5001)
        words.keep(tx, "5001", ["5001"], ["王小明"])
        assert settle(tx, "5001", "placed", number="#ORD-9988", names=("#ORD-9988", "ORD-9988", "777888"))
    for text in ("d-99", "#ord", "77788", "王小明", "500"):
        assert found(database, text) == ["5001"], text


def test_an_order_confirmed_anew_is_found_by_its_new_words_only(database: Database) -> None:
    kept(database, 5001, "王小明", "13800000000")
    with writing(database) as tx:
        words.keep(tx, "5001", ["5001"], ["李大同", "13800000000"])
    assert found(database, "王小明") == []
    for text in ("李大", "1380", "5001"):
        assert found(database, text) == ["5001"], text
    assert rows(database) == len(parts_of(["5001", "李大同", "13800000000"]))


def test_pruning_an_order_removes_what_is_personal_and_leaves_its_number(database: Database) -> None:
    with writing(database) as tx:
        send(tx, 5001)
        words.keep(tx, "5001", ["5001"], ["王小明", "5001"])
        assert settle(tx, "5001", "placed", number="N-9988")
        assert prune.empty(tx, "5001", "{}", {}, 9000)
    assert found(database, "王小明") == []
    for text in ("5001", "n-99"):
        assert found(database, text) == ["5001"], text
    assert rows(database) == len(parts_of(["5001", "N-9988"]))
    (row,) = reading(database).fetch("SELECT personal FROM order_words")
    assert row["personal"] == "[]"


def test_the_rows_of_an_order_are_few() -> None:
    assert len(parts_of(["202603010001", "184467440737", "王小明", "13800000000"])) == 10 + 10 + 2 + 9
    recipients: Sequence[str] = [text for n in range(999) for text in (f"王小{n}", f"{13800000000 + n * 77}")]
    assert len(parts_of(recipients)) == MOST_PARTS
    assert max(map(len, parts_of(["x" * 500, "y" * 20]))) == LONGEST_PART


def test_of_more_recipients_than_are_found_nothing_stays_either(database: Database) -> None:
    phones = [f"{13800000000 + n * 7919}" for n in range(400)]
    with writing(database) as tx:
        send(tx, 5001)
        words.keep(tx, "5001", ["5001"], phones)
        assert settle(tx, "5001", "placed", number="ORD-99887766", names=("77665544", "1234567890123456"))
    assert rows(database) > MOST_PARTS
    with writing(database) as tx:
        words.forget_personal(tx, "5001")
    own = parts_of(["5001", "ORD-99887766", "77665544", "1234567890123456"])
    assert rows(database) == len(own)


def test_many_recipients_are_found(database: Database) -> None:
    kept(database, 5001, *(f"{13800000000 + n * 7919}" for n in range(100)))
    assert found(database, str(13800000000 + 99 * 7919)) == ["5001"]
    with writing(database) as tx:
        words.forget_personal(tx, "5001")
    assert rows(database) == len(parts_of(["5001"]))


def test_of_more_orders_than_are_looked_at_the_newest_are_found(database: Database) -> None:
    for n in range(1000, 1030):
        kept(database, n, "Green tea" if n % 2 else "Green tea cups, a set of six")
    newest, cut = words.find(reading(database), "green tea", 6)
    assert [order.reference for order in newest] == [str(n) for n in range(1029, 1023, -1)]
    assert cut
    whole, _ = words.find(reading(database), "green tea cups, a set", 4)
    assert [order.reference for order in whole] == ["1028", "1026", "1024", "1022"]
