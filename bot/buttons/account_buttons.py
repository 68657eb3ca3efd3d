"""The buttons about accounts: whether one with a new key is the customer that it was."""

from typing import Final

from bot.conversation import events

_VERBS: Final = {"samekey": True, "otherkey": False}


def customer(account: str, own: str, *, same: bool) -> str:
    """An answer about an account, by its name in the settings; `own` is what its settings mean."""
    verb = next(verb for verb, means in _VERBS.items() if means is same)
    return f"{verb}:{account}:{own}"


def read(data: str) -> events.Event | None:
    """The event of an account's button; None for one that is none, `TapUnreadable` for one that was never written."""
    verb, _, rest = data.partition(":")
    if verb not in _VERBS:
        return None
    account, _, own = rest.partition(":")
    if not account or not own:
        return events.TapUnreadable()
    return events.CustomerTapped(account, own, _VERBS[verb])
