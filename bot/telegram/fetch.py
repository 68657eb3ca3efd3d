"""Fetches the files that people have sent, for whoever reads them: within bounds, and in words that need no Telegram.

A file that can't be had for good is told from one that can't be had now.
"""

from telegram.error import BadRequest, TelegramError

from bot.sheets.sheet import SheetFault, SheetRefusedError
from bot.telegram.client import Client, told
from bot.telegram.request import FileTooLargeError


class FileFetch:
    """The files of one bot."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def fetch(self, file_id: str, most: int) -> bytes:
        """The content of a file of at most `most` bytes.

        Raises SheetRefusedError where it is larger or there no longer, ConnectionError where Telegram has trouble.
        """
        try:
            return await self._client.download(file_id, most)
        except FileTooLargeError as error:
            raise SheetRefusedError(SheetFault.TOO_LARGE, most=str(most // 1_000_000)) from error
        except BadRequest as error:
            # What is too large for getFile is refused in the same way as what isn't there.
            fault = SheetFault.TOO_LARGE if "too big" in str(error) else SheetFault.GONE
            raise SheetRefusedError(fault, most=str(most // 1_000_000)) from error
        except TelegramError as error:
            raise ConnectionError(told(error)) from error
