"""Files between the person at the page and the bot: those that are dropped on it, and those that the bot has sent.

A sheet of what a supplier sells can be sent by a click, so that the first one needs no spreadsheet program.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Final
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.page_feed import HEADERS
from bot.sandbox.seats import Seat
from bot.sandbox.standin import StandIn
from bot.sheets.write import listed
from providers.simulators.base import Simulator

LARGEST: Final = 20_000_000
"""Bytes of a file that is sent from the page."""
_TITLE: Final = "Sheet1"


class Files:
    """The files of the chats that the page shows."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    def send(self, seat: Seat, name: str, content: str, caption: str = "") -> None:
        """Send a file as somebody's; `content` is base64. Raises ValueError for what is none, or too large."""
        try:
            found = b64decode(content, validate=True)
        except NotBase64:
            raise ValueError("The file did not arrive whole.") from None
        if not found:
            raise ValueError("The file is empty.")
        if len(found) > LARGEST:
            raise ValueError(f"A file has at most {LARGEST // 1_000_000} MB.")
        self._standin.send_file(seat.person, name, found, chat_id=seat.chat, caption=caption)

    def try_sheet(self, seat: Seat, simulator: Simulator) -> None:
        """Send the sheet that a supplier has as an example. Raises ValueError where it has none."""
        if not simulator.example_rows:
            raise ValueError("There is no sheet to try for this supplier.")
        heading, *rows = simulator.example_rows
        content = listed(_TITLE, heading, rows)
        self._standin.send_file(seat.person, f"{simulator.name}.xlsx", content, chat_id=seat.chat)

    def hand_out(self, seat: Seat, message_id: int) -> web.Response:
        """The file of a message, to be kept by the browser."""
        message = next((one for one in self._standin.messages(seat.chat) if one.message_id == message_id), None)
        found = None if message is None else self._standin.file_of(message)
        if found is None:
            raise web.HTTPNotFound(text="There is no such file.")
        kept = f"attachment; filename*=UTF-8''{quote(found.name)}"
        return web.Response(
            body=found.content,
            content_type="application/octet-stream",
            headers=HEADERS | {"Content-Disposition": kept},
        )
