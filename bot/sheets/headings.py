"""The headings of columns as people write them, and the roles that they stand for.

`收件人姓名*`, `手机号码（必填）` and `Recipient phone 2` are no words that anybody could list.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.reading.labels import Label, Labels
from bot.reading.reader import TextReader
from bot.reading.takes import Slot
from bot.sheets.columns import IGNORED, KEY, NAME, PERSON, role_of
from providers.cleaning import compared_text
from providers.fields import Part

_BESIDE: Final = re.compile(
    r"[(（\[【].*?[)）\]】]|[*＊:：]|必填|选填|選填|可不填|可选|required|optional", re.IGNORECASE
)
_ITEM: Final = re.compile(r"^(?P<word>.*?\D)[ _#-]?(?P<item>[1-9][0-9]?)$")
_OF_SENDER: Final = re.compile(
    "^(?:寄件人|发件人|發件人|寄件者|发货人|發貨人|寄件|发件|發件|发货|發貨|寄方|sender|from)的?[ _-]?", re.IGNORECASE
)
_OF_RECIPIENT: Final = re.compile(
    "^(?:收件人|收货人|收貨人|收件者|收件|收货|收貨|收方|买家|買家|客户|客戶|recipient|receiver|consignee|customer|"
    "shipping|ship to|delivery)(?:的|'s)?[ _-]?",
    re.IGNORECASE,
)
_KEYS: Final = frozenset(
    map(
        compared_text,
        (
            *("key", "no", "no.", "uid", "ref", "编号", "編號", "序号", "序號", "行号", "行號", "流水号", "流水號"),
            *("唯一编号", "唯一編號", "自编号", "自訂編號", "单号", "單號"),
        ),
    )
)
"""Words for a number of the row itself; 编号 may also be one of the product."""
_WEAK: Final = frozenset(
    map(
        compared_text,
        (
            *("编号", "編號", "id", "sku", "货号", "貨號", "to", "from", "first", "last", "title", "message", "post"),
            *("area", "item", "contact"),
        ),
    )
)
"""Words that mean a part of an order only where nothing else does."""
_SHORTEST, _LONGEST_NEARLY = 2, 12
_EXACT, _SAID, _NEARLY, _WEAKLY = range(4)


@dataclass(frozen=True, slots=True)
class HeadingWord:
    """A heading as it was understood: the word for a part that is in it, or None for one that counts rows.

    The less `rank`, the plainer it says so; `item` is the number behind it, from 1.
    """

    label: Label | None
    rank: int
    item: int = 1


class HeadingWords:
    """Understands headings, whatever form they are for. `titles` are words that head columns as they stand."""

    def __init__(self, labels: Labels, titles: Iterable[str] = ()) -> None:
        self._labels = labels
        self._titles = frozenset(map(compared_text, titles))

    def is_heading(self, heading: str) -> bool:
        """Check whether a cell heads a column, as far as its words say so."""
        return compared_text(heading) in self._titles or self.of(heading) is not None

    def of(self, heading: str) -> HeadingWord | None:
        """A heading understood; None for words that say nothing."""
        word = _BESIDE.sub(" ", heading).strip()
        found = self._of_word(word)
        numbered = _ITEM.match(word)
        if found is None and numbered is not None and (one := self._of_word(numbered["word"].strip())) is not None:
            found = replace(one, item=int(numbered["item"]))
        return found or self._of_pieces(word) or self._nearly(word)

    def _of_word(self, word: str) -> HeadingWord | None:
        said = compared_text(word)
        rank = _WEAKLY if said in _WEAK else _SAID
        label = self._labels.of(word) if said else None
        if label is not None:
            return HeadingWord(label, rank)
        for before, of_sender in ((_OF_SENDER, True), (_OF_RECIPIENT, False)):
            rest = before.sub("", word, count=1)
            label = self._labels.of(rest) if rest not in {word, ""} else None
            if label is not None and label.part is not None:
                return HeadingWord(Label(label.part, of_sender=of_sender), rank)
        return HeadingWord(None, _WEAKLY) if said in _KEYS else None

    def _of_pieces(self, word: str) -> HeadingWord | None:
        """A heading of several words for the same: 收件人/姓名, 手机 电话."""
        pieces = [piece for piece in re.split(r"[/／、|\s]+", word) if piece]
        found = {one.label for piece in pieces if (one := self._of_word(piece)) is not None}
        return HeadingWord(found.pop(), _NEARLY) if len(pieces) > 1 and len(found) == 1 else None

    def _nearly(self, word: str) -> HeadingWord | None:
        """A heading that ends or begins with a word for a part, or is like a title: 客户收件地址, 来源."""
        if word.isascii() or len(word) > _LONGEST_NEARLY or any(map(str.isdigit, word)):
            return None
        for length in range(len(word) - 1, _SHORTEST - 1, -1):
            for piece in (word[-length:], word[:length]):
                found = self._of_word(piece)
                if found is not None and found.rank < _WEAKLY:
                    return replace(found, rank=_NEARLY)
        titles = self._labels.titles_like(word)
        return HeadingWord(Label(title=titles.pop()), _NEARLY) if len(titles) == 1 else None


@dataclass(frozen=True, slots=True)
class Meaning:
    """A role that a heading may stand for; the less `rank`, the plainer. The role is empty for what no form takes."""

    role: str
    rank: int

    @property
    def sure(self) -> bool:
        """True where the heading says it by itself."""
        return self.rank <= _SAID

    @property
    def exact(self) -> bool:
        """True of a title of the form's, or a heading that we write ourselves."""
        return self.rank == _EXACT

    @property
    def is_weak(self) -> bool:
        """True of a word that says little."""
        return self.rank >= _WEAKLY


class Headings:
    """The meanings of headings for one account. `ours` are the roles of what we write into sheets, by heading."""

    def __init__(self, reader: TextReader, titles: Mapping[str, str], ours: Mapping[str, str]) -> None:
        self._takes = reader.takes
        self._words = HeadingWords(reader.labels)
        self._titles: dict[str, Slot] = {}
        by_title = {slot.plan.title: slot for slot in reversed(self._takes.titled)}
        for said, title in {**{title: title for title in by_title}, **titles}.items():
            if title in by_title:
                self._titles.setdefault(compared_text(said), by_title[title])
        self._ours = {compared_text(said): role for said, role in ours.items()}
        self._listed = {role_of(slot) for slot in self._takes.titled if slot.is_listed}

    def of(self, heading: str) -> Meaning | None:
        """The meaning of a heading; None for words that say nothing."""
        said = compared_text(heading)
        if not said:
            return None
        if said in self._ours:
            return Meaning(self._ours[said], _EXACT)
        if said in self._titles:
            return Meaning(role_of(self._titles[said]), _EXACT)
        found = self._words.of(heading)
        if found is None:
            return None
        role = KEY if found.label is None else self._role(found.label)
        if role == IGNORED and compared_text(heading) in _KEYS:
            role = KEY
        if found.item > 1 and role in self._listed:
            role = f"{role}#{found.item}"
        return Meaning(role, found.rank)

    def _role(self, label: Label) -> str:
        """The role that a label has for this form; that of a part for which it has no question is to be ignored."""
        if label.of_nobody:
            return IGNORED
        if label.title:
            slot = next((one for one in self._takes.titled if one.plan.title == label.title), None)
            return IGNORED if slot is None else role_of(slot)
        if label.part is None:
            return PERSON if self._takes.has_people else IGNORED
        places = self._takes.sender if label.of_sender else {**self._takes.order, **self._takes.person}
        if label.part in places:
            return role_of(places[label.part])
        if label.part is Part.NAME and Part.FAMILY_NAME in places:
            return NAME
        return KEY if label.part is Part.ORDER_NUMBER else IGNORED
