"""The values that the example has where one's own belong: whoever forgets one is told so, and not by a supplier."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

Location = tuple[int | str, ...]

STILL_THE_EXAMPLES = "is still the example's: put your own here"
EXAMPLE_TOKEN = "123456:ABC"  # noqa: S105  the example's
_EXAMPLES = frozenset({"...", "…", EXAMPLE_TOKEN})
_SECRETS: Final = frozenset(
    {"token", "api_key", "access_token", "app_id", "app_secret", "user_name", "password", "webhook_secret"}
)
"""The keys of values that nobody but their owner can know; what people call an account may be anything."""
_HEADERS: Final = "headers"
_SCHEME: Final = re.compile(r"(?:bearer|basic|token|apikey)\s+", re.IGNORECASE)
_SIGNS: Final = re.compile(r"([xX*.…•·_#?=~-])\1{2,}")
"""A run of one character that no supplier gives a key of; digits and other letters may be somebody's password."""
_BRACKETED: Final = re.compile(r"<[\w\s.-]*>|\{\{[\w\s.-]*\}\}|\$\{\w+\}")
_OF_WORDS: Final = re.compile(
    r"(?:change|replace|fill|edit)(?:me|this|it|in|mein|thisin)"
    r"|(?:insert|put|enter|paste|add|type)?(?:your|the|my|a|some|example|sample|dummy)?"
    r"(?:own|real|guoguo|citiesocial|damaijia|anqicms|telegram|bot|shop|supplier)*"
    r"(?:api|app|access|auth|secret)*(?:key|token|secret|password|passwd|user|username|name|id)?(?:goes)?here"
    r"|(?:insert|put|enter|paste|type)?(?:your|example|sample|dummy)"
    r"(?:own|real|guoguo|citiesocial|damaijia|anqicms|telegram|bot|shop|supplier)*"
    r"(?:api|app|access|auth|secret)*(?:key|token|secret|password|passwd|user|username|name|id)"
    r"|todo|tbd|fixme|placeholder"
    r"|(?:[请請]?(?:填|填[写寫入]|改成|替[换換])|[你您](?:的|们的|們的)|此[处處])[\u4e00-\u9fff]*"
)
"""Words that ask for a value, without what parts them: `changeme`, `your-api-key`, `put your key here`, 你的密钥."""
_PARTS: Final = re.compile(r"[\s_.,!:'’-]+")


def placeholders(value: object, location: Location = ()) -> Iterator[Location]:
    """The places in the tables of the settings at which a value is still the example's."""
    match value:
        case str() if value.strip() in _EXAMPLES or (_is_secret(location) and is_no_secret(value)):
            yield location
        case Mapping():
            for key, inner in value.items():
                yield from placeholders(inner, (*location, str(key)))
        case list():
            for number, inner in enumerate(value):
                yield from placeholders(inner, (*location, number))
        case _:
            pass


def _is_secret(location: Location) -> bool:
    return bool(location) and (location[-1] in _SECRETS or _HEADERS in location[:-1])


def is_no_secret(value: str) -> bool:
    """Check whether a value only keeps the place of a secret, in words or signs that are nobody's."""
    text = _SCHEME.sub("", value.strip(), count=1)
    words = _PARTS.sub("", text.casefold())
    return any((_SIGNS.fullmatch(text), _BRACKETED.fullmatch(text), words and _OF_WORDS.fullmatch(words)))


def is_of_the_example(host: str) -> bool:
    """True for a host that can't be anybody's: names that end so are kept for examples (RFC 2606)."""
    return host == "example" or host.endswith(".example")
