"""Reads orders out of a text that people paste: which orders it holds, and what each answers of a form.

Pure and quick, without any model: what is not plain is left to a person. A text that is no order gives none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.conversation.answers import put
from bot.reading.choices import ChoiceWords
from bot.reading.free_text import FreeReader
from bot.reading.goods import Goods, networks_of
from bot.reading.items import items_of
from bot.reading.labels import Label, Labels
from bot.reading.layout import Layout
from bot.reading.lines import LineReader
from bot.reading.order_check import is_change, is_order, other_kind
from bot.reading.people import PersonReader, proposal_of
from bot.reading.people_names import name_behind
from bot.reading.pieces import Divisions, Piece, TextLine
from bot.reading.plain_text import PlainText, Span, plain_text
from bot.reading.read_answers import NOTHING, ReadAnswer, ReadOrder, Refused, TextRead, doubted, with_repeats
from bot.reading.records import Record, records_of
from bot.reading.signatures import without_signature
from bot.reading.small_talk import courtesy_off, is_same_again, repeating_off
from bot.reading.takes import OF_PERSON, Takes, takes_of
from providers.cleaning import compared_text
from providers.fields import Form, Part

LONGEST: Final = 200_000
"""Characters of a text that are read."""
_LEVELS: Final = frozenset({Part.PROVINCE, Part.CITY, Part.DISTRICT})
_EACH: Final = re.compile(r"各|每|都|\beach\b|\bevery\b", re.IGNORECASE)
_PROFILES: Final = {
    "instagram": "https://www.instagram.com/{}/",
    "threads": "https://www.threads.net/@{}",
    "tiktok": "https://www.tiktok.com/@{}",
    "youtube": "https://www.youtube.com/@{}",
    "facebook": "https://www.facebook.com/{}",
}
"""The addresses of accounts, by a word of the network's in a product's title."""
_PARCEL: Final = frozenset({Part.PHONE, Part.STREET})
_ORDERED: Final = frozenset({Part.LINK, Part.USERNAME})
_PERSON: Final = _PARCEL | {Part.NAME, Part.FAMILY_NAME}
_WHOLE: Final = _PARCEL | {Part.NAME}
_NAMES: Final = frozenset({Part.NAME, Part.GIVEN_NAME, Part.FAMILY_NAME})
_LIKE_NAME: Final = re.compile("[㐀-鿿·]{1,6}|[A-Za-z][A-Za-z .'-]{1,30}")
_PAIR: Final = 2
_ORDER_PARTS: Final = (Part.NOTE, Part.AMOUNT, Part.RUNS, Part.INTERVAL)


class TextReader:
    """All that reading texts and tables for one account needs, made ready once.

    `titles` are spellings of the form's questions, each with its English title; `choices` further words for a choice.
    """

    def __init__(
        self,
        form: type[Form],
        places: Divisions,
        goods: Goods,
        titles: Mapping[str, str] | None = None,
        choices: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.form = form
        self.takes = takes_of(form)
        self.places = places
        self.goods = goods
        own = {slot.plan.title: slot.plan.title for slot in self.takes.titled if slot.part is None}
        self.labels = Labels({**own, **{said: t for said, t in (titles or {}).items() if t in own}})
        self.choices = ChoiceWords(self.takes, choices or {}, self.labels)

    def read(self, sent: str, *, begun: bool = False, beside: Mapping[str, Any] | None = None) -> TextRead:
        """The orders of a text. `begun`: an order is being filled in, so that any part is worth proposing.

        `beside` are the answers of an order that the text may change: any part counts then too, unless it is about it.
        """
        text = plain_text(sent[:LONGEST])
        if not text.text.strip():
            return NOTHING
        lines = list(Layout(text.text, self._line_reader(text), self.labels).lines())
        orders = _Orders(text, self.takes, self.places, self.goods, lines, beside)
        return orders.read(begun=begun) if beside is None else orders.changes()

    def read_cells(self, cells: Sequence[tuple[str, Label]]) -> TextRead:
        """The order in cells that lie in one row of a table, each with the label of its column."""
        plain = plain_text("\n".join(" ".join(said.split()) for said, _ in cells))
        reader = self._line_reader(plain)
        line = TextLine([], [], 0, begins=True, row=True, end=len(plain.text))
        start = 0
        for said, (_, label) in zip(plain.text.split("\n"), cells, strict=True):
            if said.strip():
                pieces, unread = reader.read(start, start + len(said), label)
                line.pieces += pieces
                line.unread += unread
            start += len(said) + 1
        found = _Orders(plain, self.takes, self.places, self.goods, [line]).read(begun=True)
        return replace(found, orders=tuple(map(_with_usual_postcode, found.orders)))

    def _line_reader(self, text: PlainText) -> LineReader:
        free = FreeReader(text, self.takes, self.places, self.goods, self.choices)
        return LineReader(text, self.takes, self.goods, self.labels, self.choices, free)


class _Orders:
    """The orders of one text."""

    def __init__(
        self,
        text: PlainText,
        takes: Takes,
        places: Divisions,
        goods: Goods,
        lines: Sequence[TextLine],
        beside: Mapping[str, Any] | None = None,
    ) -> None:
        self._text = text
        self._beside = beside or {}
        self._takes = takes
        self._goods = goods
        self._places = places
        self._people = PersonReader(text, takes, places)
        without_signature(lines, marked=_PERSON if takes.has_people else _ORDERED)
        self._records = records_of(lines, people=takes.has_people)
        self._nameless = False
        self._talk = [span for line in lines if not line.signed for span in line.unread]
        self._unread = [span for line in lines for span in line.unread]

    def changes(self) -> TextRead:
        """All that the text says to be other in an order; nothing of a text that is about how that order is.

        One that asks for the same again is an order without any answer.
        """
        if is_same_again(self._text.text):
            return TextRead((ReadOrder(()),))
        found = self.read(begun=True) if is_change(self._text.text, self._records, self._talk) else NOTHING
        # A place alone is not yet somebody who gets a parcel there.
        is_somebody = any(record.all_of(Part.PHONE) for record in self._records)
        return NOTHING if found.refused is not None and not is_somebody else found

    def read(self, *, begun: bool) -> TextRead:
        unread = tuple(self._text.span(*span) for span in self._unread)
        kept = [one for one in self._records if one.pieces]
        if not kept or not (begun or is_order(self._text.text, self._takes, kept, self._talk)):
            kind = "" if begun else other_kind(self._text.text, self._takes, kept, self._places)
            return TextRead(refused=Refused(kind) if kind else None, unread=unread)
        if self._takes.has_people:
            people = self._people_in(kept)
            for one in people:
                self._guess_name(one)
            named = [self._people.best_name(one.pieces) is not None for one in people]
            self._nameless = any(named) and not all(named)
            regions = [region for one in people if (region := self._people.region_of(one))]
            allowed = self._takes.delivers_in
            if allowed and regions and not any(region in allowed for region in regions):
                return TextRead(refused=Refused("other_region", regions[0]), unread=unread)
            orders = list(self._with_people(kept, people))
        else:
            orders = list(self._with_targets(kept))
        found = tuple(with_repeats(orders))
        return TextRead(found, None, self._left(found))

    def _left(self, orders: Sequence[ReadOrder]) -> tuple[Span, ...]:
        """The parts of the text that no answer comes from, but for words that only make it polite."""
        used = [one.span for order in orders for one in order.answers if one.span is not None]
        pieces = [(one.start, one.end) for record in self._records for one in record.pieces if one.part not in _LEVELS]
        off = repeating_off if self._beside else courtesy_off
        spans = {self._text.span(*span) for span in (*self._unread, *pieces) if off(self._text.text[slice(*span)])}
        taken = _Taken(used)
        return tuple(sorted(span for span in spans if not taken.has(span)))

    def _people_in(self, records: Sequence[Record]) -> list[Record]:
        """The records that are about people; one with a phone number alone is not, where others say more."""
        people = [one for one in records if self._is_person(one)]
        whole = [one for one in people if len(one.parts(_PERSON)) > 1 or self._is_named(one)]
        if len(whole) == _PAIR and whole[0].parts(_PERSON) >= _WHOLE and Part.STREET not in whole[1].parts(_PERSON):
            # The name and number of whoever wrote it stand below an order.
            return whole[:1] if whole[0].block != whole[1].block and not whole[1].all_of(Part.PRODUCT) else whole
        return whole or people

    # Is it one

    def _is_person(self, record: Record) -> bool:
        return self._is_named(record) or bool(record.parts(frozenset({Part.PHONE, Part.STREET, Part.FAMILY_NAME})))

    @staticmethod
    def _is_named(record: Record) -> bool:
        return any(one.part is Part.NAME and one.labelled and not one.of_sender for one in record.pieces)

    # Forms with people

    def _with_people(self, records: Sequence[Record], people: Sequence[Record]) -> Iterator[ReadOrder]:
        loose = [one for one in records if not any(one is other for other in people)]
        if not people:
            whole = Record([piece for one in loose for piece in one.pieces])
            yield self._order([whole], whole)
            return
        if len(people) == 1:
            # A shop's own number below an order is nobody's who gets it.
            first = min(one.start for one in people[0].pieces)
            has_phone = Part.PHONE in people[0].parts(_PARCEL)
            rest = [
                piece
                for one in loose
                for piece in one.pieces
                if piece.of_sender or piece.part is not Part.PHONE or not has_phone or piece.start < first
            ]
            whole = Record(sorted([*people[0].pieces, *rest], key=lambda one: one.start), people[0].unread)
            yield self._order([whole], whole)
            return
        common = [piece for one in loose for piece in one.pieces]
        own = [[piece for piece in one.pieces if self._is_of_order(piece)] for one in people]
        if not any(piece.part is Part.PRODUCT for pieces in own[1:] for piece in pieces):
            above = [piece for piece in own[0] if self._is_above([piece], people[0])]
            common += above
            own[0] = [piece for piece in own[0] if piece not in above]
        having = [place for place, pieces in enumerate(own) if pieces]
        alone = len(having) == 1 and having[0] in {0, len(people) - 1} and self._takes.many_people
        if alone:
            common += own[having[0]]
            own[having[0]] = []
        if not self._takes.many_people:
            shared = bool(common) and any(piece.part is Part.PRODUCT for piece in common)
            for record, pieces in zip(people, own, strict=True):
                rest = [piece for piece in common if not pieces or piece.part not in {Part.PRODUCT, Part.QUANTITY}]
                mine = [piece for piece in record.pieces if not self._is_of_order(piece)]
                yield self._order([record], Record([*mine, *pieces, *rest]), shared=shared and not pieces)
            return
        groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for place, pieces in enumerate(own):
            key = tuple(sorted((piece.part.value if piece.part else piece.title, piece.answer) for piece in pieces))
            if any(piece.part is Part.PRODUCT for piece in pieces):
                # Whoever says the product again means another order.
                key = (*key, ("", str(place)))
            groups.setdefault(key, []).append(place)
        for places in groups.values():
            yield self._order([people[place] for place in places], Record([*own[places[0]], *common]))

    def _guess_name(self, record: Record) -> None:
        """Take the one word that is left beside a number and an address for the name, to be asked about."""
        if not record.parts(_PARCEL) >= _PARCEL or any(one.part in _NAMES for one in record.pieces):
            return
        words = [span for span in record.unread if _LIKE_NAME.fullmatch(self._text.text[slice(*span)])]
        words = [span for span in words if courtesy_off(self._text.text[slice(*span)])]
        tail = name_behind(self._text.text, next(one for one in record.pieces if one.has_street).end)
        if tail >= 0 and not words:
            # 大洋百货林秀英: nothing says where the address ends.
            place = next(n for n, one in enumerate(record.pieces) if one.has_street)
            street = record.pieces[place]
            rest = self._text.as_sent(street.start, tail)
            record.pieces[place] = replace(street, answer=rest, end=tail, doubt="name_in_address")
            words = [(tail, street.end)]
        if len(words) == 1:
            ((start, end),) = words
            record.pieces.append(Piece(Part.NAME, self._text.as_sent(start, end), start, end, "name_unsure"))
            record.pieces.sort(key=lambda one: one.start)

    def _is_shifted(self, answer: ReadAnswer, record: Record) -> bool:
        """True of a name in a line of its own, where somebody has none: it may be the name of whoever is beside."""
        parts = {slot.path[-1] for part, slot in self._takes.person.items() if part in _NAMES}
        if not self._nameless or answer.span is None or answer.path[-1] not in parts:
            return False
        name = next((one for one in record.pieces if one.part is Part.NAME and not one.labelled), None)
        others = [one for one in record.pieces if one.part in _PARCEL]
        if name is None or not others:
            return False
        return all("\n" in self._text.text[min(one.end, name.end) : max(one.start, name.start)] for one in others)

    def _is_above(self, pieces: Sequence[Piece], record: Record) -> bool:
        """True where pieces stand in lines above the person of their record: they are about all that follow."""
        person = min((one.start for one in record.pieces if one.part in OF_PERSON), default=0)
        last = max(one.end for one in pieces)
        return last <= person and "\n" in self._text.text[last:person]

    def _is_of_order(self, piece: Piece) -> bool:
        if piece.of_sender:
            return True
        if piece.part is None:
            slot = next((one for one in self._takes.titled if one.plan.title == piece.title), None)
            return slot is not None and not slot.is_listed
        return piece.part in self._takes.order

    def _order(self, people: Sequence[Record], whole: Record, *, shared: bool = False) -> ReadOrder:
        found: list[ReadAnswer] = list(self._goods_of(whole.pieces, shared=shared))
        found += self._rest_of(whole.pieces)
        seen: dict[tuple[tuple[str, str], ...], int] = {}
        chosen = {one.plan.title for one in self._takes.choices}
        listed = sum(bool(one.all_of(Part.ORDER_NUMBER)) for one in people) > 1
        numbered = listed or any(piece.title in chosen for piece in whole.pieces)
        for item, record in enumerate(people):
            proposals = list(self._people.answers(record, item, numbered=numbered))
            key = tuple((str(one.path[-1]), compared_text(one.answer)) for one in proposals)
            if key and key in seen:
                proposals = [doubted(one, "repeated_person") for one in proposals]
            seen.setdefault(key, item)
            found += [doubted(one, "name_of_another") if self._is_shifted(one, record) else one for one in proposals]
        if self._takes.sender and any(piece.of_sender for piece in whole.pieces):
            found += self._people.answers(whole, 0, sender=True)
        if not self._form_lists({str(one.path[0]): one.answer for one in found if len(one.path) == 1}):
            # The catalogue lists nothing of this kind, so that it doesn't know the product either.
            found = [replace(one, sure=True, doubt="") if one.doubt == "product_unknown" else one for one in found]
        return ReadOrder(tuple(self._in_order(found)))

    # Forms of a link or an account

    def _with_targets(self, records: Sequence[Record]) -> Iterator[ReadOrder]:
        said = [one for one in records if one.all_of(Part.LINK) or one.all_of(Part.USERNAME)]
        if not said:
            yield self._order_of_target(Record([piece for one in records for piece in one.pieces]), ())
            return
        heads: list[Piece] = []
        amounts: list[Piece] = []
        having = [one for one in said if one.all_of(Part.QUANTITY)]
        if len(said) > 1 and len(having) == 1 and having[0] is said[-1]:
            # A number below a list is meant for each of it, or for all together.
            amounts = having[0].all_of(Part.QUANTITY)
            if not any(one.all_of(Part.PRODUCT) for one in said[:-1]):
                heads = having[0].all_of(Part.PRODUCT)
            having[0].pieces = [one for one in having[0].pieces if one.part is not Part.QUANTITY and one not in heads]
        for_all = len(having) == 1 and having[0] is said[0] and having[0].lines > 1
        for record in records:
            if not any(record is one for one in said):
                heads = record.all_of(Part.PRODUCT) or heads
                amounts = record.all_of(Part.QUANTITY) or amounts
                continue
            products, own = record.all_of(Part.PRODUCT), record.all_of(Part.QUANTITY)
            inherited = [] if products else heads
            if not own and amounts:
                inherited = [*inherited, *amounts]
            yield self._order_of_target(record, inherited, apart=len(said) > 1, for_all=for_all and len(said) > 1)
            if products and not own:
                heads = products
            elif products and own:
                heads, amounts = products, own

    def _order_of_target(
        self, record: Record, inherited: Sequence[Piece], *, apart: bool = False, for_all: bool = False
    ) -> ReadOrder:
        pieces = [*record.pieces, *inherited]
        found = list(self._goods_of(pieces, shared=False))
        shared = {piece.part for piece in inherited} if apart else set()
        if (Part.QUANTITY in shared or for_all) and not _EACH.search(self._text.text):
            slot = self._takes.order[Part.QUANTITY]
            found = [doubted(one, "shared") if one.path == slot.path else one for one in found]
        found += self._rest_of(pieces)
        known = self._known(found)
        found = [one for one in found if not self._takes.is_needless(one.path, known)]
        for part in (Part.LINK, Part.USERNAME):
            said = [one for one in pieces if one.part is part]
            slot_of = self._takes.order.get(part)
            if not said or slot_of is None:
                continue
            if slot_of.plan.applies(known):
                several = tuple(dict.fromkeys(one.answer for one in said))
                doubt = "several" if len(several) > 1 else self._network_doubt(said[0], known)
                found.append(proposal_of(self._text, slot_of, 0, said[0], doubt, several if doubt else ()))
            else:
                found += self._as_other(said[0], part, known)
        return ReadOrder(tuple(self._in_order(found)))

    def _known(self, found: Iterable[ReadAnswer]) -> dict[str, Any]:
        """The answers of an order with what is known of its product, by which other questions are asked or not."""
        known = dict(self._beside)
        slot = self._takes.order.get(Part.PRODUCT)
        for one in found:
            known = put(known, one.path, one.answer)
            if slot is not None and one.path == slot.path and slot.plan.facts is not None:
                product = self._goods.product(one.answer)
                if product is not None:
                    known[slot.plan.facts] = {"title": product.title, **product.facts}
        return known

    def _as_other(self, piece: Piece, part: Part, known: Mapping[str, Any]) -> Iterator[ReadAnswer]:
        """A link to an account where its name is asked, or a name where a choice says that names are taken."""
        other = self._takes.order.get(Part.USERNAME if part is Part.LINK else Part.LINK)
        slot = self._takes.order[part]
        for choice in self._takes.choices:
            if not choice.plan.applies(known):
                continue
            for word in choice.plan.shape.choices:
                if slot.plan.applies(put(dict(known), choice.path, word)):
                    yield ReadAnswer(choice.path, word)
                    yield proposal_of(self._text, slot, 0, piece)
                    return
        if other is not None and other.plan.applies(known) and part is Part.LINK:
            made = proposal_of(self._text, other, 0, piece)
            if made.sure:
                yield made
        elif other is not None and other.plan.applies(known) and (address := self._profile(piece.answer, known)):
            yield proposal_of(self._text, other, 0, replace(piece, answer=address), "link_of_account", (address,))

    def _network_doubt(self, link: Piece, known: Mapping[str, Any]) -> str:
        """The doubt about a link to another network than the product's title names."""
        named = [word for word in _PROFILES if word in self._title(known)]
        leads_to = networks_of([link.answer]) if link.part is Part.LINK else []
        return "other_network" if named and leads_to and not set(named) & set(leads_to) else ""

    def _title(self, known: Mapping[str, Any]) -> str:
        facts = self._takes.order[Part.PRODUCT].plan.facts or ""
        return str(known.get(facts, {}).get("title", "")).casefold()

    def _profile(self, name: str, known: Mapping[str, Any]) -> str:
        """The address of an account at the network that the product's title names; empty where it names none."""
        title = self._title(known)
        return next((address.format(name) for word, address in _PROFILES.items() if word in title), "")

    # What is ordered

    def _goods_of(self, pieces: Iterable[Piece], *, shared: bool) -> Iterator[ReadAnswer]:
        product, quantity = self._takes.order.get(Part.PRODUCT), self._takes.order.get(Part.QUANTITY)
        items = items_of(pieces)
        if not self._takes.many_goods and len({one.answer for one, _ in items if one is not None}) > 1:
            named = [one for one, _ in items if one is not None]
            options = tuple(dict.fromkeys(one.answer for one in named))
            if product is not None:
                yield proposal_of(self._text, product, 0, named[0], "product_several", options)
            amounts = [amount for _, amount in items if amount is not None]
            both = tuple(dict.fromkeys(one.answer for one in amounts))
            items = [(None, replace(one, doubt="number_two_ways", options=both)) for one in amounts[:1]]
        for item, (one, amount) in enumerate(items if self._takes.many_goods else items[:1]):
            for slot, piece in ((product, one), (quantity, amount)):
                if slot is not None and piece is not None:
                    made = proposal_of(self._text, slot, item, piece)
                    yield doubted(made, "shared") if shared and made.sure else made

    def _rest_of(self, pieces: Sequence[Piece]) -> Iterator[ReadAnswer]:
        """Notes, amounts, and answers to questions that were named by their titles or by one of their choices."""
        done: set[str] = set()
        for part in _ORDER_PARTS:
            slot = self._takes.order.get(part)
            said = [one for one in pieces if one.part is part and one.answer]
            if slot is not None and said:
                texts = tuple(dict.fromkeys(one.answer for one in said))
                doubt = next((one.doubt for one in said if one.doubt), "")
                whole = Piece(part, "\n".join(texts), said[0].start, said[0].end, doubt)
                yield proposal_of(self._text, slot, 0, whole)
        for slot in self._takes.titled:
            said = [one for one in pieces if one.title == slot.plan.title]
            if not said or slot.plan.title in done or slot.of_sender:
                continue
            done.add(slot.plan.title)
            several = tuple(dict.fromkeys(one.answer for one in said))
            best = next((one for one in said if one.labelled), said[0])
            beside = any(0 <= one.start - best.end <= _PAIR and one.answer != best.answer for one in said)
            doubt = "several" if len(several) > 1 and (beside or not best.labelled) else ""
            yield proposal_of(self._text, slot, 0, best, doubt, several if doubt else ())
        yield from self._kinds(pieces, done)

    def _kinds(self, pieces: Sequence[Piece], done: set[str]) -> Iterator[ReadAnswer]:
        """The choice without which a product of the catalogue could not be meant."""
        product = next((one for one in pieces if one.part is Part.PRODUCT), None)
        if product is None or self._goods.product(product.answer) is None or product.doubt:
            return
        for slot in self._takes.choices:
            listed = [one for one in slot.plan.shape.choices if self._form_lists({slot.plan.name: one})]
            if len(slot.path) == 1 and slot.plan.title not in done and len(listed) == 1:
                yield ReadAnswer(slot.path, listed[0])

    def _form_lists(self, answers: Mapping[str, Any]) -> bool:
        return self._takes.form.from_catalogue(answers)

    def _in_order(self, found: Iterable[ReadAnswer]) -> Iterator[ReadAnswer]:
        ways = {slot.at(0): n for n, slot in reversed(list(enumerate(self._takes.titled)))}

        def order(one: ReadAnswer) -> tuple[int, int, int]:
            item = next((step for step in one.path if isinstance(step, int)), 0)
            begin = min((n for way, n in ways.items() if way[0] == one.path[0]), default=0)
            way = tuple(0 if isinstance(step, int) else step for step in one.path)
            return begin, item, ways.get(way, 0)

        return iter(sorted(found, key=order))


class _Taken:
    """Parts of a text that answers came from."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._places = {place for start, end in spans for place in range(start, end)}

    def has(self, span: Span) -> bool:
        return any(place in self._places for place in range(*span))


def _with_usual_postcode(order: ReadOrder) -> ReadOrder:
    """A row's order that needs no word on its district's usual postcode: nobody answers it five hundred times."""
    usual = (replace(one, sure=True, doubt="") if one.doubt == "postcode_derived" else one for one in order.answers)
    return replace(order, answers=tuple(usual))
