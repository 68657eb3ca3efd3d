"""Spaces between Chinese characters and what stands beside them, by one rule wherever a sentence is filled in.

An account may be called `GuoGuo` or `大麥家`, and one sentence has to read well with both: Latin letters and digits are
set apart from Chinese characters by a space, and Chinese characters follow one another without any.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from string import Formatter
from typing import Final

_SPACE: Final = " "
_HAN = re.compile("[\u3400-\u9fff]")
_BESIDE = re.compile("(?<=[0-9A-Za-z])(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?=[0-9A-Za-z])")


def filled(sentence: str, gaps: Mapping[str, object]) -> str:
    """A sentence with its gaps filled, each of them spaced by what is put into it."""
    whole = ""
    for literal, gap in _pieces(sentence):
        whole = _joined(whole, literal)
        if gap is not None:
            whole = _joined(whole, str(gaps[gap]))
    return whole


def set_apart(text: str) -> str:
    """A text such as `30分钟` with its spaces; a date, which has none, is not for it."""
    return _BESIDE.sub(_SPACE, text)


@lru_cache(maxsize=2048)
def _pieces(sentence: str) -> tuple[tuple[str, str | None], ...]:
    """The parts of a sentence, each with the name of the gap behind it."""

    def parts() -> Iterator[tuple[str, str | None]]:
        for literal, gap, _, _ in Formatter().parse(sentence):
            yield literal, gap

    return tuple(parts())


def _joined(left: str, right: str) -> str:
    """Two parts side by side; only what meets is looked at, so that nothing inside of either is changed."""
    before, after = left.removesuffix(_SPACE), right.removeprefix(_SPACE)
    if not before or not after:
        return left + right
    one, other = (bool(_HAN.match(character)) for character in (before[-1], after[0]))
    if (one and other) or _is_wide(before[-1]) or _is_wide(after[0]):
        return before + after
    if (one and after[0].isalnum()) or (other and before[-1].isalnum()):
        return before + _SPACE + after
    return left + right


def _is_wide(sign: str) -> bool:
    """True for a Chinese sign, which brings its own space along."""
    is_sign = unicodedata.category(sign).startswith("P")
    return is_sign and (unicodedata.east_asian_width(sign) in "WF" or sign in "“”")
