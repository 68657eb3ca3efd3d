"""Inline mode: people type the bot's name and some words, and what the bot offers is checked as Telegram checks it."""

from typing import Any

import pytest
from telegram import Bot, InlineQueryResultArticle, InputTextMessageContent, MessageEntity

from bot.sandbox.inline import ANSWERABLE_FOR
from bot.sandbox.people import WITHHELD
from bot.sandbox.standin import StandIn
from tests.sandbox.conftest import PERSON, Clock, Raw

OTHER = 222222222
GROUP = -1001


def article(result_id: str = "1", **fields: Any) -> dict[str, Any]:
    content = {"message_text": "<b>Tea</b> 1", "parse_mode": "HTML"}
    return {"type": "article", "id": result_id, "title": "Tea", "input_message_content": content} | fields


def saying(**content: Any) -> dict[str, Any]:
    return article(input_message_content=content)


async def answered(raw: Raw, query_id: str, results: Any, **fields: Any) -> dict[str, Any]:
    return await raw("answerInlineQuery", inline_query_id=query_id, results=results, **fields)


async def test_a_query_is_answered_and_a_result_becomes_the_persons_message(standin: StandIn, bot: Bot) -> None:
    query_id = standin.inline(PERSON, "oolong tea", "20")
    (update,) = await bot.get_updates()
    query = update.inline_query
    assert query is not None
    assert (query.id, query.query, query.offset, query.chat_type) == (query_id, "oolong tea", "20", "sender")
    assert query.from_user.id == PERSON
    offered = InlineQueryResultArticle(
        "tea",
        "Oolong",
        InputTextMessageContent("<b>Oolong</b> 88", parse_mode="HTML"),
        description="NT$ 300",
        thumbnail_url="https://shop.example/tea.png",
    )
    assert await query.answer([offered], cache_time=0, is_personal=True, next_offset="40")
    answer = await standin.wait_for_results(query_id)
    (result,) = answer.results.values()
    assert (result.title, result.description, answer.next_offset) == ("Oolong", "NT$ 300", "40")

    standin.choose(PERSON, query_id, "tea")
    message = (await bot.get_updates(offset=update.update_id + 1))[0].message
    assert message is not None
    assert message.text == "Oolong 88"
    assert message.from_user is not None
    assert message.from_user.id == PERSON
    assert message.via_bot is not None
    assert message.via_bot.username == standin.username
    assert message.parse_entities([MessageEntity.BOLD]) == {MessageEntity("bold", 0, 6): "Oolong"}
    with pytest.raises(ValueError, match="nobody can change"):
        standin.edit(PERSON, message.message_id, "another")


@pytest.mark.parametrize(
    ("results", "fields", "reason"),
    [
        ({}, {}, "can't parse inline query results: expected an Array"),
        ([article(str(number)) for number in range(51)], {}, "RESULTS_TOO_MUCH"),
        ([article("a"), article("a")], {}, "RESULT_ID_DUPLICATE"),
        ([article("")], {}, "RESULT_ID_INVALID"),
        ([article("x" * 65)], {}, "RESULT_ID_INVALID"),
        ([article("時" * 22)], {}, "RESULT_ID_INVALID"),
        ([article(title=" ")], {}, "ARTICLE_TITLE_EMPTY"),
        ([article(title=5)], {}, 'can\'t parse inline query result: Field "title" must be of type String'),
        ([article(type="photo")], {}, "RESULT_TYPE_INVALID: this stand-in knows articles only"),
        ([article(thumbnail_url="data:image/png;base64,AA")], {}, "WEBDOCUMENT_URL_INVALID"),
        ([article(thumb="x")], {}, "can't parse inline query result: this stand-in doesn't know thumb"),
        ([article(input_message_content=None)], {}, "can't parse input message content: expected an Object"),
        ([saying(message_text=" ")], {}, "message text is empty"),
        ([saying(message_text="x" * 4097)], {}, "message is too long"),
        (
            [saying(message_text="a <b", parse_mode="HTML")],
            {},
            "can't parse entities: Unclosed start tag at byte offset 2",
        ),
        (
            [saying(message_text="a", text="b")],
            {},
            "can't parse input message content: this stand-in doesn't know text",
        ),
        ([article()], {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ([article()], {"cache_time": -1}, "invalid cache time specified"),
    ],
)
async def test_wrong_results_are_refused_and_right_ones_taken_afterwards(
    standin: StandIn, raw: Raw, results: Any, fields: dict[str, Any], reason: str
) -> None:
    query_id = standin.inline(PERSON, "tea")
    answer = await answered(raw, query_id, results, **fields)
    assert (answer["error_code"], answer["description"]) == (400, f"Bad Request: {reason}")
    assert standin.query(query_id).answer is None
    right = [article("x" * 64), article("時" * 21), *(article(str(number)) for number in range(48))]
    assert (await answered(raw, query_id, right, next_offset="x" * 64))["result"] is True
    assert len((await standin.wait_for_results(query_id)).results) == 50


async def test_a_query_is_answered_once_and_in_time(standin: StandIn, raw: Raw, clock: Clock) -> None:
    too_late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert (await answered(raw, "7", []))["description"] == too_late
    query_id = standin.inline(PERSON, "tea")
    assert (await answered(raw, query_id, []))["ok"]
    assert (await answered(raw, query_id, []))["description"] == too_late
    query_id = standin.inline(PERSON, "coffee")
    clock.seconds += ANSWERABLE_FOR + 1
    assert (await answered(raw, query_id, []))["description"] == too_late
    assert (await answered(raw, standin.inline(PERSON, "coffee"), []))["ok"]


async def test_telegram_repeats_an_answer_as_long_as_it_was_told_to(standin: StandIn, raw: Raw, clock: Clock) -> None:
    standin.add_person(OTHER)
    assert (await answered(raw, standin.inline(PERSON, "tea"), [article()], cache_time=60))["ok"]
    assert standin.pending == 1
    assert standin.query(standin.inline(OTHER, "tea")).answer is not None
    assert standin.pending == 1
    assert standin.query(standin.inline(OTHER, "tea", "50")).answer is None
    clock.seconds += 60
    query_id = standin.inline(PERSON, "tea")
    assert standin.query(query_id).answer is None
    assert (await answered(raw, query_id, [article()], cache_time=60, is_personal=True))["ok"]
    assert standin.query(standin.inline(PERSON, "tea")).answer is not None
    assert standin.query(standin.inline(OTHER, "tea")).answer is None


async def test_a_bot_that_did_not_ask_for_inline_queries_gets_none(standin: StandIn, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message"])
    standin.inline(PERSON, "tea")
    standin.say(PERSON, "hello")
    (update,) = await bot.get_updates(allowed_updates=["message", "inline_query"])
    assert update.message is not None
    standin.inline(PERSON, "tea")
    (_, update) = await bot.get_updates()
    assert update.inline_query is not None


async def test_what_no_app_can_do_is_an_error(standin: StandIn, raw: Raw) -> None:
    standin.add_person(OTHER)
    with pytest.raises(ValueError, match="at most 256"):
        standin.inline(PERSON, "x" * 257)
    query_id = standin.inline(PERSON, "x" * 256)
    with pytest.raises(ValueError, match="no result '1'"):
        standin.choose(PERSON, query_id, "1")
    assert (await answered(raw, query_id, [article()]))["ok"]
    with pytest.raises(ValueError, match="not made by"):
        standin.choose(OTHER, query_id, "1")
    with pytest.raises(ValueError, match="no inline query"):
        standin.choose(PERSON, "8", "1")
    standin.choose(PERSON, query_id, "1")
    assert [message.text for message in standin.messages(PERSON)] == ["Tea 1"]


async def test_in_a_group_the_bot_is_told_of_its_own_results(standin: StandIn, raw: Raw) -> None:
    standin.add_group(GROUP, "Staff", [PERSON])
    query_id = standin.inline(PERSON, "tea")
    assert (await answered(raw, query_id, [article()]))["ok"]
    assert standin.choose(PERSON, query_id, "1", chat_id=GROUP) != WITHHELD
    assert standin.say(PERSON, "Tea 1", chat_id=GROUP) == WITHHELD


async def test_the_bot_says_that_it_has_inline_mode(bot: Bot) -> None:
    assert (await bot.get_me()).supports_inline_queries
