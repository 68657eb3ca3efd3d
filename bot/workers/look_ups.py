"""Look-ups of answers at a supplier while their conversation waits: the result comes back as an event."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.conversation.events import LookedUp, LookUpResult
from bot.conversation.requests import LookUpAnswer, Request
from bot.conversation.state import ConversationKey
from bot.desk.desk import Desk
from bot.monitoring.context import bind
from bot.workers.loop import Duties, TaskSet, until_stored
from providers.base import LooksUpAnswers, Provider
from providers.errors import OrderNotFound, ProviderError

log = logging.getLogger(__name__)
_COMPLAINT = "a look-up could not be reported"


class LookUps:
    """Runs look-ups side by side. Losing one to a crash loses nothing: the conversation still waits, and asks again."""

    def __init__(self, desk: Desk, providers: Mapping[str, Provider[Any]]) -> None:
        self._desk = desk
        self._providers = providers
        self._under_way = TaskSet()

    @property
    def duties(self) -> Duties:
        return {LookUpAnswer: self.start}

    def start(self, key: ConversationKey, request: LookUpAnswer) -> None:
        # What is given up leaves the conversation waiting; Back leads out of it.
        self._under_way.start(self._run(key, request), _COMPLAINT, (key, request))

    def is_at(self, key: ConversationKey, request: Request) -> bool:
        """True while this is being done."""
        return self._under_way.is_at((key, request))

    async def stop(self) -> None:
        await self._under_way.stop()

    async def _run(self, key: ConversationKey, request: LookUpAnswer) -> None:
        event = await self._ask(request)
        await until_stored(lambda: self._desk.report(key, event), _COMPLAINT)

    async def _ask(self, request: LookUpAnswer) -> LookedUp:
        bind(account=request.account)
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
