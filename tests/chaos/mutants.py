"""Bots with one fault each, which lose or double orders; what can't tell them from ours proves nothing."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import pytest

import bot.app
import bot.workers.sender
from bot.desk.admission import Incoming
from bot.desk.desk import Desk
from bot.journal.views import Result, failed
from bot.telegram.client import Client
from providers.orders import Outcome
from storage import guards
from storage.database import Reader, Transaction
from tests.storage.direct import reading, writing

Patch = Callable[[pytest.MonkeyPatch], None]


class Mutant(StrEnum):
    """What is wrong with a bot."""

    RETRIES_UNKNOWN = "sends an order again whose outcome is unknown"
    DROP_IS_NOT_SENT = "takes a dropped line for a no"
    HASTY = "tells Telegram that an update is done before it is"
    FORGETFUL = "keeps what is to be said in memory, without an outbox"
    PEEKING = "looks whether the same was ordered before, and only then orders"


def _retries_unknown(patch: pytest.MonkeyPatch) -> None:
    def became(error: Exception) -> Result:
        result = failed(error)
        unknown = result.outcome is Outcome.UNKNOWN
        return replace(result, outcome=Outcome.NOT_SENT, unreached=True) if unknown else result

    patch.setattr(bot.workers.sender, "failed", became)


def _drop_is_not_sent(patch: pytest.MonkeyPatch) -> None:
    def became(error: Exception) -> Result:
        result = failed(error)
        return replace(result, outcome=Outcome.NOT_SENT) if result.code == "line_dropped" else result

    patch.setattr(bot.workers.sender, "failed", became)


def _hasty(patch: pytest.MonkeyPatch) -> None:
    fetch = Client.raw_updates

    async def raw_updates(client: Client, offset: int | None) -> list[dict[str, Any]]:
        batch = await fetch(client, offset)
        if batch:
            done = max(update["update_id"] for update in batch) + 1
            await client._post("getUpdates", {"offset": done, "timeout": 0, "limit": 1})
        return batch

    patch.setattr(Client, "raw_updates", raw_updates)


def _forgetful(patch: pytest.MonkeyPatch) -> None:
    begin = bot.app.App.run

    async def run(app: bot.app.App) -> None:
        with writing(app.database) as tx:
            tx.execute("DELETE FROM outbox WHERE state = 'waiting'")
        await begin(app)

    patch.setattr(bot.app.App, "run", run)


def _peeking(patch: pytest.MonkeyPatch) -> None:
    seen: dict[tuple[str, str], str] = {}
    handle = Desk.handle_all

    async def look_first(desk: Desk, batch: Sequence[Incoming]) -> list[str | Exception]:
        rows = reading(desk.database).fetch(
            "SELECT account, fingerprint, reference FROM order_guards WHERE until > $1", desk.now()
        )
        seen.clear()
        seen.update({(str(row["account"]), str(row["fingerprint"])): str(row["reference"]) for row in rows})
        return await handle(desk, batch)

    def holder(reader: Reader, account: str, fingerprint: str, now: int) -> str | None:
        del reader, now
        return seen.get((account, fingerprint))

    def take(tx: Transaction, account: str, fingerprint: str, reference: str, *, now: int, shown: str) -> bool:
        del now
        if (account, fingerprint) in seen and not shown:
            return False
        tx.execute("DELETE FROM order_guards WHERE account = $1 AND fingerprint = $2", account, fingerprint)
        tx.execute(
            "INSERT INTO order_guards (account, fingerprint, reference, until) VALUES ($1, $2, $3, $4)",
            *(account, fingerprint, reference, guards.OPEN),
        )
        return True

    patch.setattr(Desk, "handle_all", look_first)
    patch.setattr(guards, "holder", holder)
    patch.setattr(guards, "take", take)


_PATCHES: Mapping[Mutant, Patch] = {
    Mutant.RETRIES_UNKNOWN: _retries_unknown,
    Mutant.DROP_IS_NOT_SENT: _drop_is_not_sent,
    Mutant.HASTY: _hasty,
    Mutant.FORGETFUL: _forgetful,
    Mutant.PEEKING: _peeking,
}


@contextlib.contextmanager
def mutated(mutant: Mutant | None) -> Iterator[None]:
    """Within the block every bot of this process has the fault; none when there is no mutant."""
    with pytest.MonkeyPatch.context() as patch:
        if mutant is not None:
            _PATCHES[mutant](patch)
        yield
