"""What is on an account, before an order goes there and when its answer was lost: the difference is evidence."""

import asyncio
import logging

from providers.base import ReadsBalance
from providers.errors import ProviderError

log = logging.getLogger(__name__)


async def balance_of(provider: object, within: float | None = None) -> str:
    """The amount as text; empty when the supplier can't tell it, or not `within` so many seconds."""
    if not isinstance(provider, ReadsBalance):
        return ""
    try:
        async with asyncio.timeout(within):
            return str((await provider.balance()).amount)
    except (ProviderError, TimeoutError) as error:
        log.info("the balance could not be read: %s", type(error).__name__)
    except Exception:
        log.exception("the balance could not be read")
    return ""
