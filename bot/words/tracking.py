"""Words for the tracking numbers of parcels, and the buttons that copy them.

They are read on cards, in answers and in news, and are to look the same everywhere.
"""

from bot.words.catalogue import Catalogue
from bot.words.message import Button, code, escaped, shortened
from providers.orders import Tracking

SHOWN_TRACKING = 5
_COPIED = 3
_LONGEST_COPY = 256
"""Characters that a copy button takes. Source: Bot API, "CopyTextButton"."""
_NAME = 60
_VALUE = 100


def tracking_lines(words: Catalogue, tracking: tuple[Tracking, ...]) -> list[str]:
    """The numbers of an order's parcels; of many the first ones."""
    lines = []
    for parcel in tracking[:SHOWN_TRACKING]:
        value = words.bracketed(code(shortened(parcel.number, _VALUE)), escaped(shortened(parcel.company, _NAME)))
        lines.append(words.labelled(escaped(words.say("label.tracking")), value))
    if (more := len(tracking) - SHOWN_TRACKING) > 0:
        lines.append(escaped(words.say("list.more", n=more)))
    return lines


def copies(words: Catalogue, tracking: tuple[Tracking, ...]) -> list[Button]:
    """Buttons that copy these numbers."""
    return [
        Button(words.say("button.copy", number=shortened(number, 30)), copy=number)
        for number in list(dict.fromkeys(parcel.number for parcel in tracking))[:_COPIED]
        if number.strip() and number.isprintable() and len(number) <= _LONGEST_COPY
    ]
