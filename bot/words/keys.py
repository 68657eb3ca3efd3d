"""The buttons of one moment of one draft, made in the same way for questions, menus and products.

Each carries the draft and its revision, which nobody can forget here.
"""

from bot.buttons import draft_buttons
from bot.conversation import events
from bot.conversation.state import Draft
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Style, readable, shortened

_LABEL = 40
"""Characters on a button, so that it can be read on a phone."""


class Keys:
    """Buttons of one moment of one draft."""

    def __init__(self, words: Catalogue, draft: Draft) -> None:
        self._words = words
        self.draft = draft.id
        self.revision = draft.revision

    def plain(self, kind: type[events.Tap], label: str, style: Style = Style.NONE) -> Button:
        return Button(self._words.say(label), draft_buttons.tap(kind(self.draft, self.revision)), style=style)

    @property
    def cancel(self) -> Button:
        return self.plain(events.Cancelled, "button.cancel", Style.DANGER)

    def numbered(
        self,
        kind: type[events.Chose | events.ItemPicked | events.FieldPicked | events.Paged],
        n: int,
        text: str,
        typed: tuple[str, ...] = (),
    ) -> Button:
        data = draft_buttons.tap(kind(self.draft, self.revision, n))
        return Button(shortened(readable(text), _LABEL), data, typed=typed)

    def anew(self, account: str, product: str = "") -> Button:
        anew = events.StartedAnew(self.draft, self.revision, account, product)
        return Button(self._words.say("button.start_anew"), draft_buttons.tap(anew), style=Style.DANGER)

    def kept(self, account: str, product: str = "") -> Button:
        """Instead of `anew`: the draft is kept for later."""
        kept = events.KeptForLater(self.draft, self.revision, account, product)
        return Button(self._words.say("button.keep_for_later"), draft_buttons.tap(kept))

    def leave(self) -> tuple[Button, ...]:
        return (self.plain(events.WentBack, "button.back"), self.cancel)
