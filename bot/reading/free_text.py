"""Parts of a line of which no label says what they are: places, products and names are found in them.

What has the plainest shape is taken first, so that a name is only looked for in what is left.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.reading.addresses import AddressFound, address_in
from bot.reading.choices import ChoiceWords
from bot.reading.goods import Amount, Goods, NamedProduct, amount_of, amounts_in, interval_in, networks_of, runs_in
from bot.reading.people_names import (
    is_hardly_name,
    is_name,
    is_parted_name,
    is_spaced_name,
    may_be_name,
    salutation_alone,
    without_beside,
)
from bot.reading.pieces import Divisions, Piece
from bot.reading.plain_text import PlainText, Span
from bot.reading.small_talk import courtesy_off
from bot.reading.takes import Takes
from providers.fields import Part

Read = Iterator[Piece | Span]
"""Pieces, and places in the plain text that were not read."""
TAKEN: Final = "\0"
"""Stands for each character of what was read."""
_PRODUCT: Final = "\1"
"""The same of a product: a number beside it says how many."""

_NAMED_WITH: Final = re.compile(r"(?:(?!和|跟|与|與|以及|及|\+|&| and )[^\0\t|;,、\n。!?])+")
_STRETCH: Final = re.compile(r"[^\0\t|;,、\n。!?]+")
_BARE_BEHIND: Final = re.compile(r"[ :|\t,]{1,3}([0-9]{1,5})(?=$|[\s,;|\0])")
_BARE_BEFORE: Final = re.compile(
    r"(?:^|[\s,;|\0])([0-9]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)(?: of| of the)? $", re.IGNORECASE
)
_WORDS_OF_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_IN_WORDS: Final = {word: str(n) for n, word in enumerate(_WORDS_OF_NUMBERS, start=1)}
_HOUSE: Final = re.compile(r"[ ]?[号號室楼樓弄巷段栋棟层層年月日点點分元]")
_POINT: Final = re.compile(r"(?:NO\.?|第)?[0-9一二三四五六七八九十]{1,3}[.:号位)]?", re.IGNORECASE)
_CODE: Final = re.compile("[0-9]{5,6}")
_SIGNS: Final = " .~:+*#=-()[]'\"<>_^&%$/\\"
_WORD: Final = re.compile(
    r"[^\s/]*[㐀-鿿][^\s/]*(?: (?:先生|小姐|女士|太太|收|\(收\)))*|[^\s/㐀-鿿]+(?: [^\s/㐀-鿿]+)*"
)
_RECEIVES: Final = re.compile(r" ?\(?收\)?$")
_NAMES: Final = (is_name, may_be_name, is_spaced_name, is_hardly_name)
_IN_BRACKETS: Final = re.compile(r"\[([^\[\]0-9]+)\]([^\[\]]*)[\[\]]*")
"""A word in brackets of its own, whatever stands behind."""
_ACCOUNT: Final = re.compile(
    r"(?<![A-Za-z0-9._/-])(?=[A-Za-z0-9._]*[A-Za-z])(?=[A-Za-z0-9]*[._0-9])[A-Za-z0-9._]{3,29}[A-Za-z0-9_](?![A-Za-z0-9/-])"
)
"""The name of an account, as nothing else is spelled."""
_NUMBER_AT_END: Final = re.compile(r"[号號樓楼] ([0-9]{1,6}(?: [0-9]{1,6})*)$")
_CODE_LENGTH: Final = 3
_MOST_ADDRESSES: Final = 40
_SEVERAL: Final = 2
_NEAR: Final = 2
"""Characters between an id and how many of it."""
_COUNTED: Final = re.compile("[0-9一二三四五六七八九十两兩][个個只隻位枚朵颗顆]$")
"""A number and a measure right before a word."""
_GLUED: Final = re.compile("(?![给給到送寄发發礼禮货貨份件各])[㐀-鿿]")
_MOSTLY: Final = (6, 10)
"""The share of a word that a product's title has to have, where nothing says that it is one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a line from `start` on, in which what has been read already is masked; `contacts` are those in it."""

    start: int
    masked: str
    contacts: Sequence[Piece] = ()
    of_sender: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.masked)

    def part(self, start: int, end: int) -> "Stretch":
        """A part of it by places inside it."""
        first, last = self.start + start, self.start + end
        inside = tuple(one for one in self.contacts if first <= one.start < last)
        return Stretch(first, self.masked[start:end], inside, self.of_sender)

    def without(self, start: int, end: int) -> "Stretch":
        """The same with one part more that was read."""
        left = tuple(one for one in self.contacts if not self.start + start <= one.start < self.start + end)
        return Stretch(self.start, _without(self.masked, start, end, TAKEN), left, self.of_sender)


class FreeReader:
    """Takes parts of lines apart, for one form and one text."""

    def __init__(self, text: PlainText, takes: Takes, places: Divisions, goods: Goods, choices: ChoiceWords) -> None:
        self._text = text
        self._takes = takes
        self._places = places
        self._goods = goods
        self._choices = choices
        self._sells = Part.PRODUCT in takes.order
        self._networks = networks_of(re.findall(r"(?:[a-z0-9-]+\.)+[a-z]{2,}/", text.text.lower()))

    def read(self, stretch: Stretch, *, address: bool = False, product: bool = False) -> Read:
        """All that a part of a line holds; `address` says that there is one in it, `product` that it names one."""
        parts = [] if self._takes.has_people or product else _of_each_link(stretch)
        for part in parts or [stretch]:
            yield from self._read(part, address=address, product=product)

    def _read(self, stretch: Stretch, *, address: bool, product: bool) -> Read:
        text = stretch.masked
        for one in stretch.contacts:
            is_product = self._is_product_id(one)
            if is_product:
                text = _without(text, one.start - stretch.start, one.end - stretch.start, _PRODUCT)
            as_product = replace(one, part=Part.PRODUCT, doubt="", options=())
            yield as_product if is_product else replace(one, of_sender=stretch.of_sender)
        for piece in self._runs(text):
            text = _without(text, piece.start, piece.end, TAKEN)
            yield replace(piece, start=piece.start + stretch.start, end=piece.end + stretch.start)
        if self._sells and not address:
            for named in self._goods.by_title(text):
                text = _without(text, named.start, named.end, _PRODUCT)
                yield _product_of(named, stretch.start)
        if self._takes.has_people and not product:
            for found in self._addresses(text.replace(_PRODUCT, TAKEN), labelled=address):
                yield from self._address(found, stretch, labelled=address)
                text = _without(text, found.start, found.end, TAKEN)
        if self._sells:
            links = [one.answer for one in stretch.contacts if one.part is Part.LINK]
            for piece in self._goods_in(text, networks_of(links) or self._networks, said=product):
                text = _without(text, piece.start, piece.end, _PRODUCT if piece.part is Part.PRODUCT else TAKEN)
                yield replace(piece, start=piece.start + stretch.start, end=piece.end + stretch.start)
        yield from self._leftover(text.replace(_PRODUCT, TAKEN), stretch)

    def _runs(self, text: str) -> Iterator[Piece]:
        """The runs and the interval that a text names, where the form asks for them."""
        for part, amount in ((Part.RUNS, runs_in(text)), (Part.INTERVAL, interval_in(text))):
            if part in self._takes.order and amount is not None:
                yield replace(_quantity_of(amount, 0), part=part)

    def _is_product_id(self, one: Piece) -> bool:
        """True of an id that is as long as an order's number, or nearly as long as a phone's."""
        like_one = one.part is Part.ORDER_NUMBER or (one.part is Part.PHONE and one.doubt == "phone_digits")
        return like_one and self._sells and self._goods.product(one.answer) is not None

    def address_in(self, text: str) -> AddressFound | None:
        """The address in a masked text, where the form has any."""
        return address_in(text, self._places) if self._takes.has_people else None

    def names(
        self, part: Part, start: int, end: int, *, sender: bool = False, labelled: bool = True, weak: bool = False
    ) -> Iterator[Piece]:
        """A name, and how to address the person where that stands beside it."""
        raw = self._text.text[start:end]
        said = raw.rstrip(" :,;&-")
        person = without_beside(said)
        at = raw.find(person.name) if person.name else -1
        if at < 0:
            return
        first, last = start + at, start + at + len(person.name)
        if person.salutation and len(person.name) == 1 and Part.SALUTATION not in self._takes.person:
            # Nobody is called by a family name alone where a parcel is addressed.
            last = start + at + len(_RECEIVES.sub("", said[at:]))
        name, doubt = self._text.as_sent(first, last), "name_beside" if person.beside else ""
        if is_spaced_name(self._text.text[first:last]):
            name, doubt = name.replace(" ", "").replace("\u3000", ""), "name_spaced"
        doubt = "name_unsure" if weak and is_hardly_name(person.name) else doubt
        yield Piece(part, name, first, last, doubt, of_sender=sender, labelled=labelled, weak=weak)
        if person.salutation and not sender and last < start + len(said):
            doubt = "" if person.salutation_sure else "salutation"
            yield Piece(Part.SALUTATION, person.salutation, last, start + len(said), doubt)

    def _addresses(self, text: str, *, labelled: bool) -> Iterator[AddressFound]:
        """The address of a part of a line, and more if there are."""
        for _ in range(_MOST_ADDRESSES):
            found = address_in(text, self._places, labelled=labelled)
            if found is None:
                return
            yield found
            if found.place is None:
                return
            text = _without(text, found.start, found.end, TAKEN)
            labelled = False

    def _address(self, found: AddressFound, stretch: Stretch, *, labelled: bool) -> Iterator[Piece]:
        def piece(part: Part, start: int, end: int) -> Piece:
            first, last = stretch.start + start, stretch.start + end
            answer = self._text.as_sent(first, last)
            return Piece(part, answer, first, last, of_sender=stretch.of_sender, labelled=labelled)

        if found.code != (0, 0):
            yield piece(Part.POSTCODE, *found.code)
        place, street = found.place, found.street
        span = street if street != (0, 0) else place.span if place is not None else (found.start, found.start)
        whole = replace(
            piece(Part.STREET, *span),
            doubt="place_contradiction"
            if found.against
            else "aside"
            if found.aside
            else self._number_doubt(found, stretch),
            place=place,
            place_at=stretch.start + (place.span[0] if place else found.start),
        )
        yield whole if street != (0, 0) else replace(whole, answer="")
        if found.name >= 0:
            first, last = stretch.start + found.name, stretch.start + street[1]
            for one in self.names(Part.NAME, first, last, sender=stretch.of_sender, labelled=False):
                yield replace(one, glued=True) if one.part is Part.NAME else one

    def _number_doubt(self, found: AddressFound, stretch: Stretch) -> str:
        """The doubt about a number behind a house's that may be a product's id or a postcode."""
        tail = _NUMBER_AT_END.search(self._text.text, stretch.start, stretch.start + found.street[1])
        numbers = tail[1].split() if tail is not None and self._sells else []
        code = found.place is not None and found.place.place.region == "tw"
        is_other = any(self._goods.product(one) is not None or (code and len(one) == _CODE_LENGTH) for one in numbers)
        return "address_odd" if is_other else ""

    def _goods_in(self, text: str, context: Sequence[str], *, said: bool) -> Iterator[Piece]:
        """Products by id and by words, and the numbers that say how many; their places are those in `text`."""
        for named in self._goods.by_id(text):
            if self._is_id(text, named, said=said):
                yield _product_of(named, 0)
                text = _without(text, named.start, named.end, _PRODUCT)
        found = _PRODUCT in text
        amounts = amounts_in(text.replace(_PRODUCT, TAKEN), bare=not self._takes.has_people)
        amounts = _likely(amounts)
        if found:
            amounts += _amounts_beside(text, amounts)
        if not self._takes.has_people and not found:
            # Of 2w粉 the last character is what is counted, where nothing else says so.
            amounts = [replace(one, end=one.end - 1) if text[one.end - 1] == "粉" else one for one in amounts]
        for amount in amounts:
            counts = self._takes.has_people and not found and not said and _GLUED.match(text, amount.end)
            yield _quantity_of(replace(amount, sure=False) if counts else amount, 0)
            text = _without(text, amount.start, amount.end, TAKEN)
        for one in self._stretches(text, context):
            if _PRODUCT in one[0] or not one[0].strip() or (found and not self._takes.many_goods):
                continue
            named_so = self._goods.by_words(one[0], context)
            if (
                named_so is None
                or self._choices.of(one[0][named_so.start : named_so.end]) is not None
                or not (said or self._is_product(one[0], named_so, has_amount=bool(amounts)))
            ):
                continue
            found = True
            yield replace(_product_of(named_so, one.start()), labelled=said)
            end = one.start() + named_so.end
            behind = _BARE_BEHIND.match(text, end) if not amounts else None
            if behind and (amount_behind := amount_of(behind[1], *behind.span(1))) is not None:
                yield _quantity_of(amount_behind, 0)

    def _stretches(self, text: str, context: Sequence[str]) -> Iterator[re.Match[str]]:
        """The parts that may each name a product; those with an "and" between are two where both do."""
        for one in _STRETCH.finditer(text):
            parts = list(_NAMED_WITH.finditer(text, *one.span()))
            several = self._takes.many_goods and len(parts) > 1
            yield from parts if several and all(self._goods.by_words(part[0], context) for part in parts) else [one]

    def _is_id(self, text: str, named: NamedProduct, *, said: bool) -> bool:
        """True where a number that is a product's id is meant as one."""
        if _HOUSE.match(text, named.end):
            return False
        if said or not self._takes.has_people or not named.id.isdigit() or text[named.start] == "#":
            return True
        marked = amounts_in(text[named.end : named.end + 12], bare=False)
        begins = not text[: named.start].strip(TAKEN + _PRODUCT + " \t,;|、和跟与與及&+")
        behind_amount = re.search("[件份个個盒] ?$", text[: named.start])
        return begins or behind_amount is not None or bool(marked and marked[0].start <= _NEAR)

    def _is_product(self, text: str, named: NamedProduct, *, has_amount: bool) -> bool:
        """True where words that a title has are nearly all that a part says."""
        if not self._takes.has_people:
            return True
        covered, letters = named.letters, sum(map(str.isalpha, courtesy_off(text)))
        return covered >= letters or (has_amount and covered * _MOSTLY[1] >= letters * _MOSTLY[0])

    def _leftover(self, text: str, stretch: Stretch) -> Read:
        for one in _STRETCH.finditer(text):
            words = list(_words(one[0], one.start()))
            for first, last in self._titled(text, list(_joined(text, words))):
                yield from self._word(text[first:last], stretch.start + first, stretch)

    def _titled(self, text: str, words: list[Span]) -> Iterator[Span]:
        """The words, the name of a question and one of its choices behind it as one: 来源 其他."""
        place = 0
        while place < len(words):
            first, last = words[place]
            if place + 1 < len(words) and self._choices.named(text[first : words[place + 1][1]]):
                last = words[place + 1][1]
                place += 1
            yield first, last
            place += 1

    def _name(self, word: str, start: int, stretch: Stretch) -> Iterator[Piece]:
        weak = not (is_name(word) or is_spaced_name(word))
        counted = _COUNTED.search(self._text.text[max(start - 2, 0) : start]) is not None
        end, sender = start + len(word), stretch.of_sender
        for one in self.names(Part.NAME, start, end, sender=sender, labelled=False, weak=weak):
            # 一只小熊 may be somebody's name, or a bear.
            yield replace(one, doubt=one.doubt or "name_unsure") if counted else one

    def _word(self, word: str, start: int, stretch: Stretch) -> Read:
        end = start + len(word)
        inside = word.strip("()[] ")
        if not word.strip(_SIGNS):
            return
        if salutation := salutation_alone(inside):
            yield Piece(Part.SALUTATION, salutation, start, end, "" if salutation == inside else "salutation")
        elif (choice := self._choices.of(word)) is not None:
            at = start + word.rindex(choice.word)
            named = choice.word != word
            yield Piece(None, choice.answer, at, at + len(choice.word), title=choice.title, labelled=named)
        elif Part.POSTCODE in self._takes.person and _CODE.fullmatch(inside):
            at = start + word.index(inside)
            yield Piece(Part.POSTCODE, inside, at, at + len(inside))
        elif inner := _words_within(word):
            for place, one in inner:
                yield from self._word(one, start + place, stretch)
        elif Part.USERNAME in self._takes.order and (account := _ACCOUNT.search(word)) is not None:
            yield Piece(Part.USERNAME, account[0], start + account.start(), start + account.end())
        elif self._takes.has_people and any(one(word) for one in _NAMES):
            yield from self._name(word, start, stretch)
        elif not _POINT.fullmatch(inside):
            yield (start, end)


def _of_each_link(stretch: Stretch) -> list[Stretch]:
    """The parts of a line with several links, one with each and what is said of it; empty for fewer links.

    Whether that stands before a link or behind it is told by what stands before the first.
    """
    links = [one for one in stretch.contacts if one.part is Part.LINK]
    if len(links) < _SEVERAL:
        return []
    places = [(one.start - stretch.start, one.end - stretch.start) for one in links]
    before = any(map(str.isalnum, stretch.masked[: places[0][0]]))
    cuts = [end for _, end in places[:-1]] if before else [start for start, _ in places[1:]]
    return [stretch.part(*pair) for pair in zip([0, *cuts], [*cuts, len(stretch.masked)], strict=True)]


def _words_within(word: str) -> list[tuple[int, str]]:
    """The words that brackets or colons part inside of one, each with its place there; empty where nothing does."""
    bracketed = _IN_BRACKETS.fullmatch(word)
    if bracketed is not None:
        return [(bracketed.start(place), bracketed[place]) for place in (1, 2)]
    return [(one.start(), one[0]) for one in re.finditer("[^:]+", word)] if ":" in word.strip(":") else []


def _words(text: str, start: int) -> Iterator[Span]:
    """The words that may be something by themselves: of Chinese each, of Latin letters all in a row."""
    for one in _WORD.finditer(text):
        raw = one[0]
        first = start + one.start() + len(raw) - len(raw.lstrip(" .:-+*#=~>(<_·"))
        last = start + one.end() - (len(raw) - len(raw.rstrip(" .:-+=~<_")))
        if first < last:
            yield first, last


def _joined(text: str, words: list[Span]) -> Iterator[Span]:
    """The words, a family name and the given name behind it as one: 陳 怡君."""
    place = 0
    while place < len(words):
        first, last = words[place]
        for more in (3, 2):
            if place + more < len(words) and is_spaced_name(text[first : words[place + more][1]]):
                last = words[place + more][1]
                place += more
                break
        if place + 1 < len(words) and is_parted_name(text[first : words[place + 1][1]]):
            last = words[place + 1][1]
            place += 1
        yield first, last
        place += 1


def _amounts_beside(text: str, known: Sequence[Amount]) -> Iterator[Amount]:
    """Bare numbers right beside products of which nothing else says how many."""
    places = list(re.finditer(f"{_PRODUCT}+", text))
    ends = [*(one.start() for one in places[1:]), len(text)]
    before = [one for one in known if places and one.end <= places[0].start()]
    for place, end in zip(places, ends, strict=True):
        if before or any(place.end() <= one.start < end for one in known):
            continue
        beside = _BARE_BEHIND.match(text, place.end()) or _BARE_BEFORE.search(text[: place.start()])
        said = _IN_WORDS.get(beside[1].lower(), beside[1]) if beside else ""
        amount = amount_of(said, *beside.span(1)) if beside else None
        if amount is not None:
            yield amount


def _likely(amounts: list[Amount]) -> list[Amount]:
    """The numbers that something says to be of pieces; of bare ones the last, which may be any of them."""
    bare = [one for one in amounts if not one.marked]
    if len(bare) == len(amounts) > 1:
        last = bare[-1]
        options = tuple(dict.fromkeys(one.answer for one in reversed(bare)))
        return [replace(last, sure=False, options=last.options or options)]
    return [one for one in amounts if one.marked] if len(bare) < len(amounts) else amounts


def _quantity_of(one: Amount, start: int) -> Piece:
    doubt = "" if one.sure else "number_two_ways"
    return Piece(
        Part.QUANTITY,
        one.answer,
        start + one.start,
        start + one.end,
        doubt,
        one.options,
        labelled=one.marked,
        each=one.each,
    )


def _product_of(one: NamedProduct, start: int) -> Piece:
    doubt = "" if one.sure else ("product_several" if one.options else "product_unknown")
    return Piece(Part.PRODUCT, one.id, start + one.start, start + one.end, doubt, one.options)


def _without(text: str, start: int, end: int, mark: str) -> str:
    return text[:start] + mark * (end - start) + text[end:]
