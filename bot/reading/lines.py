"""Lines of a text taken apart at their labels, each answer by what its label says that it is.

What a label doesn't cover is read as text without one; what is left over is never dropped, it is listed as not read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.reading.choices import ChoiceWords
from bot.reading.contacts import Contact, contacts_in
from bot.reading.free_text import FreeReader, Read, Stretch
from bot.reading.goods import Goods, amount_of, amounts_in
from bot.reading.labels import Label, Labels
from bot.reading.people_names import is_name, is_spaced_name, salutation_alone
from bot.reading.pieces import Piece
from bot.reading.plain_text import PlainText, Span
from bot.reading.small_talk import is_wish
from bot.reading.takes import Takes
from providers.cleaning.numbers import amount_in
from providers.fields import Part

_HAN: Final = re.compile("[㐀-鿿]")
_CODE: Final = re.compile(r"[0-9]{3}(?:-?[0-9]{2,3})?(?![0-9])")
_NUMBER: Final = re.compile(r"[ #:]*((?=[A-Za-z-]*[0-9])[A-Za-z0-9][A-Za-z0-9-]{3,40})")
_PHONE: Final = re.compile(r"[+(]?[0-9*][0-9*() .-]{3,24}[0-9*]")
_MONEY: Final = re.compile(
    r"(?:NT\$|NTD|TWD|\$|¥|￥)? ?([0-9][0-9,]*(?:\.[0-9]{1,2})?) ?(?:元|圓|塊|块)?", re.IGNORECASE
)
_LEADING: Final = re.compile("[0-9][0-9,]*(?:[.][0-9]+)?[kKwW萬万千]?|[一二三四五六七八九十百千]+")
_OTHER_NAME: Final = re.compile(r" ?[/&、和] ?([㐀-鿿]{2,4})(?=$|[\s,;|\0])")
_SENDS: Final = re.compile(r"(?:^|[\s,;|])寄 ?[:=] ?$")
_RECEIVES: Final = re.compile(r"(?:^|[\s,;|])收(?:[件货貨][人者]?(?:姓名)?)? ?[:=]")
_ENDS_NAME: Final = re.compile(r"[\0,;|、/\t]|  ")
_SIGNS: Final = " \t,;|:"


class LineReader:
    """Takes lines of one text apart, for one form."""

    def __init__(
        self, text: PlainText, takes: Takes, goods: Goods, labels: Labels, choices: ChoiceWords, free: FreeReader
    ) -> None:
        self._text = text
        self._takes = takes
        self._goods = goods
        self._labels = labels
        self._choices = choices
        self._free = free
        self._sells_it = True
        as_it_is = (Part.NOTE, Part.SALUTATION, Part.PROVINCE, Part.CITY, Part.DISTRICT)
        names = (Part.NAME, Part.GIVEN_NAME, Part.FAMILY_NAME)
        self._ways: Mapping[Part | None, Callable[[Label, Stretch], Read]] = {
            None: self._titled,
            **dict.fromkeys(as_it_is, self._whole),
            Part.NOTE: self._note,
            **dict.fromkeys(names, self._name),
            Part.PHONE: self._phone,
            Part.ORDER_NUMBER: self._number,
            Part.POSTCODE: self._code,
            Part.STREET: lambda _, stretch: self._free.read(stretch, address=True),
            Part.PRODUCT: self._product,
            Part.QUANTITY: self._quantity,
            Part.USERNAME: self._username,
            Part.AMOUNT: self._money,
        }

    def read(self, start: int, end: int, label: Label | None = None) -> tuple[list[Piece], list[Span]]:
        """The pieces of a line or a table's cell, in order, and what was not read; `label` is its heading."""
        stretch = self._stretch(start, end)
        pieces: list[Piece] = []
        unread: list[Span] = []
        for one in self._line(stretch) if label is None else self._labelled(label, stretch):
            if isinstance(one, Piece):
                pieces.append(one)
            else:
                unread.append(one)
        pieces.sort(key=lambda one: (one.start, one.end))
        pieces += self._wishes(pieces, unread)
        names = [one for one in pieces if one.part is Part.NAME and not one.glued]
        if len(names) > 1 and names[0] is pieces[0] and not names[0].labelled and self._speaks(names[0], start):
            # Whoever wrote a line of a chat isn't the one whom it is about.
            unread.append((names[0].start, names[0].end))
            pieces.pop(0)
        return pieces, unread

    def _wishes(self, pieces: Sequence[Piece], unread: list[Span]) -> list[Piece]:
        """The words behind an address that say how to bring the parcel, as a note to be asked about."""
        ends = [one.end for one in pieces if one.has_street and not one.of_sender]
        if Part.NOTE not in self._takes.order or not ends or any(one.part is Part.NOTE for one in pieces):
            return []
        said = [span for span in unread if span[0] >= ends[-1] and is_wish(self._text.text[slice(*span)])]
        if not said:
            return []
        first, last = said[0][0], said[-1][1]
        if any(first < one.start < last for one in pieces):
            last = said[0][1]
        unread[:] = [span for span in unread if not first <= span[0] < last]
        whole = self._text.text[first:last]
        start, end = first + len(whole) - len(whole.lstrip("( ")), last - (len(whole) - len(whole.rstrip(") ")))
        return [Piece(Part.NOTE, self._text.as_sent(start, end), start, end, "note_unnamed")]

    def _speaks(self, name: Piece, start: int) -> bool:
        text = self._text.text
        return not text[start : name.start].strip(_SIGNS) and text[name.end : name.end + 2].lstrip(" ")[:1] == ":"

    def _stretch(self, start: int, end: int) -> Stretch:
        contacts, masked = contacts_in(self._text.text[start:end])
        return Stretch(start, masked, tuple(_piece_of(one, start) for one in contacts))

    def _line(self, line: Stretch) -> Read:
        labelled = self._labels.within(line.masked)
        first = labelled[0].start if labelled else len(line.masked)
        if first > 0:
            yield from self._free.read(line.part(0, first))
        ends = [*(one.start for one in labelled[1:]), len(line.masked)]
        for one, end in zip(labelled, ends, strict=False):
            if one.label.part is Part.ORDER_NUMBER:
                choice = self._choices.inside(line.masked[one.start : one.end].lstrip("[ "))
                if choice is not None:
                    at = line.start + one.start + line.masked[one.start :].index(choice.word)
                    yield Piece(None, choice.answer, at, at + len(choice.word), title=choice.title, labelled=True)
            yield from self._labelled(one.label, line.part(one.end, end))

    def _labelled(self, label: Label, stretch: Stretch) -> Read:
        if not self._text.text[stretch.start : stretch.end].strip(" :.-/\t|"):
            return
        if label.of_nobody:
            yield (stretch.start, stretch.end)
            return
        if label.of_sender and self._goes_to(stretch.start):
            label = Label(label.part)
        named = Stretch(stretch.start, stretch.masked, stretch.contacts, label.of_sender)
        way = self._ways.get(label.part)
        yield from way(label, named) if way is not None else self._free.read(named)

    def _goes_to(self, start: int) -> bool:
        """True behind a 寄 where nobody is said to receive: it says whom to send to, and not who sends."""
        text = self._text.text
        return _SENDS.search(text[:start]) is not None and _RECEIVES.search(text) is None

    def _raw(self, stretch: Stretch) -> str:
        return self._text.text[stretch.start : stretch.end]

    def _answer(self, label: Label, stretch: Stretch, span: Span, answer: str = "") -> Piece:
        """The answer that stands at a place inside a part of the line."""
        first, last = stretch.start + span[0], stretch.start + span[1]
        said = answer or self._text.as_sent(first, last)
        return Piece(label.part, said, first, last, title=label.title, of_sender=label.of_sender, labelled=True)

    def _beside(self, stretch: Stretch, taken: Span) -> Read:
        """The rest that stands beside a labelled answer."""
        left = stretch.without(*taken)
        if left.masked.strip("\0 \t,;|:()[]"):
            yield from self._free.read(left)
        else:
            yield from left.contacts

    def _whole(self, label: Label, stretch: Stretch) -> Read:
        raw = self._raw(stretch)
        yield self._answer(label, stretch, (len(raw) - len(raw.lstrip(_SIGNS)), len(raw.rstrip(_SIGNS))))

    def _note(self, label: Label, stretch: Stretch) -> Read:
        """A note up to the answer of another question that ends the line: `备注：勿压，来源 其他`."""
        raw = self._raw(stretch)
        is_person = any(one.part is Part.PHONE for one in stretch.contacts) and self._free.address_in(stretch.masked)
        if is_person and (ends := re.search(r"(?<=\S)[,; ]", raw)) is not None:
            # The note is of whoever stands behind it in the same line.
            for piece in self._whole(label, stretch.part(0, ends.start())):
                yield replace(piece, doubt="note_ends") if isinstance(piece, Piece) else piece
            yield from self._free.read(stretch.part(ends.end(), len(raw)))
            return
        for one in re.finditer(r"[,; ]+", raw):
            behind = re.split("[,;]", raw[one.end() :])[0].strip()
            is_apart = one[0].strip() or ":" in behind or self._choices.named(behind)
            if raw[: one.start()].strip(_SIGNS) and is_apart and self._choices.of(behind) is not None:
                yield from self._whole(label, stretch.part(0, one.start()))
                yield from self._free.read(stretch.part(one.end(), len(raw)))
                return
        yield from self._whole(label, stretch)

    def _titled(self, label: Label, stretch: Stretch) -> Read:
        """The answer to a question that is named by its title, or a person of whom nothing more is said."""
        if not label.title:
            yield from self._free.read(stretch, address=True)
            return
        raw = self._raw(stretch)
        said = raw.strip(" \t,;|。")
        at = raw.index(said)
        slot = next((one for one in self._takes.titled if one.plan.title == label.title), None)
        answer = self._choices.answer(label.title, said)
        if slot is None or (slot.plan.shape.choices and answer not in slot.plan.shape.choices):
            yield (stretch.start + at, stretch.start + at + len(said))
            return
        if slot.plan.grouped and (number := _LEADING.match(said)) is not None:
            amount = amount_of(number[0], 0, 0)
            answer = amount.answer if amount and amount.sure else number[0]
            yield self._answer(label, stretch, (at, at + number.end()), answer)
            yield from self._beside(stretch, (0, at + number.end()))
            return
        yield self._answer(label, stretch, (at, at + len(said)), answer)

    def _name(self, label: Label, stretch: Stretch) -> Read:
        first = re.search(r"[^\s\0,;|、/:]", stretch.masked)
        if first is None:
            yield from stretch.contacts
            return
        start = first.start()
        ends = _ENDS_NAME.search(stretch.masked, start)
        last = ends.start() if ends else len(stretch.masked)
        found = self._free.address_in(stretch.masked[:last])
        if found is not None and found.start > start:
            last = found.start
        last = start + _end_of_name(stretch.masked[start:last])
        part = label.part or Part.NAME
        other = _OTHER_NAME.match(stretch.masked, last)
        several = other is not None and not salutation_alone(other[1])
        for one in self._free.names(part, stretch.start + start, stretch.start + last, sender=label.of_sender):
            yield replace(one, doubt="two_names") if several and one.part is part else one
        yield from self._beside(stretch, (start, last))

    def _phone(self, label: Label, stretch: Stretch) -> Read:
        known = any(one.part is Part.PHONE for one in stretch.contacts)
        found = None if known else _PHONE.search(self._raw(stretch))
        if found is None:
            yield from self._free.read(stretch)
            return
        yield self._answer(label, stretch, found.span())
        yield from self._beside(stretch, found.span())

    def _number(self, label: Label, stretch: Stretch) -> Read:
        found = _NUMBER.match(self._raw(stretch))
        if found is None:
            yield from self._free.read(stretch)
            return
        yield self._answer(label, stretch, found.span(1))
        yield from self._beside(stretch, found.span(1))

    def _code(self, label: Label, stretch: Stretch) -> Read:
        found = _CODE.search(self._raw(stretch))
        if found is None:
            yield (stretch.start, stretch.end)
            return
        yield self._answer(label, stretch, found.span())
        yield from self._beside(stretch, found.span())

    def _product(self, label: Label, stretch: Stretch) -> Read:
        digits = re.fullmatch(r"\s*#?([0-9]{1,20})\s*", self._raw(stretch))
        self._sells_it = True
        if digits is None:
            found = list(self._free.read(stretch, product=True))
            unknown = len(self._goods) and not any(isinstance(one, Piece) and one.part is Part.PRODUCT for one in found)
            self._sells_it = not unknown
            for one in found:
                # So many of something else.
                if unknown and isinstance(one, Piece) and one.part is Part.QUANTITY:
                    yield replace(one, doubt=one.doubt or "product_unknown")
                else:
                    yield one
            return
        known = not len(self._goods) or self._goods.product(digits[1]) is not None
        piece = self._answer(label, stretch, digits.span(1))
        yield (
            piece
            if known
            else Piece(piece.part, piece.answer, piece.start, piece.end, "product_unknown", labelled=True)
        )

    def _quantity(self, label: Label, stretch: Stretch) -> Read:
        for one in amounts_in(stretch.masked, bare=True)[:1]:
            piece = self._answer(label, stretch, (one.start, one.end), one.answer)
            doubt = "number_two_ways" if not one.sure else "" if self._sells_it else "product_unknown"
            yield Piece(piece.part, one.answer, piece.start, piece.end, doubt, one.options, labelled=True)
            yield from self._beside(stretch, (one.start, one.end))
            return
        yield (stretch.start, stretch.end)

    def _username(self, label: Label, stretch: Stretch) -> Read:
        if stretch.contacts:
            yield from self._free.read(stretch)
            return
        raw = self._raw(stretch)
        found = re.search(r"[^\s@:|,;]+", raw)
        if found is None:
            return
        name = found[0]
        yield self._answer(label, stretch, (raw.index(name), raw.index(name) + len(name)), name)

    def _money(self, label: Label, stretch: Stretch) -> Read:
        money = _MONEY.search(self._raw(stretch))
        meant = amount_in(money[1]) if money else None
        if money is None or meant is None or not meant.sure:
            yield (stretch.start, stretch.end)
            return
        piece = self._answer(label, stretch, money.span(1), str(meant.numbers[0]))
        yield replace(piece, doubt="amount_in_words" if label.unsure else "")
        yield from self._beside(stretch, money.span())


def _piece_of(one: Contact, start: int) -> Piece:
    return Piece(one.part, one.answer, one.start + start, one.end + start, one.doubt, one.options)


def _end_of_name(said: str) -> int:
    """The end of a labelled name: a Chinese one has no space in it, but for how to address the person."""
    if not _HAN.match(said) or " " not in said.strip() or is_name(said.strip()) or is_spaced_name(said.strip()):
        return len(said)
    head, _, behind = said.partition(" ")
    beside = salutation_alone(behind.strip(" ()")) or re.fullmatch(r"\(?收\)?", behind.strip())
    return len(said) if beside else len(head)
