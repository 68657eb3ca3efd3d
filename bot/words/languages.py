"""The languages that there are words in, and which of them a code means: Telegram's, the settings', a button's.

Codes come in many spellings (`zh-TW`, `zh_Hant_TW`, `zh-hans`), and one kind of Chinese is no other: a person in Taiwan
is not written to in the mainland's characters because both codes begin with `zh`.
"""

from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

ENGLISH: Final = "en"
TRADITIONAL: Final = "zh-hant"
SIMPLIFIED: Final = "zh-hans"
_CHINESE: Final = "zh"
_SCRIPTS: Final = {"hant": TRADITIONAL, "hans": SIMPLIFIED}
_REGIONS: Final = {"tw": TRADITIONAL, "hk": TRADITIONAL, "mo": TRADITIONAL, "cn": SIMPLIFIED, "sg": SIMPLIFIED}
"""The script that is usual where a code says only the region."""


def language_of(code: str) -> str:
    """The language that a code means, in our spelling, whether we have words in it or not: `zh-TW` is `zh-hant`.

    A script says more than a region does; Chinese with neither is Simplified, as in Telegram's own list.
    """
    first, *rest = code.strip().replace("_", "-").lower().split("-")
    if first != _CHINESE:
        return first
    for known in (_SCRIPTS, _REGIONS):
        for part in rest:
            if part in known:
                return known[part]
    return SIMPLIFIED


def is_chinese(language: str) -> bool:
    return language.partition("-")[0] == _CHINESE


@lru_cache(maxsize=16)
@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """The rules of a language for numbers, dates and plurals; those of English for one that Babel doesn't know."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale(ENGLISH)
