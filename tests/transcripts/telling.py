"""What suppliers are asked about placed orders in a dialogue, by people and by the watcher."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storage import watching
from tests.storage.direct import reading
from tests.transcripts.supplying import prepare_reading

if TYPE_CHECKING:
    from storage.orders import Order
    from tests.transcripts.player import Player
    from tests.transcripts.script import Supplier


async def tell_status(player: Player, step: Supplier) -> None:
    """The oldest question that waits is answered."""
    assert player.waiting.questions, "nothing was asked of a supplier"
    place, question = player.waiting.questions.pop(0)
    with _reading(player, step):
        await player.status_answers.answer(place, question)


async def be_watched(player: Player, step: Supplier) -> None:
    """Every order that is due is asked about, once."""
    due = _due(player)
    assert due, "no order is due to be watched"
    with _reading(player, step):
        for order in due:
            await player.status_watch.look(order)


async def be_left_alone(player: Player, step: Supplier) -> None:
    """However late it gets, no order is due."""
    del step
    due = _due(player)
    assert not due, f"{len(due)} orders are due to be watched"


def _due(player: Player) -> list[Order]:
    database, now = player.desk.database, player.clock()
    return [order for account in player.providers for order in watching.due(reading(database), account, now, 100)]


@contextmanager
def _reading(player: Player, step: Supplier) -> Iterator[None]:
    """All suppliers answer questions as the line says."""
    for simulator in player.simulators.values():
        prepare_reading(simulator, step)
    yield
    for simulator in player.simulators.values():
        simulator.heal()
