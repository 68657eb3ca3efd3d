"""The access of people to orders. Staff are named in the settings; all others learn nothing but their own id."""

from dataclasses import dataclass, field

from bot.staff.groups import Groups

QUIET = 24 * 60 * 60 * 1_000_000
"""Microseconds in which nobody is turned away twice in the same chat."""
ANONYMOUS = 1087968824
"""Telegram's stand-in for an administrator of a group who writes anonymously (Bot API, `User`, GroupAnonymousBot)."""


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of the settings, by their Telegram user ids, and the groups in which they may see orders."""

    admins: frozenset[int]
    groups: Groups = field(default_factory=Groups)

    def may_order(self, user_id: int) -> bool:
        return user_id in self.admins

    def sees_everybody(self, user_id: int) -> bool:
        """True if a list shows the person all orders; else it shows their own."""
        return user_id in self.admins

    def may_talk(self, chat_id: int, user_id: int) -> bool:
        """True where the person may order and see orders: in private (a chat of the same id), or in a group of ours."""
        return self.may_order(user_id) and (chat_id == user_id or chat_id in self.groups)
