"""Waiting for work that runs in a thread, in the same way whichever database it is for."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def committed(future: "asyncio.Future[T]", then: Callable[[T], None] | None, give_up: Callable[[], None]) -> T:
    """The unit's result once it is stored; `then` gets it right after that, whoever cancels meanwhile.

    `give_up` is called at a cancellation: a unit that hasn't begun needn't. The cancellation is raised at the end.
    """
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait({future})
        except asyncio.CancelledError as error:
            cancelled = error
            give_up()
    if then is not None and future.exception() is None:
        then(future.result())
    if cancelled is not None:
        future.exception()  # seen: else asyncio complains that nobody looked
        raise cancelled
    return future.result()


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end, whoever cancels meanwhile; the cancellation is raised after it."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()  # seen: else asyncio complains that nobody looked
        raise cancelled
    return task.result()


def plain(result: T) -> T:
    """Pass on what a unit of work returned. Raises TypeError for a coroutine, since nothing would run it."""
    if inspect.iscoroutine(result):
        result.close()
        raise TypeError("a unit of work is a plain function: nothing would run what it returned")
    return result
