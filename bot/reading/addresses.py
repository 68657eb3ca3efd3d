"""Addresses in a line: a place, the street behind it, and where both end.

An address ends at a name, a phone number or a sign that parts; a comma or a space may be inside it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.reading.people_names import is_name, name_at_end, salutation_alone
from bot.reading.pieces import Divisions, FoundSpot
from providers.cleaning.marks import has_visible

_TOKEN: Final = re.compile(r"([\s,、/|;\0。]*)([^\s,、/|;\0。]+)")
_HARD: Final = re.compile(r"[\t|;\0\n。]|  ")
_STREET: Final = re.compile(
    r"[路街道巷弄村里段柜櫃號号樓楼室栋棟幢座組组苑园園厦廈城区區镇鎮乡鄉社層层户戶院庄莊村屯队隊站店铺舖旁口邊边侧側港桥橋场場仓倉门門馆館校库庫]|"
    r"大厦|大廈|广场|廣場|公寓|小区|花园|驿站|菜鸟|单元|學校|"
    r"[0-9]+[-#]?[0-9]*[FfA-Za-z]?$|大学|大學|学院|學院|中学|中學|小学|小學|医院|醫院|公司|酒店|宾馆|银行|銀行|超市|商城|中心|^[A-Za-z]?[0-9]+[A-Za-z]?(?:-[0-9A-Za-z]+)*(?:[FfＦ]|室|号|號)?$|"
    r"^[A-Za-z]座|之[0-9]+|[0-9]+[Ff]\b"
)
_STRONG_STREET: Final = re.compile(
    r"(?:路|街|大道|巷|弄|村|道|段)[^\s,]{0,8}[0-9零一二三四五六七八九十]+ ?[号號弄巷栋棟幢]|"
    r"[0-9]+ ?[号號][^\s,码碼]*(?:[0-9]+|[一二三四五六七八九十])[室楼樓层層]|"
    r"[0-9一二三四五六七八九十]+[段巷弄][0-9]+|"
    r"(?:路|街|大道)[0-9]+(?:[-之][0-9]+)?[号號]?"
)
_PIECES: Final = re.compile(
    r"[0-9]*[x×*X][0-9]+(?:[件份个個盒]|pcs)?|[0-9一二两兩三四五六七八九十]+(?:件|份|个|個|盒|pcs)[0-9]*", re.IGNORECASE
)
_LEVELS_ONLY: Final = re.compile(
    r"[ ,、]{1,3}((?:[㐀-鿿]{1,7}(?:省|市|区|區|县|縣)(?![㐀-鿿]|[0-9]+[号號])[ ,、]{0,3})+)"
)
_CODE_ALONE: Final = re.compile(r"\((?:[0-9]{3}|[0-9]{5,6})\)")
_TIMES: Final = re.compile(r" ?[x×*X] ?[0-9]")
_CODE_BEFORE: Final = re.compile(r"(?<![0-9A-Za-z])\(?\[?([0-9]{3}(?:-?[0-9]{2,3})?)\)?\]?[ ,、]*$")
_CODE_INSIDE: Final = re.compile(r" ?\(?([0-9]{3}(?:[0-9]{2,3})?)\)? ?(?=[㐀-鿿])(?![号號室楼樓巷弄段])")
_CODE_BEHIND: Final = re.compile(
    r"[\s,、(\[]*(?:(?:邮编|郵編|郵遞區號)[: ]*)?([0-9]{3}(?:-?[0-9]{2,3})?)(?![0-9A-Za-z号號-])\)?\]?"
)
_MARKS_AT_ENDS: Final = " ,、;:/|。.!-\t\n"
_FLOOR_BEFORE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:[0-9]{1,3}F\.?|No\. ?[0-9]+|[0-9]{1,3}樓)[, ]{1,2})+$", re.IGNORECASE
)
"""The floor and the number before the street, as in English."""
_WISH: Final = re.compile(
    "(?:请|請|客户|客戶|客人|顾客|顧客|不要|勿|别|別|麻烦|麻煩|记得|記得|尽快|儘快|最好|放到?|送货|送貨|电联|電聯|打电话|打電話|周末|週末|工作日|"
    "上午|下午|晚上|按[0-9一二三四五六七八九十]*[樓楼]?[電电门門]|敲门|敲門|代收|丰巢|豐巢|有人|在家|轻放|輕放|谢谢|謝謝|感谢|感謝|辛苦|拜托|拜託)"
)
"""Behind an address: how to bring the parcel."""
_LABEL: Final = re.compile("[㐀-鿿]{2,6}:|[A-Za-z]{3,}:")
"""A word before a colon, which no part of an address has."""
_COUNTED: Final = re.compile(" ?[件份个個盒套包](?![㐀-鿿])")
_ASIDE: Final = re.compile(r" ?\(([^()]+)\)$")
_ASIDE_BEHIND: Final = re.compile(r" ?\(([^()]+)\)")
"""Brackets at the end of an address, and behind it."""
_GOODS: Final = re.compile(
    r"[0-9] ?[x×*X✕]|[x×*X✕] ?[0-9]|(?:[0-9]+|[一二两兩三四五六七八九十]) ?[件份盒套包]|备注|備註"
)
_LEVELS_SURE: Final = 2


@dataclass(frozen=True, slots=True)
class AddressFound:
    """An address in a text: its place if it names one, its street, its postcode, and a name glued to its end.

    All places are those in the text that was given; those that aren't there are empty.
    """

    place: FoundSpot | None
    start: int
    end: int
    street: tuple[int, int] = (0, 0)
    code: tuple[int, int] = (0, 0)
    name: int = -1
    aside: bool = False
    """Brackets stand behind the street that say how to bring the parcel."""
    against: bool = False
    """Another division stands right before the place, which doesn't lie in it."""


def address_in(text: str, places: Divisions, *, labelled: bool = False) -> AddressFound | None:
    """The address in a text whose other parts are masked; None where there is none."""
    found = places.find(text, labelled=labelled) if has_visible(text.replace("\0", "")) else None
    if found is None or not (labelled or _is_said(text, found)):
        return _street_alone(text, labelled=labelled)
    start, end = found.span
    before = _CODE_BEFORE.search(text[:start])
    code = before.span(1) if before else (0, 0)
    inner = None if before else _CODE_INSIDE.match(text, end)
    if inner is not None and found.place.postcode[:3] == inner[1][:3]:
        # 信義區110松仁路: the code stands between the place and its street.
        code, before, end = inner.span(1), inner, inner.end()
    first, last = street = _street_from(text, end, labelled=labelled, code=found.place.postcode)
    alone = _street_alone(text[:start], labelled=False)
    levels = _LEVELS_ONLY.match(text, end)
    turned = alone is not None and not text[alone.end : start].strip(" ,、") and (first == last or levels)
    if alone is not None and turned:
        # From the lowest to the highest, as in English: the street, the district, the city.
        if levels is not None and (whole := places.find(levels[1] + text[start:end], labelled=True)) is not None:
            found = found if whole.contradictions or whole.span[0] else whole.moved((start, levels.end(1)))
            end = levels.end(1)
        street, start, last = alone.street, alone.start, end
    behind = _CODE_BEHIND.match(text, max(last, end))
    if behind and not before and _fits(behind[1], found):
        code = behind.span(1)
    name = -1
    first, last = street
    if last > first:
        glued = name_at_end(text[first:last])
        name = first + glued if glued >= 0 else -1
    return AddressFound(
        found,
        min(start, code[0]) if code != (0, 0) and before else start,
        max(last, end, code[1]),
        (first, last) if last > first else (0, 0),
        code,
        name,
        _is_aside(text, last),
        _is_against(text[:start], places),
    )


def _is_aside(text: str, end: int) -> bool:
    aside = _ASIDE_BEHIND.match(text, end)
    return aside is not None and bool(_WISH.search(aside[1]))


def _is_against(before: str, places: Divisions) -> bool:
    found = places.find(before) if before[-1:].strip("\0 ") else None
    return found is not None and not found.short and found.span[1] == len(before)


def _fits(code: str, found: FoundSpot) -> bool:
    known = found.place.postcode
    return len(code) >= 5 or (bool(known) and known[:3] == code[:3])  # noqa: PLR2004  no house has so many digits


def _is_said(text: str, found: FoundSpot) -> bool:
    """True where a place is meant, and not a word that is spelled like a short one."""
    if not found.short:
        return True
    place = found.place
    if sum(map(bool, (place.province, place.city, place.district))) - len(found.derived) >= _LEVELS_SURE:
        return True
    return bool(_STRONG_STREET.search(text[found.span[1] : found.span[1] + 40]))


def _street_alone(text: str, *, labelled: bool) -> AddressFound | None:
    if labelled:
        first, last = _street_from(text, 0, labelled=True)
        return AddressFound(None, first, last, (first, last)) if last > first else None
    found = _STRONG_STREET.search(text)
    if found is None:
        return None
    first = max((one.end() for one in re.finditer(r"[\s,、/|;\0。:]", text[: found.start()])), default=0)
    floor = _FLOOR_BEFORE.search(text[:first])
    first = floor.start() if floor else first
    _, last = _street_from(text, first, labelled=True)
    glued = name_at_end(text[first:last])
    return AddressFound(None, first, last, (first, last), name=first + glued if glued >= 0 else -1)


def _street_from(text: str, place: int, *, labelled: bool, code: str = "") -> tuple[int, int]:
    """The street that begins behind a place; empty where nothing of one follows."""
    first = last = place
    for start, end, hard in _tokens(text, place):
        token = text[start:end]
        begun = last > first
        if (
            _PIECES.fullmatch(token)
            or token.startswith(("备注", "備註", "¥", "$", "NT$"))
            or (begun and _LABEL.match(token))
            or (begun and _WISH.match(token) and not re.search("[0-9]", token))
            or (begun and _is_number_apart(text, start, end, code))
        ):
            break
        if hard and (begun or start > place) and not (not begun and _STREET.search(token) and not is_name(token)):
            break
        is_first = not begun and start == place
        if salutation_alone(token) or (is_name(token) and not is_first and not _ends_street(token)):
            break
        if begun and not _is_street(token) and not (labelled and not is_name(token) and not hard):
            break
        if not begun and start > place and not _STREET.search(token) and not labelled:
            break
        if not begun:
            first = start
        last = end
    last = _before_loose_bracket(text, first, _before_aside(text, first, _before_open_bracket(text, first, last)))
    while last > first and text[last - 1] in _MARKS_AT_ENDS:
        last -= 1
    return first, last


def _before_open_bracket(text: str, first: int, last: int) -> int:
    """The end of a part of the text without brackets that close behind it: what they hold says something else."""
    for opening, closing in ("()", "[]"):
        cut = text.rfind(opening, first, last)
        if cut > first and text.count(opening, first, last) > text.count(closing, first, last):
            last = cut
    return last


def _before_aside(text: str, first: int, last: int) -> int:
    """The end of a part of the text before brackets that hold a wish, or what is sent there."""
    aside = _ASIDE.search(text, first, last)
    if aside is None or not (_WISH.search(aside[1]) or _GOODS.search(aside[1])):
        return last
    return aside.start()


def _before_loose_bracket(text: str, first: int, last: int) -> int:
    """The end of a part of the text before a bracket that closes at its end and was opened before it."""
    for opening, closing in ("()", "[]"):
        if text[first:last].endswith(closing) and text.count(opening, first, last) < text.count(closing, first, last):
            last -= 1
    return last


def _is_number_apart(text: str, start: int, end: int, code: str) -> bool:
    """True of a number behind a street that is no part of it: a postcode, or a product's id and how many."""
    token = text[start:end]
    is_cell = token.isdigit() and text[start - 1] == "," and text[end : end + 1] == ","
    if (
        is_cell
        or _CODE_ALONE.fullmatch(token)
        or (token.isdigit() and (_TIMES.match(text, end) or _COUNTED.match(text, end)))
    ):
        return True
    return text[start - 1] in " ,、" and bool(re.fullmatch("[0-9]{5,}", token) or (code and token == code[:3]))


def _ends_street(token: str) -> bool:
    """True of a word that ends as parts of addresses do; one that only has such a character inside may be a name."""
    return bool(re.search(r"[^㐀-鿿]$", token)) or bool(_STREET.search(token[-1:]))


def _is_street(token: str) -> bool:
    return bool(_STREET.search(token)) or token[:1] in "([" or token[-1:] in ")]"


def _tokens(text: str, place: int) -> Iterator[tuple[int, int, bool]]:
    """The words from a place on: where each begins and ends, and whether a sign that parts stands before it."""
    for one in _TOKEN.finditer(text, place):
        yield one.start(2), one.end(2), bool(_HARD.search(one[1]))
