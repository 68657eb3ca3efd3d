"""The layout of a text: its lines, blocks and numbered points, tables, and the heads of forwarded messages.

Where one person ends and the next begins is told by it as often as by the words.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from bot.reading.labels import Label, Labels
from bot.reading.lines import LineReader
from bot.reading.pieces import TextLine
from bot.reading.signatures import is_mark
from bot.reading.takes import OF_SENDER
from providers.fields import Part

_TIME: Final = r"(?:[上下]午 ?|凌晨 ?|中午 ?|早上 ?|晚上 ?)?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp]\.?[Mm]\.?)?"
_DAY: Final = (
    r"(?:[0-9]{2,4}[./年-][0-9]{1,2}[./月-][0-9]{1,4}日?|[0-9]{1,2}[./月-][0-9]{1,2}日?|昨天|今天|前天|"
    r"星期[一二三四五六日天]|[周週][一二三四五六日天末])"
)
_WHO: Final = r"[^:\n\t\[\],;0-9]{1,24}"
_HEADS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\s*\[(?:{_DAY}[ ,]*)?{_TIME}(?:[ ,]*{_DAY})?\] ?{_WHO}: ?",
        rf"\s*(?:{_DAY}[ ,]*)?{_TIME}(?: ?- ?|[ \t]+){_WHO}: ?",
        rf"\s*(?:{_DAY}[ ,]*)?{_TIME}\t[^\t\n]{{1,24}}\t",
        rf"\s*{_TIME} (?!- )[^\s:0-9]{{1,12}} (?=\S)",
        rf"\s*{_DAY} {_TIME}:? {_WHO} *(?:\n|$)",
        rf"\s*{_WHO} ?\({_TIME}\):? *",
        rf"\s*{_WHO}\([0-9+]{{5,14}}\) *(?:{_DAY}[ ,]*)?{_TIME}:? *(?:\n|$)",
        rf"\s*{_WHO},? ?\[(?:{_DAY}[ ,]*)?{_TIME}\]:? ?",
        rf"\s*{_WHO} (?:{_DAY}[ ,]*){{1,2}}{_TIME}:? *(?:\n|$)",
        r"\s*On [^\n]{5,80} wrote: *(?:\n|$)",
        r"\s*-* ?Forwarded message ?-* *(?:\n|$)",
        rf"\s*{_WHO} {_TIME} *(?:\n|$)",
        rf"\s*(?:{_DAY}[ ,]*)?{_TIME} *(?:\n|$)",
        r"\s*(?:Forwarded (?:message )?from|转发自|轉寄自|轉發自)[: ]*[^\n]*",
        rf"\s*[-—= ]*{_DAY}(?:\(.\)|（.）| ?星期.)?[-—= ]*(?:\n|$)",
    )
)
_MAIL: Final = re.compile(r"^[ >]*(?:subject|date|sent|主题|主旨): ", re.IGNORECASE | re.MULTILINE)
_MAIL_LINE: Final = re.compile(
    r"\s*(?:from|to|cc|subject|date|sent|发件人|寄件者|收件者|主题|主旨|日期): ?[^\n]*(?:\n|$)", re.IGNORECASE
)
"""The head of an e-mail: whoever wrote it doesn't send the parcel."""
_QUOTED: Final = re.compile(r"\s*(?:> ?)+")
_MEDIA: Final = re.compile(
    r"\s*[\[<(](?:图片|圖片|照片|相片|表情|动画表情|貼圖|贴图|语音|語音|文件|檔案|视频|影片|链接|連結|photo|image|picture|sticker|"
    r"voice message|video|file|media omitted)[\]>)]\s*",
    re.IGNORECASE,
)
"""A picture or the like in a copied chat."""
_SPEAKS: Final = re.compile(r"^[ ]*([^\s:,;|0-9][^\n:,;|0-9]{0,11}):(?!//)[ ]*", re.MULTILINE)
_POINT: Final = re.compile(
    r"\s*(?:(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[.、):](?![0-9]{1,4}(?![0-9]))|\([0-9]{1,2}\)|\[[0-9]{1,2}\]|"
    r"第[0-9一二三四五六七八九十]{1,3}[个個位单單件]?[:.、 ]|[①-⑳]|#[0-9]{1,2}(?=[ .:])|(?:NO|No)\.?[0-9]{1,3}[.: ]|"
    r"[0-9]{1,2} (?=https?://))\s*"
)
_RULE: Final = re.compile(
    r"\s*(?:[-=*_~—+.|: ]{3,}|[-=*_~—]{2,} ?(?:第 ?)?[㐀-鿿#]{0,3} ?"
    r"[0-9一二三四五六七八九十]{1,3} ?[单單个個位件份号號.]? ?[-=*_~—]{2,})\s*"
)
_MOBILE: Final = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|09[0-9]{2}-?[0-9]{3}-?[0-9]{3})(?![0-9])")
_PARTS: Final = re.compile("[;。]+")
_COUNTED: Final = re.compile(r"[①-⑳]|(?<![0-9A-Za-z.])[0-9]{1,2}[.、)](?=[ㄱ-鿿 ])")
_COMMAS: Final = re.compile("[,、]")
_HOUSE: Final = re.compile("[路街道巷弄村里镇鎮段][^;,]*[0-9]")
"""A street and a number: the address of somebody."""
_FEWEST_PEOPLE: Final = 2
_LONGEST_LINE: Final = 4096
"""Characters of a line that is read: as many as a message has."""
_FEWEST_CELLS: Final = 2
_LONGEST_LABEL: Final = 24
_SEPARATORS: Final = ("\t", "|", ",", ";")


def _people_in(line: str) -> list[tuple[int, int]]:
    """The parts of a line with several people, each with a number of their own; empty for any other line."""
    if len(_MOBILE.findall(line)) < _FEWEST_PEOPLE:
        return []
    for parts in (_PARTS, _COMMAS, _COUNTED):
        cuts = [0, *(one.start() if parts is _COUNTED else one.end() for one in parts.finditer(line)), len(line)]
        found = [pair for pair in pairwise(cuts) if line[slice(*pair)].strip(" ;。,、")]
        if len(found) > 1 and all(_MOBILE.search(line, *pair) and _HOUSE.search(line, *pair) for pair in found):
            return found
    return []


class Layout:
    """The lines of a text with what was read in each."""

    def __init__(self, text: str, reader: LineReader, labels: Labels) -> None:
        self._text = text
        self._reader = reader
        self._labels = labels
        self._block = 0
        self._heading: tuple[str, list[Label | None]] | None = None
        self._rows = 0
        self._waiting: Label | None = None
        self._signed = False
        self._of_sender = False
        self._speakers = self._said_often()
        self._is_mail = _MAIL.search(text) is not None

    def lines(self) -> Iterator[TextLine]:
        """Each line that has anything in it, in order."""
        start = 0
        while start <= len(self._text):
            end = self._text.find("\n", start)
            end = len(self._text) if end < 0 else end
            said = self._text[start:end]
            if (quoted := _QUOTED.match(said)) is not None:
                start, said = start + quoted.end(), said[quoted.end() :]
            if not said.strip():
                self._block += 1
                self._of_sender = False
                self._heading = None
            elif len(said) > _LONGEST_LINE:
                yield TextLine([], [(start, end)], self._block, start=start, end=end)
            elif is_mark(said):
                self._signed = True
                self._block += 1
            elif not _RULE.fullmatch(said) and not _MEDIA.fullmatch(said):
                for first, last in _people_in(said) or [(0, len(said))]:
                    for line in self._line(start + first, start + last):
                        line.signed = self._signed
                        line.begins = line.begins or first > 0
                        yield line
            elif self._heading is None:
                self._block += 1
            start = end + 1

    def _line(self, start: int, end: int) -> Iterator[TextLine]:
        if head := self._head(start):
            self._block += 1
            start = head
            if start >= end:
                return
        point = _POINT.match(self._text, start, end)
        start = point.end() if point else start
        if start >= end:
            # A number that stands alone above what it counts.
            self._block += 1
            return
        if (heading := self._heading_in(start, end)) is not None:
            self._heading, self._rows = heading, 0
            self._block += 1
            return
        if self._heading is not None:
            cells = self._cells(start, end, self._heading[0])
            if self._is_row(cells, self._heading[1]):
                self._rows += 1
                yield self._row(cells, self._heading[1], self._block)
                return
            self._block += self._rows > 0
            self._heading = None
        if (alone := self._label_alone(start, end)) is not None:
            self._waiting = alone
            return
        if (said := self._labels.of(self._text[start:end].strip())) is not None and not (said.part or said.title):
            self._of_sender = said.of_sender
            return
        pieces, unread = self._reader.read(start, end, None if point else self._waiting)
        self._waiting = None
        if self._of_sender:
            pieces = [replace(one, of_sender=True) if one.part in OF_SENDER else one for one in pieces]
        yield TextLine(pieces, unread, self._block, point is not None, start=start, end=end)

    def _said_often(self) -> frozenset[str]:
        """The words before a colon in several lines that are no label: whoever wrote these lines."""
        said = Counter(one[1].strip() for one in _SPEAKS.finditer(self._text))
        return frozenset(who for who, times in said.items() if times > 1 and self._labels.of(who) is None)

    def _label_alone(self, start: int, end: int) -> Label | None:
        """The label that a line is and nothing else: its answer comes in the next line."""
        said = self._text[start:end].strip()
        label = self._labels.of(said) if len(said) < _LONGEST_LABEL else None
        if label is None or not (label.part or label.title):
            return None
        # "Orders:" is above a list as often as above a number.
        return None if label.part is Part.ORDER_NUMBER and not re.search("[号號]|no|number|id", said.lower()) else label

    def _head(self, start: int) -> int:
        """The end of the head of a forwarded message at the beginning of a line; 0 for none."""
        speaks = _SPEAKS.match(self._text, start)
        if speaks is not None and speaks[1].strip() in self._speakers:
            return speaks.end()
        for pattern in (*_HEADS, _MAIL_LINE) if self._is_mail else _HEADS:
            found = pattern.match(self._text, start)
            if found is not None:
                return found.end() - (1 if found[0].endswith("\n") else 0)
        return 0

    def _cells(self, start: int, end: int, separator: str) -> list[tuple[int, int]]:
        found, place = [], start
        for cell in self._text[start:end].split(separator):
            found.append((place, place + len(cell)))
            place += len(cell) + 1
        if separator == "|":
            found = found[1:] if found and not self._said(found[0]) else found
            found = found[:-1] if found and not self._said(found[-1]) else found
        return found

    def _said(self, cell: tuple[int, int]) -> str:
        return self._text[cell[0] : cell[1]].strip()

    def _heading_in(self, start: int, end: int) -> tuple[str, list[Label | None]] | None:
        for separator in _SEPARATORS:
            if separator not in self._text[start:end]:
                continue
            cells = self._cells(start, end, separator)
            labels = [self._labels.of(said) if (said := self._said(cell)) else None for cell in cells]
            known = sum(one is not None for one in labels)
            if known >= _FEWEST_CELLS and known * 4 >= sum(bool(self._said(cell)) for cell in cells) * 3:
                return separator, labels
        words = self._text[start:end].split()
        if len(words) > _FEWEST_CELLS and all(self._labels.of(word) for word in words):
            return " ", [self._labels.of(word) for word in words]
        return None

    @staticmethod
    def _is_row(cells: Sequence[tuple[int, int]], heading: Sequence[Label | None]) -> bool:
        return _FEWEST_CELLS <= len(cells) <= len(heading) + 1 and len(cells) >= len(heading) // 2

    def _row(self, cells: Sequence[tuple[int, int]], heading: Sequence[Label | None], block: int) -> TextLine:
        line = TextLine([], [], block, begins=True, row=True, start=cells[0][0], end=cells[-1][1])
        for cell, label in zip(cells, [*heading, None], strict=False):
            if self._said(cell):
                pieces, unread = self._reader.read(*cell, label)
                line.pieces += pieces
                line.unread += unread
        return line
