"""The form of the corpora that somebody else wrote: a slip in what is expected would be scored as the reader's fault.

Each expected value is read as its question reads an answer, and has to come out as it went in.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from bot.conversation.questions import kind_marker, plans
from providers.fields import Doubtful
from providers.registry import names, provider_class

FOLDER = Path(__file__).parent / "corpus"
OF_BOTH = {
    "labelled",
    "unlabelled",
    "one per line",
    "blocks",
    "tabs",
    "forwarded chat",
    "Taiwan addresses",
    "mainland addresses",
    "GuoGuo lines",
    "citiesocial orders",
    "AnqiCMS orders",
    "Damaijia orders",
    "no order",
}
KINDS = {
    "unseen": {
        *OF_BOTH,
        "privacy numbers",
        "mixed script",
        "typos and full width",
        "emoji and signatures",
        "contradictions",
        "repeated orders",
    },
    "blind": {
        *OF_BOTH,
        "English labels",
        "numbered",
        "phones",
        "typos and mixed script",
        "ambiguous",
        "wrong region",
    },
    "varied": {
        "separators",
        "labels",
        "several at once",
        "tables",
        "order pages",
        "chat lines",
        "phones",
        "Taiwan addresses",
        "mainland addresses",
        "names",
        "notes",
        "products and quantities",
        "GuoGuo lines",
        "contradictions",
        "wrong account",
        "no order",
    },
}
FEWEST, FEWEST_OF_A_KIND = 120, 5
SPELLED_AS_TYPED = {"Recipient", "Address", "First name", "Last name", "Note", "Sender", "Sender address", "Email"}
ENTRY = {"kind", "account", "text", "orders", "refused", "repeats"}


@dataclass(frozen=True)
class Expected:
    """A field of an order that is expected of a text."""

    title: str
    item: int
    value: str
    sure: bool


def expected(order: list[Mapping[str, Any]]) -> list[Expected]:
    for one in order:
        assert {"title", "item", "value"} <= set(one) <= {"title", "item", "value", "sure"}
        assert one.get("sure", False) is False
        assert isinstance(one["value"], str)
        assert one["value"].strip() == one["value"] != ""
    return [Expected(one["title"], one["item"], one["value"], "sure" not in one) for one in order]


def lines_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


LINES = [line for name in KINDS for line in lines_of(name)]
ORDERS = [(line["account"], line["text"], expected(order)) for line in LINES for order in line["orders"]]


def fields_of(model: type[BaseModel], *, listed: bool = False) -> Iterator[tuple[str, bool, FieldInfo]]:
    """The questions of a form by their titles, and whether they are an item's."""
    for plan in plans(model):
        if plan.shape.model is not None and plan.shape.kind != "value":
            yield from fields_of(plan.shape.model, listed=listed or plan.shape.kind == "list")
        elif plan.source == plan.name or plan.source is None:
            yield plan.title, listed, model.model_fields[plan.name]


def questions(account: str) -> dict[tuple[str, bool], FieldInfo]:
    return {(title, listed): field for title, listed, field in fields_of(provider_class(account).form)}


QUESTIONS = {account: questions(account) for account in names()}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_its_texts(name: str) -> None:
    lines = lines_of(name)
    assert len(lines) >= FEWEST
    counted = [line["kind"] for line in lines]
    assert set(counted) == KINDS[name]
    assert min(map(counted.count, KINDS[name])) >= FEWEST_OF_A_KIND


@pytest.mark.parametrize("name", KINDS)
def test_every_account_has_its_texts(name: str) -> None:
    assert {line["account"] for line in lines_of(name)} == set(names())


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["text"][:30])
def test_a_line_has_what_a_line_may_have(line: dict[str, Any]) -> None:
    assert {"kind", "account", "text", "orders"} <= set(line) <= ENTRY
    assert line["text"].strip() == line["text"] != ""
    assert line.get("refused", True) is True
    assert all(line["orders"])
    assert not (line["orders"] and "refused" in line)
    assert (line["kind"] == "no order") <= (not line["orders"])


def test_no_text_is_there_twice() -> None:
    texts = [(line["account"], line["text"]) for line in LINES]
    assert len(set(texts)) == len(texts)


def test_titles_are_those_of_the_forms() -> None:
    strangers = [
        (account, one)
        for account, _, order in ORDERS
        for one in order
        if (one.title, one.item > 0) not in QUESTIONS[account]
    ]
    assert strangers == []


def test_no_question_is_answered_twice_and_items_are_counted_from_1() -> None:
    for _, text, order in ORDERS:
        asked = [(one.title, one.item) for one in order]
        assert len(set(asked)) == len(asked), text
        items = {one.item for one in order} - {0}
        assert items == set(range(1, len(items) + 1)), text


def test_values_are_what_is_sent() -> None:
    """As the question itself reads them, but for those that a person is asked about."""
    for account, text, order in ORDERS:
        for one in order:
            field = QUESTIONS[account][one.title, one.item > 0]
            if one.sure:
                kind: Any = Annotated[field.annotation, field]
                adapter: TypeAdapter[Any] = TypeAdapter(kind)
                assert str(adapter.validate_python(one.value)) == one.value, text


def test_what_a_question_would_ask_about_is_not_sure() -> None:
    doubted = [
        (text, one)
        for account, text, order in ORDERS
        for one in order
        if (mark := kind_marker(QUESTIONS[account][one.title, one.item > 0], Doubtful)) is not None
        if one.sure and mark.by(one.value) is not None
    ]
    assert doubted == []


def test_names_and_addresses_are_spelled_as_in_the_text() -> None:
    changed = [
        (text, one)
        for _, text, order in ORDERS
        for one in order
        if one.sure and one.title in SPELLED_AS_TYPED and one.value not in text
    ]
    assert changed == []


def test_divisions_are_named_in_full() -> None:
    # Taiwan's cities and counties, and the mainland's at every level.
    full = re.compile(r".+(省|自治区|市|自治州|盟|县|縣|区|區|镇|鎮|鄉|街道)$")
    short = [
        (text, one)
        for _, text, order in ORDERS
        for one in order
        if one.title in {"Province", "City", "District"} and not full.match(one.value)
    ]
    assert short == []
    assert not any("臺" in one.value for _, _, order in ORDERS for one in order if one.title in {"City", "District"})


def test_a_repeated_order_is_like_an_earlier_one() -> None:
    told = [line for line in LINES if "repeats" in line]
    assert told
    for line in told:
        assert len(line["repeats"]) == len(line["orders"])
        for place, earlier in enumerate(line["repeats"], 1):
            first = line["orders"].index(line["orders"][place - 1]) + 1
            assert earlier == (first if first < place else None), line["text"]


def test_like_orders_in_one_text_are_told_as_repeated() -> None:
    for line in LINES:
        alike = [json.dumps(order, sort_keys=True) for order in line["orders"]]
        assert len(set(alike)) == len(alike) or "repeats" in line, line["text"]
