"""The normal forms in which pasted text is kept, looked up and compared.

Two spellings of one thing are to be found and recognised by each other; what a number, a path or an address means is
never changed by it. Nobody sees these forms, and no supplier gets them. Everything here is pure.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from providers.cleaning.marks import has_visible, one_dash, without_controls, without_marks

_SAME_CHARACTER: Final = str.maketrans("臺区县镇乡号楼湾〇零一二三四五六七八九", "台區縣鎮鄉號樓灣00123456789")
"""Of addresses: characters that stand for each other, and the numbers of sections and floors."""
_BEHIND_A_NUMBER: Final = re.compile("(?<=[0-9０-９一二三四五六七八九])之(?=[0-9０-９一二三四五六七八九])")
_KINDS_OF_PROVINCES: Final = re.compile(r"(?<=..)(?:省|市|(?:[壯壮]族|回族|[維维]吾[爾尔])?自治區|特[別别]行政區)$")
_KINDS_OF_CITIES: Final = re.compile(r"(?<=..)(?:市|地區)$")
_KINDS_OF_DISTRICTS: Final = re.compile(r"(?<=..)(?<!^伊寧)(?<!^伊宁)(?<!^和田)(?<!^臨夏)(?<!^临夏)市$|(?<=..)[區縣]$")
"""The ends of names that say what kind of division it is; what is left of one names no other beside it.

A city and a county are two places, as 新竹市 and 新竹縣 are, and so is each of three cities and the county of its name.
"""
_ACCENTS: Final = frozenset({"Mn", "Me"})
"""The categories of marks that stand on a letter, and are typed by nobody who reads a number."""
_SEPARATES: Final = frozenset("PZC")
"""The first letters of the categories of punctuation, spaces and controls."""

_SHARED_BY: Final = re.compile(
    "(?:utm|mtm|pk|piwik|hsa|mc|ig|fb|share|spm|vd|xsec)_.*|__.*|_[drt]|igsh|igshid|si|feature|pp|ab_channel|hl|locale|"
    "fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|ttclid|twclid|mibextid|rdid|sfnsn|ref|ref_src|ref_url|spm|scm|share|"
    "is_from_webapp|is_copy_url|sender_device|sender_web_id|web_id|img_index",
    re.IGNORECASE,
)
"""Keys of a link's query that say who shared it and where it was clicked; any other may name the thing itself."""
_ALSO_SHARED_BY: Final = {
    "x.com": {"s", "t"},
    "youtube.com/watch": {"t", "start", "list", "index", "start_radio"},
    "tiktok.com": {"lang"},
}
"""Further ones by host, or by host and path, which elsewhere may name the thing."""
_SAME_PLACE: Final = (
    (re.compile(r"(?:www|m|mobile)\.(?=[^./]+\.)"), ""),
    (re.compile(r"twitter\.com(?=/|$)"), "x.com"),
    (re.compile(r"youtu\.be/([\w-]+)$"), r"youtube.com/watch?v=\1"),
    (re.compile(r"youtube\.com/(?:shorts|live|embed|v)/([\w-]+)$"), r"youtube.com/watch?v=\1"),
    (re.compile(r"instagram\.com/(?:[\w.]+/)?(?:p|reel|reels|tv)/(?=[\w-]+)"), "instagram.com/p/"),
)
"""Other addresses of the same, each as a pattern of a host with its path, and what stands for it."""
_USUAL_PORTS: Final = frozenset({None, 80, 443})

_CHINA_MOBILE: Final = re.compile(r"(?:\+|00)?86(1[3-9][0-9]{9}.*)")
_CHINA: Final = re.compile(r"(?:\+|00)860?([1-9][0-9]{8,}.*)")
_TAIWAN: Final = re.compile(r"(?:\+|00)?8860?([2-9][0-9]{7,8}.*)")
_NO_DIALLING: Final = re.compile(r"[^0-9+*]")


def kept_number(said: str) -> str:
    """An order's number as it is kept: no mark in it, no space around it; empty where there is nothing to see."""
    number = " ".join(without_controls(without_marks(said)).split())
    return number if has_visible(number) else ""


@lru_cache(maxsize=256)
def typed_number(text: str) -> str:
    """A number as people look it up: plain forms for full-width ones, one kind of dash, without marks and accents."""
    plain = unicodedata.normalize("NFKC", text)
    bare = "".join(one for one in plain if unicodedata.category(one) not in _ACCENTS)
    # What an accent stood between may be one character now.
    return one_dash(kept_number(unicodedata.normalize("NFKC", bare)))


def other_spellings(said: str) -> tuple[str, ...]:
    """The spellings of a supplier's number beside the one that is kept: as it came, and as people type it."""
    kept = kept_number(said)
    return tuple(dict.fromkeys(one for one in (said.strip(), typed_number(said)) if kept and one not in {"", kept}))


@lru_cache(maxsize=8192)
def compared_text(text: str) -> str:
    """Names, addresses and notes as they are compared: letters, digits and symbols.

    Of spaces and punctuation only that between two digits counts, as 1-2 is another house than 12.
    """
    plain = without_marks(unicodedata.normalize("NFKC", text)).casefold().translate(_SAME_CHARACTER)
    kept: list[str] = []
    separated = False
    for one in plain:
        if unicodedata.category(one)[0] in _SEPARATES:
            separated = True
            continue
        if separated and kept and kept[-1].isdigit() and one.isdigit():
            kept.append(" ")
        kept.append(one)
        separated = False
    return "".join(kept)


def compared_answer(text: str) -> str:
    """As `compared_text`, with the two ways to write a number behind a house's alike: 1之2 and 1-2."""
    return compared_text(_BEHIND_A_NUMBER.sub("-", text))


def compared_province(text: str) -> str:
    """A province with or without what it is: 浙江 and 浙江省, 廣西 and 廣西壯族自治區, 北京 and 北京市."""
    return _KINDS_OF_PROVINCES.sub("", compared_answer(text))


def compared_city(text: str) -> str:
    """A city with or without what it is; a county stays one."""
    return _KINDS_OF_CITIES.sub("", compared_answer(text))


def compared_district(text: str) -> str:
    """A district, county or city of a county's rank with or without what it is."""
    return _KINDS_OF_DISTRICTS.sub("", compared_answer(text))


def compared_id(text: str) -> str:
    """An id, a ZIP code or the name of an account: without capitals, spaces and dashes."""
    return re.sub(r"[\s-]", "", one_dash(compared_email(text)))


def compared_email(text: str) -> str:
    return without_marks(unicodedata.normalize("NFKC", text)).casefold().strip()


@lru_cache(maxsize=8192)
def compared_phone(text: str) -> str:
    """A phone number as it is dialled at home in China or Taiwan; an extension and a mask are part of it."""
    number = _NO_DIALLING.sub("", unicodedata.normalize("NFKC", text))
    if mobile := _CHINA_MOBILE.fullmatch(number):
        return mobile[1]
    for abroad in (_TAIWAN, _CHINA):
        if at_home := abroad.fullmatch(number):
            return f"0{at_home[1]}"
    return number


def compared_link(text: str) -> str:
    """A link by what it leads to: a host in any spelling, a path whose capitals count, and what names the thing."""
    plain = without_marks(unicodedata.normalize("NFKC", text)).strip()
    try:
        parts = urlsplit(plain)
        port, host = parts.port, _in_ascii((parts.hostname or "").rstrip("."))
    except ValueError:
        return plain
    path = re.sub("/+", "/", quote(unquote(parts.path))).rstrip("/")
    where, _, named = _same_place((host if port in _USUAL_PORTS else f"{host}:{port}") + path).partition("?")
    query = "&".join(filter(None, (named, parts.query)))
    shared: set[str] = _ALSO_SHARED_BY.get(where, _ALSO_SHARED_BY.get(where.partition("/")[0], set()))
    asked = sorted(
        (key, value)
        for key, value in parse_qsl(query, keep_blank_values=True)
        if not _SHARED_BY.fullmatch(key) and key.casefold() not in shared
    )
    # A page that is a program writes its path behind the sign.
    route = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return f"{where}?{urlencode(asked)}#{route.rstrip('/')}"


def _in_ascii(host: str) -> str:
    """A host as the name service has it, xn--fiq228c.tw for 中文.tw; as it is where that has no such name."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _same_place(where: str) -> str:
    """A host with its path in the one spelling of all that lead to the same."""
    for pattern, same in _SAME_PLACE:
        if (found := pattern.match(where)) is not None:
            where = found.expand(same) + where[found.end() :]
    return where
