"""Runs of divisions in a text: 浙江省杭州市余杭区, 浙江 杭州 余杭, 台北市信義區.

Most of the rules here say what is *not* a division: streets are named after cities (南京东路, 中山路), people after
provinces (王海南), and a name that was eaten by an address would be lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from bot.reading.divisions import Called, Division, Gazetteer, Level, Meaning

_BETWEEN: Final = re.compile(
    r"(?:[ \t\r\n\u3000,，、;；/|\\·・>()（）\-—_]{0,4}"
    r"(?:市辖区|雄安新区|天府新区|两江新区|西咸新区|贵安新区|滇中新区|江北新区|(?:省|自治区)?直辖县级?(?:行政区划)?|(?<![0-9])[0-9]{3}(?:[0-9]{2,3})?(?![0-9]))?){0,2}"
)
"""Whatever may stand between two divisions of a run, in folded characters."""
_STREET: Final = re.compile(
    r"[东西南北中上下新老]?[一二三四五六七八九十0-9]{0,3}(?:环[东西南北]?)?"
    r"(?:路|街|大道|道(?![教县])|巷|弄|胡同|段|[一二三四五六七八九十0-9]号)"
)
"""Behind a short name: it is the beginning of a street's name. Of 武昌|中南路 the rest is one by itself."""
_STREET_OF: Final = re.compile("大?[路街道巷弄]|小吃")
"""Behind a full name of two characters, such as 芒市: it is the beginning of a street's name."""
_ZONE: Final = re.compile("(?:国家级?)?(?:经济|经开|高新|技术|开发|保税|综合|工业|产业)")
"""Behind the name of a city: a zone of it."""
_OTHER_DIVISION: Final = ("县", "区")
_OTHER_PLACE: Final = re.compile(
    r"[东西南北新老大小]?(?:[镇乡村]|街道|社区|大学|学院|中学|小学|医院|酒店|宾馆|饭店|大厦|广场|公园|机场|火车|高铁|"
    r"坡|岭|站|桥|银行|花园|小区|商场|市场|(?:工业|科技|软件)(?![园区])|山庄|里(?![0-9])|门|湖|河|江|港|公司|集团|有限|烤|牛肉|小吃|人|菜)"
)
"""Behind a short name: it is part of the name of something else."""
_NOT_ENDED: Final = {
    "市": re.compile(r"桥|民大道|民广|民中心|府[路大一二三四五东西]|场|立|政[路府大一二三四五东西]"),
    "县": re.compile(r"政[路府大一二三四五东西]|府[路大一二三四五东西]|立"),
    "区": re.compile(r"域|间|块链|别"),
    "省": re.compile(r"[道钱]"),
}
"""Behind a full name: its last character belongs to the next word, as in 台北|市民大道."""
_ADDRESS: Final = re.compile(
    r"[^\n，。！？,!?]{0,30}?(?:路|街|巷|弄|镇|乡|村|大道|小区|花园|大厦|广场|[0-9一二三四五六七八九十](?:号|栋|幢|楼|段|室))"
)
"""The rest of an address, near behind."""
_PHONE_NEXT: Final = re.compile(r"[ \t\u3000,，、;；/|]*[+(]?[0-9]{3}")
_LEADS: Final = frozenset("址到至往寄送发在给区域省市国邮递收是")
"""Characters that may stand right before an address; any other may be the family name of somebody called 海南."""
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_WORD: Final = re.compile(r"[a-z]")
_ENDINGS_OF_DISTRICTS: Final = {"cn": ("新区", "县", "市", "区"), "tw": ("市", "区", "镇", "乡")}
_ALL_ENDINGS: Final = tuple(dict.fromkeys(chain.from_iterable(_ENDINGS_OF_DISTRICTS.values())))
_TOWNS: Final = frozenset("镇乡")
_STRONG: Final = 3
"""Characters of a full name that is taken without another beside it."""
_NO_BETTER_KNOWN: Final = frozenset({"朝阳市"})
"""Cities of which a short name alone may as well mean a district elsewhere, here Beijing's."""
_MOST_TOKENS: Final = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the text and the divisions that it can mean."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]
    open: bool = False
    """True if it is a division only with another right behind it: 台州|路桥区, and not 台州路."""
    weak: bool = False
    """True for a name of Taiwan in simplified characters that a town of the mainland may have as well: 大林镇."""

    @property
    def strong(self) -> bool:
        full = any(called is not Called.SHORT for _, called in self.meanings)
        return full and not self.weak and self.end - self.start >= _STRONG


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens that stand side by side, and the divisions that the last one means given those before it."""

    tokens: tuple[Token, ...]
    meanings: tuple[Meaning, ...]
    against: "Run | None" = None
    """Divisions right behind that lie elsewhere."""

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.against.end if self.against else self.tokens[-1].end

    @property
    def strong(self) -> bool:
        return any(token.strong for token in self.tokens)

    def rank(self) -> tuple[int, int, bool, int, int]:
        """The higher the better: full names and several of them, then characters, then agreement, then the first."""
        tokens = self.tokens + (self.against.tokens if self.against else ())
        covered = sum(token.end - token.start for token in tokens)
        fulls = sum(all(called is Called.FULL for _, called in token.meanings) for token in tokens)
        kind = any(token.strong for token in tokens) + min(len(tokens), 2)
        return (kind, covered, self.against is None, fulls, -self.start)


def names_zone(text: str, end: int) -> bool:
    """True where the name of a city that ends there begins the name of a zone: 杭州|经济技术开发区."""
    return _ZONE.match(text, end) is not None


class Finder:
    """The search in one text, folded once."""

    def __init__(self, gazetteer: Gazetteer, text: str, *, labelled: bool) -> None:
        self._known = gazetteer
        self._written = text
        self._text = gazetteer.fold(text)
        self._labelled = labelled

    def runs(self, start: int) -> list[Run]:
        """All runs from `start` on that don't overlap, in the order of the text."""
        chosen: list[Run] = []
        beside: list[Run] = []
        reached = start
        text, heads = self._text, self._known.lengths
        for at in range(start, len(text) - 1):
            if text[at : at + 2] not in heads:
                continue
            if at >= reached and beside:
                chosen += _apart(beside)
                beside = []
            for run in self._best_at(at):
                beside.append(run)
                reached = max(reached, run.end)
        return chosen + _apart(beside)

    def _best_at(self, at: int) -> list[Run]:
        runs = [run for token in self._tokens(at) for run in self._grown(Run((token,), token.meanings))]
        runs = [run for run in runs if self._holds(run)]
        return [max(runs, key=Run.rank)] if runs else []

    def _tokens(self, at: int) -> Iterator[Token]:
        text, names = self._text, self._known.names
        for length in self._known.lengths.get(text[at : at + 2], ()):
            end = at + length
            name = text[at:end]
            if end > len(text) or name not in names:
                continue
            ended = tuple(one for one in names[name] if self._ends(one, name, end))
            if ended:
                yield Token(at, end, ended, weak=self._written[end - 1] in _TOWNS)
            elif not _WORD.match(name):
                yield Token(at, end, names[name], open=True)
            for ending in _ALL_ENDINGS:
                if text.startswith(ending, end) and (formerly := tuple(self._formerly(names[name], name, ending, end))):
                    last = end + len(ending)
                    yield Token(at, last, formerly, weak=self._written[last - 1] in _TOWNS)

    def _ends(self, meaning: Meaning, name: str, end: int) -> bool:
        """False if the next characters make another word of the name."""
        (division, called), text = meaning, self._text
        if _WORD.match(name):
            return not _WORD.match(text[end : end + 1]) and not _WORD.match(text[end - len(name) - 1 : end - len(name)])
        if called is not Called.SHORT and len(name) < _STRONG:
            return not _STREET_OF.match(text, end)
        if called is Called.SHORT and division.level is Level.CITY and text[end : end + 1] in _OTHER_DIVISION:
            # 九江|县 is a district of 九江市, or was one.
            return False
        if called is Called.SHORT:
            short_of_district = called is Called.SHORT and division.level is Level.DISTRICT
            return not _STREET.match(text, end) and not (short_of_district and _OTHER_PLACE.match(text, end))
        trap = _NOT_ENDED.get(name[-1])
        return trap is None or trap.match(text, end) is None

    def _formerly(self, meanings: tuple[Meaning, ...], name: str, ending: str, end: int) -> Iterator[Meaning]:
        """The districts that were a county, a town or a new area before: 萧山市, 中壢市, 红谷滩新区."""
        trap = _NOT_ENDED.get(ending[-1])
        if trap is not None and trap.match(self._text, end + len(ending)):
            return
        for division, called in meanings:
            fits = ending in _ENDINGS_OF_DISTRICTS.get(division.region, ()) and division.level is Level.DISTRICT
            if fits and called is Called.SHORT and self._known.fold(division.name) != name + ending:
                yield division, Called.FORMERLY

    def _grown(self, run: Run) -> Iterator[Run]:
        """The run, and what it becomes with the divisions behind it."""
        yield run
        if len(run.tokens) >= _MOST_TOKENS:
            return
        between = _BETWEEN.match(self._text, run.end)
        after = between.end() if between else run.end
        gap = self._text[run.end : after]
        # A line's end or a postcode may stand between full names only: 台北市110信義區.
        broken = "\n" in gap or any(one.isdigit() for one in gap)
        for token in self._tokens(after):
            if (run.tokens[-1].open and token.start > run.end) or self._is_zone(run, token):
                continue
            within = tuple(
                (one, called)
                for one, called in token.meanings
                if any(one.lies_in(above) for above, _ in run.meanings) and not (broken and called is Called.SHORT)
            )
            if within:
                yield from self._grown(Run((*run.tokens, token), within))
            elif not broken and not run.tokens[-1].open and (run.tokens[-1].strong or run.end == token.start):
                yield from self._contradicted(run, token)

    def _is_zone(self, run: Run, token: Token) -> bool:
        """True of a city's name said again as the beginning of a zone's: 杭州市|杭州经济技术开发区."""
        above = [one for one, _ in run.meanings]
        again = all(called is Called.SHORT and one in above for one, called in token.meanings)
        return again and names_zone(self._text, token.end)

    def _contradicted(self, run: Run, token: Token) -> Iterator[Run]:
        """The run with full names of something smaller elsewhere; a province or city of its own is another address."""
        deepest = max(one.level for one, _ in run.meanings)
        smaller = tuple((one, called) for one, called in token.meanings if one.level > deepest)
        if len(smaller) == len(token.meanings):
            grown = [
                one
                for one in self._grown(Run((token,), smaller))
                if one.strong and not one.against and not one.tokens[-1].open
            ]
            if grown:
                yield Run(run.tokens, run.meanings, max(grown, key=Run.rank))

    def _holds(self, run: Run) -> bool:
        if run.tokens[-1].open or (run.against and run.against.tokens[-1].open):
            return False
        first = run.tokens[0]
        before = self._text[first.start - 1 : first.start]
        free = not _HAN.match(before) or before in _LEADS
        if len(run.tokens) > 1 or run.against:
            # 李杭州 余杭区: a short name that hangs on another word and not on the division behind it.
            follower = run.tokens[1] if len(run.tokens) > 1 else run.against
            if run.against and not first.strong and not free:
                return False
            return first.strong or free or (follower is not None and first.end == follower.start)
        if run.strong:
            return True
        if self._labelled:
            return free
        if all(called is Called.FULL for _, called in run.meanings) and first.end - first.start < _STRONG:
            # 东区 and 北區 are many cities'.
            return free and _ADDRESS.match(self._text, first.end) is not None
        # 义乌 is as well known as a city above it; 西湖 and 中山 are as many things.
        known = any(one.level < Level.DISTRICT or one.name[-1] == "市" for one, _ in run.meanings)
        follows = self._text[first.end : first.end + 1]
        parted = not follows.strip() or not _HAN.match(follows)
        return (
            free
            and known
            and not _OTHER_PLACE.match(self._text, first.end)
            # A lone 高雄 before a phone number is somebody's name.
            and not (parted and _PHONE_NEXT.match(self._text, first.end))
            and _ADDRESS.match(self._text, first.end) is not None
        )


def _apart(runs: list[Run]) -> list[Run]:
    """Of runs that overlap, the best and those that stay beside it, in the order of the text."""
    chosen: list[Run] = []
    taken: set[int] = set()
    for run in sorted(runs, key=Run.rank, reverse=True):
        places = range(run.start, run.end)
        if taken.isdisjoint(places):
            chosen.append(run)
            taken.update(places)
    return sorted(chosen, key=lambda run: run.start)


def _is_plainer(one: Division, than: Division) -> bool:
    beside = one.level is Level.DISTRICT and one.parent is than.parent
    return beside and len(one.name) < len(than.name)


def settled(run: Run, *, traditional: bool | None) -> list[Division]:
    """The divisions that a run can mean, with those left out that a better reading makes needless.

    `traditional` says in which characters it was written, None where they are the same in both.
    """
    meanings = list(run.meanings)
    best = min((called is Called.FORMERLY for _, called in meanings), default=False)
    found = [one for one, called in meanings if (called is Called.FORMERLY) == best]
    if all(called is Called.SHORT for _, called in run.meanings):
        # 北戴河 is 北戴河区 before 北戴河新区, 井陉 is 井陉县 before 井陉矿区.
        found = [one for one in found if not any(_is_plainer(other, one) for other in found)]
    if traditional is not None:
        same = [one for one in found if (one.region == "tw") == traditional]
        found = same or found
    if len(run.tokens) == 1 and all(called is Called.SHORT for _, called in meanings):
        # Alone it is the city: people say 中山 for 中山市, and name the city with a district of that name.
        cities = [one for one in found if one.level < Level.DISTRICT] or [one for one in found if one.name[-1] == "市"]
        if not any(one.name in _NO_BETTER_KNOWN for one in cities):
            found = cities or found
    above = [one for one in found if not any(one.lies_in(other) for other in found)]
    return above or found
