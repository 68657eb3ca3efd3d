"""The inbox: updates are fetched, handled, and only then acknowledged, so that a crash loses nothing."""

import asyncio
import json
import logging
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.conversation.state import ConversationKey
from bot.desk.admission import Incoming
from bot.desk.desk import ChatHeldError, Desk
from bot.monitoring.context import bind
from bot.monitoring.measures import UNMEASURED, Measures
from bot.telegram.client import ALLOWED, TOKEN_REVOKED, Client, TelegramRefusedError, pause, seconds, told
from bot.telegram.deliver import Delivery
from bot.telegram.inline import Inline, inline_query
from bot.telegram.membership import opened
from bot.telegram.read import UnreadableUpdateError, chat_of, cleaned, person_of, read
from storage.errors import AlreadyStored, StorageError

log = logging.getLogger(__name__)

TRIES = 3
"""How often an update is tried before it is put aside."""
STORAGE_TRIES: Final = 10
"""The same when it is storage that fails: full or locked for a while it may be, and the update is not to blame."""
ANSWER_WITHIN = 5.0
"""Seconds in which Telegram has to take the answer to a tap."""
CONFLICTS: Final = 5
"""So many within `CONFLICTS_WITHIN` are no restart that overlaps with its predecessor: another program goes on."""
CONFLICTS_WITHIN: Final = 600
"""Seconds. Polls that succeed between two conflicts prove nothing: two bots take updates from each other in turns."""
SECOND_POLLER = "telegram.token: another program fetches the updates of this bot; only one may use its token"
WEBHOOK_SET = "telegram.token: another program sets a webhook for this bot again and again; only one may use its token"
AT_ONCE: Final = 1.0
"""Seconds: a poll that brings nothing sooner wasn't held open, and the next one waits a little."""
RESTS: Final = (0.25, 0.5, 1.0, 2.0)
"""Seconds from such a poll to the next: after the first in a row, the second and so on."""
QUESTION_WITHIN: Final = 1.0
"""Seconds for which an answer waits for Telegram to say which id the question has that is just being sent."""
_SECOND: Final = 1_000_000


_Read = tuple[dict[str, Any], Incoming | UnreadableUpdateError]
"""An update as it came, and what it means."""


class Inbox:
    """Polls Telegram and brings every update to the desk: chats side by side, the updates of one chat in turn."""

    def __init__(
        self,
        client: Client,
        desk: Desk,
        inline: Inline | None = None,
        *,
        forward: Callable[[], int],
        delivery: Delivery | None = None,
        measures: Measures = UNMEASURED,
    ) -> None:
        """`forward` gives microseconds that only rise; `delivery` is the way out, on which each answer depends."""
        self._client = client
        self._desk = desk
        self._inline = inline
        self._forward = forward
        self._delivery = delivery
        self._measures = measures
        self._vain_polls = 0
        self._heard_at: float | None = None
        self._answers: set[asyncio.Task[None]] = set()
        self._conflicts: deque[int] = deque(maxlen=CONFLICTS)
        self._storage_failures: Counter[int] = Counter()

    @property
    def silence(self) -> float | None:
        """Seconds since Telegram last answered a poll, or a greeting; None before it has."""
        return None if self._heard_at is None else asyncio.get_running_loop().time() - self._heard_at

    def heard(self) -> None:
        """Telegram has answered just now."""
        self._heard_at = asyncio.get_running_loop().time()

    async def poll(self) -> None:
        """Run until cancelled.

        Raises TelegramRefusedError when the token is no longer accepted, or another program uses it too.
        """
        try:
            await self._poll()
        finally:
            await self.close()

    async def close(self) -> None:
        """Wait for no answer to a tap any more."""
        for answer in self._answers:
            answer.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    async def _poll(self) -> None:
        # The offset is never stored: without one Telegram sends all that is unacknowledged, and seen ids are known.
        offset: int | None = None
        failures = 0
        while True:
            try:
                began = asyncio.get_running_loop().time()
                batch = await self._client.raw_updates(offset)
                took = asyncio.get_running_loop().time() - began
                self.heard()
                await self.handle(batch)
                rest = self._rest(took, is_new=any(offset is None or one["update_id"] >= offset for one in batch))
                # After an empty answer all is acknowledged, and the next id may be lower: they start anew after a
                # quiet week.
                offset = max(update["update_id"] for update in batch) + 1 if batch else None
                failures = 0
                if rest > 0:
                    await asyncio.sleep(rest)
            except InvalidToken:
                raise TelegramRefusedError(TOKEN_REVOKED) from None
            except RetryAfter as error:
                await asyncio.sleep(seconds(error))
            except Conflict as error:
                await self._contend(str(error))
            except TelegramError as error:
                log.warning("fetching updates failed: %s; trying again", told(error))
                await asyncio.sleep(pause(failures))
                failures += 1
            except Exception as error:  # noqa: BLE001  it is logged, with its trace unless storage said it in a line
                # For instance a full disk: nothing was acknowledged, so nothing is lost; it all comes again.
                log_failure(error, "updates could not be handled; trying again")
                await asyncio.sleep(pause(failures))
                failures += 1

    def _rest(self, took: float, *, is_new: bool) -> float:
        """Seconds until the next poll: none where the server holds polls open, or has brought something new."""
        if is_new or took >= AT_ONCE:
            self._vain_polls = 0
            return 0
        self._vain_polls += 1
        return RESTS[min(self._vain_polls, len(RESTS)) - 1] - took

    async def _contend(self, said: str) -> None:
        """Somebody else wants this bot's updates. Raises TelegramRefusedError when that goes on."""
        now = self._forward()
        self._conflicts.append(now)
        recent = [then for then in self._conflicts if now - then <= CONFLICTS_WITHIN * _SECOND]
        by_webhook = "webhook" in said.lower()
        if len(recent) == CONFLICTS:
            raise TelegramRefusedError(WEBHOOK_SET if by_webhook else SECOND_POLLER) from None
        if by_webhook:
            log.warning("another program has set a webhook for this bot; it is removed")
            try:
                await self._client.delete_webhook(drop_pending_updates=False)
            except TelegramError as error:
                log.warning("the webhook could not be removed: %s", error)
        else:
            log.warning("another program has fetched this bot's updates; only one may run")
        await asyncio.sleep(pause(len(recent) + 2))

    async def handle(self, batch: list[dict[str, Any]]) -> None:
        """One batch. When it returns, each update is committed, or put aside with its error.

        A chat that fails lets the others end first: the batch comes again, and must not run twice at once.
        """
        for failure in await self.take_in(batch):
            if failure is not None:
                raise failure

    async def take_in(self, batch: Sequence[dict[str, Any]], *, waits: bool = True) -> list[Exception | None]:
        """One batch; returns for each update None when it is committed or put aside, else what kept it from that.

        Where another replica is writing to a chat that is a ChatHeldError, unless its updates wait no longer.

        All of them are one commit if all goes well; else whatever failed, and what comes after it in its chat, is tried
        by itself. A chat that fails lets the others end first.
        """
        began = asyncio.get_running_loop().time()
        if self._delivery is not None:
            # Before what they say now is answered.
            await self._delivery.reopen(opened(batch))
        todo: list[_Read] = []
        for raw in batch:
            if self._inline is not None and (asked := inline_query(raw)) is not None:
                # As with taps: nobody waits for it, and it changes nothing, so that it needs no desk.
                self._later(self._inline.answer(asked))
            elif (incoming := _read(raw, self._client)) is not None:
                todo.append((raw, incoming))
        failures: dict[int, Exception] = {}
        at_once, later = self._parted(todo)
        left = await self._together(at_once, failures, waits=waits)
        if self._delivery is not None and later:
            chats = {chat for raw, _ in later if (chat := chat_of(raw)) is not None}
            await self._delivery.under_way.settled(chats, QUESTION_WITHIN)
            left += await self._together(later, failures, waits=waits)
        by_chat: dict[int | None, list[_Read]] = {}
        for one in left:
            by_chat.setdefault(chat_of(one[0]), []).append(one)
        await asyncio.gather(*(self._in_turn(left, failures) for left in by_chat.values()))
        done = [raw for raw in batch if id(raw) not in failures]
        for raw in done:
            self._storage_failures.pop(raw["update_id"], None)
        self._measures.updates(map(_kind, done), asyncio.get_running_loop().time() - began)
        return [failures.get(id(raw)) for raw in batch]

    def _parted(self, todo: list[_Read]) -> tuple[list[_Read], list[_Read]]:
        """Updates to handle now, and those of chats to which a message is just on its way.

        If that is a question, which of the two came first is known only when Telegram has said the question's id.
        """
        serving = {} if self._delivery is None else self._delivery.under_way.serving
        if not serving:
            return todo, []
        busy = {chat for raw, _ in todo if (chat := chat_of(raw)) in serving}
        return [one for one in todo if chat_of(one[0]) not in busy], [one for one in todo if chat_of(one[0]) in busy]

    async def _together(self, todo: Sequence[_Read], failures: dict[int, Exception], *, waits: bool) -> list[_Read]:
        """Handle all that can be read in one go; returns those that have to be tried by themselves, in their order.

        Those whose chats another replica holds are among the `failures`, by the id of their objects.
        """
        left: list[_Read] = []
        unreadable: set[int | None] = set()
        fit: list[tuple[dict[str, Any], Incoming]] = []
        for raw, incoming in todo:
            if isinstance(incoming, UnreadableUpdateError) or incoming.chat_id in unreadable:
                unreadable.add(chat_of(raw))
                left.append((raw, incoming))
            else:
                fit.append((raw, incoming))
        try:
            results = await self._desk.handle_all([incoming for _, incoming in fit], waits=waits) if fit else []
        except StorageError as error:
            results = [error] * len(fit)
        failed: list[_Read] = []
        for (raw, incoming), result in zip(fit, results, strict=True):
            if isinstance(result, ChatHeldError):
                failures[id(raw)] = result
            elif isinstance(result, Exception):
                failed.append((raw, incoming))
            else:
                self._answer_tap(raw, result)
        return failed + left

    async def _in_turn(self, left: list[_Read], failures: dict[int, Exception]) -> None:
        """Updates of one chat; one that fails, and what comes after it, is among `failures` by the id of its object."""
        for place, (raw, incoming) in enumerate(left):
            bind(update=raw["update_id"])
            try:
                if isinstance(incoming, UnreadableUpdateError):
                    await self._put_aside(raw, str(incoming))
                else:
                    self._answer_tap(raw, await self._alone(raw, incoming))
            except Exception as error:  # noqa: BLE001  whoever brought the updates gets it
                failures.update((id(later), error) for later, _ in left[place:])
                return

    async def _alone(self, raw: dict[str, Any], incoming: Incoming) -> str:
        """Bring an update to the desk; returns what its tapped button shall say."""
        for tries_left in range(TRIES - 1, -1, -1):
            try:
                # It has waited, or whoever holds its chat came to it just now.
                return await self._desk.handle(incoming, waits=False)
            except Exception as error:
                if _is_of_storage(error) and self._may_wait(incoming.update_id):
                    raise
                log_failure(error, f"update {incoming.update_id} could not be handled")
                if tries_left == 0:
                    await self._put_aside(raw, f"{type(error).__name__}: {error}")
        return ""

    def _may_wait(self, update_id: int) -> bool:
        """True if it comes again with its whole batch, after a pause."""
        self._storage_failures[update_id] += 1
        return self._storage_failures[update_id] < STORAGE_TRIES

    async def _put_aside(self, raw: dict[str, Any], error: str) -> None:
        update_id, chat, person = int(raw["update_id"]), chat_of(raw), person_of(raw)
        key = None if chat is None or person is None else ConversationKey(chat, person)
        await self._desk.put_aside(update_id, json.dumps(raw, ensure_ascii=True), str(cleaned(error)), key)
        self._measures.put_aside()
        log.error("update %s was put aside", update_id)

    def _answer_tap(self, raw: dict[str, Any], said: str) -> None:
        """Not awaited: a Telegram that is slow to take an answer must hold up no update."""
        query = raw.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            self._later(self._answer(query["id"], said))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        answer = asyncio.create_task(work)
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)

    async def _answer(self, query_id: str, said: str) -> None:
        """Stop the tapped button's spinner. Not in the outbox: an answer that comes late is worth nothing."""
        try:
            await self._client.answer_tap(query_id, said, ANSWER_WITHIN)
        except TelegramError as error:
            log.info("a tap could not be answered: %s", error)


def _kind(raw: dict[str, Any]) -> str:
    """The kind of an update, one of those that we ask for; empty for any other."""
    return next((kind for kind in ALLOWED if kind in raw), "")


def _read(raw: dict[str, Any], client: Client) -> Incoming | UnreadableUpdateError | None:
    try:
        return read(raw, client)
    except UnreadableUpdateError as error:
        return error


def _is_of_storage(error: Exception) -> bool:
    """Not a key that exists: that one is a fault of ours."""
    return isinstance(error, StorageError) and not isinstance(error, AlreadyStored)


def log_failure(error: Exception, what: str) -> None:
    """Storage tells its trouble in one line; what nobody foresaw needs its trace."""
    if _is_of_storage(error):
        log.error("%s: %s", what, error)
    else:
        log.error(what, exc_info=error)
