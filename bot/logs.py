"""What the running bot writes to stderr. The bot's token is part of every address that Telegram is called at."""

import logging
import re
import time

_FORMAT = "%(asctime)sZ %(levelname)s %(name)s: %(message)s"
_TOKEN = re.compile(r"(?<=/bot)[0-9]+:[A-Za-z0-9_-]+|\b[0-9]{6,}:[A-Za-z0-9_-]{20,}")
_QUIET = ("httpx", "httpcore", "telegram", "aiohttp", "asyncio")


class _WithoutTokens(logging.Formatter):
    """Also in traces: a failing library quotes the address."""

    converter = staticmethod(time.gmtime)
    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("<token>", super().format(record))


def start_logging() -> None:
    """Log from INFO on to stderr; libraries from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(_WithoutTokens(_FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
