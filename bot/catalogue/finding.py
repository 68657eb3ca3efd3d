"""The finding of a product by what somebody types: folded text, in which Chinese can be found by its pinyin too.

A traditional title has its simplified form beside it, and words that find nothing are looked for in theirs.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from bot.reading.characters import simplified

_SEARCHED = 200
"""Characters of a query that are looked at."""


def folded(text: str) -> str:
    """Full-width forms made plain, capitals small, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, folded, longest first, so that those that say most are looked at."""
    words = folded(query[:_SEARCHED]).split()
    return tuple(sorted(dict.fromkeys(words), key=lambda word: -len(word)))


def spellings_of(query: str) -> tuple[tuple[str, ...], ...]:
    """The words of a query as they are, then, where those are others, in simplified characters."""
    typed, simple = words_of(query), words_of(simplified(query))
    return (typed,) if simple == typed else (typed, simple)


def is_search(text: str) -> bool:
    """Check whether an answer that a question doesn't take may be words to look for, not a number gone wrong."""
    plain = folded(text[:_SEARCHED])
    return any(map(str.isalpha, plain)) and (len(plain) > 1 or not plain.isascii())


def prefix_of(query: str) -> str:
    """The query as the beginning of an id."""
    return folded(query[:_SEARCHED]).lower()


def search_text(title: str, group: str, pinyin: Mapping[str, str]) -> str:
    """The texts that a search goes through: a line of the title and one of the category, each with its other forms.

    Those are the same in simplified characters, where it is in others, and its pinyin.

    The title's line comes first, so that storage can put what is called so before what is only filed so. `pinyin` is
    looked up by folded text; what it lacks, or has nothing for, stands without.
    """
    return "\n".join(
        f"{_spelled(text)} {pinyin[text]}" if pinyin.get(text) else _spelled(text)
        for text in (folded(title), folded(group))
    )


def _spelled(text: str) -> str:
    simple = simplified(text)
    return text if simple == text else f"{text} {simple}"


def may_be_chinese(texts: Iterable[str]) -> set[str]:
    """Those, folded, that may have a pinyin."""
    return {text for text in map(folded, texts) if not text.isascii()}


def pinyin_within(title: str, group: str, search: str) -> Iterator[tuple[str, str]]:
    """The parts that `search` was made of: folded texts and their pinyin, empty where it had none."""
    for text, line in zip((folded(title), folded(group)), search.split("\n"), strict=False):
        # A line from before there was a simplified form has none.
        before = next((one for one in (_spelled(text), text) if f"{line} ".startswith(f"{one} ")), None)
        if not text.isascii() and before is not None:
            yield text, line[len(before) + 1 :]


def group_key(group: str) -> str:
    """A short name for a category, the same in every list, that a button can carry; empty for none."""
    return hashlib.sha256(group.encode()).hexdigest()[:10] if group else ""
