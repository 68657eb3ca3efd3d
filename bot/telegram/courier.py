"""The courier: brings one message to Telegram, as a change of another or anew, in the best shape that is taken.

What becomes of an order is said once, in one message: that must not be lost because a message was deleted, or because
a server refuses a kind of button.
"""

import logging

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.telegram.client import Client
from bot.telegram.shape import MessageShape, Rows, newer, shapes
from storage.files import KeptFile

log = logging.getLogger(__name__)

_CLOSED = ("chat not found", "no rights to send", "not enough rights", "chat_write_forbidden")
"""The bot may not write there, whatever it is that it would write."""
_OF_CONTENT = (
    *("parse", "entit", "button", "keyboard", "markup", "url", "utf-8"),
    *("text is empty", "too long", "too_long"),
)
"""Words about the message, as opposed to the one that was to be changed."""


def is_closed(error: TelegramError) -> bool:
    """True if the bot may not write to this chat; that can end."""
    return isinstance(error, Forbidden) or (isinstance(error, BadRequest) and _says(error, *_CLOSED))


class Courier:
    """Remembers, as long as the program runs, which attributes of buttons the server refuses."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._refused: frozenset[str] = frozenset()

    async def bring(
        self,
        chat_id: int,
        target: int | None,
        html: str,
        rows: Rows,
        *,
        silent: bool = False,
        file: KeptFile | None = None,
    ) -> int | None:
        """Change the message `target`, or send a new one where there is none or it can't be changed.

        A new one that is `silent` rings no bell; a changed one never does. With a `file` it is always a new one.

        Returns the id of the message that shows it, None when Telegram took it without naming one. Raises
        TelegramError: BadRequest when it is taken in no shape, ChatMigrated when the chat has another id by now.
        """
        refusal: BadRequest | None = None
        for shape in shapes(html, rows, self._refused):
            try:
                if target is not None and file is None:
                    edited = await self._edit(chat_id, target, html, rows, shape)
                    if edited is not None:
                        self._learn(rows, shape, refusal)
                        return edited
                    # From now on it is a new message.
                    target = None
                if file is not None:
                    sent = await self._client.send_file(chat_id, file, html, rows, shape, silent=silent)
                else:
                    sent = await self._client.send_html(chat_id, html, rows, shape, silent=silent)
            except BadRequest as error:
                if is_closed(error):
                    raise
                refusal = refusal or error
            else:
                self._learn(rows, shape, refusal)
                return sent
        raise refusal or BadRequest("no shape was left")

    async def close(self, chat_id: int, target: int | None, html: str) -> int | None:
        """Take the buttons off a message, if it is known and can be changed; nothing is sent in its place.

        Returns the id of that message. Raises TelegramError.
        """
        if target is not None:
            await self._edit(chat_id, target, html, (), next(iter(shapes(html, (), self._refused))))
        return target

    async def _edit(self, chat_id: int, target: int, html: str, rows: Rows, shape: MessageShape) -> int | None:
        """The id of the changed message; None when it was deleted, is too old, or can't be changed for any reason.

        Raises BadRequest when it is the new content that is refused.
        """
        try:
            return await self._client.edit_html(chat_id, target, html, rows, shape)
        except BadRequest as error:
            if _says(error, "message is not modified"):
                return target
            if is_closed(error) or _says(error, *_OF_CONTENT):
                raise
            log.info("message %s could not be changed (%s) and is sent anew", target, error)
            return None

    def _learn(self, rows: Rows, shape: MessageShape, refusal: BadRequest | None) -> None:
        """The message was taken in this shape, after a refusal or without."""
        if refusal is None:
            return
        left_out = (shape.without & newer(rows)) - self._refused
        if left_out and shape.is_formatted:
            self._refused |= left_out
            log.warning("Telegram refuses %s of buttons (%s): left out from now on", ", ".join(left_out), refusal)
        else:
            log.warning("a message was taken only without formatting or buttons: %s", refusal)


def _says(error: BadRequest, *words: str) -> bool:
    return any(word in str(error).lower() for word in words)
