"""An inline query is answered straight away, over real HTTP, whatever state anything is in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.catalogue.inline import InlineProduct, InlineSearch
from bot.conversation.replies import About
from bot.telegram.client import ALLOWED, connect
from bot.telegram.inline import Inline, InlineQuery, article, inline_query
from bot.telegram.receive import Inbox
from tests.catalogue.seller import Market, market
from tests.end_to_end.house import ADMIN, STRANGER
from tests.words.reading import WORDS

TOKEN = "10000:token"


def update(text: str, who: int = ADMIN, **content: Any) -> dict[str, Any]:
    person = {"id": who, "is_bot": False, "first_name": "Some", "language_code": "en"}
    query = {"id": "7", "from": person, "query": text, "offset": "", "chat_type": "private"}
    return {"update_id": 1, "inline_query": query | content}


class Telegram:
    """Takes the one method beside `getMe` and keeps what came; `status` is how it answers."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.status = 200

    async def take(self, request: web.Request) -> web.Response:
        if request.path == f"/bot{TOKEN}/getMe":
            me = {"id": 10000, "is_bot": True, "first_name": "Bot", "username": "Ours_bot"}
            return web.json_response({"ok": True, "result": me})
        assert request.path == f"/bot{TOKEN}/answerInlineQuery"
        self.answers.append(await request.json())
        told = {"ok": True, "result": True} if self.status == 200 else {"ok": False, "description": "no"}
        return web.json_response(told, status=self.status)

    async def answered(self, count: int = 1) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while len(self.answers) < count:  # noqa: ASYNC110  a server rings no bell
                await asyncio.sleep(0.005)
        return self.answers[-1]


@asynccontextmanager
async def joined(folder: Path) -> AsyncIterator[tuple[Market, Telegram, Inbox]]:
    """A market whose bot speaks to a server that only takes answers to inline queries."""
    telegram = Telegram()
    app = web.Application()
    app.router.add_post("/{path:.*}", telegram.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    client = connect(TOKEN, f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        await client.initialize()
        async with market(folder) as house:
            await house.refreshed()
            inline = Inline(client, InlineSearch(house.database, house.desk.accounts, house.desk.staff, house.clock))
            yield house, telegram, Inbox(client, house.desk, inline, forward=house.clock.forward)
    finally:
        await client.shutdown()
        await runner.cleanup()


async def test_a_query_is_answered_with_articles_for_this_person_only(tmp_path: Path) -> None:
    async with joined(tmp_path) as (house, telegram, inbox):
        await inbox.handle([update("green")])
        answer = await telegram.answered()
        assert (answer["inline_query_id"], answer["is_personal"], answer["cache_time"]) == ("7", True, 0)
        found = answer["results"]
        assert found[0]["title"] == "Green tea"
        assert found[0]["description"] == "Gifts · CN¥1.20 each · 2 to 5,000 · 40 in stock"
        assert found[1]["description"].startswith("Fans · list price CN¥1.20")
        assert found[0]["thumbnail_url"] == "https://img.example/tea.jpg"
        assert found[0]["input_message_content"] == {"message_text": "/order gifts 614"}
        assert len({one["id"] for one in found}) == 3
        assert house.outbox() == []


async def test_a_stranger_gets_an_empty_answer(tmp_path: Path) -> None:
    async with joined(tmp_path) as (_, telegram, inbox):
        await inbox.handle([update("green", STRANGER)])
        assert (await telegram.answered())["results"] == []


async def test_a_refused_answer_harms_nothing_and_the_next_one_is_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with joined(tmp_path) as (_, telegram, inbox):
        telegram.status = 400
        with caplog.at_level("INFO", "bot.telegram.inline"):
            await inbox.handle([update("green")])
            await telegram.answered()
            async with asyncio.timeout(10):
                while "could not be answered" not in caplog.text:  # noqa: ASYNC110  a log rings no bell
                    await asyncio.sleep(0.005)
        telegram.status = 200
        await inbox.handle([update("cup")])
        assert "Tea cup" in [one["title"] for one in (await telegram.answered(2))["results"]]


@pytest.mark.parametrize(
    "content", [{"query": 5}, {"id": None}, {"from": "x"}, {"from": {"id": "7"}}, {"from": None}, {"query": None}]
)
def test_what_is_not_of_telegrams_shape_is_no_query(content: dict[str, Any]) -> None:
    assert inline_query(update("x", **content)) is None
    assert inline_query({"update_id": 1, "message": {}}) is None


def test_a_query_is_read_without_what_storage_cannot_hold() -> None:
    assert inline_query(update("te\x00a", offset="50")) == InlineQuery("7", ADMIN, "tea", "50", "en")


def test_inline_queries_are_asked_for() -> None:
    assert "inline_query" in ALLOWED


@pytest.mark.parametrize("title", ["", "x" * 9000, "\u202e", "two\nlines", "🎁" * 200])
def test_an_article_is_within_what_telegram_takes(title: str) -> None:
    made = article(WORDS, InlineProduct("a", "A" * 60, "614", title, About(), "http://insecure.example/x", "614"))
    assert 0 < len(made.title) <= 100
    assert len(made.id) <= 64
    assert made.thumbnail_url is None
