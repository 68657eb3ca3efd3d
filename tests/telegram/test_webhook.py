"""By webhook nothing is acknowledged before it is committed, and who isn't Telegram gets nothing done."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.monitoring.listener import ListenError
from bot.settings.addresses import ListenAddress
from bot.telegram import arrivals, webhook
from bot.telegram.receive import STORAGE_TRIES
from bot.telegram.webhook import LARGEST_UPDATE, SECRET_HEADER
from tests.bench import locked, until, working
from tests.end_to_end.house import ADMIN, COLLEAGUE, PATIENCE, SECRET
from tests.storage.direct import reading, writing
from tests.telegram.hooked import HOST, NEVER, Hooked, head, hooked, said
from tests.telegram.line import Line, line

HELP = "<b>What I ca"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made:
        yield made


@pytest.fixture
async def hook(house: Line) -> AsyncIterator[Hooked]:
    async with hooked(house) as made:
        yield made


def firsts(house: Line, who: int = ADMIN) -> list[str]:
    return [html[:12] for html in house.outbox(who)]


async def works(hook: Hooked, update_id: int = NEVER + 900) -> None:
    """The next update is handled as ever."""
    before = len(hook.house.outbox(COLLEAGUE))
    assert await hook.brings(said("/help", update_id, COLLEAGUE)) == 200
    assert firsts(hook.house, COLLEAGUE)[before:] == [HELP]


async def test_an_update_is_answered_after_its_commit(hook: Hooked) -> None:
    assert await hook.brings(said("/help")) == 200
    assert firsts(hook.house) == [HELP]


async def test_while_storage_fails_updates_come_again_and_then_count_once(tmp_path: Path) -> None:
    async with line(tmp_path, busy_timeout=0) as house, hooked(house) as hook:
        await hook.set()
        async with locked(house.path):
            house.telegram.say(ADMIN, "/order shop")
            house.telegram.say(COLLEAGUE, "/help")

            async def told() -> bool:
                await hook.registration.look()
                state = hook.registration.state
                return state is not None and state.error == "Wrong response from the webhook: 503 Service Unavailable"

            await until(told)
            assert house.telegram.pending == 2
            assert house.outbox() == []
        await house.telegram.all_confirmed(PATIENCE)
        assert (firsts(house), firsts(house, COLLEAGUE)) == (["<b>Order typ"], [HELP])
        await house.telegram.wait_for(ADMIN, lambda messages: messages[-1].text.startswith("Order type"))


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "\u00e4"])
async def test_without_the_secret_nothing_is_done(hook: Hooked, secret: str | None) -> None:
    status, _ = await hook.post(json.dumps(said("/help")).encode(), secret=secret)
    assert status == 401
    assert hook.house.outbox() == []
    await works(hook)


async def test_without_the_secret_no_body_is_waited_for(hook: Hooked) -> None:
    answer = await hook.raw(head(secret="wrong", length=LARGEST_UPDATE))
    assert answer.startswith(b"HTTP/1.1 401 ")
    twice = head(length=2).replace(b"Host: x", f"Host: x\r\n{SECRET_HEADER}: {SECRET}".encode())
    assert (await hook.raw(twice, b"{}")).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("length", [LARGEST_UPDATE + 1, None], ids=["said to be", "in chunks"])
async def test_a_body_that_is_too_large_is_refused_before_it_is_all_there(hook: Hooked, length: int | None) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    pieces = [] if length else [chunk] * (LARGEST_UPDATE // 0x10000 + 1)
    answer = await hook.raw(head(length=length), *pieces)
    assert answer.startswith(b"HTTP/1.1 413 ")
    await works(hook)


async def test_a_body_that_comes_too_slowly_is_given_up(hook: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "BODY_WITHIN", 0.1)
    answer = await hook.raw(head(length=100), b'{"update_id"')
    assert answer.startswith(b"HTTP/1.1 408 ")
    await works(hook)


async def test_a_connection_on_which_nothing_begins_is_closed(house: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "HEAD_WITHIN", 0.1)
    async with hooked(house) as hook:
        assert await hook.raw() == b""
        assert await hook.raw(b"POST /hook HTTP/1.1\r\nHost: ") == b""
        await works(hook)


@pytest.mark.parametrize("body", [b'{"update_id"', b"zz\r\n\r\n"], ids=["cut off", "no chunk"])
async def test_a_body_that_breaks_off_is_no_fault_of_ours(
    hook: Hooked, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection(HOST, hook.port)
    writer.write(head(length=100 if body.startswith(b"{") else None) + body)
    await asyncio.sleep(0.05)
    writer.close()
    await reader.read()
    await works(hook)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    "body", [b"", b"not JSON", b"[]", b"5", b"{}", b'{"update_id": "5"}', b'{"update_id": 1e400}', b"[" * 9000, b"\xff"]
)
async def test_what_is_no_update_is_passed_over_and_does_not_come_again(
    hook: Hooked, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert await hook.post(body) == (200, "")
    assert "no update" in caplog.text
    assert reading(hook.house.database).fetch("SELECT * FROM updates") == []
    await works(hook)


async def test_an_update_that_can_not_be_read_is_put_aside_and_the_person_told(hook: Hooked) -> None:
    bad = said("/help")
    del bad["message"]["date"], bad["message"]["message_id"]
    assert await hook.brings(bad) == 200
    (kept,) = reading(hook.house.database).fetch("SELECT update_id FROM failed_updates")
    assert kept["update_id"] == NEVER
    (sorry,) = hook.house.outbox()
    assert "Nothing was changed" in sorry
    await works(hook)


@pytest.mark.parametrize("raw", [{"message": 5}, {"callback_query": {"id": "9"}}, {"something_new": {}}, {}])
async def test_no_shape_of_an_update_comes_again_and_again(hook: Hooked, raw: dict[str, Any]) -> None:
    await hook.set()
    hook.house.telegram.raw_update(raw)
    await hook.house.telegram.all_confirmed(PATIENCE)
    await works(hook)


async def test_an_update_that_fails_three_times_is_put_aside_and_harms_no_other(hook: Hooked) -> None:
    house = hook.house
    await hook.set()
    with writing(house.database) as tx:
        tx.execute("INSERT INTO conversations VALUES ($1, $1, 'not JSON', '', 0, '')", ADMIN)
    house.telegram.say(ADMIN, "/order shop")
    house.telegram.say(COLLEAGUE, "/help")
    await house.telegram.all_confirmed(PATIENCE)
    assert "Nothing was changed" in house.outbox()[0]
    assert firsts(house, COLLEAGUE) == [HELP]
    with writing(house.database) as tx:
        tx.execute("DELETE FROM conversations")
    house.telegram.say(ADMIN, "/order shop")
    await house.telegram.all_confirmed(PATIENCE)
    assert firsts(house)[-1] == "<b>Order typ"


async def test_an_update_that_storage_refuses_again_and_again_is_put_aside_though_others_go(hook: Hooked) -> None:
    house = hook.house
    with writing(house.database) as tx:
        tx.execute("ALTER TABLE conversations RENAME TO elsewhere")
    told = []
    for attempt in range(STORAGE_TRIES):
        told.append(await hook.post(json.dumps(said("/order shop")).encode()))
        stranger = said("hello", NEVER + 1 + attempt, 5)
        assert await hook.brings(stranger) == 200
    assert told == [(503, "")] * (STORAGE_TRIES - 1) + [(200, "")]
    assert "Nothing was changed" in house.outbox()[-1]
    with writing(house.database) as tx:
        tx.execute("ALTER TABLE elsewhere RENAME TO conversations")
    await works(hook)


async def test_an_update_that_comes_five_times_at_once_counts_once(hook: Hooked) -> None:
    statuses = await asyncio.gather(*(hook.brings(said("/help")) for _ in range(5)))
    assert statuses == [200] * 5
    assert firsts(hook.house) == [HELP]
    assert await hook.brings(said("/help")) == 200
    assert firsts(hook.house) == [HELP]


async def test_what_waits_together_is_handled_in_the_order_of_its_ids(house: Line) -> None:
    async with hooked(house, runs=False) as hook:
        texts = ("/order shop", "/cancel", "/order guoguo")
        posts = []
        for place in (2, 0, 1):
            posts.append(asyncio.create_task(hook.brings(said(texts[place], NEVER + place))))
            await until(lambda: len(hook.receiver._arrivals._waiting) == len(posts))
        async with working(hook.receiver.run()):
            assert await asyncio.gather(*posts) == [200] * 3
    assert firsts(house) == ["<b>Order typ", "<b>Cancelled", "<b>Product</"]


async def test_an_update_that_comes_after_later_ones_counts_and_counts_once(hook: Hooked) -> None:
    house = hook.house
    await hook.set()
    late = house.telegram.say(ADMIN, "/help")
    house.telegram.withhold(late)
    house.telegram.say(ADMIN, "/order shop")
    await house.telegram.all_confirmed(PATIENCE)
    for _ in range(2):
        house.telegram.redeliver(late)
        await house.telegram.all_confirmed(PATIENCE)
    assert firsts(house) == ["<b>Order typ", HELP]


async def test_a_chat_whose_message_hangs_holds_up_no_other(hook: Hooked) -> None:
    house = hook.house
    await hook.set()
    house.telegram.fail("sendMessage", "hang", chat_id=ADMIN)
    house.telegram.say(ADMIN, "/order shop")
    await house.telegram.wait_for_call("sendMessage")
    # What they say next waits a moment for the question's id, and what the others say doesn't.
    waits = asyncio.create_task(hook.brings(said("goods", NEVER)))
    await until(lambda: hook.receiver._arrivals._apart)
    await works(hook)
    assert not waits.done()
    assert await waits == 200


async def test_more_than_can_be_served_at_once_has_to_come_again(house: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "AT_WORK", 2)
    async with hooked(house, runs=False) as hook:
        posts = [asyncio.create_task(hook.brings(said("/help", NEVER + place))) for place in range(2)]
        await until(lambda: len(hook.receiver._arrivals._waiting) == 2)
        assert await hook.post(json.dumps(said("/help", NEVER + 2)).encode()) == (503, "1")
        async with working(hook.receiver.run()):
            assert await asyncio.gather(*posts) == [200] * 2
            assert await hook.brings(said("/help", NEVER + 2)) == 200
    assert firsts(house) == [HELP] * 3


async def test_an_update_that_is_not_committed_in_time_has_to_come_again(
    house: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "COMMIT_WITHIN", 0.05)
    async with hooked(house, runs=False) as hook:
        assert await hook.brings(said("/help")) == 503
        monkeypatch.undo()
        async with working(hook.receiver.run()):
            assert await hook.brings(said("/help")) == 200
    assert firsts(house) == [HELP]


async def test_when_the_bot_stops_what_is_under_way_is_committed_and_answered_and_nothing_else_is_taken(
    tmp_path: Path,
) -> None:
    async with line(tmp_path) as house, hooked(house, runs=False) as hook:
        running = asyncio.create_task(hook.receiver.run())
        async with locked(house.path):
            post = asyncio.create_task(hook.brings(said("/help")))
            await until(lambda: hook.receiver._at_work == 1 and not hook.receiver._arrivals._waiting)
            running.cancel()

            async def refuses() -> bool:
                try:
                    await hook.raw()
                except ConnectionError:
                    return True
                return False

            await until(refuses)
            assert not post.done()
        assert await post == 200
        await asyncio.gather(running, return_exceptions=True)
        assert firsts(house) == [HELP]


async def test_inline_queries_and_taps_are_answered(hook: Hooked) -> None:
    house = hook.house
    await hook.set()
    house.telegram.say(ADMIN, "/order shop")
    (_, asked) = await house.telegram.wait_for(ADMIN, lambda messages: len(messages) == 2)
    house.telegram.tap(ADMIN, asked.message_id, asked.buttons[0][0].data)
    await house.telegram.wait_for(ADMIN, lambda messages: messages[-1].text.startswith("Product"))
    await house.telegram.wait_for_call("answerCallbackQuery")
    await house.telegram.all_confirmed(PATIENCE)


async def test_other_paths_and_methods_are_not_there_and_what_is_mounted_is(house: Line) -> None:
    async def ready(_: web.Request) -> web.Response:
        return web.Response(text="ready")

    async with hooked(house, routes=[web.get("/readyz", ready)]) as hook:
        assert await hook.post(b"{}", path="/") == (404, "")
        assert await hook.post(b"{}", path="/hook/") == (404, "")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://{HOST}:{hook.port}/hook") as answer:
                assert answer.status == 405
            async with session.get(f"http://{HOST}:{hook.port}/readyz") as answer:
                assert await answer.text() == "ready"
        await works(hook)


async def test_a_port_that_is_taken_is_one_line(house: Line, hook: Hooked) -> None:
    async with hooked(house, runs=False) as other:
        with pytest.raises(ListenError) as refused:
            async with hook.receiver.__class__(
                hook.receiver._arrivals, "http://127.0.0.1/hook", SECRET, heard=house.inbox.heard
            ).open(ListenAddress(HOST, other.port)):
                pass
        assert str(refused.value) == f"telegram.listen {HOST}:{other.port}: can't listen there: address already in use"
    await works(hook)
