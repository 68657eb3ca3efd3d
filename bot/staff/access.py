"""The access of people to orders. Staff are named in the settings; all others learn nothing but their own id."""

from dataclasses import dataclass

QUIET = 24 * 60 * 60 * 1_000_000
"""Microseconds in which a stranger gets no second answer."""


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of the settings, by their Telegram user ids."""

    admins: frozenset[int]

    def may_order(self, user_id: int) -> bool:
        return user_id in self.admins

    def sees_everybody(self, user_id: int) -> bool:
        """True if a list shows the person all orders; else it shows their own."""
        return user_id in self.admins
