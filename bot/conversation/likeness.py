"""The normal form by which orders are compared, so that one like another of the last hour is recognised.

It is made of what is asked for, as it will be sent, and of nothing else: what the catalogue knew of a product, or when
it was read, differs between two orders of the same things.
"""

import hashlib
import json
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from bot.conversation.questions import marker, shape
from providers.fields import Found


def likeness_of(finished: BaseModel) -> str:
    """The same 64 hexadecimal digits for orders that ask for the same; kept with orders, so it never changes."""
    asked = finished.model_dump(mode="json", exclude=_found_in(type(finished)))
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{type(finished).__name__}:{text}".encode()).hexdigest()


@lru_cache(maxsize=256)
def _found_in(model: type[BaseModel]) -> dict[str, Any]:
    """The `Found` fields of a model and of the groups and lists in it, as pydantic's `exclude` wants them."""
    found: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        kind = shape(info)
        if marker(info, Found):
            found[name] = True
        elif kind.model is not None and (inner := _found_in(kind.model)):
            found[name] = {"__all__": inner} if kind.kind == "list" else inner
    return found
