"""Signals between replicas: whatever is sent is heard as it was, and what has no room makes others look anew."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.conversation.requests import AskStatus, LookUpAnswer, RefreshBalance, Request
from bot.conversation.state import ConversationKey
from bot.conversation.views import Days, Wanted
from bot.workers.signals import Signals, as_signal, from_signal
from storage.signals import ANYTHING, Signal, as_texts, from_text

KEY = ConversationKey(-100, 7)
REQUESTS: list[Request] = [
    LookUpAnswer("shop", "d1", 3, "product", "西湖龙井"),
    AskStatus("217", on_card=True, listed=Wanted(account="shop", days=Days.ANY, text="王")),
    AskStatus("217"),
    RefreshBalance("shop"),
]
KINDS: Mapping[str, Any] = {kind.__name__: kind for kind in map(type, REQUESTS)}


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: type(one).__name__)
def test_a_request_is_heard_as_it_was_asked(request_: Request) -> None:
    (text,) = as_texts([as_signal(KEY, request_)])
    (signal,) = from_text(text)
    assert from_signal(signal, KINDS) == (KEY, request_)


def test_a_request_of_another_program_is_refused() -> None:
    with pytest.raises(ValueError, match="no such request"):
        from_signal(("do", 1, 2, "MakeTea", "{}"), KINDS)


def test_what_came_up_together_is_one_text_and_what_has_no_room_is_looked_for() -> None:
    (text,) = as_texts([("order", "shop"), ("orders",), ("closed", 5)])
    assert from_text(text) == [("order", "shop"), ("orders",), ("closed", 5)]
    long = as_signal(KEY, LookUpAnswer("shop", "d1", 3, "product", "x" * 8000))
    assert from_text(as_texts([long])[0]) == [ANYTHING]
    many: list[Signal] = [("order", f"{n:0>100}") for n in range(100)]
    texts = as_texts(many)
    assert all(len(text.encode()) <= 7_900 for text in texts)
    assert [signal for text in texts for signal in from_text(text)] == many


@pytest.mark.parametrize("text", ["", "{", "7", "null"])
def test_what_cannot_be_read_may_be_anything(text: str) -> None:
    assert from_text(text) == [ANYTHING]


async def test_what_comes_up_twice_before_it_is_told_is_told_once_and_later_again() -> None:
    told = asyncio.Queue[str]()
    signals = Signals(told.put)
    running = asyncio.create_task(signals.run())
    for _ in range(2):
        signals.send(("order", "shop"))
        signals.send(("order", "shop"))
        assert from_text(await asyncio.wait_for(told.get(), 5)) == [("order", "shop")]
    assert told.empty()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
