"""A form with its answers is read once, and what an answer doesn't touch is not read again."""

from typing import Any

import pytest
from pydantic import BaseModel, field_validator

from bot.conversation.answers import put
from bot.conversation.filled import Filled
from bot.conversation.state import Recent, loaded, stored
from bot.conversation.trials import good_example
from providers.anqicms.form import AnqicmsForm
from providers.damaijia.form import DamaijiaForm, Recipient
from tests.benchmarks.engine import at_recipient, measured
from tests.conversation.chat import Chat, listing
from tests.conversation.forms import Toy

SOMEBODY: dict[str, Any] = {
    "consignee": "王小明",
    "mobile": "13800000000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "address": "文一路1号",
    "platform_order_sn": None,
}
GIFTS: dict[str, Any] = {
    "product_id": "614",
    "gift": None,
    "product_number": "1",
    "remark": "x",
    "source": "jd",
    "recipients": [dict(SOMEBODY) for _ in range(60)],
}


def test_the_same_answers_are_read_once() -> None:
    assert Filled.of(DamaijiaForm, GIFTS) is Filled.of(DamaijiaForm, GIFTS)
    assert Filled.of(DamaijiaForm, dict(GIFTS)) is not Filled.of(DamaijiaForm, GIFTS)


def test_items_that_an_answer_does_not_touch_stay_the_objects_that_they_were() -> None:
    before = Filled.of(DamaijiaForm, GIFTS)
    after = Filled.of(DamaijiaForm, put(GIFTS, ("recipients", 59, "consignee"), "陈雅婷"))
    same = [after.part(("recipients", place)) is before.part(("recipients", place)) for place in range(60)]
    assert same == [True] * 59 + [False]


def test_a_complete_item_is_checked_once_however_many_answers_follow() -> None:
    checked = []

    class Counted(Recipient):
        @field_validator("consignee")
        @classmethod
        def _count(cls, value: str) -> str:
            checked.append(value)
            return value

    class Counting(BaseModel):
        items: list[Counted]
        note: str

    answers: dict[str, Any] = {"items": [dict(SOMEBODY) for _ in range(60)]}
    for note in ("a", "b", "c"):
        finished = Filled.of(Counting, put(answers, ("note",), note)).finished
        assert isinstance(finished, Counting)
        assert len(finished.items) == len(checked) == 60


def test_answers_from_which_nothing_is_taken_are_the_same_object() -> None:
    assert Filled.of(DamaijiaForm, GIFTS).pruned is GIFTS
    # Another order of the fields is put right, as it is stored.
    turned = dict(reversed(GIFTS.items()))
    assert list(Filled.of(DamaijiaForm, turned).pruned) == list(GIFTS)


def test_every_question_is_found_by_its_place_and_the_place_by_its_path() -> None:
    form = Filled.of(DamaijiaForm, GIFTS)
    paths = [question.path for question in form.questions]
    assert len(paths) == len(set(paths)) == form.size == 4 + 60 * 7 + 1
    assert [form.position(path) for path in paths] == list(range(form.size))
    assert (form.first, form.open) == (("product_id",), ("sender", "consigner"))
    assert form.first_in(("recipients",)) == ("recipients", 0, "consignee")
    assert form.last_in(("recipients",)) == ("recipients", 59, "platform_order_sn")
    assert form.last_in(("recipients", 3)) == ("recipients", 3, "platform_order_sn")
    assert form.is_done(("recipients", 59))
    assert not form.is_done()


@pytest.mark.parametrize(
    "path", [("nothing",), (), ("recipients", 60, "mobile"), ("recipients", "x"), ("sender", "mobile"), ("gift",)]
)
def test_a_path_without_a_question_is_a_mistake(path: tuple[str | int, ...]) -> None:
    with pytest.raises(LookupError):
        Filled.of(DamaijiaForm, GIFTS).question(path)


def test_an_example_that_other_answers_rule_out_is_none() -> None:
    sold_by_ten: dict[str, Any] = {"type": "goods", "items": [{"goods_id": "1", "goods": {"minimum": 10}}]}
    free: dict[str, Any] = {"type": "goods", "items": [{"goods_id": "1", "goods": None}]}
    path = ("items", 0, "quantity")
    for answers, good in ((sold_by_ten, ""), (free, "1")):
        form = Filled.of(AnqicmsForm, answers)
        assert good_example(form, form.question(path)) == good
    form = Filled.of(AnqicmsForm, sold_by_ten)
    assert good_example(form, form.question(path), ["9", "10"]) == "10"


def test_a_stored_state_comes_back_as_the_object_that_it_was() -> None:
    state = listing().state
    text = stored(state)
    assert loaded(text) is state
    again = loaded(text.replace('"revision":', '"revision": '))
    assert (again, again is state) == (state, False)


def test_a_chat_goes_on_the_same_from_what_is_stored_and_from_what_is_kept() -> None:
    kept, read = listing(), listing()
    read.state = type(read.state).model_validate_json(read.state.model_dump_json())
    for chat in (kept, read):
        chat.done()
        chat.skip()
        chat.say("Long Street 1", "Taipei")
    assert (kept.state, kept.said) == (read.state, read.said)


def test_only_what_was_used_lately_is_kept() -> None:
    recent = Recent[int, str](2)
    for number in range(9):
        recent.keep(number, str(number))
        assert recent.get(0) == "0"
    found = [number for number in range(9) if recent.get(number) is not None]
    assert {0, 7, 8} <= set(found)
    assert len(found) <= 2 * 2


def test_problems_name_the_question_and_only_what_was_asked() -> None:
    form = Filled.of(Toy, {"kind": "new", "parts": [{"article": "A", "count": "0"}], "least": "9", "most": "5"})
    assert [(problem.path, problem.code) for problem in form.problems] == [
        (("parts", 0, "count"), "greater_than_equal"),
        (("most",), "below_least"),
    ]
    assert {problem.path for problem in form.faults} > {("most",), ("product",), ("address", "street")}


def test_the_cost_of_an_answer_is_measured_with_few_recipients_and_with_many() -> None:
    figures = measured(sizes=(1, 3), runs=2)
    assert all(min(seconds) > 0 and len(seconds) == 2 for seconds in figures.values())
    chat = Chat(state=at_recipient(3))
    assert [len(item) for item in chat.answers["recipients"]] == [7, 7, 0]
