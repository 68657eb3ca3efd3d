"""The benchmark asks what it says it asks, of a journal as the program itself would have written it."""

import json
import random
from pathlib import Path

import pytest

from storage import orders, words
from storage.opening import open_database
from tests import postgres
from tests.benchmarks import engine, products, texts
from tests.benchmarks.look_ups import Maker, at_server, in_files, is_too_dear, measured, table
from tests.benchmarks.questions import LOOK_UP, Journalist, questions
from tests.storage.conftest import KINDS
from tests.storage.direct import reading


@pytest.fixture(params=KINDS)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    return in_files(tmp_path) if request.param == "sqlite" else at_server(postgres.shared())


async def test_every_question_finds_orders_and_is_measured(make: Maker) -> None:
    figures = await measured(make, sizes=(30, 300), runs=2, times=10)
    assert len(figures) == 1 + 16 + 3
    assert all(one > 0 for seconds in figures.values() for one in seconds)
    lines = table(figures, (30, 300)).splitlines()
    assert len(lines) == 2 + len(figures)
    assert lines[2].startswith(f"| {LOOK_UP}")


async def test_every_kind_of_answer_about_a_product_is_measured(tmp_path: Path) -> None:
    figures = await products.measured(tmp_path, sizes=(5, 50), runs=2)
    assert figures.keys() == products.ASKED.keys()
    assert all(len(seconds) == 2 and min(seconds) > 0 for seconds in figures.values())


async def test_the_journal_is_as_the_program_writes_it(make: Maker) -> None:
    address, _ = await make(500)
    database = await open_database(address)
    try:
        rows = orders.all_rows(reading(database), 1000)
        assert len(rows) == 500
        for order in rows[::50]:
            kept = reading(database).fetch("SELECT part FROM order_parts WHERE reference = $1", order.reference)
            (row,) = reading(database).fetch("SELECT * FROM order_words WHERE reference = $1", order.reference)
            own, personal = json.loads(row["own"]), json.loads(row["personal"])
            assert own == [order.reference, *([order.number] if order.number else [])]
            assert {found["part"] for found in kept} == set(words.parts_of([*own, *personal]))
        who = Journalist(database, 500, random.Random(1))  # noqa: S311  no secrets
        asked = {question.name: await question.ask(who) for question in await questions(who, 10)}
        assert asked[LOOK_UP] == 1
        assert asked["search by 7 digits of a number"] >= 1
        assert asked["page of /orders"] == 8
        assert asked["without an index: number LIKE '%…%'"] >= 1
        where = (
            "sqlite_master WHERE type = 'index' AND tbl_name" if "sqlite" in address else "pg_indexes WHERE tablename"
        )
        indexes = f"SELECT count(*) AS n FROM {where} = 'orders'"  # noqa: S608  our own words
        (counted,) = reading(database).fetch(indexes)
        assert counted["n"] > 15
    finally:
        await database.close()


@pytest.mark.parametrize(("seconds", "dear"), [((1.0, 1.2), False), ((1.0, 1.21), True), ((1.0, 0.5), False)])
def test_a_look_up_that_costs_more_among_many_fails(seconds: tuple[float, float], dear: bool) -> None:  # noqa: FBT001  a column of the table above
    assert is_too_dear({LOOK_UP: seconds, "page of /orders": (1.0, 1.0), "search": (1.0, 9.0)}) is dear


@pytest.mark.parametrize(("last", "dear"), [(1.2, False), (1.3, True)])
def test_pages_that_cost_more_among_many_fail_by_the_middle_of_them(last: float, dear: bool) -> None:  # noqa: FBT001  as above
    pages = {f"page of /orders by {name}": (1.0, cost) for name, cost in (("a", 0.5), ("b", last), ("c", 9.0))}
    assert is_too_dear({LOOK_UP: (1.0, 1.0), **pages}) is dear


def test_an_answer_in_the_engine_is_measured_for_each_number_of_recipients() -> None:
    figures = engine.measured((1, 2), runs=1)
    assert all(len(of_sizes) == 2 and min(of_sizes) > 0 for of_sizes in figures.values())


def test_what_is_read_of_texts_is_scored_and_timed(tmp_path: Path) -> None:
    """Both goals of a corpus are missed where a sure answer is another than expected."""
    corpus = tmp_path / "corpus.jsonl"
    wrong = [{"title": "Recipient", "item": 1, "value": "李小红"}]
    text = {"account": "damaijia", "text": "收件人：王小明", "orders": [wrong]}
    corpus.write_text(json.dumps(text, ensure_ascii=False), "utf-8")
    figures = {"sample": texts.measured(corpus, 1)}
    assert texts.table(figures).splitlines()[-1].startswith("| sample |     1 |       1 |  0.0% |")
    reached = {aim.name: aim.is_reached for aim in texts.aimed_at(figures, 0.5)}
    assert reached["500 lines, s"]
    assert not reached["sample: right, %"]
