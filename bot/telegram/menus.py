"""The menus of commands: one for each language that Telegram tells apart, and one for each person who is on the staff.

Telegram knows two letters of a language, so both kinds of Chinese share a menu, and it knows nothing of a language that
was chosen in the chat. So whoever talks to the bot has a menu of their own, in the language that the bot has for them.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from telegram import BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.conversation.requests import ChooseLanguage, Request
from bot.conversation.state import ConversationKey
from bot.staff.access import Staff
from bot.telegram.client import Client, pause, seconds, told
from bot.words.catalogue import Catalogue, catalogue_for, catalogues
from bot.words.languages import SIMPLIFIED, is_chinese
from bot.words.render import commands
from storage import people
from storage.database import Database, Reader
from storage.errors import StorageError

log = logging.getLogger(__name__)

ATTEMPTS: Final = 4
"""Attempts at a menu before it waits for the next turn."""
EVERY: Final = 600.0
"""Seconds after which it is looked for people who are new, or whose Telegram speaks another language."""
_TWO_LETTERS: Final = 2


class Menus:
    """Sets the menus at start, and a person's own as soon as the bot has another language for them.

    Nothing waits for them: a menu that can't be set is a convenience less.
    """

    def __init__(self, client: Client, database: Database, staff: Staff, language: str) -> None:
        """`language` is for people whose own we don't have."""
        self._client = client
        self._database = database
        self._staff = staff
        self._language = language
        self._shown: dict[int, str] = {}
        self._woken = asyncio.Event()

    @property
    def duties(self) -> Mapping[type[Request], Callable[[ConversationKey, Any], None]]:
        return {ChooseLanguage: self.follow}

    def follow(self, _: ConversationKey, __: ChooseLanguage) -> None:
        """A person has chosen a language, which is stored by now."""
        self._woken.set()

    async def run(self) -> None:
        """Run until cancelled."""
        for code, words in menus(catalogues(), self._language).items():
            await self._set(words, language_code=code or None)
        while True:
            self._woken.clear()
            await self._turn()
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._woken.wait()

    async def _turn(self) -> None:
        try:
            present = await self._database.read(self._present)
        except StorageError as error:
            log.warning("the languages of the menus of commands could not be read: %s", error)
            return
        for person, words in present.items():
            if self._shown.get(person) != words.language:
                is_set = await self._set(words, scope=BotCommandScopeChat(person))
                self._shown |= {person: words.language} if is_set else {}

    def _present(self, reader: Reader) -> dict[int, Catalogue]:
        """The words for each person on the staff who has ever written to the bot."""
        spoken = {person: people.languages(reader, person) for person in sorted(self._staff.admins)}
        return {person: catalogue_for(*those, self._language) for person, those in spoken.items() if those}

    async def _set(self, words: Catalogue, **whose: Any) -> bool:
        """True where there is no more to be done: Telegram has the menu, or will never take it."""
        menu = [BotCommand(name, text) for name, text in commands(words)]
        for attempt in range(ATTEMPTS):
            try:
                await self._client.set_my_commands(menu, **whose)
            except TelegramError as error:
                log.warning("the menu of commands could not be set: %s", told(error))
                if isinstance(error, BadRequest | Forbidden | InvalidToken):
                    return True
                await asyncio.sleep(seconds(error) if isinstance(error, RetryAfter) else pause(attempt))
            else:
                return True
        return False


def menus(known: Mapping[str, Catalogue], language: str) -> dict[str, Catalogue]:
    """The words of each menu of commands by Telegram's code of a language: two letters, empty for all others.

    `language` is the settings' one, for people whose own we don't have. Both kinds of Chinese share a code: the
    settings' one has it where it is Chinese, else the mainland's. Source: Bot API, "setMyCommands".
    """
    chinese = language if is_chinese(language) else SIMPLIFIED
    found = {"": known[language]}
    for one, words in known.items():
        code = one.partition("-")[0]
        if len(code) == _TWO_LETTERS and (one == chinese or not is_chinese(one)):
            found[code] = words
    return found
