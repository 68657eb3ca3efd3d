"""Looking answers up at a supplier while their conversation waits; the result comes back as an event."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from bot.conversation.events import LookedUp, LookUpResult
from bot.conversation.requests import LookUpAnswer
from bot.conversation.state import ConversationKey
from bot.desk.desk import Desk
from bot.workers.loop import TaskSet
from providers.base import LooksUpAnswers, Provider
from providers.errors import OrderNotFound, ProviderError
from storage.errors import StorageError

log = logging.getLogger(__name__)
AGAIN = 1.0
"""Seconds until a storage that failed is tried again."""


class LookUps:
    """Runs look-ups side by side. Losing one to a crash loses nothing: the conversation still waits, and asks again."""

    def __init__(self, desk: Desk, providers: Mapping[str, Provider[Any]]) -> None:
        self._desk = desk
        self._providers = providers
        self._under_way = TaskSet()

    def start(self, key: ConversationKey, request: LookUpAnswer) -> None:
        self._under_way.start(self._run(key, request))

    async def stop(self) -> None:
        await self._under_way.stop()

    async def _run(self, key: ConversationKey, request: LookUpAnswer) -> None:
        event = await self._ask(request)
        while True:
            try:
                await self._desk.report(key, event)
            except StorageError:
                log.exception("a look-up could not be reported; trying again")
                await asyncio.sleep(AGAIN)
            except Exception:
                # A fault of our own stays one however often it is tried; Back leads out of the waiting.
                log.exception("a look-up could not be reported")
                return
            else:
                return

    async def _ask(self, request: LookUpAnswer) -> LookedUp:
        provider = self._providers.get(request.account)
        if not isinstance(provider, LooksUpAnswers):
            return LookedUp(request.draft, request.revision, LookUpResult.FAILED)
        try:
            facts = await provider.look_up(request.into, request.value)
        except OrderNotFound:
            return LookedUp(request.draft, request.revision, LookUpResult.NOT_FOUND)
        except ProviderError as error:
            log.warning("looking up %s failed: %s", request.into, error.code)
        except Exception:
            log.exception("looking up %s failed", request.into)
        else:
            return LookedUp(request.draft, request.revision, LookUpResult.FOUND, dict(facts))
        return LookedUp(request.draft, request.revision, LookUpResult.FAILED)
