"""The parameters of a method, as query, form, multipart or JSON (Bot API, "Making requests").

Telegram ignores names that it doesn't know, which hides mistakes; here they are refused.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.sandbox.errors import bad_request

_NOT_UTF8 = "strings must be encoded in UTF-8"


async def read_parameters(request: web.Request) -> dict[str, Any]:
    """All parameters of a request; the body wins over the query. Raises ApiError when they can't be read."""
    found: dict[str, Any] = _form(request.rel_url.raw_query_string.encode())
    if request.content_type == "application/json":
        body = _json(await request.read(), "request body")
        if not isinstance(body, dict):
            raise bad_request("object expected as request body")
        found |= body
    elif request.content_type == "multipart/form-data":
        found |= {name: _uploaded(one) for name, one in (await request.post()).items()}
        _check_utf8(found)
    else:
        found |= _form(await request.read())
    return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that came with a call."""

    name: str
    content: bytes


def _uploaded(value: Any) -> Any:
    return Uploaded(value.filename, value.file.read()) if isinstance(value, web.FileField) else value


def _form(encoded: bytes) -> dict[str, Any]:
    try:
        return dict(parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request(_NOT_UTF8) from None


def _json(source: bytes | str, what: str) -> Any:
    try:
        value = json.loads(source)
    except UnicodeDecodeError:
        raise bad_request(_NOT_UTF8) from None
    except (ValueError, RecursionError):
        raise bad_request(f"can't parse {what} JSON object") from None
    _check_utf8(value)
    return value


def _check_utf8(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise bad_request(_NOT_UTF8) from None


class Parameters(Mapping[str, Any]):
    """The parameters of one call, read by the type that the method wants: a form brings all of them as text."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def only(self, known: Collection[str]) -> None:
        """Raise ApiError for a name that is not among `known`."""
        for name in self._values:
            if name not in known:
                raise bad_request(f'unknown parameter "{name}" (Telegram would ignore it; this stand-in refuses it)')

    def text(self, name: str) -> str:
        """A string; an absent one is empty, as in Telegram."""
        value = self._values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """A whole number. Raises ApiError when it is none, or absent without a default."""
        value: Any = self._values.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" must be an integer') from None

    def flag(self, name: str) -> bool:
        """True for true, `true`, `1`, `yes`; anything else is false."""
        return str(self._values.get(name, "")).lower() in {"true", "1", "yes", "y"}

    def structure(self, name: str, what: str) -> Any:
        """A JSON-serialised parameter, or None when absent. Raises ApiError, naming `what`, when it is no JSON."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        return _json(value, what) if value else None
