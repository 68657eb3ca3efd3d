"""Updates are acknowledged only when they are committed, and a bad one harms no other."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram.error import Conflict

from bot.sandbox.faults import FaultKind
from bot.telegram import client as client_module
from bot.telegram import receive
from bot.telegram.client import TelegramRefusedError
from tests.bench import GROUP, locked, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE, STRANGER
from tests.storage.direct import reading, writing
from tests.telegram.line import Line, line
from tests.words.reading import WORDS


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "pause", lambda _: 0)
    monkeypatch.setattr(receive, "seconds", lambda _: 0)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made:
        yield made


async def fill(house: Line) -> None:
    """An order up to its first list; nothing runs afterwards."""
    async with working(house.delivery.run(), house.inbox.poll()):
        for text, then in (
            ("/order shop", "Order type"),
            ("goods", "Product"),
            ("188", "Quantity"),
            ("1", "Items"),
        ):
            house.telegram.say(ADMIN, text)
            await shows(house, then)
        await until(house.acknowledged())
        await until(house.nothing_waits())


async def shows(house: Line, what: str) -> None:
    """Wait for a last message that starts so or has such a button."""
    await house.telegram.wait_for(
        ADMIN, lambda messages: messages[-1].text.startswith(what) or what in messages[-1].labels
    )


async def test_nothing_is_acknowledged_before_it_is_committed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with line(tmp_path, busy_timeout=0) as house:
        house.telegram.say(ADMIN, "/order shop")
        async with locked(house.path):
            poll = asyncio.create_task(house.inbox.poll())

            async def tried() -> bool:
                return caplog.text.count("updates could not be handled") > 2

            await until(tried)
            assert house.telegram.pending == 1
            assert house.outbox() == []
        await until(house.acknowledged())
        poll.cancel()
        assert len(house.outbox()) == 1


async def test_a_batch_is_handled_as_a_whole_before_the_offset_moves(house: Line) -> None:
    ids = [house.telegram.say(ADMIN, "/order shop"), house.telegram.say(COLLEAGUE, "/help"), 0]
    ids[2] = house.telegram.say(ADMIN, "goods")
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
    offsets = [call.params.get("offset") for call in house.telegram.calls if call.method == "getUpdates"]
    assert [str(offset) for offset in offsets] == ["None", str(ids[2] + 1)]
    seen = reading(house.database).fetch("SELECT update_id FROM updates ORDER BY update_id")
    assert [row["update_id"] for row in seen] == ids


async def test_without_news_the_next_updates_may_have_lower_ids(house: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "POLL", 0)
    house.telegram.say(ADMIN, "/help")
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
        await house.telegram.wait_for_call("getUpdates", 4)
    offsets = [call.params.get("offset") for call in house.telegram.calls if call.method == "getUpdates"]
    assert offsets[0] is None
    assert offsets[1] is not None
    assert offsets[2:4] == [None, None]


async def test_a_repeated_update_changes_nothing_and_says_nothing(house: Line) -> None:
    async with working(house.inbox.poll()):
        first = house.telegram.say(ADMIN, "/order shop")
        await until(house.acknowledged())
        house.telegram.redeliver(first)
        house.telegram.say(ADMIN, "/help")
        await until(house.acknowledged())
    texts = house.outbox()
    assert [html[:12] for html in texts] == ["<b>Order typ", "<b>What I ca"]


async def test_updates_of_a_chat_are_handled_in_turn(house: Line) -> None:
    for text in ("/order shop", "/cancel", "/order guoguo"):
        house.telegram.say(ADMIN, text)
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
    assert [html[:12] for html in house.outbox()] == ["<b>Order typ", "<b>Cancelled", "<b>Product</"]


async def test_an_answer_to_a_tap_that_hangs_holds_up_nobody(house: Line) -> None:
    house.telegram.fail("answerCallbackQuery", "hang", times=None)
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop")
        await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 2)
        house.telegram.tap_button(ADMIN, "goods")
        house.telegram.say(COLLEAGUE, "/help")
        await house.telegram.wait_for(COLLEAGUE, lambda messages: len(messages) == 2)
        house.telegram.say(ADMIN, "188")
        await house.telegram.wait_for(ADMIN, lambda messages: messages[-1].text.startswith("Quantity"))
        await until(house.acknowledged())


async def test_a_tap_is_answered_and_an_old_one_is_told_so(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, "/order shop")
        (_, asked) = await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 2)
        data = asked.buttons[0][0].data
        for _ in range(2):
            house.telegram.tap(ADMIN, asked.message_id, data)

        async def answered() -> bool:
            return len(house.telegram.toasts) == 2

        await until(answered)
    assert sorted(toast.text for toast in house.telegram.toasts) == ["", WORDS.say("toast.stale_open")]


async def test_confirm_tapped_five_times_in_one_batch_and_once_more_is_one_order(house: Line) -> None:
    await fill(house)
    async with working(house.delivery.run(), house.inbox.poll()):
        for label, then in (("Done", "Note"), ("Skip", "Recipient"), ("Skip", "Summary")):
            await shows(house, label)
            house.telegram.tap_button(ADMIN, label)
            await shows(house, then)
        await until(house.acknowledged())
    taps = [house.telegram.tap_button(ADMIN, "Confirm") for _ in range(5)]
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
        house.telegram.redeliver(taps[0])
        house.telegram.say(COLLEAGUE, "/help")
        await until(house.acknowledged())
    assert len(reading(house.database).fetch("SELECT * FROM orders")) == 1
    assert house.workers.orders == ["shop"]
    assert sum(html.startswith("<b>Sending") for html in house.outbox()) == 1


async def test_an_update_that_can_not_be_read_is_put_aside(house: Line) -> None:
    person = {"id": ADMIN, "is_bot": False, "first_name": "Some"}
    chat = {"id": ADMIN, "type": "private"}
    house.telegram.say(ADMIN, "/order shop")
    bad = house.telegram.raw_update({"message": {"chat": chat, "from": person, "text": "\ud800"}})
    house.telegram.say(ADMIN, "/help")
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
    (kept,) = reading(house.database).fetch("SELECT * FROM failed_updates")
    assert kept["update_id"] == bad
    assert kept["error"].startswith("KeyError")
    asked, helped, sorry = sorted(house.outbox())
    assert "Nothing was changed" in sorry
    assert helped.startswith("<b>What I can do")
    assert asked.startswith("<b>Order type")


@pytest.mark.parametrize("raw", [{"message": 5}, {"callback_query": {"id": "9"}}, {"something_new": {}}, {}])
async def test_no_shape_of_an_update_stops_the_poll(house: Line, raw: dict[str, object]) -> None:
    house.telegram.raw_update(raw)
    house.telegram.say(ADMIN, "/help")
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
    assert len(house.outbox()) == 1


async def test_an_update_that_fails_three_times_is_put_aside(house: Line, caplog: pytest.LogCaptureFixture) -> None:
    with writing(house.database) as tx:
        tx.execute("INSERT INTO conversations VALUES ($1, $1, 'not JSON', '', 0, '')", ADMIN)
    house.telegram.say(ADMIN, "/order shop")
    house.telegram.say(COLLEAGUE, "/help")
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
        assert caplog.text.count("could not be handled") == 3
        assert "Nothing was changed" in house.outbox()[0]
        assert len(house.outbox(COLLEAGUE)) == 1
        assert len(reading(house.database).fetch("SELECT * FROM failed_updates")) == 1
        with writing(house.database) as tx:
            tx.execute("DELETE FROM conversations")
        house.telegram.say(ADMIN, "/order shop")
        await until(house.acknowledged())
    assert house.outbox()[-1].startswith("<b>Order type")


async def test_an_update_that_storage_refuses_again_and_again_is_put_aside(house: Line) -> None:
    with writing(house.database) as tx:
        tx.execute("ALTER TABLE conversations RENAME TO elsewhere")
    house.telegram.say(ADMIN, "/order shop")
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
        (said,) = house.outbox()
        assert "Nothing was changed" in said
        with writing(house.database) as tx:
            tx.execute("ALTER TABLE elsewhere RENAME TO conversations")
        house.telegram.say(ADMIN, "/order shop")
        await until(house.acknowledged())
    assert house.outbox()[-1].startswith("<b>Order type")


async def test_a_stranger_hears_once_and_his_taps_do_nothing(house: Line) -> None:
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(STRANGER, "/start")
        (_, told) = await house.telegram.wait_for(STRANGER, lambda messages: len(messages) == 2)
        house.telegram.tap(STRANGER, told.message_id, "order:shop", forged=True)
        house.telegram.say(STRANGER, "1207")
        await until(house.acknowledged())
        assert house.outbox(STRANGER) == [told.text]
    assert reading(house.database).fetch("SELECT * FROM conversations") == []


async def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(house: Line) -> None:
    house.telegram.add_group(GROUP, "Office", [ADMIN, COLLEAGUE])
    async with working(house.delivery.run(), house.inbox.poll()):
        house.telegram.say(ADMIN, f"/order@{house.telegram.username} shop", chat_id=GROUP)
        messages = await house.telegram.wait_for(GROUP, lambda messages: messages[-1].text.startswith("Order type"))
        house.telegram.say(COLLEAGUE, "lunch?", chat_id=GROUP)
        house.telegram.say(ADMIN, "/order@others_bot", chat_id=GROUP)
        house.telegram.say(COLLEAGUE, "goods", chat_id=GROUP, reply_to=messages[-1].message_id)
        house.telegram.say(ADMIN, "goods", chat_id=GROUP, reply_to=messages[-1].message_id)
        await house.telegram.wait_for(GROUP, lambda messages: messages[-1].text.startswith("Product"))
    first, not_his, asked = house.outbox(GROUP)
    assert not_his.startswith("No order is open")
    assert (first[:13], asked[:10]) == ("<b>Order type", "<b>Product")


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("error", 500, None),
        ("error", 502, "<html>"),
        ("error", 409, None),
        ("error", 200, "not JSON"),
        ("retry_after", 429, None),
        ("drop_before", 0, None),
    ],
)
async def test_polling_goes_on_after_every_failure(
    house: Line, fault: FaultKind, status: int, body: str | None
) -> None:
    house.telegram.fail("getUpdates", fault, times=3, status=status, body=body)
    house.telegram.say(ADMIN, "/help")
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
    assert len(house.outbox()) == 1


async def test_an_answer_lost_on_its_way_brings_the_updates_again_without_effect(house: Line) -> None:
    house.telegram.say(ADMIN, "/help")
    house.telegram.fail("getUpdates", "drop_after")
    async with working(house.inbox.poll()):
        await until(house.acknowledged())
    assert len(house.outbox()) == 1


async def test_a_token_that_is_taken_back_ends_the_poll(house: Line) -> None:
    house.telegram.fail("getUpdates", "error", status=401)
    with pytest.raises(TelegramRefusedError) as refused:
        await house.inbox.poll()
    assert house.telegram.token not in str(refused.value)


async def test_ending_the_poll_waits_for_no_answer_to_a_tap(house: Line) -> None:
    house.telegram.fail("answerCallbackQuery", "hang")
    house.telegram.raw_update(_tap())
    async with asyncio.timeout(receive.ANSWER_WITHIN), working(house.inbox.poll()):
        await house.telegram.wait_for_call("answerCallbackQuery")


async def test_two_pollers_do_not_both_win(tmp_path: Path) -> None:
    async with line(tmp_path) as house, working(house.inbox.poll()):
        await house.telegram.wait_for_call("getUpdates")
        async with client_module.connect(house.telegram.token, house.telegram.url) as other:
            with pytest.raises(Conflict):
                await asyncio.gather(other.raw_updates(None), other.raw_updates(None))
        house.telegram.say(ADMIN, "/help")
        await until(house.acknowledged())


def _tap() -> dict[str, object]:
    person = {"id": ADMIN, "is_bot": False, "first_name": "Some"}
    message = {"message_id": 1, "date": 1, "chat": {"id": ADMIN, "type": "private"}}
    return {"callback_query": {"id": "1", "from": person, "chat_instance": "1", "message": message, "data": "x"}}
