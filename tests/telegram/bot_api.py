"""One table of the Bot API as far as the bot uses it: methods, parameters, types and limits.

Calls are held against it wherever the real bot has made them, so that the stand-in's leniency hides no mistake.
Source: Bot API, the section named like each method or type. Characters of a text are counted after its entities are
parsed, in UTF-16 units, the strictest reading.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.markup import MarkupError, parse_html
from bot.sandbox.parameters import Uploaded
from bot.sandbox.standin import Call

Check = Callable[[Any], Iterator[str]]
"""Yields what is wrong with a value, in words."""
MOST_BUTTONS: Final = 100
MOST_IN_A_ROW: Final = 8
UPDATE_KINDS: Final = frozenset({"message", "edited_message", "callback_query", "inline_query", "my_chat_member"})


@dataclass(frozen=True, slots=True)
class Field:
    check: Check
    is_required: bool = False


def must(check: Check) -> Field:
    return Field(check, is_required=True)


def may(check: Check) -> Field:
    return Field(check)


def whole(least: int = -(2**52), most: int = 2**52) -> Check:
    def check(value: Any) -> Iterator[str]:
        if type(value) is not int or not least <= value <= most:
            yield f"{value!r} is no integer from {least} to {most}"

    return check


def flag(value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{value!r} is no boolean"


def text(least: int, most: int, *, pattern: str = "", octets: bool = False) -> Check:
    """A string of so many characters, or bytes of UTF-8."""

    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{value!r} is no string"
            return
        size = len(value.encode()) if octets else units(value)
        if not least <= size <= most:
            yield f"{size} {'bytes' if octets else 'characters'}, not {least} to {most}"
        if pattern and not re.fullmatch(pattern, value):
            yield f"{value!r} is not of the form {pattern}"

    return check


def file(value: Any) -> Iterator[str]:
    """A file that goes along; a form has all else as text."""
    if not isinstance(value, Uploaded):
        yield f"{value!r} is no file"
    elif not value.content:
        yield "the file is empty"


def written_whole(value: Any) -> Iterator[str]:
    if not isinstance(value, str) or not re.fullmatch("-?[0-9]{1,16}", value):
        yield f"{value!r} is no integer as text"


def written(check: Check) -> Check:
    def check_text(value: Any) -> Iterator[str]:
        yield from check(json.loads(value))

    return check_text


def one_of(*values: str) -> Check:
    def check(value: Any) -> Iterator[str]:
        if value not in values:
            yield f"{value!r} is none of {', '.join(values)}"

    return check


def items(check: Check, most: int) -> Check:
    def check_all(value: Any) -> Iterator[str]:
        if not isinstance(value, list | tuple):
            yield f"{value!r} is no array"
            return
        if len(value) > most:
            yield f"{len(value)} items, not at most {most}"
        for place, item in enumerate(value):
            yield from (f"{place}: {wrong}" for wrong in check(item))

    return check_all


def shape(fields: Mapping[str, Field]) -> Check:
    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{value!r} is no object"
            return
        for name, field in fields.items():
            if name in value:
                yield from (f"{name}: {wrong}" for wrong in field.check(value[name]))
            elif field.is_required:
                yield f"{name} is missing"
        yield from (f"{name} is not documented" for name in sorted(value.keys() - fields.keys()))

    return check


def units(value: str) -> int:
    return len(value.encode("utf-16-le")) // 2


PARSE_MODE = may(one_of("HTML"))
PREVIEW = may(shape({"is_disabled": may(flag)}))
ACTIONS: Final = ("callback_data", "url", "copy_text")
BUTTON = shape(
    {
        "text": must(text(1, 4096)),
        "callback_data": may(text(1, 64, octets=True)),
        "url": may(text(1, 2048, pattern="(https?|tg)://.+")),
        "copy_text": may(shape({"text": must(text(1, 256))})),
        "style": may(one_of("danger", "primary", "success")),
    }
)


def button(value: Any) -> Iterator[str]:
    yield from BUTTON(value)
    if isinstance(value, Mapping) and sum(name in value for name in ACTIONS) != 1:
        yield f"not exactly one of {', '.join(ACTIONS)}"


def keyboard(value: Any) -> Iterator[str]:
    wrong = list(shape({"inline_keyboard": must(items(items(button, MOST_IN_A_ROW), MOST_BUTTONS))})(value))
    yield from wrong
    if not wrong and (count := sum(map(len, value["inline_keyboard"]))) > MOST_BUTTONS:
        yield f"{count} buttons, not at most {MOST_BUTTONS}"


COMMAND = shape({"command": must(text(1, 32, pattern="[a-z0-9_]+")), "description": must(text(1, 256))})
ARTICLE = shape(
    {
        "type": must(one_of("article")),
        "id": must(text(1, 64, octets=True)),
        "title": must(text(1, 4096)),
        "description": may(text(0, 4096)),
        "thumbnail_url": may(text(1, 2048, pattern="https?://.+")),
        "input_message_content": must(
            shape({"message_text": must(text(1, 4096)), "parse_mode": PARSE_MODE, "link_preview_options": PREVIEW})
        ),
    }
)
_MESSAGE: Final = {
    "chat_id": must(whole()),
    "text": must(text(1, 2**20)),
    "parse_mode": PARSE_MODE,
    "link_preview_options": PREVIEW,
    "reply_markup": may(keyboard),
}
METHODS: Final[Mapping[str, Mapping[str, Field]]] = {
    "getMe": {},
    "getUpdates": {
        "offset": may(whole()),
        "limit": may(whole(1, 100)),
        "timeout": may(whole(0, 50)),
        "allowed_updates": may(items(one_of(*sorted(UPDATE_KINDS)), 50)),
    },
    "setWebhook": {
        "url": must(text(1, 2048, pattern="https?://.+")),
        "secret_token": must(text(1, 256, pattern="[A-Za-z0-9_-]+")),
        "max_connections": must(whole(1, 100)),
        "allowed_updates": must(items(one_of(*sorted(UPDATE_KINDS)), 50)),
    },
    "getWebhookInfo": {},
    "deleteWebhook": {"drop_pending_updates": may(flag)},
    "setMyCommands": {
        "commands": must(items(COMMAND, 100)),
        "language_code": may(text(0, 2, pattern="([a-z]{2})?")),
        "scope": may(shape({"type": must(one_of("chat")), "chat_id": must(whole())})),
    },
    "sendMessage": _MESSAGE | {"disable_notification": may(flag)},
    "editMessageText": _MESSAGE | {"message_id": must(whole(1, 2**31 - 1))},
    "sendDocument": {
        "chat_id": must(written_whole),
        "document": must(file),
        "caption": may(text(0, 2**20)),
        "parse_mode": PARSE_MODE,
        "reply_markup": may(written(keyboard)),
        "disable_notification": may(one_of("true", "false")),
    },
    "getFile": {"file_id": must(text(1, 200))},
    "answerCallbackQuery": {
        "callback_query_id": must(text(1, 64)),
        "text": may(text(0, 200)),
        "show_alert": may(flag),
    },
    "answerInlineQuery": {
        "inline_query_id": must(text(1, 64)),
        "results": must(items(ARTICLE, 50)),
        "cache_time": may(whole(0, 2**31 - 1)),
        "is_personal": may(flag),
        "next_offset": may(text(0, 64, octets=True)),
    },
}
"""What the bot calls; a method that isn't here has to be looked up and added."""


def offences(calls: Iterable[Call]) -> list[str]:
    """One line for each thing that a call does and Telegram doesn't document."""
    return [f"{call.method}: {wrong}" for call in calls for wrong in _wrong(call)]


def _wrong(call: Call) -> Iterator[str]:
    if call.method not in METHODS:
        yield "no method of the table"
        return
    yield from shape(METHODS[call.method])(call.params)
    for name, most in (("text", 4096), ("caption", 1024)):
        if isinstance(said := call.params.get(name), str) and "chat_id" in call.params:
            yield from _shown(name, said, most, is_html="parse_mode" in call.params)


def _shown(name: str, said: str, most: int, *, is_html: bool) -> Iterator[str]:
    """What is wrong with a message's text as people see it."""
    try:
        shown = parse_html(said).text if is_html else said
    except MarkupError as error:
        yield f"{name}: {error}"
        return
    if not 1 <= units(shown.strip()) <= most:
        yield f"{name}: {units(shown.strip())} characters, not 1 to {most}"
