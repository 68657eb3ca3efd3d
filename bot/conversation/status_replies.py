"""What the bot has to say of placed orders and how far they are, before it is put into words."""

from dataclasses import dataclass

from bot.conversation.replies import Reply
from bot.conversation.views import OrderView


@dataclass(frozen=True, slots=True)
class CardShown(Reply):
    """How far an order is: its card changes, in place and not too often. `refreshes`: its supplier can be asked."""

    order: OrderView
    account: str
    refreshes: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class StatusNotice(Reply):
    """A change of an order, told to whoever ordered it: a changed card rings no bell."""

    order: OrderView
    account: str
    was: OrderView


@dataclass(frozen=True, slots=True)
class WhichOrder(Reply):
    """Several orders have the same number; with their accounts' titles."""

    orders: tuple[tuple[OrderView, str], ...]


@dataclass(frozen=True, slots=True)
class NoticesOffered(Reply):
    """What people can be told of, the present choice marked; `changed`: it was chosen just now."""

    chosen: str
    changed: bool = False
