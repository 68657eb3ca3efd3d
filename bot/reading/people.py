"""Answers about the person who gets a parcel, out of what a record says of them.

A form asks for the levels of a place and the parts of a name each by itself; a text hardly ever has them so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.conversation.readings import is_read
from bot.reading.characters import simplified
from bot.reading.oddities import oddity
from bot.reading.people_names import family_of, is_firm, is_name, parted
from bot.reading.pieces import Divisions, FoundSpot, Piece, Spot
from bot.reading.plain_text import PlainText, Span
from bot.reading.read_answers import ReadAnswer
from bot.reading.records import Record
from bot.reading.takes import Slot, Takes
from providers.cleaning import compared_phone, plain
from providers.fields import Part

_LEVELS: Final = (Part.PROVINCE, Part.CITY, Part.DISTRICT)
_DIGITS_OF_DISTRICT: Final = {"tw": 3, "cn": 2}
"""The first digits of a postcode that the place decides, as far as everybody keeps to it."""
_TOWN: Final = re.compile("[㐀-鿿]{1,5}?(?:街道|镇|鎮|乡|鄉|区|區)")
_DIVISION: Final = re.compile("[㐀-鿿]{1,5}?(?:市|区|區|县|縣)(?= ?[㐀-鿿]*[路街道巷号號])")
_OF_TAIWAN: Final = re.compile(r"\+?(?:886|0)9[0-9]{8}$")
_WITHOUT_DISTRICTS: Final = frozenset(["东莞市", "中山市", "儋州市", "嘉峪关市", "三沙市"])
"""Cities whose towns stand in the place of districts."""
_WORD_BEHIND: Final = re.compile("[ ,]([㐀-鿿]{2,3})$")
_PART_OF_CITY: Final = re.compile("(?:中心|经济|經濟|高新|工业|工業|科技|老|新|开发|開發|商务|商務)(?:区|區|城|园|園)")
_LONGEST_PLACED: Final = 6
_IN_ENGLISH: Final = re.compile("[ -~]*, ?[ -~]*")
"""An address from the house to the province, whose place nobody has told apart."""
_ZONE: Final = re.compile(
    "(?:[㐀-鿿]{2,4}?)?(?:高新(?:技术|技術)?(?:产业|產業)?(?:开发|開發)?|经济?(?:技术)?开发?|開發|开发|保税|保稅|工业园|工業園|产业园)(?:园|園)?[区區]"
)
"""A zone of a city that people name in the place of a district."""
_OF_STREET: Final = ("district", "name_in", "aside", "address_odd")
"""The doubts about an address that are about its street too."""
_ENDINGS: Final = frozenset("省市區区縣县鎮镇鄉乡旗")


class PersonReader:
    """Makes the answers about people out of records, for one form and one text."""

    def __init__(self, text: PlainText, takes: Takes, places: Divisions) -> None:
        self._text = text
        self._takes = takes
        self._places = places

    def region_of(self, record: Record) -> str:
        """The region of the record's address; empty where it has none, or none that is sure."""
        found = self._found(record.all_of(Part.STREET), [one for one in record.pieces if not one.of_sender])
        if found is None:
            return ""
        place, derived = found[0].place, found[0].derived
        alone = derived >= {Part.PROVINCE.value, Part.CITY.value} or not place.city
        # 中山区 is in Dalian and in Taipei; a number says which of them.
        at_home = any(_OF_TAIWAN.match(compared_phone(one.answer)) for one in record.all_of(Part.PHONE))
        return "" if alone and at_home and self._takes.delivers_in == {"tw"} else place.region

    def answers(
        self, record: Record, item: int, *, sender: bool = False, numbered: bool = True
    ) -> Iterator[ReadAnswer]:
        """The answers for one person; `item` is their place in the form's list.

        `numbered` says that a long number is an order's even if nothing calls it one.
        """
        slots = self._takes.sender if sender else self._takes.person
        found = list(self._answers(slots, record, item, sender=sender, numbered=numbered))
        abroad = any(one.doubt == "other_region" for one in found)
        told = {slots[part].path[-1] for part in (Part.PHONE, Part.STREET, Part.POSTCODE) if part in slots}
        for one in found:
            yield replace(one, sure=False, doubt="other_region") if abroad and one.path[-1] in told else one

    def _answers(
        self, slots: Mapping[Part, Slot], record: Record, item: int, *, sender: bool, numbered: bool
    ) -> Iterator[ReadAnswer]:
        pieces = [one for one in record.pieces if one.of_sender == sender]
        named = any(one.part is Part.NAME and one.labelled for one in pieces)
        firm = not named and any(is_firm(self._text.text[slice(*span)]) for span in record.unread)
        for one in self._name(slots, pieces, item):
            # 上海中学 图书馆 吴老师: what is left out may be a part of who gets it.
            yield replace(one, sure=False, doubt="name_beside") if firm and one.sure and not sender else one
        yield from self._phone(slots, pieces, item)
        yield from self._address(slots, pieces, item)
        for part in (Part.SALUTATION, Part.EMAIL, Part.ORDER_NUMBER):
            found = [one for one in pieces if one.part is part]
            if part in slots and found:
                best = next((one for one in found if one.labelled), found[0])
                several = len({one.answer for one in found}) > 1 and not best.labelled
                unnamed = part is Part.ORDER_NUMBER and not (numbered or best.labelled or "-" in best.answer)
                doubt = best.doubt or ("several" if several else "number_unnamed" if unnamed else "")
                yield self._proposal(slots[part], item, best, doubt, tuple(dict.fromkeys(one.answer for one in found)))

    def best_name(self, pieces: Sequence[Piece]) -> tuple[Piece, str, tuple[str, ...]] | None:
        """The name among the pieces, with its doubt and the others that it may be."""
        found = [one for one in pieces if one.part is Part.NAME]
        for said in (
            [one for one in found if one.labelled],
            [one for one in found if not (one.weak or one.glued)],
            [one for one in found if one.glued],
            self._nearest([one for one in found if one.weak], pieces),
        ):
            names = tuple(dict.fromkeys(one.answer for one in said))
            others = [one.answer for one in found if not (one.labelled or one.weak or one.glued)]
            if len(names) == 1 and others and is_firm(names[0]):
                # The parcel may be for somebody at a firm.
                return said[0], "two_names", (*names, *others)
            if names:
                return said[0], "" if len(names) == 1 else "two_names", names if len(names) > 1 else ()
        return None

    @staticmethod
    def _nearest(names: Sequence[Piece], pieces: Sequence[Piece]) -> list[Piece]:
        """Words that may be names, the one nearest to the number or the address first."""
        places = [one.start for one in pieces if one.part in {Part.PHONE, Part.STREET}]
        return sorted(names, key=lambda one: min((abs(one.start - place) for place in places), default=0))

    def _name(self, slots: Mapping[Part, Slot], pieces: Sequence[Piece], item: int) -> Iterator[ReadAnswer]:
        for part in (Part.FAMILY_NAME, Part.GIVEN_NAME):
            said = next((one for one in pieces if one.part is part), None)
            if said is not None and part in slots:
                yield self._proposal(slots[part], item, said)
        best = self.best_name(pieces)
        if best is not None:
            yield from self._name_of(slots, pieces, item, best)

    def _name_of(
        self, slots: Mapping[Part, Slot], pieces: Sequence[Piece], item: int, best: tuple[Piece, str, tuple[str, ...]]
    ) -> Iterator[ReadAnswer]:
        piece, doubt, options = best
        doubt = doubt or ("name_masked" if "*" in piece.answer else "")
        if not piece.labelled and (rest := self._behind_place(piece.answer)) is not None:
            doubt, options = doubt or "name_of_place", options or tuple(filter(None, (piece.answer, rest)))
        if piece.weak and not any(one.part is Part.PHONE for one in pieces):
            doubt = doubt or "name_unsure"
        if Part.NAME in slots:
            yield self._proposal(slots[Part.NAME], item, piece, doubt, options)
        elif Part.FAMILY_NAME in slots and not any(one.part in {Part.FAMILY_NAME, Part.GIVEN_NAME} for one in pieces):
            family, given, sure = parted(piece.answer)
            doubt = doubt or piece.doubt or ("" if sure or not (family and given) else "name_order")
            if any(one.part is Part.SALUTATION for one in pieces) and len(piece.answer) == 1:
                family, given, doubt = piece.answer, "", ""
            for part, answer in ((Part.FAMILY_NAME, family), (Part.GIVEN_NAME, given)):
                if answer and part in slots:
                    at = self._text.text[piece.start : piece.end].find(answer)
                    start = piece.start + max(at, 0)
                    end = start + len(answer) if at >= 0 else piece.end
                    named = Piece(part, answer, start, end)
                    yield self._proposal(
                        slots[part],
                        item,
                        named,
                        doubt,
                        (answer, given if answer is family else family) if doubt == "name_order" else (),
                    )

    def _behind_place(self, name: str) -> str | None:
        """The rest of a name that a province or a city has as well: of 江苏 nothing, of 南京张伟 a name."""
        found = self._places.find(name, labelled=True) if len(name) < _LONGEST_PLACED else None
        if found is None or found.span[0] or found.place.district:
            return None
        rest = name[found.span[1] :]
        return rest if not rest or is_name(rest) else None

    def _phone(self, slots: Mapping[Part, Slot], pieces: Sequence[Piece], item: int) -> Iterator[ReadAnswer]:
        if Part.PHONE not in slots:
            return
        found: dict[str, Piece] = {}
        for one in pieces:
            if one.part is Part.PHONE:
                found.setdefault(compared_phone(one.answer), one)
        if found:
            best = next(iter(found.values()))
            several = len(found) > 1
            options = tuple(one.answer for one in found.values()) if several else ()
            yield self._proposal(slots[Part.PHONE], item, best, "two_phones" if several else "", options)

    def _found(self, streets: Sequence[Piece], pieces: Sequence[Piece]) -> tuple[FoundSpot, Span] | None:
        """The place of a record, with where it stood."""
        levels = [one for one in pieces if one.part in _LEVELS]
        if levels:
            found = self._places.find(" ".join(one.answer for one in levels), labelled=True)
            if found is not None:
                return found, (levels[0].start, levels[-1].end)
        placed = [one for one in streets if one.place is not None]
        if not placed:
            return None
        if len(placed) > 1:
            both = "".join(self._text.text[one.place_at : one.place_at + _length(one)] for one in placed)
            joined = self._places.find(both, labelled=True)
            if joined is not None and joined.span[1] >= len(both.rstrip()) - 1:
                return joined, (placed[0].place_at, placed[-1].place_at + _length(placed[-1]))
        first = placed[0]
        if first.place is None:
            return None
        return first.place, (first.place_at, first.place_at + _length(first))

    def _address(self, slots: Mapping[Part, Slot], pieces: Sequence[Piece], item: int) -> Iterator[ReadAnswer]:
        streets = self._streets(pieces)
        codes = [one for one in pieces if one.part is Part.POSTCODE]
        at = self._found(streets, pieces)
        if at is None:
            yield from (
                self._proposal(slots[one.part], item, one, "place_unknown" if one.answer.isascii() else "")
                for one in pieces
                if one.part in _LEVELS and one.part in slots
            )
            yield from self._by_code(slots, codes, item)
        else:
            town = self._town(at[0].place, streets) if Part.DISTRICT in slots else None
            if town is None and Part.DISTRICT in slots:
                town, streets = self._near_district(at[0], streets)
            placed = list(self._place(slots, at[0], at[1], pieces, item))
            for one in placed:
                is_district = town is not None and one.path[-1] == slots[Part.DISTRICT].path[-1]
                yield self._proposal(slots[Part.DISTRICT], item, town) if is_district and town is not None else one
            if town is not None and not any(one.path[-1] == slots[Part.DISTRICT].path[-1] for one in placed):
                yield self._proposal(slots[Part.DISTRICT], item, town)
            if town is not None and town.doubt == "district_of_city":
                streets = [replace(one, doubt=town.doubt) for one in streets]
            if town is not None and town.doubt != "district_zone":
                streets = [replace(one, start=town.end) if one.end > town.end else one for one in streets]
        told = any(one.part is Part.DISTRICT for one in pieces)
        yield from self._street(slots, streets, pieces, item, placed=told)

    def _streets(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The addresses; where the place is told apart from the street, a short name in front of it is the street's."""
        found: list[Piece] = []
        known = any(one.part in _LEVELS for one in pieces)
        for one in (one for one in pieces if one.part is Part.STREET):
            if known and one.place is not None and one.place.short and one.answer:
                answer = self._text.as_sent(one.place_at, one.end)
                one = replace(one, answer=answer, start=one.place_at, place=None)  # noqa: PLW2901  it is the same one
            known = known or (one.place is not None and bool(one.place.place.district))
            found.append(one)
        return found

    def _town(self, place: Spot, streets: Sequence[Piece]) -> Piece | None:
        """The town of a city that has no districts, which stands in their place."""
        street = next((one for one in streets if one.answer), None)
        if street is None or not place.city or place.district != place.city:
            return None
        said = _TOWN.match(self._text.text, street.start, street.end)
        if said is None or said.end() == street.end:
            return None
        # Under a city that is a county itself, people give the town or the city.
        doubt = "" if place.city in _WITHOUT_DISTRICTS else "district_of_city"
        town = simplified(self._text.as_sent(*said.span()))
        return Piece(Part.DISTRICT, town, *said.span(), doubt, (town, place.city) if doubt else ())

    def _near_district(self, found: FoundSpot, streets: list[Piece]) -> tuple[Piece | None, list[Piece]]:
        """The district that is meant by a name that its city has nearly so, or by a short one that goes on."""
        street = next((one for one in streets if one.answer), None)
        if street is None or not found.place.city:
            return None, streets
        text, place = self._text.text, found.place
        zone = _ZONE.match(text, street.start, street.end)
        if not place.district and place.region == "cn" and zone is not None and zone.end() < street.end:
            piece = Piece(Part.DISTRICT, self._text.as_sent(*zone.span()), *zone.span(), "district_zone")
            return piece, [replace(one, doubt=piece.doubt) if one is street else one for one in streets]
        said = _DIVISION.match(text, street.start, street.end)
        if not place.district and said is not None and (near := self._places.near(place, said[0])):
            piece = Piece(Part.DISTRICT, near[0], *said.span(), "district_spelling", near)
            doubted = replace(street, doubt="district_spelling")
            return piece, [doubted if one is street else one for one in streets]
        if place.district and said is not None:
            inner = self._places.find(text[street.start : street.end], labelled=True)
            if inner is not None and inner.span[0] == 0 and not inner.short and inner.place.district:
                # 武昌市洪山区: two districts, and the second is likelier the one that is meant.
                end = street.start + inner.span[1]
                both = (inner.place.district, place.district)
                piece = Piece(Part.DISTRICT, both[0], street.start, end, "place_contradiction", both)
                doubted = replace(street, doubt="district_two")
                return piece, [doubted if one is street else one for one in streets]
        short = place.district[:-1]
        first = street.start - len(short)
        if (
            len(short) > 1
            and simplified(text[first : street.start]) == simplified(short)
            and _PART_OF_CITY.match(text, street.start)
        ):
            # 宝安|中心区 is a part of 宝安区, and of the address.
            piece = Piece(Part.DISTRICT, place.district, first, first, "district_goes_on", (place.district,))
            whole = replace(street, start=first, doubt="district_goes_on")
            return piece, [whole if one is street else one for one in streets]
        return None, streets

    def _by_code(self, slots: Mapping[Part, Slot], codes: Sequence[Piece], item: int) -> Iterator[ReadAnswer]:
        """A postcode without a place: the place follows from it, where the form wants one."""
        if not codes or Part.POSTCODE not in slots:
            return
        yield self._proposal(slots[Part.POSTCODE], item, codes[0])
        for region in self._takes.delivers_in or ("cn", "tw"):
            places = self._places.by_postcode(codes[0].answer, region)
            if len(places) == 1 and len(self._takes.delivers_in) == 1:
                for part, name in zip(_LEVELS, _levels_of(places[0]), strict=True):
                    if name and part in slots:
                        yield self._derived(slots[part], item, name)

    def _place(
        self, slots: Mapping[Part, Slot], found: FoundSpot, at: Span, pieces: Sequence[Piece], item: int
    ) -> Iterator[ReadAnswer]:
        codes = [one for one in pieces if one.part is Part.POSTCODE]
        place, options, doubt = self._decided(found, codes)
        said = (one.doubt for one in pieces if one.part is Part.STREET and not one.doubt.startswith(_OF_STREET))
        doubt = doubt or next(filter(None, said), "")
        abroad = self._takes.delivers_in and place.region and place.region not in self._takes.delivers_in
        likeliest = options[0] if doubt and options else place
        for part, name, now in zip(_LEVELS, _levels_of(place), _levels_of(likeliest), strict=True):
            if part not in slots:
                continue
            answer = name or now
            if not answer:
                continue
            others = tuple(dict.fromkeys(_levels_of(one)[_LEVELS.index(part)] for one in options))
            why = "other_region" if abroad else doubt if doubt and (len(others) > 1 or not others) else ""
            if part is Part.DISTRICT and not why:
                why = self._district_doubt(found)
            derived = part.value in found.derived or not self._is_written(answer, at)
            yield ReadAnswer(
                slots[part].at(item),
                answer,
                not why,
                None if derived else self._span_of(answer, at),
                why,
                others if why else (),
            )
        if Part.POSTCODE in slots and (codes or likeliest.postcode):
            yield self._postcode(slots[Part.POSTCODE], likeliest, options if doubt else (), codes, item, doubt)

    @staticmethod
    def _district_doubt(found: FoundSpot) -> str:
        """The doubt about a district that is a whole city's, or whose name and city's name are both gone."""
        if len(found.renamed) > 1 and found.place.region == "cn":
            return "district_renamed"
        own = found.place.district == found.place.city and found.place.region == "cn"
        return "district_of_city" if own and Part.DISTRICT.value in found.derived else ""

    def _decided(self, found: FoundSpot, codes: Sequence[Piece]) -> tuple[Spot, tuple[Spot, ...], str]:
        """The place that is meant, by its postcode too; the others that it may be, and why that is not sure."""
        place, options = found.place, tuple(found.alternatives)
        doubt = "place_contradiction" if found.contradictions else "place_several" if options else ""
        by_code = self._places.by_postcode(codes[0].answer, place.region) if codes else ()
        if doubt and by_code:
            fitting = [one for one in options if any(_same(one, other) for other in by_code)]
            if len(fitting) == 1:
                return fitting[0], (), ""
        elif len(by_code) == 1 and not place.district and by_code[0].city == place.city:
            place = by_code[0]
        return place, options, doubt

    def _postcode(
        self, slot: Slot, place: Spot, options: Sequence[Spot], codes: Sequence[Piece], item: int, doubt: str
    ) -> ReadAnswer:
        """The postcode of an address: the one that is told, else the one of its place."""
        if codes:
            known = place.postcode
            named = _DIGITS_OF_DISTRICT.get(place.region, 0)
            elsewhere = self._places.by_postcode(codes[0].answer, place.region) if place.region == "cn" else ()
            differs = bool(known) and str(plain(codes[0].answer))[:named] != known[:named]
            differs = differs or (bool(elsewhere) and all(one.city != place.city for one in elsewhere if place.city))
            return self._proposal(
                slot,
                item,
                codes[0],
                "postcode_differs" if differs else "",
                (codes[0].answer, known) if differs else (),
            )
        answers = tuple(dict.fromkeys(one.postcode for one in options if one.postcode))
        if place.region == "cn" and not doubt:
            # A district of the mainland has many, and the one that is known for it is a guess.
            doubt, answers = "postcode_derived", (place.postcode,)
        return ReadAnswer(slot.at(item), place.postcode, not doubt, None, doubt, answers)

    def _span_of(self, name: str, at: Span) -> Span:
        """The place of a division among those of its address, as far as its name is spelled so."""
        said = self._text.text[at[0] : at[1]]
        for length in range(len(name), 1, -1):
            place = said.find(name[:length])
            if place >= 0:
                end = place + length
                end += length < len(name) and said[end : end + 1] in _ENDINGS
                return self._text.span(at[0] + place, at[0] + end)
        return self._text.span(*at)

    def _is_written(self, name: str, at: Span) -> bool:
        """True where a place's name, or its beginning in either spelling, stands in the text."""
        said = self._text.text[at[0] : at[1]]
        return any(one in said for one in name[:-1]) or name in said

    def _street(
        self, slots: Mapping[Part, Slot], streets: Sequence[Piece], pieces: Sequence[Piece], item: int, *, placed: bool
    ) -> Iterator[ReadAnswer]:
        """`placed` says that the place is told apart from the streets."""
        said = [one for one in streets if one.answer]
        if not said or Part.STREET not in slots:
            return
        best = self.best_name(pieces)
        name = best[0] if best is not None and best[0].glued else None
        ends = [name.start if name is not None and one.start <= name.start < one.end else one.end for one in said]
        texts = [self._text.as_sent(one.start, end).rstrip(" (,（[【") for one, end in zip(said, ends, strict=True)]
        answer = texts[0]
        for text in texts[1:]:
            answer += (" " if answer[-1:].isascii() and text[:1].isascii() else "") + text
        doubt = next((one.doubt for one in said if one.doubt.startswith(_OF_STREET)), "")
        doubt = "two_addresses" if sum(one.place is not None for one in said) > 1 else doubt
        place = said[0].place.place if said[0].place is not None else None
        lacks = place is None or not place.district
        if lacks and not placed and Part.DISTRICT in slots and _DIVISION.match(answer):
            doubt = doubt or "place_unknown"
        if place is None and _IN_ENGLISH.fullmatch(answer):
            doubt = "place_unknown"
        firm = best is not None and not (best[0].weak or best[0].glued or best[0].doubt)
        if not firm and (behind := _WORD_BEHIND.search(answer)) is not None and family_of(behind[1]):
            doubt = doubt or "name_in_address"
        whole = Piece(Part.STREET, answer, said[0].start, ends[-1], doubt)
        yield self._proposal(slots[Part.STREET], item, whole)

    def _derived(self, slot: Slot, item: int, answer: str) -> ReadAnswer:
        return ReadAnswer(slot.at(item), answer)

    def _proposal(
        self, slot: Slot, item: int, piece: Piece, doubt: str = "", options: tuple[str, ...] = ()
    ) -> ReadAnswer:
        return proposal_of(self._text, slot, item, piece, doubt, options)


def proposal_of(
    text: PlainText, slot: Slot, item: int, piece: Piece, doubt: str = "", options: tuple[str, ...] = ()
) -> ReadAnswer:
    """A piece as the answer to a question, with what the question's own kind has against it."""
    code, others = doubt or piece.doubt, options or piece.options
    code = code or oddity(slot.part, piece.answer)
    if not code and slot.plan.doubts is not None and (asked := slot.plan.doubts(piece.answer)) is not None:
        code, others = asked.code, asked.readings
        if not asked.as_sent and others:
            piece = replace(piece, answer=others[0])
    if not code and not is_read(slot.model, slot.plan.name, piece.answer):
        code = "not_taken"
    span = text.span(piece.start, piece.end) if piece.end > piece.start else None
    return ReadAnswer(slot.at(item), piece.answer, not code, span, code, others if code else ())


def _levels_of(place: Spot) -> tuple[str, str, str]:
    # Both spellings are right, and suppliers' documents have this one.
    return place.province, place.city.replace("臺", "台"), place.district.replace("臺", "台")


def _same(one: Spot, other: Spot) -> bool:
    return _levels_of(one)[1:] == _levels_of(other)[1:]


def _length(piece: Piece) -> int:
    return piece.place.span[1] - piece.place.span[0] if piece.place is not None else 0
