"""The account that a person names in a command: by its name in the settings, its title, or enough of either.

Whoever types `/order damai` means the only account that this fits; where it fits several, or none, these are offered,
and nothing is ordered by a guess. An account with a title of its own goes by its supplier's names too, after all that
are the account's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.conversation.known import Account
from bot.conversation.slips import nearly
from providers.cleaning import compared_text

_SHORTEST_WITHIN: Final = 2
"""Characters that have to be typed of a name's middle or end."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The `account` that is meant, or else those that may be; `rest` is what stands behind its name."""

    account: Account | None
    others: tuple[Account, ...] = ()
    rest: str = ""


def meant(accounts: Mapping[str, Account], wanted: str, rest: str = "") -> Meant:
    """The account of `/order WANTED REST`. A title of several words may go on in the rest."""
    if wanted in accounts:
        return Meant(accounts[wanted], rest=rest)
    words = [wanted, *rest.split()]
    for names in (_names, _of_supplier):
        for n in range(len(words), 0, -1):
            exact = _those(accounts, " ".join(words[:n]), lambda name, typed: name == typed, names)
            if exact:
                # What follows is kept as it was typed.
                return _one(exact, "".join(rest.split(maxsplit=n - 1)[n - 1 :]) if n > 1 else rest)
        begun = _those(accounts, wanted, lambda name, typed: name.startswith(typed), names)
        if not begun and len(compared_text(wanted)) >= _SHORTEST_WITHIN:
            begun = _those(accounts, wanted, lambda name, typed: typed in name, names)
        if begun:
            return _one(begun, rest)
    return Meant(None, _nearly(accounts, wanted), rest)


def said_with(accounts: Mapping[str, Account], wanted: str, rest: str, said: str) -> tuple[Account | None, str]:
    """The account of `/order WANTED REST` and the text behind it, else what was `said` before; None without either."""
    found = meant(accounts, wanted, rest)
    text = found.rest or said
    return (found.account, text) if text else (None, "")


def unnamed(accounts: Mapping[str, Account], wanted: str, rest: str) -> str:
    """The text of `/order TEXT` that names no account; empty where it names one."""
    return "" if meant(accounts, wanted, rest).account is not None else " ".join(filter(None, [wanted, rest]))


def is_named(accounts: Mapping[str, Account], text: str) -> Account | None:
    """The one account whose name or title a text is, or its supplier's name; None for any other text."""
    for names in (_names, _of_supplier):
        if found := _those(accounts, text, lambda name, typed: name == typed, names):
            return found[0] if len(found) == 1 else None
    return None


def _one(found: tuple[Account, ...], rest: str) -> Meant:
    return Meant(found[0], rest=rest) if len(found) == 1 else Meant(None, found, rest)


def _those(
    accounts: Mapping[str, Account],
    text: str,
    fits: Callable[[str, str], bool],
    names: Callable[[Account], tuple[str, ...]],
) -> tuple[Account, ...]:
    typed = compared_text(text)
    return tuple(one for one in accounts.values() if typed and any(fits(name, typed) for name in names(one)))


def _nearly(accounts: Mapping[str, Account], text: str) -> tuple[Account, ...]:
    """The accounts that a slip of the fingers may have missed: they are asked about, never taken."""
    names = {name: account for account in accounts.values() for name in _names(account)}
    return tuple({names[name].name: names[name] for name in nearly(compared_text(text), names)}.values())


def _names(account: Account) -> tuple[str, ...]:
    return compared_text(account.name), compared_text(account.title)


def _of_supplier(account: Account) -> tuple[str, ...]:
    return tuple(map(compared_text, account.called))
