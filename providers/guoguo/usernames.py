"""The name of an account, read from a name, a name with @ or the address of a profile.

A wrong name is an order for somebody else, so that an answer which no account can have is refused with the reason. The
rules of names are Instagram's, the one network whose products are known to take a username; of any other only what no
name has anywhere is refused.
"""

import re
from typing import Final

from pydantic_core import PydanticCustomError

from providers.cleaning.send import plain

INSTAGRAM: Final = "instagram"
LONGEST_THERE: Final = 30
"""Characters of a name at Instagram."""

_ADDRESS: Final = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}/(\S*)", re.IGNORECASE)
_INSTAGRAM: Final = re.compile(r"(?:https?://)?(?:(?:www|m)\.)?instagram\.com/", re.IGNORECASE)
_NO_ACCOUNT: Final = frozenset(
    {
        *("p", "reel", "reels", "tv", "explore", "accounts", "direct", "share", "s", "stories", "tags", "locations"),
        *(
            "about",
            "legal",
            "developer",
            "web",
            "challenge",
            "oauth",
            "directory",
            "popular",
            "topics",
            "ar",
            "download",
        ),
    }
)
"""The first parts of Instagram's paths that are no account."""
_HIGHLIGHTS: Final = "highlights"
"""In the place of the account, where a story was kept: it tells a number and not whose it is."""
_FOREIGN: Final = re.compile(r"[^A-Za-z0-9._]")
_NEVER: Final = re.compile(r"[/\\?#&@:;,!<>()\[\]{}|\"'`*+=%^$~，。！？、；：（）「」“”‘’《》【】]")


def username(value: object) -> object:
    """The name as it is sent: of a profile's address its account, else without @."""
    value = plain(value)
    if not isinstance(value, str):
        return value
    return _account_of(value) or value.removeprefix("@").lstrip()


def _account_of(text: str) -> str:
    """The account that an address of a profile or a story leads to; empty for any other text."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return ""
    parts = re.split("[?#]", found[1], maxsplit=1)[0].strip("/").split("/")
    if _INSTAGRAM.match(text):
        name = parts[0]
        if name == "stories" and len(parts) > 1:
            name = "" if parts[1] == _HIGHLIGHTS else parts[1]
        return "" if name.lower() in _NO_ACCOUNT else name.removeprefix("@")
    return parts[0].removeprefix("@") if parts[0].startswith("@") else ""


def possible(value: str) -> str:
    """`value` when an account may have that name; else the error of the reason."""
    if re.search(r"[\s\x00-\x1f\x7f]", value):
        raise PydanticCustomError("username", "more than one word")
    if re.match("https?://", value, re.IGNORECASE) or _ADDRESS.fullmatch(value):
        raise PydanticCustomError("username_address", "an address that names no account")
    if sign := _NEVER.search(value):
        raise PydanticCustomError("username_sign", "{sign}", {"sign": sign[0]})
    return value


def possible_at_instagram(value: str) -> str:
    """The same by the rules of names there."""
    if foreign := _FOREIGN.search(value):
        raise PydanticCustomError("username_letters", "{sign}", {"sign": foreign[0]})
    if len(value) > LONGEST_THERE:
        raise PydanticCustomError("username_long", "{longest}", {"longest": LONGEST_THERE})
    if value.startswith(".") or value.endswith(".") or ".." in value:
        raise PydanticCustomError("username_dots", "a dot at an end, or two together")
    return value
