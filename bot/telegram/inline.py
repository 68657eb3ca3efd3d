"""Inline mode: an `@bot tea` typed in any chat is answered at once with products, or people. It changes nothing."""

import hashlib
import logging
from dataclasses import dataclass
from typing import Any, Final

from telegram import InlineQueryResultArticle, InputTextMessageContent
from telegram.error import TelegramError

from bot.catalogue.inline import InlinePerson, InlineProduct, InlineSearch
from bot.telegram.client import Client
from bot.telegram.read import cleaned
from bot.words.catalogue import Catalogue, catalogue_for
from bot.words.message import readable, shortened
from bot.words.products import bounds, priced
from storage.errors import StorageError

log = logging.getLogger(__name__)

CACHED: Final = 0
"""Seconds for which Telegram may show the same person the same answer again.

What a result sends depends on the question that is open: an id sent a moment too late would answer another one.
"""
ANSWER_WITHIN: Final = 5.0
"""Seconds in which Telegram has to take an answer."""
_TITLE: Final = 100
_DESCRIPTION: Final = 200
_LONGEST_TEXT: Final = 4096


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """The words that somebody typed after the bot's name. `offset` is what the last answer gave for the next page.

    `alone`: in their own chat with the bot, as the app says it (Bot API, "InlineQuery", chat_type `sender`).
    """

    id: str
    user_id: int
    text: str
    offset: str
    language: str
    alone: bool = False


def inline_query(raw: dict[str, Any]) -> InlineQuery | None:
    """The inline query of an update; None when it is none, or not of Telegram's shape, which is nobody's loss."""
    match cleaned(raw.get("inline_query")):
        case {"id": str(query_id), "from": {"id": int(user_id), **person}, "query": str(text), **rest}:
            offset, language = rest.get("offset"), person.get("language_code")
            return InlineQuery(
                query_id,
                user_id,
                text,
                offset if isinstance(offset, str) else "",
                language if isinstance(language, str) else "",
                alone=rest.get("chat_type") == "sender",
            )
        case _:
            return None


class Inline:
    """Answers inline queries, each by itself: a later keystroke needs no answer to an earlier one."""

    def __init__(self, client: Client, choosing: InlineSearch, language: str = "en") -> None:
        """`language` is for people whose own we don't have."""
        self._client = client
        self._choosing = choosing
        self._language = language

    async def answer(self, query: InlineQuery) -> None:
        """Search and answer. A failure is logged: whoever goes on typing asks again."""
        try:
            found = await self._choosing.search(query.user_id, query.text, query.offset, alone=query.alone)
            words = catalogue_for(*found.languages, query.language, self._language)
            await self._client.answer_inline_query(
                query.id,
                [article(words, choice) for choice in found.found],
                cache_time=CACHED,
                is_personal=True,
                next_offset=found.following,
                read_timeout=ANSWER_WITHIN,
            )
        except (TelegramError, StorageError) as error:
            log.info("an inline query could not be answered: %s", error)
        except Exception:
            log.exception("an inline query could not be answered")


def article(words: Catalogue, choice: InlineProduct | InlinePerson) -> InlineQueryResultArticle:
    """A choice as Telegram lists it: of a product the title, and below it the account, price and bounds."""
    if isinstance(choice, InlinePerson):
        return _person(choice)
    told = [choice.account_title]
    if choice.about.price is not None:
        told.append(priced(words, choice.about.price, per_piece=choice.about.per_piece))
    told += bounds(words, choice.about)
    return InlineQueryResultArticle(
        id=hashlib.sha256(f"{choice.account}:{choice.id}".encode()).hexdigest()[:32],
        title=shortened(readable(choice.title), _TITLE).strip() or choice.id,
        input_message_content=InputTextMessageContent(choice.sends[:_LONGEST_TEXT]),
        description=shortened(readable(" · ".join(told)), _DESCRIPTION),
        thumbnail_url=choice.picture if choice.picture.startswith("https://") else None,
    )


def _person(choice: InlinePerson) -> InlineQueryResultArticle:
    """A person by their name, and below it all by which they are told from others."""
    return InlineQueryResultArticle(
        id=hashlib.sha256(f"person:{choice.sends}".encode()).hexdigest()[:32],
        title=shortened(readable(choice.name), _TITLE).strip() or "…",
        input_message_content=InputTextMessageContent(choice.sends[:_LONGEST_TEXT]),
        description=shortened(readable(" · ".join(choice.details)), _DESCRIPTION),
    )
