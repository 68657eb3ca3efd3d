"""Products named in a text, by id or by words, and how many of them.

A title said whole is that product. Of a few words, those products are meant whose titles have all of them; where they
are several, the one with the fewest other words is the likeliest, and a person is asked.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.reading.characters import simplified
from providers.cleaning.numbers import PIECES, count_in
from providers.products import Product

_ID: Final = re.compile(r"(?<![0-9A-Za-z.-])(?<![0-9],)#?([0-9]{2,20})(?![0-9A-Za-z-])")
_UUID: Final = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z-])")
_WORD: Final = re.compile(r"[a-z][a-z'’]*|[㐀-鿿]+|[0-9]+(?:\.[0-9]+)?", re.IGNORECASE)
_MEASURES: Final = (
    "個|个|件|份|次|盒|包|組|组|箱|瓶|条|條|本|支|只|隻|套|張|"
    "张|罐|袋|台|把|双|雙|对|對|枚|粒|块|塊|卷|提|打|粉(?![絲丝])|pcs?|pieces?"
)
_NUMBER: Final = (
    r"(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?: ?(?:[kKwW](?![A-Za-z])|[萬万千百]))?|"
    r"[零〇一二两兩三四五六七八九十百千萬万]+|[壹贰貳叁參肆伍陆陸柒捌玖拾]+)"
)
_TIMES: Final = re.compile(
    rf"(?:(?<![0-9A-Za-z])[x×*X✕]|(?<=[A-Za-z][0-9])[×*✕]) ?({_NUMBER})"
    rf"(?:(?: ?(?:{_MEASURES}))(?![A-Za-z])|(?![0-9A-Za-z]))"
)
_TIMES_GLUED: Final = re.compile("x[0-9]{1,5}(?![0-9a-z])")
_TIMES_AT_WORD: Final = re.compile(rf"(?<=[A-Za-z]{{3}})x({_NUMBER})(?![0-9A-Za-z])")
_TIMES_BEHIND: Final = re.compile(rf"(?<![0-9A-Za-z.])({_NUMBER}) ?[x×*X✕](?![0-9A-Za-z])")
_OF_PARCELS: Final = (
    "人|包裹|单|單|客|地址|收件|收货|收貨|快递|快遞|朋友|同事|地方|订|訂|帐号|帳號|账号|链接|連結|鏈接|貼文|帖子"
)
_EACH: Final = re.compile(
    r"(?:各|每样|每樣|每款|每人|每位|每个人|每個人|每单|每單|一人)"
    rf"(?:要|来|來|买|買|订|訂)? ?({_NUMBER})(?: ?(?:{_MEASURES}))?(?![0-9A-Za-z])"
)
_ABOUT_BEFORE: Final = re.compile(r"(?:大概|大約|大约|約|约|差不多|about|around|approx\.?) ?$", re.IGNORECASE)
_ABOUT_BEHIND: Final = re.compile(
    rf" ?(?:左右|上下|以上|以内|以內|多|(?:-|~|到|至|或者?|or) ?({_NUMBER}))(?![0-9A-Za-z/])", re.IGNORECASE
)
"""One number may be meant or another."""
_PIECES: Final = re.compile(
    rf"(?<![0-9A-Za-z.])(?<![第共])({_NUMBER}) ?(?:{_MEASURES})(?![A-Za-z]| ?(?:{_OF_PARCELS}))"
)
"""How many of something, but not how many parcels, people or links."""
_RUNS: Final = re.compile(
    rf"[分共](?:成)? ?({_NUMBER}) ?(?:次|批次?|輪|轮)|(?:runs?|批次) ?:? ?({_NUMBER})(?![0-9A-Za-z])"
    rf"|(?<![0-9A-Za-z.])({_NUMBER}) ?(?:批次?|輪|轮|(?:runs?\b|batches\b)(?! ?:? ?[0-9]))",
    re.IGNORECASE,
)
_INTERVAL: Final = re.compile(
    rf"(?:间隔|間隔|每隔?|interval|every)(?: ?\([^()]{{1,9}}\))? ?:? ?({_NUMBER}) ?"
    r"(分鐘|分钟|分|min(?:ute)?s?\b|小時|小时|hours?\b|h\b)?",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    rf"(?<![0-9A-Za-z./-])(?<![0-9],)({_NUMBER})(?![0-9A-Za-z/-])(?!(?<=[一二两兩三])[下点點些起直样樣定般边邊旦共])"
)
_ID_TIMES: Final = re.compile(r"(?<![0-9A-Za-z.#-])#?([0-9]{2,19}) ?(?=[x×*X✕] ?[0-9])")
_SAME_WORDS: Final = {
    said: word
    for word, spelled in {
        "likes": "like 讚 赞 按讚 按赞 点赞 點讚 点讚 喜欢 喜歡 爱心 愛心",
        "fans": "fan follower followers 粉絲 粉丝 追蹤 追踪 追蹤者 关注 關注 粉 涨粉 漲粉",
        "comments": "comment 留言 评论 評論",
        "views": "view 觀看 观看 播放 瀏覽 浏览 观看次数 觀看次數",
        "subscribers": "subscriber subs 訂閱 订阅",
        "story": "stories 限動 限時動態 限时动态 快拍",
        "instagram": "ig ins",
        "facebook": "fb 臉書 脸书",
        "youtube": "yt",
        "tiktok": "抖音",
    }.items()
    for said in spelled.split()
}
"""Words for the same service in the languages of those who order and of those who list it."""
_NETWORKS: Final = {
    "instagram.com": "instagram",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "fb.watch": "facebook",
    "threads.net": "threads",
    "threads.com": "threads",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "x.com": "twitter",
    "twitter.com": "twitter",
}
_MEASURED: Final = re.compile(rf" ?(?:{_MEASURES})(?![A-Za-z])", re.IGNORECASE)
_MOST_OPTIONS: Final = 6
_TOO_MANY: Final = 500
"""Products with the same words: these say nothing."""
_LONGEST_MATCH: Final = 80


@dataclass(frozen=True, slots=True)
class NamedProduct:
    """A product in a text: its id, or several where it may be any of them, the likeliest first."""

    id: str
    start: int
    end: int
    sure: bool = True
    options: tuple[str, ...] = ()
    letters: int = 0
    """Letters of the text that the title has too, where it was found by its words."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of pieces in a text, in plain digits.

    `options` are its meanings where it has several; `marked`: something says that it is a number of pieces.
    """

    answer: str
    start: int
    end: int
    sure: bool = True
    options: tuple[str, ...] = ()
    marked: bool = True
    each: bool = False
    """True if it is meant for each of several things."""


def _same(text: str) -> str:
    return simplified(text.casefold())


_SAME: Final = {_same(said): word for said, word in _SAME_WORDS.items()}


def _together(title: str) -> str:
    """A title without the spaces beside its Chinese, which nobody types."""
    return re.sub(r"(?<=[㐀-鿿]) | (?=[㐀-鿿])", "", title)


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(one[0], one.start(), one.end()) for one in _WORD.finditer(text)]


def _pairs(word: str) -> list[str]:
    return [word[n : n + 2] for n in range(len(word) - 1)] or [word]


class Goods:
    """The products of an account, made ready once to be found in many texts."""

    def __init__(self, products: Iterable[Product] = ()) -> None:
        self.products = {product.id.casefold(): product for product in products}
        self._titles: dict[str, list[tuple[str, str]]] = {}
        self._known: dict[str, set[str]] = {}
        for key, product in self.products.items():
            title = _same(product.title)
            for said in dict.fromkeys((title, _together(title))) if title else ():
                self._titles.setdefault(said[:2], []).append((said, key))
            self._known[key] = self._said(title)
        for listed in self._titles.values():
            listed.sort(key=lambda one: -len(one[0]))
        self._having: dict[str, set[str]] = {}
        for key, words in self._known.items():
            for word in words:
                self._having.setdefault(word, set()).add(key)

    def _said(self, folded: str) -> set[str]:
        found: set[str] = set()
        for word, _, _ in _words(folded):
            found.add(_SAME.get(word, word))
            if not word.isascii():
                found.update(_pairs(word))
                found.update(same for said, same in _SAME.items() if not said.isascii() and said in word)
        return found

    def __len__(self) -> int:
        return len(self.products)

    def product(self, product_id: str) -> Product | None:
        return self.products.get(product_id.casefold())

    def by_id(self, text: str) -> list[NamedProduct]:
        """Ids in a text: those that are known, and others of a shape that nothing else has."""
        found = []
        for one in _UUID.finditer(text):
            known = self.product(one[0])
            found.append(NamedProduct(known.id if known else one[0].lower(), *one.span()))
        found += [NamedProduct(one[1], *one.span()) for one in _ID.finditer(text) if one[1] in self.products]
        for one in _ID_TIMES.finditer(text):
            if not any(other.start <= one.start() < other.end for other in found):
                found.append(NamedProduct(one[1], *one.span(), sure=not self.products or one[1] in self.products))
        return sorted(found, key=lambda one: one.start)

    def by_title(self, text: str) -> list[NamedProduct]:
        """Titles that a text holds whole, each the longest that begins there."""
        folded, found, place = _same(text), [], 0
        while self._titles and place < len(folded) - 1:
            for title, _ in self._titles.get(folded[place : place + 2], ()):
                end = place + len(title)
                if folded.startswith(title, place) and _parted(folded, place, end) and not _counts(folded, end):
                    options = self._of_same_title(title)
                    found.append(NamedProduct(options[0], place, end, len(options) == 1, options[1:] and options))
                    place = end - 1
                    break
            place += 1
        return found

    def _of_same_title(self, title: str) -> tuple[str, ...]:
        return tuple(self.products[key].id for said, key in self._titles[title[:2]] if said == title)

    def by_words(self, text: str, context: Sequence[str] = ()) -> NamedProduct | None:
        """The product that has the words of a short text in its title; `context` are words that only help to choose."""
        if not self.products or len(text) > _LONGEST_MATCH:
            return None
        kept: set[str] | None = None
        start, end, said = -1, -1, set[str]()
        letters = counted = 0
        for word, first, last in _words(_same(text)):
            for part, at, behind in self._parts(word, first, last):
                having = self._having.get(part)
                if having is None or (kept is not None and not kept & having):
                    continue
                kept = set(having) if kept is None else kept & having
                said.add(part)
                letters += behind - max(at, counted)
                counted = behind
                start, end = (at if start < 0 else start), behind
        if kept is not None and len(kept) > _TOO_MANY:
            return None
        if not kept or not any(len(word) > 1 and not word.isdigit() for word in said):
            return None
        helped = [key for key in kept if all(word in self._known[key] for word in context)] if context else []
        likely = sorted(helped or kept, key=lambda key: (len(self._known[key] - said), self._order(key)))
        sure = len(likely) == 1 or (
            # An exact title, but for its network, is meant before those that say more.
            len(self._known[likely[0]] - said - set(context)) == 0
            and len(self._known[likely[1]] - said - set(context)) > 0
        )
        options = tuple(self.products[key].id for key in likely[:_MOST_OPTIONS])
        return NamedProduct(options[0], start, end, sure, () if sure else options, letters)

    def _order(self, key: str) -> int:
        return list(self.products).index(key) if len(self.products) < 1000 else 0  # noqa: PLR2004  it only breaks ties

    def _parts(self, word: str, first: int, last: int) -> Iterable[tuple[str, int, int]]:
        """The word as titles may have it: whole, in another language, or by pairs of characters."""
        same = _SAME.get(word, word)
        if same in self._having or word.isascii():
            return ((same, first, last),)
        found: list[tuple[str, int, int]] = []
        taken: set[int] = set()
        for size in range(min(4, len(word)), 0, -1):
            for n in range(len(word) - size + 1):
                part = _SAME.get(word[n : n + size])
                if part in self._having and taken.isdisjoint(range(n, n + size)):
                    found.append((part, first + n, first + n + size))
                    taken.update(range(n, n + size))
        for n, pair in enumerate(_pairs(word)):
            if pair in self._having and taken.isdisjoint(range(n, n + len(pair))):
                found.append((pair, first + n, first + n + len(pair)))
        return sorted(found, key=lambda one: one[1])


def networks_of(links: Iterable[str]) -> list[str]:
    """The words for the networks that links lead to."""
    found = []
    for address in links:
        host = re.sub(r"^https?://(?:www\.|m\.)?", "", address, flags=re.IGNORECASE).split("/")[0].lower()
        found += [word for name, word in _NETWORKS.items() if host == name or host.endswith("." + name)]
    return list(dict.fromkeys(found))


def _counts(text: str, end: int) -> bool:
    """True where the number that a title ends with is one of pieces: Desk lamp 2個 is two of them as likely."""
    return text[end - 1].isdigit() and _MEASURED.match(text, end) is not None


def _parted(text: str, start: int, end: int) -> bool:
    """True where a title neither begins nor ends inside a Latin word or a number."""

    def inside(one: str, other: str) -> bool:
        return (
            one.isascii()
            and other.isascii()
            and one.isalnum()
            and other.isalnum()
            and (one.isdigit() == other.isdigit())
        )

    if start and inside(text[start - 1], text[start]):
        return False
    return end == len(text) or not inside(text[end - 1], text[end]) or bool(_TIMES_GLUED.match(text, end))


def amounts_in(text: str, *, bare: bool) -> list[Amount]:
    """The numbers of pieces in a text; `bare`: also one that nothing says to be one."""
    found: list[Amount] = []
    for pattern in (_EACH, _TIMES, _TIMES_AT_WORD, _TIMES_BEHIND, _PIECES, *((_BARE,) if bare else ())):
        for one in pattern.finditer(text):
            if any(other.start < one.end() and one.start() < other.end for other in found):
                continue
            amount = amount_of(one[1], one.start(), one.end())
            if amount is not None and not (pattern is _PIECES and one[0].endswith(("次", "对", "對")) and not bare):
                amount = replace(
                    amount, start=one.start(), end=one.end(), marked=pattern is not _BARE, each=pattern is _EACH
                )
                found.append(_about(text, amount))
    return sorted(found, key=lambda one: one.start)


def _about(text: str, amount: Amount) -> Amount:
    """The amount, in doubt where it is said to be only about so many, or one of two numbers."""
    behind = _ABOUT_BEHIND.match(text, amount.end)
    if behind is None and not _ABOUT_BEFORE.search(text[: amount.start]):
        return amount
    other = amount_of(behind[1], *behind.span(1)) if behind is not None and behind[1] else None
    options = (amount.answer, other.answer) if other is not None else (amount.answer,)
    return replace(amount, sure=False, options=options, end=behind.end() if behind is not None else amount.end)


def runs_in(text: str) -> Amount | None:
    """The number of runs that an order is delivered in, as in `分3次` and `3 runs`."""
    found = _RUNS.search(text)
    return amount_of(next(filter(None, found.groups())), *found.span()) if found else None


def interval_in(text: str) -> Amount | None:
    """The minutes between two runs, as in `間隔30分鐘`."""
    found = _INTERVAL.search(text)
    if found is None:
        return None
    amount = amount_of(found[1], *found.span())
    is_hours = (found[2] or "").lower().startswith(("小", "h"))
    return replace(amount, answer=str(int(amount.answer) * 60)) if amount and is_hours else amount


def amount_of(said: str, start: int, end: int) -> Amount | None:
    """The number that a part of a text says; None for none."""
    bare = re.sub(
        rf"(?<=[0-9kKwW萬万千百十 零一二两兩三四五六七八九]) ?(?:{_MEASURES})$", "", said.strip(), flags=re.IGNORECASE
    )
    meanings = count_in(bare, PIECES.items())
    if not meanings.numbers or meanings.numbers[0] <= 0:
        return None
    numbers = tuple(str(number) for number in meanings.numbers)
    return Amount(numbers[0], start, end, meanings.sure, numbers if not meanings.sure else ())
