"""Names the order, account and update that the work under way is about, so that each line of the log can tell it.

It belongs to a task, and to what that begins: a unit of work runs in its caller's context, whatever thread it runs in.
Nobody's name, text or id goes in here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_ABOUT: Final[ContextVar[Mapping[str, str]]] = ContextVar("about", default=_NOTHING)
_KEYS: Final = ("account", "reference", "update")


def bind(*, account: str | None = None, reference: str | None = None, update: int | None = None) -> None:
    """From now on the rest of this task is about these; what is None stays as it was, what is empty is dropped."""
    given = dict(zip(_KEYS, (account, reference, update), strict=True))
    _ABOUT.set({**_ABOUT.get(), **{key: str(value) for key, value in given.items() if value is not None}})


@contextmanager
def about(*, account: str | None = None, reference: str | None = None) -> Iterator[None]:
    """The block, and every task that it begins, is about these and nothing else."""
    token = _ABOUT.set(_NOTHING)
    try:
        bind(account=account, reference=reference)
        yield
    finally:
        _ABOUT.reset(token)


def bound() -> Mapping[str, str]:
    """The names of this moment, in the order in which they are told."""
    found = _ABOUT.get()
    return {key: found[key] for key in _KEYS if found.get(key)}
