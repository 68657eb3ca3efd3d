"""ChoiceWords that a text makes by their words: 淘宝, `source: taobao`, VIP.

A word is the choice only where it can be nothing else; 商品 or `other` are that only behind the name of their question.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.reading.labels import Labels
from bot.reading.takes import Takes
from providers.cleaning import compared_text
from providers.fields import Part

_OF_NO_QUESTION: Final = frozenset(
    map(
        compared_text, ["other", "其他", "其它", "goods", "商品", "link", "链接", "連結", "鏈接", "username", "default"]
    )
)
"""Words that are a choice only where they answer its question: elsewhere they mean anything."""
_ORDER: Final = re.compile("的?(?:单|單|订单|訂單)子?|的?(?:平台|客户|客戶|客人)")
_NAMED: Final = re.compile(r"([^:= ]{1,12}?)(?: ?[:=] ?| )([^:=]{1,20})")


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a question by its title, and the word for it in the text."""

    title: str
    answer: str
    word: str


class ChoiceWords:
    """The words for the choices of a form; `words` are further spellings of each."""

    def __init__(self, takes: Takes, words: Mapping[str, Iterable[str]], labels: Labels) -> None:
        self._labels = labels
        self._known: dict[str, tuple[str, str]] = {}
        for slot in takes.choices:
            for choice in slot.plan.shape.choices:
                for said in (choice, *words.get(choice, ())):
                    self._known.setdefault(compared_text(said), (slot.plan.title, choice))

    def answer(self, title: str, word: str) -> str:
        """The choice that a word is at a question; the word itself where it is none."""
        known = self._known.get(compared_text(word))
        return known[1] if known is not None and known[0] == title else word

    def of(self, word: str) -> Choice | None:
        """The choice that a word is by itself, or behind a word for its question: `来源：淘宝`."""
        folded = compared_text(word)
        known = self._known.get(folded)
        if known is not None:
            return Choice(*known, word) if folded not in _OF_NO_QUESTION else None
        said = _NAMED.fullmatch(word)
        known = self._known.get(compared_text(said[2])) if said else None
        if said is not None and known is not None:
            return Choice(*known, said[2]) if known[0] in self._labels.titles_like(said[1]) else None
        return self._glued(word)

    def named(self, words: str) -> bool:
        """True of a word for a question and one of its choices, with a space between."""
        return _NAMED.fullmatch(words) is not None and " " in words and self.of(words) is not None

    def inside(self, label: str) -> Choice | None:
        """The choice that a label for a number begins with: 淘宝订单编号."""
        for said, known in self._known.items():
            if said not in _OF_NO_QUESTION and label.casefold().startswith(said):
                return Choice(*known, label[: len(said)])
        return None

    def _glued(self, word: str) -> Choice | None:
        """A choice right behind a word for its question, or before one for its number: 来源淘宝, 天猫订单."""
        for said, known in self._known.items():
            place = word.casefold().find(said) if len(said) < len(word) else -1
            if place < 0:
                continue
            before, behind = word[:place], word[place + len(said) :]
            of_number = self._labels.of(behind) if behind and not before and said not in _OF_NO_QUESTION else None
            of_order = not before and said not in _OF_NO_QUESTION and bool(_ORDER.fullmatch(behind))
            of_title = before and not behind and known[0] in self._labels.titles_like(before)
            if of_title or of_order or (of_number is not None and of_number.part is Part.ORDER_NUMBER):
                return Choice(*known, word[place : place + len(said)])
        return None
