"""The sending of confirmed orders in a dialogue, as the worker does it: compared where products are told, then sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from providers.base import ReadsProducts
from tests.storage.direct import reading
from tests.transcripts.supplying import FAULTS, prepare_reading

if TYPE_CHECKING:
    from tests.transcripts.player import Player
    from tests.transcripts.script import Supplier

DUE = "SELECT account FROM orders WHERE stage = 'confirmed' AND not_before <= $1 ORDER BY confirmed_at, reference"


async def place(player: Player, step: Supplier) -> None:
    """The supplier is sent the order that is due, and does with it as the line says."""
    account = _due(player)
    simulator = player.simulators[account]
    taken = len(simulator.ledger)
    if step.does in FAULTS:
        simulator.fail(FAULTS[step.does], code=step.detail)
    port = int(simulator.url.rpartition(":")[2])
    if step.does == "cannot be reached":
        await simulator.stop()
    await _work(player, account)
    if step.does == "cannot be reached":
        await simulator.start(port=port)
    assert (len(simulator.ledger) > taken) == step.does.startswith("takes the order")


async def compare(player: Player, step: Supplier) -> None:
    """Its products are read again, or an earlier order is looked for, and the order that is due is stopped."""
    account = _due(player)
    simulator = player.simulators[account]
    received = len(simulator.received)
    prepare_reading(simulator, step)
    await _work(player, account)
    simulator.heal()
    assert len(simulator.received) == received, "the order was sent all the same"


def _due(player: Player) -> str:
    """The account of the order that is next."""
    due = reading(player.desk.database).fetch(DUE, player.clock())
    assert due, "nothing was asked of a supplier"
    return str(due[0]["account"])


async def _work(player: Player, account: str) -> None:
    sender = player.sender
    if isinstance(player.providers[account], ReadsProducts):
        begun = await sender._compare_due(account, player.clock())
    else:
        begun = await sender._start_due(account)
    assert begun == 1, f"{begun} orders were begun with"
    await asyncio.gather(*sender._calls[account])
