"""Orders are kept under what their account is at the supplier; with other settings it is another customer."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.journal import identities
from providers.base import Customer, normalised
from providers.registry import provider_class
from storage import guards, orders, sending
from storage import identities as rows
from storage.database import Database
from storage.orders import Order
from tests.bench import opened
from tests.storage.direct import reading, writing
from tests.storage.rows import known, mark, new, settle

TEST = Customer("guoguo", "https://test.guo-guo.com", key=("key-of-the-test",))
REAL = Customer("guoguo", "https://api.guo-guo.com", key=("key-of-the-shop",))
NEW_KEY = replace(REAL, key=("the-new-key",))
USER = Customer("anqicms", "https://shop.example.org", name="ann")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as database:
        yield database


def start(database: Database, now: int = 5000, **customers: Customer) -> list[identities.NewKey]:
    """A start of the bot with these accounts."""
    with writing(database) as tx:
        return identities.settle_accounts(tx, customers, now)


def place(database: Database, n: int, number: str, account: str = "guoguo") -> None:
    with writing(database) as tx:
        orders.insert(tx, new(n, account=account))
        assert [order.reference for order in sending.claim(tx, account, mark(2000), 9)] == [str(n)]
        assert settle(tx, str(n), "placed", number=number, names=(number,), watch_at=10)


def is_elsewhere(database: Database, order: Order) -> bool:
    return identities.is_elsewhere(reading(database), order)


def test_an_account_with_the_same_settings_is_the_same(database: Database) -> None:
    assert start(database, guoguo=REAL) == []
    place(database, 1, "A")
    assert start(database, now=6000, guoguo=REAL) == []
    assert not is_elsewhere(database, known(database, "1"))
    assert orders.number_of(reading(database), "guoguo", "A") == "1"


@pytest.mark.parametrize("other", [TEST, NEW_KEY], ids=["address", "key"])
def test_other_settings_are_another_customer(database: Database, other: Customer) -> None:
    start(database, guoguo=REAL)
    place(database, 1, "A")
    start(database, guoguo=other)
    order = known(database, "1")
    assert is_elsewhere(database, order)
    assert identities.address_of(reading(database), order) == "https://api.guo-guo.com"
    assert orders.number_of(reading(database), "guoguo", "A") is None
    # The number may well come again there.
    place(database, 2, "A")
    assert orders.number_of(reading(database), "guoguo", "A") == "2"
    start(database, guoguo=REAL)
    assert orders.number_of(reading(database), "guoguo", "A") == "1"
    assert not is_elsewhere(database, order)


def test_only_a_new_key_at_the_same_address_is_asked_about(database: Database) -> None:
    assert start(database, guoguo=REAL, shop=USER) == []
    assert start(database, guoguo=TEST, shop=replace(USER, name="bob")) == []
    assert start(database, guoguo=REAL, shop=USER) == []
    (asked,) = start(database, guoguo=NEW_KEY, shop=USER)
    assert asked.account == "guoguo"
    # Nobody has answered yet, so the next start asks again; with the old key there is nothing to ask.
    assert start(database, guoguo=NEW_KEY, shop=USER) == [asked]
    assert start(database, guoguo=REAL, shop=USER) == []


def test_the_same_customer_with_a_new_key_keeps_numbers_guards_and_evidence(database: Database) -> None:
    start(database, guoguo=REAL)
    place(database, 1, "A")
    with writing(database) as tx:
        assert guards.take(tx, "guoguo", "like", "1", now=1, shown="")
    (asked,) = start(database, guoguo=NEW_KEY)
    place(database, 2, "B")
    with writing(database) as tx:
        assert identities.same_customer(tx, "guoguo", asked.own, now=7000, user_id=7, name="Ann")
        assert not identities.same_customer(tx, "guoguo", asked.own, now=7001, user_id=8, name="Bob")
    for reference, number in (("1", "A"), ("2", "B")):
        assert not is_elsewhere(database, known(database, reference))
        assert orders.number_of(reading(database), "guoguo", number) == reference
    assert guards.holders(reading(database), "guoguo", ["like"], 2).get("like") == "1"
    said = rows.get(reading(database), asked.own)
    assert said is not None
    assert (said.decided_at, said.user_id, said.user_name) == (7000, 7, "Ann")
    assert start(database, guoguo=NEW_KEY) == []


def test_another_customer_is_not_asked_about_again(database: Database) -> None:
    start(database, guoguo=REAL)
    place(database, 1, "A")
    (asked,) = start(database, guoguo=NEW_KEY)
    with writing(database) as tx:
        assert identities.another_customer(tx, "guoguo", asked.own)
        assert not identities.another_customer(tx, "guoguo", asked.own)
        assert not identities.same_customer(tx, "guoguo", asked.own, now=7000, user_id=7, name="Ann")
    assert start(database, guoguo=NEW_KEY) == []
    assert is_elsewhere(database, known(database, "1"))


def test_an_answer_about_settings_of_before_changes_nothing(database: Database) -> None:
    start(database, guoguo=REAL)
    (asked,) = start(database, guoguo=NEW_KEY)
    start(database, guoguo=REAL)
    with writing(database) as tx:
        assert not identities.same_customer(tx, "guoguo", asked.own, now=7000, user_id=7, name="Ann")
        assert not identities.same_customer(tx, "gone", asked.own, now=7000, user_id=7, name="Ann")


def test_two_accounts_of_one_customer_share_numbers_and_guards(database: Database) -> None:
    start(database, guoguo=REAL, second=REAL)
    place(database, 1, "A")
    assert orders.number_of(reading(database), "second", "A") == "1"
    with writing(database) as tx:
        assert guards.take(tx, "guoguo", "like", "1", now=1, shown="")
        assert not guards.take(tx, "second", "like", "2", now=1, shown="")


def test_a_renamed_account_keeps_its_orders(database: Database) -> None:
    start(database, guoguo=REAL)
    place(database, 1, "A")
    start(database, likes=REAL)
    order = known(database, "1")
    assert order.account == "likes"
    assert not is_elsewhere(database, order)
    assert orders.number_of(reading(database), "likes", "A") == "1"


@pytest.mark.parametrize(
    ("then", "follows"),
    [
        ({"guoguo": TEST, "likes": REAL}, "likes"),
        ({"guoguo": NEW_KEY, "likes": REAL}, "likes"),
        ({"guoguo": TEST}, "guoguo"),
        ({"guoguo": REAL, "likes": REAL}, "guoguo"),
    ],
    ids=["another address", "another key", "no account there", "a second account there"],
)
def test_what_may_be_there_follows_its_customer_to_another_account(
    database: Database, then: Mapping[str, Customer], follows: str
) -> None:
    start(database, guoguo=REAL)
    place(database, 1, "A")
    outcomes = {2: "unknown", 3: "not_sent", 5: "not_sent", 4: None}
    with writing(database) as tx:
        for n, outcome in outcomes.items():
            orders.insert(tx, new(n, account="guoguo"))
            if outcome is not None:
                assert sending.claim(tx, "guoguo", mark(2000), 9)
                assert settle(tx, str(n), outcome, inferred=n == 3)
    start(database, 5000, **then)
    went = {n: known(database, str(n)).account for n in range(1, 6)}
    # What waits, and what can be confirmed anew, is where a person was shown that it is.
    assert went == {1: follows, 2: follows, 3: follows, 4: "guoguo", 5: "guoguo"}
    assert is_elsewhere(database, known(database, "2")) is (follows not in then or then[follows] != REAL)
    assert identities.is_elsewhere(reading(database), known(database, "3"), "guoguo") is (then["guoguo"] != REAL)


def test_two_accounts_that_swap_their_settings_swap_their_orders_and_nobody_is_asked(database: Database) -> None:
    assert start(database, guoguo=REAL, likes=NEW_KEY) == []
    place(database, 1, "A", "guoguo")
    place(database, 2, "A", "likes")
    for _ in range(2):
        assert start(database, guoguo=NEW_KEY, likes=REAL) == []
        assert [known(database, n).account for n in "12"] == ["likes", "guoguo"]
        assert not any(is_elsewhere(database, known(database, n)) for n in "12")


def test_a_new_key_of_one_of_two_accounts_is_asked_about(database: Database) -> None:
    start(database, guoguo=REAL, likes=REAL)
    (asked,) = start(database, guoguo=NEW_KEY, likes=REAL)
    assert asked.account == "guoguo"


def test_orders_of_an_account_that_is_gone_stay_its_own(database: Database) -> None:
    start(database, guoguo=REAL)
    place(database, 1, "A")
    start(database, shop=USER)
    assert known(database, "1").account == "guoguo"
    assert is_elsewhere(database, known(database, "1"))


def test_orders_from_before_there_were_identities_are_nowhere_for_certain(database: Database) -> None:
    place(database, 1, "A")
    with writing(database) as tx:
        orders.insert(tx, new(2, account="guoguo"))
    start(database, guoguo=REAL)
    assert is_elsewhere(database, known(database, "1"))
    assert identities.address_of(reading(database), known(database, "1")) == ""
    # A number of theirs may be meant all the same, and what was never sent goes where the account leads.
    assert orders.number_of(reading(database), "guoguo", "A") == "1"
    assert not is_elsewhere(database, known(database, "2"))


def test_what_was_confirmed_is_not_sent_to_another_place(database: Database) -> None:
    start(database, guoguo=REAL)
    with writing(database) as tx:
        orders.insert(tx, new(1, account="guoguo"))
    start(database, guoguo=TEST)
    with writing(database) as tx:
        assert sending.claim(tx, "guoguo", mark(9000), 9) == []
        assert sending.due(tx, "guoguo", 9000, 9) == []
        assert sending.claim_one(tx, known(database, "1"), mark(9000)) is None
    assert [order.reference for order in sending.elsewhere(reading(database), 9)] == ["1"]
    start(database, guoguo=REAL)
    with writing(database) as tx:
        assert [order.reference for order in sending.claim(tx, "guoguo", mark(9000), 9)] == ["1"]


def test_an_order_that_is_unknown_elsewhere_is_not_sent_again_nor_retried(database: Database) -> None:
    start(database, gifts=REAL)
    with writing(database) as tx:
        for n in (1, 2):
            orders.insert(tx, new(n, account="gifts"))
        assert len(sending.claim(tx, "gifts", mark(2000), 9)) == 2
        assert settle(tx, "1", "unknown")
        assert settle(tx, "2", "not_sent")
    start(database, gifts=TEST)
    with writing(database) as tx:
        assert not sending.resend(tx, "1", 1)
        assert not orders.retry(tx, "2", "dx", "1", "{}")
    start(database, gifts=REAL)
    with writing(database) as tx:
        assert sending.resend(tx, "1", 1)
        assert orders.retry(tx, "2", "dx", "1", "{}")


def test_no_secret_gets_into_the_database(database: Database) -> None:
    start(database, guoguo=REAL, shop=USER)
    found = reading(database).fetch("SELECT * FROM identities") + reading(database).fetch("SELECT * FROM accounts")
    text = repr(found)
    assert "key-of-the-shop" not in text
    assert "https://api.guo-guo.com" in text
    assert "'customer': 'ann'" in text


def test_another_database_makes_other_ids_of_the_same_secret(database: Database) -> None:
    start(database, guoguo=REAL)
    (before,) = rows.accounts(reading(database))
    with writing(database) as tx:
        tx.execute("DELETE FROM program")
    start(database, guoguo=REAL)
    (after,) = rows.accounts(reading(database))
    assert before.own != after.own


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("https://API.guo-guo.com/", "https://api.guo-guo.com"),
        ("https://api.guo-guo.com:443", "https://api.guo-guo.com"),
        ("http://shop.example.org:80/cms/", "http://shop.example.org/cms"),
        ("http://[2001:db8::1]:8080", "http://[2001:db8::1]:8080"),
        ("https://shop.example.org:99999999", "https://shop.example.org:99999999"),
    ],
)
def test_an_address_is_the_same_however_it_is_written(address: str, same: str) -> None:
    assert normalised(address) == same


@pytest.mark.parametrize("other", ["http://api.guo-guo.com", "https://api.guo-guo.com/v2", "https://guo-guo.com"])
def test_another_address_is_another_one(other: str) -> None:
    assert normalised(other) != normalised("https://api.guo-guo.com")


CUSTOMERS: Mapping[str, tuple[dict[str, Any], tuple[str, tuple[str, ...]]]] = {
    "guoguo": ({"api_key": "secret-key"}, ("", ("secret-key",))),
    "citiesocial": ({"base_url": "https://c.example.org", "headers": {"B": "two", "A": "one"}}, ("", ("one", "two"))),
    "damaijia app": ({"app_id": "the-app", "app_secret": "the-secret"}, ("app_id", ("the-app",))),
    "damaijia token": ({"access_token": "the-token"}, ("", ("the-token",))),
    "anqicms user": ({"base_url": "https://s.example.org", "user_name": "ann", "password": "secret"}, ("ann", ())),
    "anqicms token": ({"base_url": "https://s.example.org", "token": "the-token"}, ("", ("the-token",))),
}


@pytest.mark.parametrize("account", CUSTOMERS)
async def test_who_is_named_is_known_by_that_and_else_by_the_secret(account: str) -> None:
    settings, (name, key) = CUSTOMERS[account]
    kind = provider_class(account.split(" ", maxsplit=1)[0])
    async with kind(kind.settings_model.model_validate({"provider": kind.name} | settings)) as provider:
        customer = provider.customer()
    assert (customer.provider, customer.name, customer.key) == (kind.name, name, key)
    assert not any(secret in repr(customer) for secret in key)


def test_a_guard_from_before_there_were_identities_holds_on(database: Database) -> None:
    with writing(database) as tx:
        assert guards.take(tx, "guoguo", "like", "1", now=1, shown="")
        assert guards.take(tx, "shop", "like", "2", now=1, shown="")
    start(database, guoguo=REAL, shop=USER)
    assert guards.holders(reading(database), "guoguo", ["like"], 2).get("like") == "1"
    assert guards.holders(reading(database), "shop", ["like"], 2).get("like") == "2"
    with writing(database) as tx:
        assert not guards.take(tx, "guoguo", "like", "3", now=2, shown="")


@pytest.mark.parametrize(("over", "holds"), [("2", "1"), ("1", "2")], ids=["with the old key", "with the new key"])
def test_of_two_guards_of_one_customer_the_one_that_holds_longer_stays(
    database: Database, over: str, holds: str
) -> None:
    start(database, guoguo=REAL)
    with writing(database) as tx:
        assert guards.take(tx, "guoguo", "like", "1", now=1, shown="")
    (asked,) = start(database, guoguo=NEW_KEY)
    with writing(database) as tx:
        assert guards.take(tx, "guoguo", "like", "2", now=1, shown="")
        guards.keep(tx, over, 10, 10)
        assert identities.same_customer(tx, "guoguo", asked.own, now=7000, user_id=7, name="Ann")
    assert guards.holders(reading(database), "guoguo", ["like"], 5000, 5000).get("like") == holds
