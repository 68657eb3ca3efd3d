"""The log of the running bot, on stderr: no secrets, and nothing of what people have typed.

The bot's token is part of every address that Telegram is called at, and what Python says of an error may quote the
value that it was about; so a trace tells where and what kind, and only what certainly quotes nothing in words.
"""

import json
import logging
import re
import sys
import time
import traceback
from types import TracebackType
from typing import Literal

from bot.commands.terminal import visible
from bot.monitoring.context import bound
from storage.errors import StorageError

LogFormat = Literal["console", "json"]
_FORMAT = "%(asctime)sZ %(levelname)s %(name)s: %(message)s%(about)s"
_TOKEN = re.compile(r"(?<=/bot)[0-9]+(?::|%3A)[A-Za-z0-9_-]+|\b[0-9]{6,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)
_QUOTES_NOTHING = (OSError, AttributeError, NameError, ImportError)
"""Errors whose text is about files and about our code, not about the values in it."""
_QUOTING_NOTHING = ("storage", "sqlite3", "telegram")
"""The same of everything that these packages raise."""
_QUIET = ("httpx", "httpcore", "telegram", "aiohttp", "asyncio")


class _Lines(logging.Formatter):
    """Without tokens, wherever a failing library quotes the address. Trouble of storage is one line.

    A line ends in the order, account and update that it is about, where that is known.
    """

    converter = staticmethod(time.gmtime)
    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, StorageError):
            # Its text says it all, and the workers try again and again.
            one_line = {"msg": f"{record.getMessage()}: {error}", "args": None, "exc_info": None}
            record = logging.makeLogRecord(record.__dict__ | one_line)
        elif not record.getMessage().isprintable():
            record = logging.makeLogRecord(record.__dict__ | {"msg": visible(record.getMessage()), "args": None})
        # Another handler may have kept its own trace there, which `format` would take.
        record.exc_text = None
        return _TOKEN.sub("<token>", self._written(record))

    def _written(self, record: logging.LogRecord) -> str:
        told = " ".join(f"{key}={value}" for key, value in bound().items())
        return super().format(logging.makeLogRecord(record.__dict__ | {"about": f" [{told}]" if told else ""}))

    def formatException(  # noqa: N802  logging's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return "" if ei[1] is None else "\n".join(map(visible, _trace(ei[1], set())))


class _JsonLines(_Lines):
    """The same, one JSON object a line, for programs that keep logs. `event` is the sentence, `trace` a whole trace."""

    def _written(self, record: logging.LogRecord) -> str:
        line: dict[str, str] = {
            "time": f"{self.formatTime(record).replace(' ', 'T')}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **bound(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _trace(error: BaseException, told: set[int]) -> list[str]:
    """As Python's own, the cause first; `told` are the ids of those that are in it already."""
    told.add(id(error))
    lines: list[str] = []
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in told:
        lines = [*_trace(before, told), "", "and then:", ""]
    lines += ["Traceback (most recent call last):", *"".join(traceback.format_tb(error.__traceback__)).splitlines()]
    lines.append(_in_words(error))
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        lines += ["", "within it:", "", *_trace(inner, told)]
    return lines


def _in_words(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    safe = isinstance(error, _QUOTES_NOTHING) or kind.__module__.partition(".")[0] in _QUOTING_NOTHING
    return f"{name}: {error if safe else '(not shown, since it may quote people)'}"


def _unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logging.getLogger(__name__).critical("the program ends", exc_info=(kind, error, trace))


def start_logging(form: LogFormat = "console") -> None:
    """Log from INFO on to stderr; libraries from WARNING on. What ends the program is logged too."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines() if form == "json" else _Lines(_FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _unforeseen
