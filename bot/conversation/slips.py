"""The names that a slip of the fingers may have missed, so that whoever mistyped one is asked about it.

A slip is one character more, less or other, or two that changed places; a longer name may have more of them. The
beginning of a name counts as well.
"""

from collections.abc import Collection
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

_ALIKE: Final = 0.65
"""How much of two names has to be the same: `ordr` may be `order`, `stop` may not be `start`."""
_SHORTEST: Final = 2
_OFFERED: Final = 3


def nearly(typed: str, names: Collection[str]) -> list[str]:
    """The few names that may have been meant, the likeliest first; both sides as they are compared."""
    if len(typed) < _SHORTEST:
        return []
    begun = [name for name in names if name.startswith(typed)]
    close = process.extract(typed, list(names), scorer=OSA.normalized_similarity, limit=_OFFERED, score_cutoff=_ALIKE)
    return list(dict.fromkeys([*begun, *(name for name, *_ in close)]))[:_OFFERED]
