"""Bots with one fault each, which lose or double orders; what can't tell them from ours proves nothing."""

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import pytest

import bot.app
import bot.conversation.decisions
import bot.desk.gate
import bot.desk.outgoing
import bot.journal.recording
import bot.workers.reconciler
import bot.workers.reports
import bot.workers.sender
import providers.anqicms.provider as anqicms
import providers.citiesocial.provider as citiesocial
import providers.damaijia.provider as damaijia
import providers.guoguo.provider as guoguo
from bot.clock import SECOND
from bot.desk.admission import Incoming
from bot.desk.desk import Desk
from bot.journal.duplicates import keep_guard
from bot.journal.rules import Rules
from bot.journal.views import Result, failed
from bot.telegram.client import Client
from bot.workers import verdict
from bot.workers.presence import Presence
from bot.workers.reconciler import Reconciler
from bot.workers.sender import Sender
from bot.workers.wire import Wire, WireCall
from providers.base import Provider
from providers.errors import ProviderError
from providers.http import Http
from providers.orders import Findings, Outcome, Sending
from storage import guards, identities, orders, program, sending, unknown
from storage.database import Reader, Transaction
from storage.orders import Order
from tests.storage.direct import reading, writing

Patch = Callable[[pytest.MonkeyPatch], None]


class Mutant(StrEnum):
    """What is wrong with a bot."""

    RETRIES_UNKNOWN = "sends an order again whose outcome is unknown"
    RESUMES = "goes on, after it died, with what it was sending"
    DROP_IS_NOT_SENT = "takes a dropped line for a no"
    UNFORESEEN_IS_NOT_SENT = "takes a fault of its own, over an answer, for a no"
    FOLLOWS = "sends an order once more to where its answer points"
    ANOTHER_REFERENCE = "sends an order of unknown outcome again under another reference"
    OBEYS_OLD_BUTTONS = "takes what was said of an earlier sending of an order for the last one"
    HASTY = "tells Telegram that an update is done before it is"
    FORGETFUL = "keeps what is to be said in memory, without an outbox"
    PEEKING = "looks whether the same was ordered before, and only then orders"
    BELIEVES_ELSEWHERE = "takes what another customer's list shows for evidence"
    NUMBERS_BY_ACCOUNT = "takes the numbers of two customers for those of one"
    GOES_BY_THE_WALL = "takes a clock that was set for time that went by"
    GOES_ON_AFTER_AN_ABSENCE = "sends what waited while it was away"
    ABSENT_FOR_GOOD = "looks no more for what a list once lacked"
    SENDS_WITHOUT_A_LOOK = "looks no more for what a list once lacked when the same is to be sent"
    FORGETS_DECIDED = "asks about no duplicate of what somebody called not placed"
    TAKES_THE_FIRST_TAP = "calls an order that is seen not placed as soon as somebody says so"
    BELIEVES_ANY_ANSWER = "takes a number for an order's, whatever else the answer says"
    BELIEVES_AN_OPEN_ORDERS_ANSWER = "takes a number for an order's that may be that of another one of ours"
    BELIEVES_AT_ONCE = "takes a number for an order's that may be that of one whose answer is still to come"
    LOOKS_BESIDE_BY_ACCOUNT = "takes two accounts of one customer for two customers while orders are on the wire"
    ONE_BY_ONE_BY_ACCOUNT = "sends orders that nothing tells apart at once, by two accounts of one customer"
    GUARDS_BY_ACCOUNT = "asks about no duplicate that was ordered by another account of the same customer"
    ADOPTS_LIKENESSES = "takes an order like ours for ours"
    SENDS_ELSEWHERE = "sends an order to what its account has become"
    SENDS_FROM_A_COPY = "goes on where a copy of its database was made"
    TELLS_WHOEVER_ORDERED = "tells of an order whoever has ordered it, also when they are no staff any more"


def _retries_unknown(patch: pytest.MonkeyPatch) -> None:
    def became(error: Exception) -> Result:
        result = failed(error)
        unknown = result.outcome is Outcome.UNKNOWN
        return replace(result, outcome=Outcome.NOT_SENT, unreached=True) if unknown else result

    patch.setattr(bot.workers.sender, "failed", became)


def _resumes(patch: pytest.MonkeyPatch) -> None:
    async def recover_sending(sender: Sender) -> None:
        with writing(sender._database) as tx:
            tx.execute("UPDATE orders SET stage = 'confirmed', claimed_by = NULL WHERE stage = 'sending'")

    patch.setattr(Sender, "recover_sending", recover_sending)


def _drop_is_not_sent(patch: pytest.MonkeyPatch) -> None:
    def became(error: Exception) -> Result:
        result = failed(error)
        return replace(result, outcome=Outcome.NOT_SENT) if result.code == "line_dropped" else result

    patch.setattr(bot.workers.sender, "failed", became)


def _unforeseen_is_not_sent(patch: pytest.MonkeyPatch) -> None:
    def became(error: Exception) -> Result:
        result = failed(error)
        return result if isinstance(error, ProviderError) else replace(result, outcome=Outcome.NOT_SENT)

    patch.setattr(bot.workers.sender, "failed", became)


def _follows(patch: pytest.MonkeyPatch) -> None:
    begin = Http.__init__

    def init(http: Http, *args: Any, **how: Any) -> None:
        begin(http, *args, **how)
        http._creates.follow_redirects = True

    patch.setattr(Http, "__init__", init)


def _another_reference(patch: pytest.MonkeyPatch) -> None:
    call = Sender._call

    async def call_anew(sender: Sender, provider: Provider[Any], order: Order) -> Result:
        reference = str(int(order.reference) + order.attempts - 1)
        return await call(sender, provider, replace(order, reference=reference))

    patch.setattr(Sender, "_call", call_anew)


def _obeys_old_buttons(patch: pytest.MonkeyPatch) -> None:
    fitting = bot.conversation.decisions._of_unknown_outcome
    patch.setattr(bot.conversation.decisions, "_of_unknown_outcome", lambda turn, _=None: fitting(turn))


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

    async def look_first(desk: Desk, batch: Sequence[Incoming], *, waits: bool = True) -> list[str | Exception]:
        rows = reading(desk.database).fetch(
            "SELECT identity, fingerprint, reference FROM order_guards WHERE until > $1", desk.now()
        )
        seen.clear()
        seen.update({(str(row["identity"]), str(row["fingerprint"])): str(row["reference"]) for row in rows})
        return await handle(desk, batch, waits=waits)

    def holders(reader: Reader, account: str, fingerprints: Collection[str], now: int, up: int = 0) -> dict[str, str]:
        del now, up
        identity = identities.current(reader, account)
        return {one: seen[identity, one] for one in fingerprints if (identity, one) in seen}

    def take(tx: Transaction, account: str, fingerprint: str, reference: str, *, now: int, shown: str, up: int) -> bool:
        del now, up
        key = (identities.current(tx, account), fingerprint)
        if key in seen and not shown:
            return False
        tx.execute("DELETE FROM order_guards WHERE identity = $1 AND fingerprint = $2", *key)
        tx.execute(
            "INSERT INTO order_guards (identity, fingerprint, reference, until, until_up) VALUES ($1, $2, $3, $4, $4)",
            *(*key, reference, guards.OPEN),
        )
        return True

    patch.setattr(Desk, "handle_all", look_first)
    patch.setattr(guards, "holders", holders)
    patch.setattr(guards, "take", take)


def _believes_elsewhere(patch: pytest.MonkeyPatch) -> None:
    for asked in ("is_elsewhere", "went_elsewhere"):
        patch.setattr(bot.workers.reconciler, asked, lambda *_: False)


def _numbers_by_account(patch: pytest.MonkeyPatch) -> None:
    def number_at(reader: Reader, identity: str, number: str) -> str | None:
        del identity
        row = reader.fetchrow("SELECT reference FROM order_numbers WHERE number = $1", number)
        return None if row is None else str(row["reference"])

    def number_beside(reader: Reader, reference: str, spellings: Collection[str]) -> str | None:
        return next(filter(None, (number_at(reader, reference, spelled) for spelled in spellings)), None)

    patch.setattr(orders, "number_at", number_at)
    patch.setattr(orders, "number_beside", number_beside)


def _goes_by_the_wall(patch: pytest.MonkeyPatch) -> None:
    def is_late_enough(reconciler: Reconciler, order: Order, sent: Sending) -> bool:
        del order
        return reconciler._clock() >= int(sent.until.timestamp() * SECOND)

    patch.setattr(Reconciler, "_is_late_enough", is_late_enough)


def _goes_on_after_an_absence(patch: pytest.MonkeyPatch) -> None:
    async def away(presence: Presence, since: int) -> None:
        del presence, since

    patch.setattr(Presence, "_away", away)


def _absent_for_good(patch: pytest.MonkeyPatch) -> None:
    due = unknown.to_look_for

    def to_look_for(reader: Reader, now: int, limit: int) -> list[Order]:
        return [order for order in due(reader, now, limit) if not order.inferred]

    patch.setattr(unknown, "to_look_for", to_look_for)


def _sends_without_a_look(patch: pytest.MonkeyPatch) -> None:
    async def seen_before(reconciler: Reconciler, order: Order) -> None:
        del reconciler, order

    patch.setattr(Reconciler, "seen_before", seen_before)


def _forgets_decided(patch: pytest.MonkeyPatch) -> None:
    def keep(tx: Transaction, order: Order, rules: Rules) -> None:
        if order.outcome == Outcome.NOT_SENT:
            guards.release(tx, order.reference)
        else:
            keep_guard(tx, order, rules)

    patch.setattr(bot.journal.recording, "keep_guard", keep)


def _takes_the_first_tap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bot.conversation.decisions, "marks_against", lambda _: "")


def _believes_any_answer(patch: pytest.MonkeyPatch) -> None:
    for supplier in (anqicms, citiesocial, damaijia, guoguo):
        patch.setattr(supplier, "check_echo", lambda placed, *_: placed)


def _adopts_likenesses(patch: pytest.MonkeyPatch) -> None:
    def judge(findings: Findings, *args: Any, **more: Any) -> verdict.Verdict:
        certain = tuple(replace(match, certain=True) for match in findings.matches)
        return verdict.judge(replace(findings, matches=certain), *args, **more)

    patch.setattr(bot.workers.reconciler, "judge", judge)


def _believes_an_open_orders_answer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bot.journal.recording, "_open_beside", lambda *_: None)


def _believes_at_once(patch: pytest.MonkeyPatch) -> None:
    async def answered(call: WireCall, result: Result) -> Result:
        call.result = result
        call.ended.set()
        return result

    patch.setattr(WireCall, "answered", answered)


def _looks_beside_by_account(patch: pytest.MonkeyPatch) -> None:
    call = Wire.call
    patch.setattr(Wire, "call", lambda wire, order: call(wire, replace(order, identity=order.account)))


def _one_by_one_by_account(patch: pytest.MonkeyPatch) -> None:
    same = f"(account = $1 OR identity = {identities.of_account})"
    assert same in sending.OTHERS_SENDING
    patch.setattr(sending, "OTHERS_SENDING", sending.OTHERS_SENDING.replace(same, "account = $1"))


def _guards_by_account(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "TAKE", guards.TAKE.replace(identities.of_account, "$1"))
    patch.setattr(guards, "of_account", "$1")


def _sends_elsewhere(patch: pytest.MonkeyPatch) -> None:
    for name in ("CLAIM", "NEXT_CLAIM_AT", "DUE", "CLAIM_ONE"):
        sql = getattr(sending, name)
        for condition in (identities.of_account, sending.its_identity):
            sql = sql.replace(f"AND identity = {condition}", "")
        patch.setattr(sending, name, sql)
    patch.setattr(sending, "elsewhere", lambda *_: [])


def _sends_from_a_copy(patch: pytest.MonkeyPatch) -> None:
    async def restored(presence: Presence, copied_at: int) -> None:
        del copied_at
        await presence._database.run(program.is_original)

    patch.setattr(Presence, "_restored", restored)


def _tells_whoever_ordered(patch: pytest.MonkeyPatch) -> None:
    for module in (bot.desk.gate, bot.desk.outgoing, bot.workers.reports):
        patch.setattr(module, "may_hear", lambda *_: True)


_PATCHES: Mapping[Mutant, Patch] = {
    Mutant.RETRIES_UNKNOWN: _retries_unknown,
    Mutant.RESUMES: _resumes,
    Mutant.DROP_IS_NOT_SENT: _drop_is_not_sent,
    Mutant.UNFORESEEN_IS_NOT_SENT: _unforeseen_is_not_sent,
    Mutant.FOLLOWS: _follows,
    Mutant.ANOTHER_REFERENCE: _another_reference,
    Mutant.OBEYS_OLD_BUTTONS: _obeys_old_buttons,
    Mutant.HASTY: _hasty,
    Mutant.FORGETFUL: _forgetful,
    Mutant.PEEKING: _peeking,
    Mutant.BELIEVES_ELSEWHERE: _believes_elsewhere,
    Mutant.NUMBERS_BY_ACCOUNT: _numbers_by_account,
    Mutant.GOES_BY_THE_WALL: _goes_by_the_wall,
    Mutant.GOES_ON_AFTER_AN_ABSENCE: _goes_on_after_an_absence,
    Mutant.ABSENT_FOR_GOOD: _absent_for_good,
    Mutant.SENDS_WITHOUT_A_LOOK: _sends_without_a_look,
    Mutant.FORGETS_DECIDED: _forgets_decided,
    Mutant.TAKES_THE_FIRST_TAP: _takes_the_first_tap,
    Mutant.BELIEVES_ANY_ANSWER: _believes_any_answer,
    Mutant.BELIEVES_AN_OPEN_ORDERS_ANSWER: _believes_an_open_orders_answer,
    Mutant.BELIEVES_AT_ONCE: _believes_at_once,
    Mutant.LOOKS_BESIDE_BY_ACCOUNT: _looks_beside_by_account,
    Mutant.ONE_BY_ONE_BY_ACCOUNT: _one_by_one_by_account,
    Mutant.GUARDS_BY_ACCOUNT: _guards_by_account,
    Mutant.ADOPTS_LIKENESSES: _adopts_likenesses,
    Mutant.SENDS_ELSEWHERE: _sends_elsewhere,
    Mutant.SENDS_FROM_A_COPY: _sends_from_a_copy,
    Mutant.TELLS_WHOEVER_ORDERED: _tells_whoever_ordered,
}


@contextlib.contextmanager
def mutated(mutant: Mutant | None) -> Iterator[None]:
    """Within the block every bot of this process has the fault; none when there is no mutant."""
    with pytest.MonkeyPatch.context() as patch:
        if mutant is not None:
            _PATCHES[mutant](patch)
        yield
