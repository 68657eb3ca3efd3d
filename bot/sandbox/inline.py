"""Inline mode as Telegram checks it: what a bot may offer when somebody types its name and a few words.

Source: Bot API, "Inline mode" and "answerInlineQuery"; the short words are those of Telegram's own interface beneath it
("messages.setInlineBotResults"). Articles only: this bot offers nothing else.
"""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.chats import ChatChange, Chats
from bot.sandbox.errors import bad_request
from bot.sandbox.formatted import Formatted, plain
from bot.sandbox.messages import written
from bot.sandbox.parameters import Parameters
from bot.sandbox.results import InlineAnswer, InlineResult

MOST_RESULTS = 50
LONGEST_ID = 64
LONGEST_OFFSET = 64
"""Bytes of UTF-8, both."""
CACHED_FOR = 300
"""Seconds, when the bot names none."""
ANSWERABLE_FOR = 15
"""Seconds. How long it is at Telegram isn't documented, only that it ends."""
_ARTICLE = frozenset(
    {
        *("type", "id", "title", "description", "input_message_content"),
        *("thumbnail_url", "thumbnail_width", "thumbnail_height"),
    }
)
_CONTENT = frozenset({"message_text", "parse_mode", "link_preview_options"})


def answer_inline_query(chats: Chats, given: Parameters) -> bool:
    """Take the results for a query that waits for them."""
    query = chats.queries.get(given.text("inline_query_id"))
    if query is None or query.answer is not None or chats.date - query.date > ANSWERABLE_FOR:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results = _results(given.structure("results", "inline query results"))
    cache_time = given.integer("cache_time", CACHED_FOR)
    if cache_time < 0:
        raise bad_request("invalid cache time specified")
    next_offset = given.text("next_offset")
    if len(next_offset.encode()) > LONGEST_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    query.answer = InlineAnswer(results, next_offset, given.flag("is_personal"), query.date + cache_time)
    chats.changed(ChatChange("inline", query.user_id, text=query.query_id))
    return True


def _results(offered: Any) -> dict[str, InlineResult]:
    if not isinstance(offered, list):
        raise bad_request("can't parse inline query results: expected an Array")
    if len(offered) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    found: dict[str, InlineResult] = {}
    for one in offered:
        result = _article(one)
        if result.result_id in found:
            raise bad_request("RESULT_ID_DUPLICATE")
        found[result.result_id] = result
    return found


def _article(article: Any) -> InlineResult:
    article = _object(article, "inline query result", _ARTICLE)
    if article.get("type") != "article":
        raise bad_request("RESULT_TYPE_INVALID: this stand-in knows articles only")
    result_id = _text(article, "id")
    if not 1 <= len(result_id.encode()) <= LONGEST_ID:
        raise bad_request("RESULT_ID_INVALID")
    title = plain(_text(article, "title"))
    if title.is_empty:
        raise bad_request("ARTICLE_TITLE_EMPTY")
    thumbnail = _text(article, "thumbnail_url")
    if thumbnail and not thumbnail.startswith(("http://", "https://")):
        raise bad_request("WEBDOCUMENT_URL_INVALID")
    content = _content(article.get("input_message_content"))
    return InlineResult(result_id, title.text, content, plain(_text(article, "description")).text, thumbnail)


def _content(content: Any) -> Formatted:
    content = _object(content, "input message content", _CONTENT)
    return written(_text(content, "message_text"), _text(content, "parse_mode"))


def _object(value: Any, what: str, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise bad_request(f"can't parse {what}: expected an Object")
    if unknown := sorted(value.keys() - known):
        raise bad_request(f"can't parse {what}: this stand-in doesn't know {', '.join(unknown)}")
    return value


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise bad_request(f'can\'t parse inline query result: Field "{name}" must be of type String')
    return value
