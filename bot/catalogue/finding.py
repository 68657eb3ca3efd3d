"""The finding of a product by what somebody types: folded text, in which Chinese can be found by its pinyin too."""

import hashlib
import unicodedata

from pypinyin import Style, lazy_pinyin

from providers.products import Product

_SEARCHED = 200
"""Characters of a query that are looked at."""


def folded(text: str) -> str:
    """Full-width forms made plain, capitals small, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, folded, longest first, so that those that say most are looked at."""
    words = folded(query[:_SEARCHED]).split()
    return tuple(sorted(dict.fromkeys(words), key=lambda word: -len(word)))


def is_search(text: str) -> bool:
    """Check whether an answer that a question doesn't take may be words to look for, not a number gone wrong."""
    plain = folded(text[:_SEARCHED])
    return any(map(str.isalpha, plain)) and (len(plain) > 1 or not plain.isascii())


def prefix_of(query: str) -> str:
    """The query as the beginning of an id."""
    return folded(query[:_SEARCHED]).lower()


def search_text(product: Product) -> str:
    """The texts that a search goes through: a line of the title and one of the category, each with its pinyin.

    The title's line comes first, so that storage can put what is called so before what is only filed so.
    """
    return f"{_with_pinyin(product.title)}\n{_with_pinyin(product.group)}"


def _with_pinyin(title: str) -> str:
    """Folded, and where it is Chinese its pinyin in full and by initials."""
    text = folded(title)
    if text.isascii():
        return text
    full = lazy_pinyin(text, errors="ignore")
    initials = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore")
    return f"{text} {''.join(full)} {''.join(initials)}" if full else text


def group_key(group: str) -> str:
    """A short name for a category, the same in every list, that a button can carry; empty for none."""
    return hashlib.sha256(group.encode()).hexdigest()[:10] if group else ""
