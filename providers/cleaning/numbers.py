"""Whole numbers as people write them: `1,000`, `1k`, `2 萬`, `一千二`, `10 個`.

What can only mean one number is that number. What may mean two is a question for a person, and anything else is none:
an order for ten thousand is not to be made of a typo. Everything here is pure.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from providers.cleaning.send import plain

_DIGITS: Final = re.compile(r"[0-9]+")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:'[0-9]{3})+")
_DOTTED: Final = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
"""Thousands apart in half of Europe, and a fraction elsewhere."""
_DECIMAL: Final = re.compile(r"[0-9]+\.[0-9]+")
_HALF: Final = re.compile("^半(?:個|个)?$")
_JOINTS: Final = re.compile("(?<=[0-9]),(?=[0-9]{3}(?![0-9]))|(?<![0-9]) +| +(?![0-9])")
"""Commas and spaces inside a numeral: never between two numbers."""
_BEYOND: Final = 10**30
"""Beyond any bound; int() refuses 4,301 digits."""
_LONGEST: Final = 30

_SPOKEN_DIGITS: Final = dict(zip("零〇一二三四五六七八九", (0, 0, *range(1, 10)), strict=True))
_SAME: Final = str.maketrans(
    dict(
        zip(
            "两兩壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万亿kKwWm",
            "二二一二二三三四五六六七八九十百千萬億千千萬萬M",
            strict=True,
        )
    )
    | {"廿": "二十", "卅": "三十"}
)
"""Spellings of the same numeral, and the letters that stand for thousand, ten thousand and a million."""
_UNITS: Final = (("億", 10**8), ("M", 10**6), ("萬", 10**4), ("千", 1000), ("百", 100), ("十", 10))
_NOUGHTS: Final = "零〇"
_DIGIT_BY_DIGIT: Final = re.compile("[一二三四五六七八九](?=[一二三四五六七八九]*[零〇])[零〇一二三四五六七八九]+")
"""As numbers are dictated. Without a nought among them they may be one or two: 一二."""

_COUNTED: Final = (
    *("讚", "赞", "粉絲", "粉丝", "粉", "追蹤", "追踪", "關注", "关注", "留言", "評論", "评论", "觀看", "观看", "播放"),
    *("人", "like", "likes", "fan", "fans", "follower", "followers", "view", "views", "comment", "comments"),
)
"""The things of which somebody wants so many."""
PIECES: Final = dict.fromkeys(
    (
        *("個", "个", "件", "份", "次", "盒", "包", "組", "组", "箱", "瓶", "條", "条", "本", "支", "只", "隻", "套"),
        *("張", "张", "罐", "袋", "台", "雙", "双", "顆", "颗", "粒", "片", "位", "則", "则", "入", "卷", "枚"),
        *("pcs", "pc", "pieces", "piece", "units", "unit", "x"),
        *(f"{measure}{thing}" for thing in _COUNTED for measure in ("", "個", "个", "次")),
    ),
    1,
)
"""Words behind a number of pieces, each with what it multiplies by. A dozen may be one article."""
MINUTES: Final = {
    **dict.fromkeys(("分鐘", "分钟", "分", "m", "min", "mins", "minute", "minutes"), 1),
    **dict.fromkeys(("小時", "小时", "個小時", "个小时", "鐘頭", "钟头", "h", "hr", "hrs", "hour", "hours"), 60),
}
"""The same of a number of minutes."""
_MONEY: Final = ("nt$", "ntd", "twd", "新台幣", "新臺幣", "台幣", "$", "元", "圓", "圆", "塊", "块")


@dataclass(frozen=True, slots=True)
class Meanings:
    """The numbers that a text may mean; `sure`: it is one, and can mean nothing else."""

    numbers: tuple[int, ...] = ()
    sure: bool = False


_NONE: Final = Meanings()


def digits_of(text: str) -> int | None:
    """A number in digits, thousands commas allowed where they are right; None for anything else."""
    if _GROUPED.fullmatch(text) and "," in text:
        text = text.replace(",", "")
    return _whole(text) if _DIGITS.fullmatch(text) else None


def count_in(value: object, words: Iterable[tuple[str, int]] = ()) -> Meanings:
    """The numbers that an answer may mean, with one of the words behind it or none."""
    text = plain(value)
    if not isinstance(text, str):
        return _NONE
    text = re.sub(r"(?<=[^.])\.$", "", re.sub(r"[\s\u00a0]+", " ", text))
    for said, times in _without_word(text, words):
        if times > 1 and (parts := _HALF.sub("0.5", said)) and _DECIMAL.fullmatch(parts):
            exact = Decimal(parts) * times
            if exact == exact.to_integral_value():
                return Meanings((int(exact),), sure=True)
        found = _number(said)
        if found.numbers:
            return Meanings(tuple(n * times for n in found.numbers), found.sure)
    return _NONE


def amount_in(value: object) -> Meanings:
    """The same of an amount in whole units: with the signs of New Taiwan dollars, and noughts behind the point."""
    text = plain(value)
    if not isinstance(text, str):
        return _NONE
    bare = text.casefold()
    for sign in _MONEY:
        bare = bare.removeprefix(sign).removesuffix(sign).strip()
    return count_in(re.sub(r"(?<=[0-9])\.0{1,2}$", "", bare))


def _without_word(text: str, words: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """The text without each word that it ends with, and as it is."""
    folded = text.casefold()
    for word, times in words:
        if folded.endswith(word) and (said := text[: -len(word)].strip()):
            yield said, times
    if text[:1] in {"x", "X", "×"}:
        yield text[1:].strip(), 1
    yield text, 1


def _number(text: str) -> Meanings:
    if _DIGITS.fullmatch(text):
        return Meanings((_whole(text),), sure=True)
    if _GROUPED.fullmatch(text):
        return Meanings((_whole(re.sub("[, ']", "", text)),), sure=True)
    if _DOTTED.fullmatch(text):
        return _dotted(text)
    found = tuple(dict.fromkeys(_spoken(_JOINTS.sub("", text).translate(_SAME))))
    return Meanings(found, sure=len(found) == 1)


def _dotted(text: str) -> Meanings:
    thousands = _whole(text.replace(".", ""))
    if text.count(".") > 1:
        return Meanings((thousands,), sure=True)
    fraction = Decimal(text)
    whole = (int(fraction),) if fraction == fraction.to_integral_value() else ()
    return Meanings((thousands, *whole))


def _spoken(text: str) -> tuple[int, ...]:
    """The numbers that a numeral of Chinese characters, digits or both may mean."""
    if len(text) > _LONGEST:
        return ()
    if _DIGITS.fullmatch(text):
        return (_whole(text),)
    if text in _SPOKEN_DIGITS:
        return (_SPOKEN_DIGITS[text],)
    if _DIGIT_BY_DIGIT.fullmatch(text):
        return (int("".join(str(_SPOKEN_DIGITS[one]) for one in text)),)
    for unit, size in _UNITS:
        head, found, tail = text.partition(unit)
        if found:
            return tuple(n for many in _many(head, size, tail) for n in _with_rest(many, size, tail))
    return ()


def _many(head: str, size: int, tail: str) -> tuple[int, ...]:
    """The numbers that stand for how many of a unit there are, times its size."""
    if not head:
        return (size,) if size == 10 else ()  # noqa: PLR2004  eleven is ten-one
    if _DECIMAL.fullmatch(head):
        exact = Decimal(head) * size
        return (int(exact),) if not tail and exact == exact.to_integral_value() else ()
    spoken_only = not _DIGITS.fullmatch(head)
    most = 9 if size < 10**4 and spoken_only else _BEYOND
    return tuple(n * size for n in _spoken(head) if 0 < n <= most)


def _with_rest(many: int, size: int, tail: str) -> tuple[int, ...]:
    if not tail:
        return (many,)
    if tail[0] in _NOUGHTS:
        return tuple(many + n for n in _spoken(tail[1:]) if n < size // 10)
    if tail in _SPOKEN_DIGITS:
        # One thousand two is twelve hundred.
        return (many + _SPOKEN_DIGITS[tail] * (size // 10 if size > 10 else 1),)  # noqa: PLR2004  ten-two is twelve
    if _DIGITS.fullmatch(tail) and len(tail) == 1 and size > 10:  # noqa: PLR2004  as above
        return (many + int(tail) * (size // 10), many + int(tail))
    return tuple(many + n for n in _spoken(tail) if n < size)


def _whole(digits: str) -> int:
    return int(digits) if len(digits) <= _LONGEST else _BEYOND
