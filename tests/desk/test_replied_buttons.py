"""A reply to one of our messages with the words on one of its buttons is the tap on it, at the desk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons import draft_buttons, order_buttons
from bot.conversation import events
from bot.desk.admission import Incoming
from bot.desk.screen import Sent
from bot.desk.typed import replied
from tests.bench import Bench, bench
from tests.end_to_end.house import ADMIN

CARD = (("更新", order_buttons.refresh("1001")), ("再訂一次", order_buttons.again("1001")))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


@pytest.mark.parametrize("text", ["再訂一次", " 再訂一次！", "Order again", "order again", "再订一次", "再来一单"])
def test_the_words_of_a_button_in_any_language_are_the_tap_on_it(text: str) -> None:
    assert replied(CARD, text) == events.AgainTapped("1001")


@pytest.mark.parametrize("text", ["", "again 3", "王小明", "Confirm", "再訂一次 " * 40])
def test_any_other_text_is_none(text: str) -> None:
    assert replied(CARD, text) is None


def test_words_that_two_buttons_have_are_none() -> None:
    assert replied((*CARD, ("再訂一次", order_buttons.again("1002"))), "再訂一次") is None


def test_a_button_of_a_draft_is_left_to_the_question_that_is_open() -> None:
    assert replied((("Skip", draft_buttons.tap(events.Skipped("d1", 3))),), "Skip") is None


async def test_a_button_of_an_earlier_step_is_said_to_be_one(house: Bench) -> None:
    sent = Sent(9, 0, replies_to=5, buttons=(("1", order_buttons.show("404")),))
    said = await house.desk.handle(Incoming(1, ADMIN, ADMIN, "Admin", "en", events.Answered("1"), None, sent))
    assert house.outbox() == [said]
    assert said.startswith("This button is from an earlier step.")
