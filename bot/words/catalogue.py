"""The sentences people read, from gettext catalogues: `locales/<language>/*.po`, read once at start-up.

Sentences are named by symbolic keys (`question.skip`) in every language, English included; the short English titles of
forms are their own keys and need no entry. Sentences are plain text: marking up is done by whoever puts them together.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from importlib.resources import files
from io import BytesIO

from babel.dates import format_datetime
from babel.messages.pofile import read_po

ENGLISH = "en"
_MINUTE = 60_000_000
"""Microseconds."""


class Catalogue:
    """The sentences of one language; what it lacks is taken from English."""

    def __init__(
        self, language: str, sentences: Mapping[str, str], fallback: "Catalogue | None" = None, zone: tzinfo = UTC
    ) -> None:
        """`zone` is the one that times are shown in."""
        self.language = language
        self._sentences = sentences
        self._fallback = fallback
        self._zone = zone

    def within(self, zone: tzinfo) -> "Catalogue":
        """The same sentences with times shown in another zone."""
        return Catalogue(self.language, self._sentences, self._fallback, zone)

    def time(self, at: int) -> str:
        """A time given in UTC microseconds, to the second, as it is read in this language."""
        moment = datetime.fromtimestamp(at / 1_000_000, self._zone)
        return format_datetime(moment, "d MMM y HH:mm:ss", locale=self.language.replace("-", "_"))

    def clock(self, at: int, beside: int) -> str:
        """A time as hour and minute, rounded up so that it is over by then; with its day where `beside` is another."""
        minute, zone = -(-at // _MINUTE) * _MINUTE, self._zone
        then, other = (datetime.fromtimestamp(one / 1_000_000, zone) for one in (minute, beside))
        pattern = "HH:mm" if then.date() == other.date() else "d MMM HH:mm"
        return format_datetime(then, pattern, locale=self.language.replace("-", "_"))

    def day(self, at: int) -> str:
        """The day of such a time without its year, as short as it can be said."""
        moment = datetime.fromtimestamp(at / 1_000_000, self._zone)
        return format_datetime(moment, "d MMM", locale=self.language.replace("-", "_"))

    def find(self, key: str) -> str | None:
        """The sentence of a key, its gaps unfilled, or None."""
        sentence = self._sentences.get(key)
        return self._fallback.find(key) if sentence is None and self._fallback else sentence

    def say(self, key: str, **gaps: object) -> str:
        """The sentence of a key with its gaps filled. Raises KeyError when no catalogue has it."""
        sentence = self.find(key)
        if sentence is None:
            raise KeyError(key)
        return sentence.format(**gaps)

    def first(self, *keys: str, gaps: Mapping[str, str]) -> str:
        """The sentence of the first key that exists; gaps that were not given stay empty. Raises KeyError for none."""
        for key in keys:
            sentence = self.find(key)
            if sentence is not None:
                return sentence.format_map(_Gaps(gaps))
        raise KeyError(keys)

    def text(self, english: str) -> str:
        """A form's title or description, which is English and its own key."""
        return self.find(english) or english


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


@lru_cache
def catalogues() -> Mapping[str, Catalogue]:
    """All languages by their code. Raises ValueError for a catalogue that can't be read."""
    folder = files("bot.words") / "locales"
    sentences: dict[str, dict[str, str]] = {}
    for language in folder.iterdir():
        if not language.is_dir():
            continue
        entries = sentences.setdefault(language.name, {})
        for file in language.iterdir():
            if not file.name.endswith(".po"):
                continue
            for message in read_po(BytesIO(file.read_bytes()), locale=language.name, abort_invalid=True):
                if message.id and message.string:
                    entries[str(message.id)] = str(message.string)
    english = Catalogue(ENGLISH, sentences[ENGLISH])
    others = {code: Catalogue(code, found, english) for code, found in sentences.items() if code != ENGLISH}
    return {ENGLISH: english} | others


def catalogue_for(*wanted: str) -> Catalogue:
    """The first language that we have: `en-US` counts as `en`. English when there is none."""
    known = catalogues()
    for code in wanted:
        for candidate in (code, code.replace("_", "-").split("-")[0].lower()):
            if candidate in known:
                return known[candidate]
    return known[ENGLISH]
