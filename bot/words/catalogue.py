"""The sentences people read, from gettext catalogues: `locales/<language>/*.po`, read once at start-up.

Sentences are named by symbolic keys (`question.skip`) in every language, English included; the short English titles of
forms are their own keys and need no entry. Sentences are plain text: marking up is done by whoever puts them together.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.dates import format_datetime
from babel.messages.pofile import read_po

from bot.words.languages import ENGLISH, is_chinese, language_of, locale_of
from bot.words.spacing import filled

_MINUTE = 60_000_000
"""Microseconds."""
_CLOCK: Final = "HH:mm"
_COUNTED: Final = ("n", "total", "quantity", "min_length", "max_length", "most")
"""The gaps whose number decides between singular and plural: `n` where it is given, else the first that is said."""

Sentence = str | tuple[str, ...]
"""A sentence, or one for each form of the plural that its language has."""


class Catalogue:
    """The sentences of one language; what it lacks is taken from English."""

    def __init__(
        self,
        language: str,
        sentences: Mapping[str, Sentence],
        fallback: "Catalogue | None" = None,
        zone: tzinfo = UTC,
        now: int = 0,
    ) -> None:
        """`zone` is the one that times are shown in, `now` what "yesterday" is seen from, 0 for nothing."""
        self.language = language
        self.locale = locale_of(language)
        self._is_chinese = is_chinese(language)
        self._sentences = sentences
        self._fallback = fallback
        self._zone = zone
        self._now = now

    def within(self, zone: tzinfo, now: int = 0) -> "Catalogue":
        """The same sentences with times shown in another zone, as they are said at `now`."""
        return Catalogue(self.language, self._sentences, self._fallback, zone, now)

    # Times are given in UTC microseconds

    def time(self, at: int) -> str:
        """A time on a message that stays: its day and minute, with the year where it is another.

        No "today" and no "yesterday", which the message would go on saying when they are not so any more.
        """
        moment = self._moment(at)
        is_this_year = self._now and moment.year == self._moment(self._now).year
        return self._written(moment, "day" if is_this_year else "day_and_year", _CLOCK)

    def spoken(self, at: int) -> str:
        """A time in an answer that is read right now, as people say it: `03:58`, `yesterday 03:58`, `3 Mar 03:58`."""
        days = (self._moment(at).date() - self._moment(self._now).date()) / timedelta(days=1) if self._now else None
        clock = self._moment(at).strftime("%H:%M")
        match days:
            case 0:
                return clock
            case -1:
                return self.say("when.yesterday", time=clock)
            case 1:
                return self.say("when.tomorrow", time=clock)
            case _:
                return self.time(at)

    def spoken_day(self, at: int) -> str:
        """The same without the hour where it is another day: `03:58`, `yesterday`, `3 Mar`."""
        days = (self._moment(at).date() - self._moment(self._now).date()) / timedelta(days=1) if self._now else None
        match days:
            case 0:
                return self._moment(at).strftime("%H:%M")
            case -1:
                return self.say("when.yesterday", time="").strip()
            case _:
                return self.day(at)

    def exact(self, at: int) -> str:
        """A time to the second, for what is compared with what somebody else shows."""
        return self._written(self._moment(at), "day_and_year", f"{_CLOCK}:ss")

    def clock(self, at: int, beside: int) -> str:
        """A time as hour and minute, rounded up so that it is over by then; with its day where `beside` is another."""
        then = self._moment(-(-at // _MINUTE) * _MINUTE)
        is_same_day = then.date() == self._moment(beside).date()
        return then.strftime("%H:%M") if is_same_day else self._written(then, "day", _CLOCK)

    def day(self, at: int) -> str:
        """The day of such a time without its year, as short as it can be said."""
        return self._written(self._moment(at), "day")

    def _moment(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1_000_000, self._zone)

    def _written(self, moment: datetime, pattern: str, clock: str = "") -> str:
        return format_datetime(moment, f"{self.say(f'pattern.{pattern}')} {clock}".rstrip(), locale=self.locale)

    # Sentences

    def find(self, key: str, n: object = None) -> str | None:
        """The sentence of a key, its gaps unfilled, in the form that is right for `n` of something; None for none."""
        sentence = self._sentences.get(key)
        if sentence is None:
            return self._fallback.find(key, n) if self._fallback else None
        if isinstance(sentence, str):
            return sentence
        return sentence[self._form(n)]

    def _found(self, key: str, gaps: Mapping[str, object]) -> str | None:
        """As `find`, counting what the sentence of this key counts."""
        sentence = self._sentences.get(key)
        if isinstance(sentence, str):
            return sentence
        several = self.find(key) or ""
        counted = (gap for gap in _COUNTED if gap in gaps and (gap == _COUNTED[0] or f"{{{gap}}}" in several))
        return self.find(key, gaps.get(next(counted, "")))

    def beginning(self, prefix: str) -> dict[str, str]:
        """The sentences of this language alone whose keys begin so, by key."""
        mine = self._sentences.items()
        return {key: said for key, said in mine if key.startswith(prefix) and isinstance(said, str)}

    def say(self, key: str, **gaps: object) -> str:
        """The sentence of a key with its gaps filled. Raises KeyError when no catalogue has it."""
        sentence = self._found(key, gaps)
        if sentence is None:
            raise KeyError(key)
        return self._filled(sentence, gaps)

    def first(self, *keys: str, gaps: Mapping[str, str]) -> str:
        """The sentence of the first key that exists; gaps that were not given stay empty. Raises KeyError for none."""
        for key in keys:
            sentence = self._found(key, gaps)
            if sentence is not None:
                return self._filled(sentence, _Gaps(gaps))
        raise KeyError(keys)

    def _filled(self, sentence: str, gaps: Mapping[str, object]) -> str:
        return filled(sentence, gaps) if self._is_chinese else sentence.format_map(gaps)

    def text(self, english: str) -> str:
        """A form's title or description, which is English and its own key."""
        return self.find(english) or english

    def choice(self, value: str) -> str:
        """An answer that is offered, as its button says it: what is sent, or the word for it, or both."""
        word = self.find(f"choice.{value}")
        return self.say("sign.choice", value=value, word=word) if word else value

    def chosen(self, value: str) -> str:
        """Such an answer where it has been given, in the words in which it could be typed."""
        word = self.find(f"choice.{value}")
        return self.say("sign.chosen", value=value, word=word) if word else value

    def labelled(self, label: str, value: str) -> str:
        """A value behind its label, with the colon of this language; both may be marked up already."""
        return self.say("sign.label", label=label, value=value)

    def bracketed(self, text: str, more: str) -> str:
        """A text and what stands in brackets after it; nothing does for an empty `more`."""
        return self.say("sign.brackets", text=text, more=more) if more else text

    def listed(self, *parts: str) -> str:
        """Things side by side, as `A, B, C`."""
        return self.say("sign.between").join(parts)

    def clauses(self, *parts: str) -> str:
        """Parts of more than a word side by side, as `A; B`."""
        return self.say("sign.clauses").join(parts)

    def sentences(self, *parts: str) -> str:
        """Sentences one after the other, parted as this language does; empty ones are left out."""
        told = ""
        for part in filter(None, parts):
            told = self.say("sign.sentences", first=told, then=part) if told else part
        return told

    def _form(self, n: object) -> int:
        """The place of the plural's form: English has one of its own for 1; what is no whole number is several."""
        text = str(n)
        is_one = text.isascii() and text.isdecimal() and self.locale.plural_form(int(text)) == "one"
        return 0 if is_one else -1


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


@lru_cache
def catalogues() -> Mapping[str, Catalogue]:
    """All languages by their code, English first. Raises ValueError for a catalogue that can't be read."""
    folder = files("bot.words") / "locales"
    sentences: dict[str, dict[str, Sentence]] = {}
    for language in sorted((one for one in folder.iterdir() if one.is_dir()), key=lambda one: one.name):
        entries = sentences.setdefault(language.name, {})
        for file in language.iterdir():
            if not file.name.endswith(".po"):
                continue
            for message in read_po(BytesIO(file.read_bytes()), abort_invalid=True):
                # With a plural both are tuples; the key is the first.
                key = message.id[0] if isinstance(message.id, tuple | list) else message.id
                if key and message.string:
                    forms = message.string
                    entries[str(key)] = tuple(map(str, forms)) if isinstance(forms, tuple | list) else str(forms)
    english = Catalogue(ENGLISH, sentences[ENGLISH])
    others = {code: Catalogue(code, found, english) for code, found in sentences.items() if code != ENGLISH}
    return {ENGLISH: english} | others


def catalogue_for(*wanted: str) -> Catalogue:
    """The first language that we have: `en-US` counts as `en`, `zh-TW` as `zh-hant`. English when there is none."""
    known = catalogues()
    return next((known[code] for code in map(language_of, wanted) if code in known), known[ENGLISH])
