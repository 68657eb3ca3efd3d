"""Balances as they are read: kept for the summaries to come, and told to the admins once they are too low.

Once means once for each time that a balance falls below its floor, however often it is read and the program started.
"""

from bot.desk import Desk
from bot.words.products import money
from providers.orders import Balance, Money
from storage import balances
from storage.balances import Known
from storage.database import Transaction


async def note(tx: Transaction, desk: Desk, account: str, found: Balance) -> bool:
    """Write down what was read just now. True when the admins are told something: then a message waits."""
    set_up = desk.accounts.get(account)
    floor = None if set_up is None else set_up.balance_floor
    before = await balances.get(tx, account)
    below = floor is not None and found.amount < floor
    await balances.save(tx, Known(account, str(found.amount), found.unit, desk.now(), int(below)))
    if set_up is None or floor is None or not below or (before is not None and before.below):
        return False
    for admin in sorted(desk.staff.admins):
        words = await desk.outgoing.words(tx, admin)
        left, least = money(words, Money(found.amount, found.unit)), money(words, Money(floor, found.unit))
        gaps = {"account": set_up.title, "balance": left, "floor": least}
        await desk.outgoing.plain(tx, admin, words.say("admins.balance_low", **gaps))
    return True
