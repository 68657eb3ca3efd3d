"""Another bot's token in the settings: its messages and updates are counted anew, and people have to write to it first.

A new token of the same bot changes nothing. Another bot can change none of the former one's messages, so that whatever
they would have become is said anew; orders, drafts and what is waiting to be said go on.
"""

import json
import logging

from bot.desk.desk import Desk
from bot.desk.unit import Unit
from bot.telegram.client import Client, start
from storage import bots
from storage.database import Database

log = logging.getLogger(__name__)


class AnotherBot:
    """Compares the bot of this start with the one of the last. The token begins with the bot's id."""

    def __init__(self, client: Client, database: Database, desk: Desk) -> None:
        self._client = client
        self._database = database
        self._desk = desk
        self._bot = client.token.partition(":")[0]

    async def take_in(self) -> None:
        """Before anything is sent or heard: forget what was the former bot's, and tell the admins, where there was one.

        Not before Telegram has accepted the token: a slip in the settings takes nobody's place. Raises StorageError and
        TelegramRefusedError.
        """
        if await self._database.read(bots.known) in {"", self._bot}:
            return
        await start(self._client, _nothing)
        await self._desk.run(self._replace)

    async def note(self) -> None:
        """Telegram has accepted the token: note whose it is, where no bot was noted yet."""
        if await self._database.read(bots.known) != self._bot:
            await self._database.run(lambda tx: bots.note(tx, self._bot))

    def _replace(self, unit: Unit) -> None:
        tx, desk = unit.tx, self._desk
        if bots.known(tx) == self._bot:
            # Another process was first, and has said something since under ids of this bot's.
            return
        log.warning("this is another bot than before: people have to write to it once, and messages begin anew")
        for row_id, body in bots.unsent(tx):
            # It was to change a message of the former bot.
            bots.rewrite(tx, row_id, json.dumps(json.loads(body) | {"message_id": None}, ensure_ascii=False))
        bots.forget(tx)
        bots.note(tx, self._bot)
        for admin in sorted(desk.staff.admins):
            text = desk.outgoing.words(tx, admin).say("admins.another_bot")
            desk.outgoing.plain(unit, admin, text)


async def _nothing() -> None:
    """Leave the way in which updates come as it is: that is seen to later."""
