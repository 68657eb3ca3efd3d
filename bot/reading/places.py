"""Places in a text, as suppliers want them, and places by their postcodes.

People write 浙江杭州余杭 and couriers want 浙江省, 杭州市, 余杭区. What a text leaves open is not guessed: the places
that it can mean are told, so that a person chooses.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Final

from bot.reading.divisions import Called, Division, Gazetteer, Level
from bot.reading.pieces import Spot
from bot.reading.place_runs import Finder, Run, Token, names_zone, settled

_LEVELS: Final = ("province", "city", "district")
_OF_TAIWAN: Final = 3
"""Digits that name the district; the other two or three name the street."""
_OF_THE_MAINLAND: Final = 6
_OF_A_CITY: Final = 4
_ZONE: Final = re.compile(r"(?:开发|园|示范|管理|实验|聚集)区$")
"""Of a city, beside its districts; the lists of postcodes leave them out."""
_LONGEST_COUNTRY: Final = 12
_COUNTRY: Final = re.compile(r"(?:中华人民共和国|中国|中华民国)[ \t\u3000,，、·\-]*$")
_BETWEEN: Final = re.compile(r"[ \t\r\n\u3000,，、;；/|\\·\-]*")


@dataclass(frozen=True, slots=True)
class Place:
    """A place with full names, "" where a level isn't known.

    `region` is cn, tw, hk or mo. Taiwan's `province` is empty unless a text names it; its names are spelled with 台,
    as the supplier's document does.
    """

    region: str
    province: str = ""
    city: str = ""
    district: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A run of divisions in a text, and what it means."""

    place: Place
    """As far as the text decides it."""
    span: tuple[int, int]
    """Where it stood; what is before and behind it is untouched."""
    derived: frozenset[str] = frozenset()
    """Levels of `place`, by the names of its fields, that follow from others and weren't written."""
    alternatives: tuple[Place, ...] = ()
    """The places that it can mean, where there are several; `place` has what they share."""
    contradictions: tuple[str, ...] = ()
    """Divisions, as written, that aren't in the place before them."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Names as written, and as they are now."""
    short: bool = False
    """True if nothing was written with its last character: 北京, 浙江杭州."""

    @property
    def region(self) -> str:
        return self.place.region

    @property
    def province(self) -> str:
        return self.place.province

    @property
    def city(self) -> str:
        return self.place.city

    @property
    def district(self) -> str:
        return self.place.district

    def moved(self, span: tuple[int, int]) -> "FoundPlace":
        """The same, standing elsewhere in the text."""
        return replace(self, span=span)

    @property
    def sure(self) -> bool:
        return not self.alternatives and not self.contradictions


class Places:
    """All that is asked about places; one object serves every text."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._known = gazetteer

    @classmethod
    def load(cls) -> "Places":
        """The places of places.txt, read once for the whole process."""
        return _loaded()

    def find(self, text: str, start: int = 0, *, labelled: bool = False) -> FoundPlace | None:
        """The best run of divisions from `start` on: full names before short ones, then the longest, then the first.

        `labelled` says that the text is known to be an address, so that one short name alone (高雄) is a place.
        """
        found = self._found_in(text, start, labelled=labelled)
        return max(found, key=lambda pair: pair[0].rank())[1] if found else None

    def find_all(self, text: str, start: int = 0, *, labelled: bool = False) -> tuple[FoundPlace, ...]:
        """Every run of divisions from `start` on, in the order of the text."""
        return tuple(found for _, found in self._found_in(text, start, labelled=labelled))

    def by_postcode(self, code: str, region: str) -> tuple[Place, ...]:
        """The places of a code, none if it isn't known. Of Taiwan's five or six digits the first three count.

        A mainland code that may be another district's too, or that no district has for its own, gives the city alone.
        """
        digits = code.replace("-", "").strip()
        if region == "tw":
            return tuple(_place(one.path()) for one in self._known.postcodes.get((region, digits[:_OF_TAIWAN]), ()))
        exact = self._known.postcodes.get((region, digits), ())
        if exact:
            owners = dict.fromkeys(one if self._is_its_own(one) else one.parent or one for one in exact)
            return tuple(_place(one.path()) for one in owners)
        city = self._known.cities_by_postcode.get(digits[:_OF_A_CITY]) if len(digits) == _OF_THE_MAINLAND else None
        return (_place(city.path()),) if city else ()

    def _is_its_own(self, district: Division) -> bool:
        """True if its code names it: not one of a whole city, nor one that a district split from it may still share."""
        if district.name[-1] != "区":
            return True
        beside = self._known.below[district.parent] if district.parent else ()
        codes = [one.postcode for one in beside if one.name[-1] == "区" and not _ZONE.search(one.name)]
        return not district.postcode.endswith("000") and all(codes)

    def near(self, place: Place | Spot, name: str) -> tuple[str, ...]:
        """The districts of a place's city whose names differ from this one by one character."""
        folded = self._known.fold(name)
        cities = (one for one, _ in self._known.names.get(self._known.fold(place.city), ()) if one.name == place.city)
        beside = [one.name for city in cities if city.level is Level.CITY for one in self._known.below.get(city, ())]
        return tuple(one for one in beside if _differing(self._known.fold(one), folded) == 1)

    def postcode_of(self, found: FoundPlace | Place) -> str:
        """The code of a place, "" where none is known or the place isn't decided."""
        return found.place.postcode if isinstance(found, FoundPlace) else found.postcode

    def _found_in(self, text: str, start: int, *, labelled: bool) -> list[tuple[Run, FoundPlace]]:
        runs = Finder(self._known, text, labelled=labelled).runs(start)
        found: list[tuple[Run, FoundPlace]] = []
        traditional = self._known.traditional(text) if runs else None
        for run in runs:
            one = self._found(text, run, start, traditional=traditional)
            if found and _says_again(text, found[-1][1], one):
                first, before = found[-1]
                found[-1] = (first, replace(before, span=(before.span[0], one.span[1])))
            else:
                found.append((run, one))
        return found

    def _found(self, text: str, run: Run, start: int, *, traditional: bool | None) -> FoundPlace:
        """`traditional` says how the whole text is written; the run's own characters say it better."""
        own = self._known.traditional(text[run.start : run.end])
        traditional = traditional if own is None else own
        paths = [self._filled(one.path()) for one in settled(run, traditional=traditional)]
        places = [_place(path, run, text) for path in paths]
        shared = places[0] if len(places) == 1 else _shared(places)
        if run.against is not None:
            others = [self._filled(one.path()) for one in settled(run.against, traditional=traditional)]
            # Either half may be the slip; the one that says more is likelier right.
            elsewhere = [_place(path, run.against, text) for path in others]
            if run.against.end - run.against.start > run.against.start - run.start:
                run, paths, shared = replace(run, tokens=(*run.tokens, *run.against.tokens)), others, _shared(elsewhere)
                places = elsewhere + places
            else:
                places += elsewhere
        return FoundPlace(
            place=shared,
            span=(self._from(text, run.start, start), run.end),
            derived=frozenset(
                _LEVELS[one.level]
                for one in paths[0]
                if getattr(shared, _LEVELS[one.level]) and (not _tokens_of(one, run) or _is_its_own_district(one))
            ),
            alternatives=tuple(places) if len(places) > 1 else (),
            contradictions=(text[run.against.start : run.against.end],) if run.against else (),
            renamed=tuple(
                (text[token.start : token.end], one.name)
                for path in paths
                for token in run.tokens
                for one, called in token.meanings
                if called is Called.FORMERLY and one in path
            ),
            short=not run.strong,
        )

    def _filled(self, path: tuple[Division, ...]) -> tuple[Division, ...]:
        """The path down to a division of the same name, as that of 上海市 in 上海市, or of 东莞市, has no other."""
        below = self._known.below.get(path[-1], ())
        return self._filled((*path, below[0])) if len(below) == 1 and below[0].name == path[-1].name else path

    def _from(self, text: str, at: int, start: int) -> int:
        """The beginning of a run, with the country that may be named before it."""
        country = _COUNTRY.search(self._known.fold(text[max(start, at - _LONGEST_COUNTRY) : at]))
        return at - len(country.group()) if country else at


@cache
def _loaded() -> Places:
    return Places(Gazetteer(resources.files("bot.reading").joinpath("places.txt").read_text("utf-8")))


def _differing(one: str, other: str) -> int:
    """The characters in which two names of one length differ; more than they have for others."""
    return sum(a != b for a, b in zip(one, other, strict=True)) if len(one) == len(other) else len(one) + 1


def _place(path: tuple[Division, ...], run: Run | None = None, text: str = "") -> Place:
    names = ["", "", ""]
    for one in path:
        tokens = _tokens_of(one, run) if run else []
        if one.level is Level.PROVINCE and one.region == "tw" and not tokens:
            continue
        # Whoever writes 臺北市 gets it so.
        formal = any("臺" in text[token.start : token.end] for token in tokens)
        names[one.level] = one.name.replace("台", "臺") if formal else one.name
    return Place(path[-1].region, names[0], names[1], names[2], path[-1].postcode)


def _tokens_of(one: Division, run: Run) -> list[Token]:
    return [token for token in run.tokens if any(one is meant for meant, _ in token.meanings)]


def _is_its_own_district(one: Division) -> bool:
    return one.level is Level.DISTRICT and one.parent is not None and one.parent.name == one.name


def _shared(places: list[Place]) -> Place:
    first = places[0]
    differ = [name for name in (*_LEVELS, "postcode") if len({getattr(one, name) for one in places}) > 1]
    return replace(first, **dict.fromkeys(differ, ""))


def _says_again(text: str, before: FoundPlace, after: FoundPlace) -> bool:
    """True for a place that stands right behind itself, as forms with a list and a line of text give it."""
    between = _BETWEEN.fullmatch(text, before.span[1], after.span[0])
    is_zone = after.short and names_zone(text, after.span[1])
    return between is not None and before.place == after.place and not after.alternatives and not is_zone
