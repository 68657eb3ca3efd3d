"""Traditional and simplified characters as one, so that words in either find what is written in the other.

Only for comparing: what a person reads is never made out of it, since some characters stand for several.
"""

from functools import cache
from importlib import resources
from typing import Final

_COMMENT: Final = "#"


def simplified(text: str) -> str:
    """The text with each traditional character as the simplified one that stands for it; as long as it was."""
    return text if text.isascii() else text.translate(_pairs())


@cache
def _pairs() -> dict[int, int]:
    """By the traditional character."""
    lines = resources.files("bot.reading").joinpath("characters.txt").read_text("utf-8").splitlines()
    pairs = "".join(line for line in lines if not line.startswith(_COMMENT))
    return {ord(one): ord(as_one) for one, as_one in zip(pairs[::2], pairs[1::2], strict=True)}
