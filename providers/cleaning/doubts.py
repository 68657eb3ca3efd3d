"""Answers that may not mean what they say: a person is asked, and can insist.

Only what has two meanings is asked. The readings that a doubt offers are answers as they would be typed. Everything
here is pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from providers.cleaning.marks import evened
from providers.cleaning.numbers import Meanings, amount_in, count_in
from providers.cleaning.send import email, link, phone

_NUMBER_WITHIN: Final = re.compile(
    r"(?<![0-9])(?:(?:(?:\+|00)?(?:86|886)|\((?:\+|00)?(?:86|886)\))[ -]?)?"
    r"(?:1[3-9][0-9][ .-]?[0-9*]{4}[ .-]?[0-9*]{4}|(?:\(0\)|0)?9[0-9]{2}[ .-]?[0-9]{3}[ .-]?[0-9]{3}|"
    r"09[0-9][ .-]?[0-9]{4}[ .-]?[0-9]{3}|09[ .-][0-9]{4}[ .-]?[0-9]{4}|0800[ .-]?[0-9]{3}[ .-]?[0-9]{3}|"
    r"(?:\(0[0-9]{1,3}\)|0[0-9]{1,3}) ?[.-]?[0-9]{3,4}[ .-]?[0-9]{4})(?![0-9])|"
    r"(?<![0-9])(?:\+|00)?886[ .-]?[2-8][ .-]?[0-9]{3,4}[ .-]?[0-9]{4}(?![0-9])|"
    r"(?<![0-9])(?:\+|00)85[23][ .-]?[0-9]{4}[ .-]?[0-9]{4}(?![0-9])|"
    r"(?<![0-9])400[ -]?(?:[0-9]{4}[ -]?[0-9]{3}|[0-9]{3}[ -]?[0-9]{4})(?![0-9])"
)
"""Telephones of China and Taiwan within a text; seven digits or more elsewhere are `_DIGITS_WITHIN`."""
_DIGITS_WITHIN: Final = re.compile(r"(?<![0-9])\+?[0-9](?:[ -]?[0-9]){6,}(?![0-9])")
_EXTENSION: Final = re.compile(
    r" ?(?:转|轉|分機|分机|ext(?:ension)?\.?|[#x,-])[ :]*([0-9]{1,8})$|[\[【]([0-9]{1,8})[\]】]$", re.IGNORECASE
)
_LETTER: Final = re.compile(r"[^\W\d_]")
_MISTYPED: Final = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{8}(?:[0-9]{2})?)|(09[0-9]{7})")
"""A mobile number of China of 10 or 12 digits, or one of Taiwan of 9: as such it is nobody's, anywhere."""
_NO_PHONE_SIGN: Final = re.compile(r"[^\w\s\-+*#()\[\]【】.,:;/~]")
_DIGITS_TOGETHER: Final = re.compile(r"(?<![0-9])[0-9]{7,}(?![0-9])")
_PHONE_WORDS: Final = (
    r"(?:(?:联系|聯絡|連絡|收件)?(?:电话|電話|手机|手機|行動電話)(?:号码|號碼)?|"
    r"(?<![A-Za-z])(?:tel|phone|mobile|cell)(?![A-Za-z])\.?)"
)
_PHONE_LABEL: Final = re.compile(_PHONE_WORDS + r"\s*[:：]?", re.IGNORECASE)
_PHONE_WORD: Final = re.compile(_PHONE_WORDS + r"\s*[:：]?\s*(?=$|[\s,，;；/|)）\]】」])", re.IGNORECASE)
"""A word for a phone behind which there is none any more."""

_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_HALF_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+ +")
_NAME_LABEL: Final = re.compile(
    r"\s*((?:收件人|收貨人|收货人|收件者|寄件人|發件人|发件人|寄件者|聯絡人|联系人|姓名|名字|"
    r"recipient|receiver|consignee|full name|name|sender)(?:姓名|名稱|名称| name)?\s*[:：])\s*",
    re.IGNORECASE,
)
_GAP: Final = "\x00"
"""In the place of what was taken out of a text: no name goes on behind it."""
_NO_NAME: Final = re.compile(r"[\x000-9０-９+,，;；:：/|\t\n()（）\[\]【】「」『』<>《》{}]|\s{2,}(?=\S{3,})")
_CHARACTERS: Final = re.compile("[\u3400-\u9fff]+")
_LONG_SURNAMES: Final = frozenset(
    {
        "歐陽",
        "欧阳",
        "司馬",
        "司马",
        "諸葛",
        "诸葛",
        "上官",
        "司徒",
        "東方",
        "东方",
        "皇甫",
        "尉遲",
        "尉迟",
        "公孫",
        "公孙",
    }
    | {"慕容", "令狐", "端木", "夏侯"}
)
_LONGEST_GIVEN: Final = 2
_PAIRS: Final = ("()", "（）", "[]", "【】", "「」", "『』", "<>", "《》")
_EMPTY_PAIR: Final = re.compile(r"[(（\[【「『<《][\s,，;；:：/|]*[)）\]】」』>》]")
_LOOSE: Final = re.compile(r"[(（\[【「『<《]\s|\s[)）\]】」』>》]")
"""A bracket beside which something was taken out."""
_BESIDE: Final = " +,，;；:：/|、"
_NAME_AT_END: Final = re.compile(r"[\s,，][\u3400-\u9fff]{2,4}$")
"""Words at the end of an address that may as well be a name."""

_PLACES: Final = re.compile(r"[省市區区縣县鎮镇鄉乡村里路街巷弄號号樓楼室棟栋](?![A-Za-z])")
_NUMBERED_PLACE: Final = re.compile(r"[0-9０-９一二三四五六七八九十]+ ?(?:號|号|樓|楼|巷|弄|室|栋|棟|段)")
_STREET: Final = re.compile(r"\b[0-9]+\w*[, ]+(?:\w+ )*(?:street|st|road|rd|avenue|ave|lane|ln|drive)\b", re.IGNORECASE)
_FEWEST_PLACES: Final = 2

_URL: Final = re.compile(r"https?://[^\s\u3000-\u303f\uff00-\uffef\u4e00-\u9fff“”‘’…]+", re.IGNORECASE)
_BARE_URL: Final = re.compile(
    r"(?<![A-Za-z0-9_@./:-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}/[^\s\u3000-\u303f\uff00-\uffef\u4e00-\u9fff“”‘’…]+",
    re.IGNORECASE,
)
_ASIAN: Final = re.compile("[\u3000-\u303f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_GLUED_ASIAN: Final = re.compile(
    "[\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’…].*", re.DOTALL
)
_PLAIN_THERE: Final = re.compile(
    r"https?://(?:[a-z]+\.)?(?:(?:instagram|tiktok|threads|twitter|x|douyin)\.(?:com|net)|youtu\.be|t\.me)/",
    re.IGNORECASE,
)
"""The networks in whose addresses there are no Chinese words; elsewhere they may be the name of a page."""
_GLUED_WORD: Final = re.compile("(?<=[A-Za-z0-9_/-])[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][^/?#]*$")
_GLUED_PICTURES: Final = re.compile(
    "[\u2600-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001faff][\u200d\ufe0f\u2600-\u27bf\U0001f1e6-\U0001faff]*$"
)
_GLUED_END: Final = re.compile(r"[.,;:!'\"\])}>]+$")
_FIRST: Final = len("https://")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubtful answer: its `code`, the answers that it may stand for, likeliest first, and its sentence's gaps.

    `as_sent`: the answer may also be meant as it is.
    """

    code: str
    readings: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    as_sent: bool = True


def of_count(text: str, words: Iterable[tuple[str, int]] = ()) -> Doubt | None:
    """A number that can be read in two ways."""
    return _of_meanings(count_in(text, words))


def of_amount(text: str) -> Doubt | None:
    return _of_meanings(amount_in(text))


def _of_meanings(found: Meanings) -> Doubt | None:
    if found.sure or not found.numbers:
        return None
    return Doubt("number_two_ways", tuple(f"{number:,}" for number in found.numbers), as_sent=False)


def of_phone(text: str) -> Doubt | None:
    """A phone number with words beside it, two of them, or a mobile number with a digit too few or too many."""
    told = str(phone(text))
    if (mistyped := _MISTYPED.fullmatch(re.sub("[ .-]", "", told))) is not None:
        china = mistyped[1] is not None
        return Doubt(
            "phone_length", params={"digits": str(len(mistyped[1 if china else 2])), "right": "11" if china else "10"}
        )
    numbers = _numbers_in(told)
    beside = _without(told, numbers) if numbers else _EXTENSION.sub("", told)
    # One that was mistyped is no less a second one.
    others = [found[0] for found in _DIGITS_TOGETHER.finditer(beside)]
    if len(numbers) + len(others) > 1:
        several = sorted({*numbers, *others}, key=told.index)
        return Doubt("two_phones", tuple(dict.fromkeys(str(phone(number)) for number in several)))
    is_more = _LETTER.search(beside) or _NO_PHONE_SIGN.search(beside)
    return Doubt("phone_with_words", tuple(str(phone(one)) for one in numbers)) if is_more else None


def _numbers_in(text: str) -> list[str]:
    """The phone numbers of a text as they are written there, each with its extension."""
    plain = evened(text)
    return [text[one.start() : _end_of(plain, one.end())] for one in _NUMBER_WITHIN.finditer(plain)]


def _without(text: str, parts: Iterable[str]) -> str:
    """`text` without the first of each of its parts."""
    for part in parts:
        text = text.replace(part, " ", 1)
    return text


def _end_of(text: str, end: int) -> int:
    """The end of the extension that stands behind a number, or of the number."""
    behind = re.match(
        r" ?(?:转|轉|分機|分机|ext(?:ension)?\.?|[#x,-])[ :]*[0-9]{1,6}(?![0-9*])|[\[【][0-9]{1,8}[\]】]",
        text[end:],
        re.IGNORECASE,
    )
    return end + behind.end() if behind else end


def without_extension(text: str) -> str:
    """A phone number without the extension behind it; empty where it has none."""
    told = str(phone(text))
    found = _EXTENSION.search(told)
    return str(phone(told[: found.start()])) if found else ""


def of_name(text: str) -> Doubt | None:
    """A name that holds more than a name; the name alone is offered where it is plain what that is."""
    alone, plain = _name_in(text), evened(text)
    if _NUMBER_WITHIN.search(plain) or _DIGITS_WITHIN.search(plain):
        return Doubt("name_with_phone", alone)
    if _EMAIL.search(plain):
        return Doubt("name_with_email", alone)
    places = {found[0] for found in _PLACES.finditer(text)}
    if len(places) >= _FEWEST_PLACES or _NUMBERED_PLACE.search(text) or _STREET.search(text):
        return Doubt("name_with_address", alone)
    label = _NAME_LABEL.match(text)
    return Doubt("name_with_label", alone, {"label": label[1]}) if label else None


def _name_in(text: str) -> tuple[str, ...]:
    """The words before the first that are no name, unless they too may be an address; none where that isn't plain."""
    rest = _NAME_LABEL.sub("", text, count=1)
    for kind in (_EMAIL, _NUMBER_WITHIN, _DIGITS_WITHIN):
        for found in reversed(list(kind.finditer(evened(rest)))):
            rest = rest[: found.start()] + _GAP + rest[found.end() :]
    rest = _PHONE_LABEL.sub(_GAP, rest).strip(f" \t\n{_GAP}+,，;；:：/|")
    head = _NO_NAME.split(rest, maxsplit=1)[0].strip()
    if _ASIAN.search(evened(head)):
        head = _asian_name(head.split())
    is_name = head and head != text.strip() and not _PLACES.search(head) and _LETTER.search(head)
    return (head,) if is_name else ()


def _asian_name(words: list[str]) -> str:
    """The name that words begin with, its surname apart or not; empty for a surname alone, which is half of one."""
    first, *others = words
    if len(first) > 1 and first not in _LONG_SURNAMES:
        return first
    given = others[:2] if [len(word) for word in others[:2]] == [1, 1] else others[:1]
    named = "".join(given)
    is_given = 1 <= len(named) <= _LONGEST_GIVEN and all(map(_CHARACTERS.fullmatch, given))
    return " ".join([first, *given]) if is_given else ""


def of_address(text: str) -> Doubt | None:
    """A street address that holds a phone number; the address without it is offered, where it is plain what that is."""
    numbers = _numbers_in(text)
    if not numbers:
        return None
    rest = _without(text, numbers)
    while (shorter := _PHONE_WORD.sub(" ", _EMPTY_PAIR.sub(" ", rest))) != rest:
        rest = shorter
    rest = " ".join(rest.split()).strip(_BESIDE)
    is_whole = not any(rest.count(one) != rest.count(other) for one, other in _PAIRS) and not _LOOSE.search(rest)
    is_plain = is_whole and _LETTER.search(rest)
    return Doubt("address_with_phone", (rest,) if is_plain and not _NAME_AT_END.search(rest) else ())


def of_email(text: str) -> Doubt | None:
    """An e-mail address among words, or two of them; the addresses are offered."""
    told = str(email(text))
    found = tuple(dict.fromkeys(one[0] for one in _EMAIL.finditer(told)))
    if not found or found == (told,) or "@" in _EMAIL.sub("", told):
        return None
    if len(found) > 1:
        return Doubt("two_emails", found, as_sent=False)
    # One word beside it is more likely the first half of an address that was broken in two.
    is_broken = _HALF_EMAIL.fullmatch(told.replace(found[0], "", 1))
    is_parted = re.search(r"[\s,，;；:：()（）<>]", told)
    return Doubt("email_among_words", found, as_sent=False) if is_parted and not is_broken else None


def of_link(text: str) -> Doubt | None:
    """A link with words before it, a second link in it, or signs at its end that may belong to the sentence."""
    told = str(link(text))
    found = list(dict.fromkeys(_glued_off(one[0]) for one in _URL.finditer(told)))
    if not found:
        # Without a scheme it is a link all the same, where it has a path.
        bare = tuple(dict.fromkeys(f"https://{_glued_off(one[0])}" for one in _BARE_URL.finditer(told)))
        code = "several_links" if len(bare) > 1 else "link_among_words"
        return Doubt(code, bare, as_sent=False) if bare else None
    starts = _URL.match(told) is not None
    if re.search(r"\s", told):
        if starts and len(found) == 1 and "." not in found[0].partition("://")[2].partition("/")[0]:
            # Its host was broken in two, and half of that is no likely reading.
            return None
        # One that was broken in two elsewhere is asked about as well: nobody can tell it from a link before a word.
        return Doubt("several_links" if len(found) > 1 else "link_among_words", tuple(found), as_sent=False)
    if not starts:
        return Doubt("several_links" if len(found) > 1 else "link_among_words", tuple(found), as_sent=False)
    second = re.search("(?:https?)?://", told[_FIRST:], re.IGNORECASE)
    if second is not None:
        place = _FIRST + second.start()
        halves = (told[:place], told[place:]) if second[0] != "://" else (told[:place],)
        return Doubt("second_link", tuple(_glued_off(half) for half in halves if not half.endswith("=")))
    glued = told[len(_glued_off(told)) :]
    return Doubt("link_end", (told[: -len(glued)],), {"end": glued}) if glued else None


def _glued_off(address: str) -> str:
    """An address without what may be glued to it; a bracket that is opened inside belongs to it."""
    bare = _GLUED_ASIAN.sub("", _GLUED_PICTURES.sub("", address))
    if _PLAIN_THERE.match(bare):
        bare = _GLUED_WORD.sub("", bare)
    end = _GLUED_END.search(bare)
    if end is None or (end[0].startswith(")") and bare.count("(") >= bare.count(")")):
        return bare
    return bare[: end.start()]
