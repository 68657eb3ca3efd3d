"""What somebody may have meant who mistyped a number: whatever one slip of the fingers leads to, looked up by index.

What it costs depends on the length of the number and not on how many orders there are.
"""

from typing import Final

from bot.conversation.views import OrderView
from bot.orders.journal import view
from storage import nearest as rows
from storage.database import Reader

SHOWN_NEAR: Final = 5
_LONGEST: Final = 32
_SHORTEST: Final = 3
_DIGITS: Final = "0123456789"


def candidates(typed: str) -> list[str]:
    """Every name that differs from `typed` by one character more, less or other, or by two that changed places."""
    bare = typed.lstrip("#")
    if not _SHORTEST <= len(bare) <= _LONGEST or not bare.isascii():
        return []
    found: dict[str, None] = {}
    for text in dict.fromkeys((bare, bare.upper(), bare.lower(), bare.replace("-", ""))):
        # A letter is hardly ever mistaken for one that the number doesn't have.
        letters = [*_DIGITS, "-", *sorted(set(text) - {*_DIGITS, "-"})]
        for i in range(len(text) + 1):
            head, tail = text[:i], text[i:]
            found |= {head + tail[1:]: None} if tail else {}
            found |= {head + tail[1] + tail[0] + tail[2:]: None} if len(tail) > 1 else {}
            found |= {head + letter + tail[1:]: None for letter in letters if tail}
            found |= {head + letter + tail: None for letter in letters}
        found[text] = None
    return [name for name in found if name and name != bare]


async def nearest(reader: Reader, typed: str) -> tuple[OrderView, ...]:
    """Orders whose number, other name or reference is nearly what was typed, the newest first."""
    found = await rows.named(reader, candidates(typed))
    newest = sorted(found, key=lambda order: order.place, reverse=True)
    return tuple(view(order) for order in newest[:SHOWN_NEAR])
