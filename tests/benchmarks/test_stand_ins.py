"""The benchmark's stand-ins answer as Telegram and a shop do, to a library and a provider that read every field."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import pairwise

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message

from providers.registry import provider_class
from tests.benchmarks import stage
from tests.benchmarks.dialogue import STEPS, End, order
from tests.benchmarks.people import PlayError, Updates
from tests.benchmarks.supplier import Shop
from tests.benchmarks.telegram import Telegram
from tests.benchmarks.wire import Connection, fields, serve

PERSON = 1000


@pytest.fixture
async def standin() -> Telegram:
    return Telegram()


@pytest.fixture
async def bot(standin: Telegram) -> AsyncIterator[Bot]:
    async with Bot("1:bench", base_url=f"http://127.0.0.1:{await serve(standin.handle)}/bot") as bot:
        yield bot


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"data of {label}")] for label in labels])


async def ask(bot: Bot, text: str, *labels: str) -> Message:
    return await bot.send_message(PERSON, text, reply_markup=keyboard(*labels))


async def test_a_person_types_and_taps_what_the_bot_has_sent(standin: Telegram, bot: Bot) -> None:
    assert bot.username == "bench_bot"
    standin.crowd = standin.gathered([PERSON], End.CANCEL)
    standin.crowd.begin(lambda _: None)
    (first,) = await bot.get_updates()
    assert first.message is not None
    assert (first.message.text, first.message.entities[0].type) == ("/order shop", "bot_command")

    sent = await ask(bot, "Order type", "goods", "Cancel")
    (second,) = await bot.get_updates(offset=first.update_id + 1)

    assert second.callback_query is not None
    assert second.callback_query.data == "data of goods"
    assert second.callback_query.message is not None
    assert second.callback_query.message.message_id == sent.message_id > first.message.message_id
    assert await bot.answer_callback_query(second.callback_query.id)
    assert len(standin.crowd.taken) == 1


async def test_a_poll_waits_for_the_next_message(standin: Telegram, bot: Bot) -> None:
    standin.crowd = standin.gathered([PERSON], End.CANCEL)
    polling = asyncio.create_task(bot.get_updates(timeout=5))
    await standin.first_poll
    standin.crowd.begin(lambda _: None)
    assert len(await polling) == 1
    # Not acknowledged, so it comes again.
    assert len(await bot.get_updates()) == 1


async def test_the_answer_to_a_confirmation_is_that_the_order_was_placed_however_it_comes(
    standin: Telegram, bot: Bot
) -> None:
    crowd = standin.crowd = standin.gathered([PERSON], End.CONFIRM)
    crowd.begin(lambda _: STEPS)
    for step in order(0, End.CONFIRM)[:-1]:
        await ask(bot, f"<b>{step.until or 'Question'}</b>", "goods", "Done", "Skip", "Confirm")
    assert len(crowd.taken) == STEPS - 1
    sending = await bot.send_message(PERSON, "Sending")
    assert (len(crowd.taken), crowd.waiting) == (STEPS - 1, 1)
    await bot.edit_message_text("<b>Placed</b> · Shop", PERSON, sending.message_id)
    assert (len(crowd.taken), crowd.waiting, crowd.unasked) == (STEPS, 0, 0)
    await bot.send_message(PERSON, "Shipped")
    assert crowd.unasked == 1


@pytest.mark.parametrize("text", ["Question", "Not accepted"])
async def test_a_bot_that_goes_another_way_is_noticed(standin: Telegram, bot: Bot, text: str) -> None:
    crowd = standin.crowd = standin.gathered([PERSON], End.CANCEL)
    crowd.begin(lambda _: None)
    for _ in range(3):
        await ask(bot, "Question", "goods")
    assert standin.fault == ""
    await ask(bot, text, "Done")
    assert "Items" in standin.fault


async def test_people_in_the_middle_of_an_order_can_turn_to_another_end(standin: Telegram) -> None:
    crowd = standin.gathered([PERSON], End.CANCEL)
    crowd.begin(lambda _: 1)
    crowd.hear(PERSON, "Order type", '{"inline_keyboard": []}', b"{}")
    (person,) = crowd.people.values()
    assert (person.at, person.steps[-1].tap) == (1, "Cancel")
    crowd.turn_to(End.CONFIRM)
    assert (person.at, person.steps[-1].tap, crowd.taken) == (1, "Confirm", [])


async def test_a_button_that_is_missing_is_noticed(standin: Telegram) -> None:
    crowd = standin.gathered([PERSON], End.CANCEL)
    crowd.begin(lambda _: None)
    with pytest.raises(PlayError, match="no button goods"):
        crowd.hear(PERSON, "Order type", "", b"{}")


def test_what_is_acknowledged_does_not_come_again() -> None:
    updates = Updates()
    for word in (b"a", b"b", b"c"):
        updates.add(b'"message":"%b"' % word)
    assert updates.fetch(2, 1) == b'{"ok":true,"result":[{"update_id":2,"message":"b"}]}'
    assert updates.fetch(4, 100) is None


def test_no_text_is_sent_twice_in_a_row() -> None:
    """A bot may take the same text within a second for one that a bad line has sent twice."""
    for number in range(5_000_000)[::1_237]:
        said = [step.say for step in order(number, End.CONFIRM)]
        assert all(not one or one != then for one, then in pairwise(said))


def test_no_two_orders_are_alike_and_all_have_as_many_steps() -> None:
    made = [order(number, End.CONFIRM) for number in range(500)]
    assert len(set(made)) == 500
    assert {len(steps) for steps in made} == {STEPS}


async def test_a_shop_takes_an_order_from_our_own_provider() -> None:
    kind = provider_class("anqicms")
    origin = f"http://127.0.0.1:{await serve(Shop().handle)}"
    account = kind.settings_model.model_validate({"provider": "anqicms", "base_url": origin, "token": "t"})
    provider = kind(account, lambda: datetime.now(UTC))
    try:
        form = kind.form.model_validate({"type": "goods", "items": [{"goods_id": 3, "quantity": 2}]})
        placed = await provider.place(form, "1001")
        assert placed.number
        assert (placed.supplier_status, dict(placed.remarks[0].params)["amount"]) == ("0", "198.00")
    finally:
        await provider.aclose()


def statuses(*paths: str) -> list[int]:
    """What a shop in a process of its own answers."""
    with stage.supplier() as origin:
        return [httpx.get(f"{origin}{path}").status_code for path in paths]


def test_a_shop_that_is_asked_for_what_it_does_not_know_fails_the_measurement() -> None:
    assert statuses("/api/orders", "/api/order/detail?order_id=1") == [200, 200]
    with pytest.raises(stage.BenchmarkError, match="knows nothing of /api/nonsense"):
        statuses("/api/nonsense", "/api/orders")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"application/x-www-form-urlencoded", b"chat_id=7&text=a+b%26&reply_markup=%7B%7D"),
        (b"application/json", b'{"chat_id": 7, "text": "a b&", "reply_markup": {}}'),
        (
            b"multipart/form-data; boundary=x",
            b"".join(
                b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % pair
                for pair in ((b"chat_id", b"7"), (b"text", b"a b&"), (b"reply_markup", b"{}"))
            )
            + b"--x--\r\n",
        ),
    ],
)
def test_a_body_is_read_in_each_way_that_it_may_be_written(kind: bytes, body: bytes) -> None:
    assert fields(b"content-type: " + kind, body) == {"chat_id": "7", "text": "a b&", "reply_markup": "{}"}


async def test_requests_on_one_connection_are_answered_in_turn_however_they_arrive() -> None:
    asked: list[tuple[bytes, bytes]] = []

    def handle(connection: Connection, target: bytes, head: bytes, body: bytes) -> None:
        del head
        asked.append((target, body))
        connection.answer(b"[%d]" % len(asked))

    reader, writer = await asyncio.open_connection("127.0.0.1", await serve(handle))
    for piece in (b"POST /a HTTP/1.1\r\nContent-", b"Length: 2\r\n\r\nh", b"i", b"GET /b HTTP/1.1\r\n\r\n"):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.01)
    assert (await reader.readuntil(b"[1]")).startswith(b"HTTP/1.1 200 OK\r\n")
    await reader.readuntil(b"[2]")
    assert asked == [(b"/a", b"hi"), (b"/b", b"")]
    writer.write(b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 411 ")
    writer.close()
