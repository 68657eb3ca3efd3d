"""The divisions of the mainland, Hong Kong, Macau and Taiwan, and every name that people call them by.

They are kept in places.txt, which `make places` writes: addresses are read without asking anybody. A name is looked up
in its folded form, where traditional and simplified characters are the same and each still has its place in the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Final


class Level(IntEnum):
    """The depth of a division; a municipality is a city of its own name, and Taiwan's counties are cities."""

    PROVINCE = 0
    CITY = 1
    DISTRICT = 2


class Called(IntEnum):
    """The manner in which a text names a division: as it is, without its last character, or as it was called before."""

    FULL = 0
    SHORT = 1
    FORMERLY = 2


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """One node of the tree. There is one object for each, so that `is` tells them apart."""

    name: str
    level: Level
    parent: "Division | None"
    region: str
    postcode: str = ""

    def path(self) -> tuple["Division", ...]:
        """From the province down to this one."""
        return (*(self.parent.path() if self.parent else ()), self)

    def lies_in(self, other: "Division") -> bool:
        """True if `other` is above this one; not of the division itself."""
        above = self.parent
        while above is not None and above is not other:
            above = above.parent
        return above is other


_LEVELS: Final = tuple(Level)

Meaning = tuple[Division, Called]
"""One reading of a name."""

_PEOPLES: Final = (
    "维吾尔 柯尔克孜 哈萨克 塔吉克 乌孜别克 俄罗斯 鄂温克 鄂伦春 达斡尔 景颇 傈僳 拉祜 纳西 东乡 土家 布依 朝鲜 "
    "哈尼 仫佬 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 德昂 保安 裕固 独龙 门巴 珞巴 基诺 蒙古 各 回 藏 苗 彝 壮 满 侗 瑶 "
    "白 傣 黎 佤 畲 水 土 羌 怒 京"
)
_SELF_GOVERNED: Final = re.compile(rf"(.{{2,}}?)(?:(?:{'|'.join(_PEOPLES.split())})族?)+自治([州县旗])")
_ENDINGS: Final = (
    ("省", "市"),
    ("市", "县", "地区", "盟"),
    ("林区", "特区", "新区", "矿区", "县", "区", "市", "旗", "乡", "镇"),
)
"""Of each level, the longer ones first."""
_PROVINCES: Final = {
    "内蒙古自治区": ("内蒙古", "内蒙"),
    "广西壮族自治区": ("广西",),
    "西藏自治区": ("西藏",),
    "宁夏回族自治区": ("宁夏",),
    "新疆维吾尔自治区": ("新疆",),
    "香港特别行政区": ("香港",),
    "澳门特别行政区": ("澳门",),
}
_ALSO_FULL: Final = {
    "广西壮族自治区": ("广西省",),
    "宁夏回族自治区": ("宁夏省",),
    "新疆维吾尔自治区": ("新疆省",),
    "西藏自治区": ("西藏省",),
    "香港特别行政区": ("香港特区", "hong kong", "hongkong"),
    "澳门特别行政区": ("澳门特区", "macau", "macao"),
    "台湾": ("台湾省",),
}
"""All of these in folded characters."""
_SHORTEST: Final = 2


class Gazetteer:
    """All divisions by their names and postcodes; made once from the text of places.txt, and never changed."""

    def __init__(self, text: str) -> None:
        self.names: dict[str, tuple[Meaning, ...]] = {}
        """By folded name."""
        self.lengths: dict[str, tuple[int, ...]] = {}
        """Of the names that begin with two characters, the longest first; no name is shorter."""
        self.postcodes: dict[tuple[str, str], list[Division]] = {}
        """By region and code."""
        self.cities_by_postcode: dict[str, Division | None] = {}
        """The mainland's, by four digits; None where they are several cities'."""
        self.below: dict[Division, list[Division]] = {}
        """The cities of a province, the districts of a city."""
        self._folding: dict[int, int] = {ord(one): ord(one.lower()) for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
        sections = _sections(text)
        pairs = "".join(sections.pop("characters"))
        self._folding.update({ord(one): ord(as_one) for one, as_one in zip(pairs[::2], pairs[1::2], strict=True)})
        self._traditional = frozenset(pairs[::2])
        self._simplified = frozenset(pairs[1::2])
        renamed = sections.pop("renamed")
        for region, lines in sections.items():
            self._plant(region, lines, self.fold("\n".join(lines)).split("\n"))
        # Taiwan writes 台 and 里 too.
        self._simplified -= frozenset("".join(sections["tw"]))
        for (region, code), districts in self.postcodes.items():
            for one in districts if region == "cn" else ():
                first = self.cities_by_postcode.setdefault(code[:4], one.parent)
                if first is not one.parent:
                    self.cities_by_postcode[code[:4]] = None
        for line in renamed:
            self._rename(line)
        self._list_lengths()

    def fold(self, text: str) -> str:
        """The text in the characters that names are looked up in; as long as it was, so that places in it hold."""
        return text.translate(self._folding)

    def traditional(self, text: str) -> bool | None:
        """True for a text in traditional characters, False for simplified, None where it has neither or both."""
        one, other = not self._traditional.isdisjoint(text), not self._simplified.isdisjoint(text)
        return None if one == other else one

    def _plant(self, region: str, lines: list[str], folded: list[str]) -> None:
        above: list[Division | None] = [None, None, None]
        for line, folded_line in zip(lines, folded, strict=True):
            name, _, postcode = line.lstrip().partition(" ")
            level = len(line) - len(name) - (len(postcode) + 1 if postcode else 0)
            parent = above[level - 1] if level else None
            one = Division(name, _LEVELS[level], parent, region, postcode)
            above[level] = one
            if parent is not None:
                self.below.setdefault(parent, []).append(one)
            if postcode:
                self.postcodes.setdefault((region, postcode), []).append(one)
            for called, spelling in _spellings(folded_line[level : level + len(name)], level):
                self._call(spelling, one, called)

    def _call(self, folded: str, one: Division, called: Called) -> None:
        known = self.names.get(folded, ())
        if all(other is not one for other, _ in known):
            self.names[folded] = (*known, (one, called))

    def _rename(self, line: str) -> None:
        """Read a line such as `浙江省 宁波市: 江东区 -> 鄞州区`."""
        where, _, names = line.partition(": ")
        before, _, now = names.partition(" -> ")
        above: Division | None = None
        for name in where.split():
            above = self._named(name, above)
        for name in now.split():
            self._call(self.fold(before), self._named(name, above), Called.FORMERLY)

    def _named(self, name: str, above: Division | None) -> Division:
        return next(one for one, called in self.names[self.fold(name)] if one.parent is above and called is Called.FULL)

    def _list_lengths(self) -> None:
        lengths: dict[str, set[int]] = {}
        for name in self.names:
            lengths.setdefault(name[:2], set()).add(len(name))
        # Many are alike, and one tuple does for all of them.
        alike: dict[tuple[int, ...], tuple[int, ...]] = {}
        for first, found in lengths.items():
            ordered = tuple(sorted(found, reverse=True))
            self.lengths[first] = alike.setdefault(ordered, ordered)


def _sections(text: str) -> dict[str, list[str]]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    heads = [place for place, line in enumerate(lines) if line.startswith("[")]
    return {lines[one].strip("[]"): lines[one + 1 : after] for one, after in pairwise([*heads, len(lines)])}


def _spellings(name: str, level: int) -> Iterator[tuple[Called, str]]:
    """All that people call a division, in folded characters."""
    yield Called.FULL, name
    if name in _ALSO_FULL:
        yield from ((Called.FULL, other) for other in _ALSO_FULL[name])
    if name in _PROVINCES:
        yield from ((Called.SHORT, short) for short in _PROVINCES[name])
        return
    if "自治" in name and (found := _SELF_GOVERNED.fullmatch(name)) is not None:
        stem, kind = found.groups()
        yield Called.FULL, stem + kind
        # Of the prefecture in Qinghai nobody says 海南, which is a province.
        if stem != "海南":
            yield Called.SHORT, stem
        return
    for ending in _ENDINGS[level]:
        if name.endswith(ending) and len(name) - len(ending) >= _SHORTEST:
            yield Called.SHORT, name[: -len(ending)]
            return
