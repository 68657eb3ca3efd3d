"""What is on an account, before an order goes there and when its answer was lost: the difference is evidence."""

import asyncio
import logging

from providers.base import ReadsBalance
from providers.errors import ProviderError
from providers.orders import Balance

log = logging.getLogger(__name__)


async def read_balance(provider: object, within: float | None = None) -> Balance | None:
    """What is on the account; None when the supplier can't tell it, or not `within` so many seconds."""
    if not isinstance(provider, ReadsBalance):
        return None
    try:
        async with asyncio.timeout(within):
            return await provider.balance()
    except (ProviderError, TimeoutError) as error:
        log.info("the balance could not be read: %s", type(error).__name__)
    except Exception:
        log.exception("the balance could not be read")
    return None


async def balance_of(provider: object, within: float | None = None) -> str:
    """The amount as text; empty when it couldn't be read."""
    found = await read_balance(provider, within)
    return "" if found is None else str(found.amount)
