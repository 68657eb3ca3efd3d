"""Words for batches: how far one is, what a person has to look at, and its buttons, in one message.

Its first line says all that a glance needs: how many of how many, and at which supplier.
"""

from typing import Final

from bot.buttons import batch_buttons, order_buttons
from bot.buttons.data import command as command_button
from bot.conversation import replies
from bot.conversation.events import Steering
from bot.conversation.views import BatchState, BatchView, Hold, OrderView
from bot.words.amounts import money
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, Style, bold, escaped, fitting, rows_of
from bot.words.orders import COLUMNS, about_in_short, in_zone, reasons, state_of
from providers.orders import Outcome

_IN_A_ROW: Final = 5
"""Buttons with the numbers of rows."""
_ROWS: Final = 20
"""Numbers of rows that are named in a sentence."""
_REASON: Final = 160


def batch_shown(words: Catalogue, reply: replies.BatchShown) -> Message:
    batch = reply.batch
    text = fitting(lambda limit: "\n".join(_lines(words, batch, reply.account, min(limit, _REASON))))
    opens = [Button(str(row.row), order_buttons.show(row.reference)) for row in batch.concerns]
    steering = tuple(
        Button(
            words.say(f"button.batch_{verb}"),
            batch_buttons.steer(batch.id, verb),
            style=Style.PRIMARY if verb is Steering.GO_ON else Style.NONE,
        )
        for verb in _verbs(batch)
    )
    return Message(text, (*rows_of(opens, _IN_A_ROW), steering or (_latest(words),)))


def _latest(words: Catalogue) -> Button:
    return Button(words.say("button.latest"), command_button("orders"))


def _verbs(batch: BatchView) -> tuple[Steering, ...]:
    match batch.state:
        case BatchState.RUNNING:
            return Steering.PAUSE, Steering.STOP
        case BatchState.PAUSED:
            return Steering.GO_ON, Steering.STOP
        case BatchState.STOPPING | BatchState.STOPPED if batch.stopped:
            return (Steering.AGAIN,)
        case _:
            return ()


def _lines(words: Catalogue, batch: BatchView, account: str, limit: int) -> list[str]:
    lines = [f"{bold(_first(words, batch))} · {escaped(account)}"]
    if counted := _counted(words, batch):
        lines.append(escaped(counted))
    if batch.tried_at:
        lines.append(
            escaped(words.say("batch.tried_at", account=account, at=words.clock(batch.tried_at, batch.tried_at)))
        )
    if batch.hold is not None:
        lines += _why(words, batch, account)
    for row in batch.concerns:
        number = f"{row.row}. "
        lines.append(f"{bold(number.strip())} {escaped(about_in_short(row, COLUMNS - len(number)))}")
        lines.append(f"    {_became(words, row, account, limit)}")
    if (more := batch.unknown + batch.not_placed - batch.stopped - len(batch.concerns)) > 0 and batch.concerns:
        lines.append(escaped(words.say("batch.more", n=more)))
    if batch.stopped:
        lines.append(escaped(words.say("batch.stopped_text", n=batch.stopped)))
    return lines


def _first(words: Catalogue, batch: BatchView) -> str:
    if not batch.is_over:
        return words.say(f"batch.{batch.state}", ended=batch.ended, size=batch.size)
    if batch.placed == batch.size:
        return words.say("batch.all_placed", n=batch.size)
    return words.say("batch.some_placed", placed=batch.placed, size=batch.size)


def _counted(words: Catalogue, batch: BatchView) -> str:
    """The rows by what became of them, as far as the first line leaves that open."""
    parts = [
        *([words.say("batch.placed", n=batch.placed)] if batch.placed and not batch.is_over else []),
        *([words.say("batch.unknown", n=batch.unknown)] if batch.unknown else []),
        *([words.say("batch.not_placed", n=batch.not_placed)] if batch.not_placed else []),
        *([words.say("batch.waiting", n=batch.waiting)] if batch.waiting and batch.hold is not None else []),
    ]
    return " · ".join(parts)


def _why(words: Catalogue, batch: BatchView, account: str) -> list[str]:
    gaps = {key: in_zone(words, key, value) for key, value in batch.params.items()}
    if batch.hold is Hold.FAULTS:
        gaps["n"] = batch.params.get("n", "")
    return [escaped(words.say(f"batch.why_{batch.hold}", **(gaps | {"account": account})))]


def _became(words: Catalogue, row: OrderView, account: str, limit: int) -> str:
    """The first reason of a row that was not placed; of an unknown one that it is that."""
    if row.outcome is Outcome.UNKNOWN or row.outcome is None:
        return escaped(state_of(words, row))
    why = reasons(words, row, account, limit)
    return why[-1 if row.said else 0] if why else escaped(state_of(words, row))


def batch_refused(words: Catalogue, reply: replies.BatchRefused) -> Message:
    """Nothing was ordered, and why."""
    named = [str(n) for n in reply.rows[:_ROWS]]
    if len(reply.rows) > _ROWS:
        named.append("…")
    gaps = {
        "account": reply.account,
        "n": len(reply.rows),
        "rows": words.listed(*named) if named else "",
        "most": reply.most,
        "count": reply.count,
        "total": money(words, reply.total) if reply.total is not None else "",
        "limit": money(words, reply.limit) if reply.limit is not None else "",
    }
    first = f"{bold(words.say('batch.refused'))} · {escaped(reply.account)}"
    ways = (Button(words.say("button.new_order"), command_button("order")), _latest(words))
    return Message(f"{first}\n{escaped(words.say(f'batch.fault_{reply.fault}', **gaps))}", (ways,))
