"""A list takes the old one's place at once, and what somebody searches for is found."""

import asyncio

import pytest

from storage import products
from storage.database import Database
from storage.products import BATCH, Stored
from tests.storage.direct import reading, writing


def product(n: int, title: str = "Tea", group: str = "", edition: int = 0) -> Stored:
    return Stored(f"P-{n}", f"{title} {n}", group, group[:3], "", f'{{"n": {edition}}}', f"{title} {n}".casefold())


async def renew(database: Database, found: list[Stored], edition: int = 1, account: str = "gifts") -> None:
    with writing(database) as tx:
        products.tried(tx, account, 10 * edition)
    await products.renew(
        database,
        account,
        found,
        edition=edition,
        groups="[]",
        digest=str(edition),
        now=10 * edition,
        whole=True,
    )


async def test_a_list_is_kept_in_order_and_found_by_id(database: Database) -> None:
    await renew(database, [product(n) for n in range(3 * BATCH + 1)])
    known = products.listing(reading(database), "gifts")
    assert known is not None
    assert (known.size, known.read_at, known.failures) == (3 * BATCH + 1, 10, 0)
    assert [p.id for p in products.page(reading(database), "gifts", 2, BATCH)] == [f"P-{BATCH}", f"P-{BATCH + 1}"]
    assert products.get(reading(database), "gifts", "P-7") == product(7)
    assert products.get(reading(database), "gifts", "P-1000") is None
    assert products.get(reading(database), "other", "P-7") is None


async def test_whoever_reads_meanwhile_sees_one_whole_list(database: Database) -> None:
    count = 4 * BATCH
    await renew(database, [product(n, edition=1) for n in range(count)])
    seen: set[tuple[int, str]] = set()
    renewing = asyncio.create_task(renew(database, [product(n, edition=2) for n in range(count)], 2))
    while not renewing.done():
        rows = products.page(reading(database), "gifts", 2 * count)
        seen.add((len(rows), ",".join(sorted({row.facts for row in rows}))))
        await asyncio.sleep(0)
    await renewing
    assert seen <= {(count, '{"n": 1}'), (count, '{"n": 2}')}
    assert (count, '{"n": 1}') in seen
    (row,) = reading(database).fetch("SELECT COUNT(*) AS n FROM products")
    assert row["n"] == count


async def test_what_an_interrupted_renewal_left_is_never_seen_and_goes_with_the_next(database: Database) -> None:
    await renew(database, [product(1)])
    with writing(database) as tx:
        tx.execute("INSERT INTO products SELECT account, 2, 7, 'half', title, '', '', '', '{}', '', 0 FROM products")
    assert products.get(reading(database), "gifts", "half") is None
    await renew(database, [product(2)], 3)
    rows = reading(database).fetch("SELECT id FROM products")
    assert [row["id"] for row in rows] == ["P-2"]


async def test_a_failed_try_keeps_the_list_and_a_good_one_forgets_the_failures(database: Database) -> None:
    await renew(database, [product(1)])
    for _ in range(2):
        with writing(database) as tx:
            products.tried(tx, "gifts", 50, "unreachable")
    known = products.listing(reading(database), "gifts")
    assert known is not None
    assert (known.size, known.read_at, known.tried_at, known.failures, known.error) == (1, 10, 50, 2, "unreachable")
    await renew(database, [product(1)], 6)
    known = products.listing(reading(database), "gifts")
    assert known is not None
    assert (known.failures, known.error) == (0, "")


async def test_every_word_has_to_occur_or_the_id_to_begin_so(database: Database) -> None:
    found = [product(1, "Green tea"), product(2, "Black tea"), product(20, "100% cotton_cup")]
    await renew(database, found)

    def ids(*words: str, prefix: str = "nothing") -> list[str]:
        assert products.count(reading(database), "gifts", words, prefix) == len(
            products.search(reading(database), "gifts", words, prefix, 9, 0)
        )
        return [p.id for p in products.search(reading(database), "gifts", words, prefix, 9, 0)]

    assert ids("tea") == ["P-1", "P-2"]
    assert ids("tea", "green") == ["P-1"]
    assert ids("tea", "cup") == []
    assert ids("xyz", prefix="p-2") == ["P-2", "P-20"]
    assert ids("0%") == ["P-20"]
    assert ids("%") == ["P-20"]
    assert ids("n_c") == ["P-20"]
    assert ids("a_t") == []
    assert [p.id for p in products.search(reading(database), "gifts", ["tea"], "x", 1, 1)] == ["P-2"]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_search_goes_through_an_index_alone(database: Database) -> None:
    for statement in (products.COUNT, products.SEARCH):
        plan = reading(database).fetch(
            f"EXPLAIN QUERY PLAN {statement}", *[None] * (7 if statement == products.COUNT else 9)
        )
        assert any("COVERING INDEX products_by_search" in str(row["detail"]) for row in plan)


async def test_a_category_has_its_own_pages(database: Database) -> None:
    await renew(database, [product(n, group="odd" if n % 2 else "even") for n in range(10)])
    assert [p.id for p in products.of_group(reading(database), "gifts", "odd", 2, 2)] == ["P-5", "P-7"]


def test_uses_are_counted_per_person_and_the_latest_come_first(database: Database) -> None:
    with writing(database) as tx:
        for now, (person, used) in enumerate([(1, "a"), (1, "b"), (2, "c"), (1, "a")]):
            products.used(tx, "gifts", person, used, now)
        products.used(tx, "shop", 1, "z", 9)
    assert products.uses(reading(database), "gifts", 1, 9) == [("a", 2), ("b", 1)]
    assert products.uses(reading(database), "gifts", None, 2) == [("a", 2), ("c", 1)]
