"""Keys that rows of sheets are known by: the same row has the same one in whatever sheet, chat and language.

They are sums, so that what is kept of a row tells nothing about anybody.
"""

import hashlib
import json
from typing import Final

OF_REFERENCE: Final = "ref:"
"""The beginning of a key that is an order's own reference."""
_SHORTEST: Final = 5


def may_be_key(text: str) -> bool:
    """Check whether a number can be a row's own: shorter ones count rows, and another sheet has them too."""
    return len(text) >= _SHORTEST


def own_key(account: str, number: str) -> str:
    """The key of a row that has a number of its own."""
    return _sum(account, "key", number)


def content_key(account: str, what: str, place: int) -> str:
    """The key of the order number `place`, from 1, of those that ask for the same."""
    return _sum(account, what, str(place))


def reference_key(reference: str) -> str:
    """The key of a row beside which a reference of ours stands."""
    return f"{OF_REFERENCE}{reference}"


def _sum(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]
