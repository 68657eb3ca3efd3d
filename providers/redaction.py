"""Our own secrets taken out of what a supplier says: an error page may repeat the request, and what it says is kept.

A secret is found as it is, and as it looks when the answer quotes it: escaped as in JSON, HTML or an address, and
within base64. Where it is there but can't be cut out, the whole word goes, or the whole text. The work for a text grows
with its length and no faster; what is beyond the longest that is looked at is cut off, never shown as it is.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, SecretStr

from providers.escapes import ESCAPE, escapes_in, stages

MASK = "***"
SURE = 8
"""Characters from which on a secret is not found in an honest answer by chance."""
SHORTEST = 4
"""Characters. A secret below `SURE` is taken out of sentences only, as a whole word; below this it is left alone."""
LONGEST = 64 * 1024
"""Characters of one text that are looked at."""
MOST_ESCAPES = 4000
"""A text with more of them is hidden as a whole, rather than looked through."""
MOST_TEXTS = 20_000
"""Texts with escapes in one answer that are looked through; each one beyond is hidden as a whole."""
_WIDEST = 36
"""Characters that may stand for one of a secret: escaped twice, six for one each time."""
_HANDED_OUT = frozenset((*place, key) for place in ((), ("data",)) for key in ("token", "access_token"))
"""The places in the answer to a login that may have its token."""
_SPACE = re.compile(r"\s")
_WORD = re.compile(r"\S+")


def secrets_in(value: object) -> Iterator[str]:
    """All values of type SecretStr in settings, however deep."""
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case BaseModel():
            for name in type(value).model_fields:
                yield from secrets_in(getattr(value, name))
        case Mapping():
            for inner in value.values():
                yield from secrets_in(inner)
        case list() | tuple() | set() | frozenset():
            for inner in value:
                yield from secrets_in(inner)


class Redaction:
    """Takes `secrets` out of the texts of one answer. Its `repr` shows none of them."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        whole = frozenset(secret for secret in secrets if secret)
        parts = {part for secret in whole for part in _parts(secret)} - whole
        self._known = _sure(whole)
        self._numbers = frozenset(secret for secret in self._known if secret.isdigit())
        self._whole, self._parts = _patterns(self._known), _patterns(_sure(parts))
        self._encoded = [form for secret in _sure(whole | parts) for form in _in_base64(secret)]
        forms = {form for secret in self._known for form in (secret, *stages(secret))}
        self._escaped = {form for form in forms if len(form) >= SHORTEST and not form.isdigit()}
        self._short = [_word(secret) for secret in whole | parts if SHORTEST <= len(secret) < SURE]
        self._starts = {form[:SURE] for form in (*self._known, *_sure(parts), *self._encoded)}
        self._reach = _WIDEST * max(map(len, whole), default=0)
        self._texts_left = MOST_TEXTS

    def sentence(self, said: str, *, cut: bool = False) -> str:
        """A text for people, without any of the secrets. `cut`: it is the beginning of a longer one."""
        begun = said[:LONGEST]
        for word in self._short:
            begun = word.sub(MASK, begun)
        return self._shortened(self._text(begun), cut=cut or len(said) > LONGEST)

    def value(self, value: Any, at: tuple[str, ...] = ()) -> Any:
        """A value of JSON; `at` are the keys under which it stands.

        A token where suppliers hand one out is kept: a secret of ours may be a part of it. No text is longer than
        `LONGEST` afterwards.
        """
        match value:
            case str() if self._is_handed_out(value, at):
                return value
            case str():
                return self.sentence(value) if _SPACE.search(value) else self._word(value)
            case dict():
                return {self._word(name): self.value(inner, (*at, name)) for name, inner in value.items()}
            case list():
                inside = (*at, "")
                return [self.value(inner, inside) for inner in value]
            case int() if self._numbers and str(value) in self._numbers:
                return MASK
            case _:
                return value

    def _is_handed_out(self, value: str, at: tuple[str, ...]) -> bool:
        return at in _HANDED_OUT and len(value) <= LONGEST and value not in self._known and not _SPACE.search(value)

    def _word(self, said: str) -> str:
        return self._shortened(self._text(said[:LONGEST]), cut=len(said) > LONGEST)

    def _shortened(self, said: str, *, cut: bool) -> str:
        # A secret may have been cut in two. Nothing gets longer by being hidden, so the piece is within the last ones.
        return said[: max(0, len(said) - self._reach)] if cut else said

    def _text(self, said: str) -> str:
        if len(said) < SURE or not (self._begins_in(said) or self._is_left_in(said)):
            return said
        if escapes_in(said) > MOST_ESCAPES or (self._texts_left <= 0 and ESCAPE.search(said)):
            return MASK
        for pattern in self._whole:
            said = pattern.sub(MASK, said)
        for form in self._encoded:
            said = said.replace(form, MASK)
        # The parts come last: without them nobody would find the rest.
        if self._is_left_in(said):
            said = _WORD.sub(lambda word: MASK if self._is_left_in(word[0]) else word[0], said)
        if self._is_left_in(said):
            return MASK
        for secret in self._known:
            said = _without_broken_off(said, secret)
        for pattern in self._parts:
            said = pattern.sub(MASK, said)
        return said

    def _begins_in(self, said: str) -> bool:
        """True when a secret that isn't escaped may be in it, or the beginning of one."""
        return any(start in said for start in self._starts)

    def _is_left_in(self, said: str) -> bool:
        if self._escaped and ESCAPE.search(said):
            if escapes_in(said) > MOST_ESCAPES or self._texts_left <= 0:
                return True
            self._texts_left -= 1
            if any(form in stage for stage in stages(said) for form in self._escaped):
                return True
        unbroken = "".join(said.split()) if self._encoded and _SPACE.search(said) else ""
        return any(form in unbroken for form in self._encoded)


def _parts(secret: str) -> Iterator[str]:
    """The parts of a secret that a server may quote: the words of a header's value, and what Basic encodes."""
    yield from (word for word in re.split(r"[\s,;=\"]+", secret) if len(word) >= SURE)
    if secret.lower().startswith("basic "):
        try:
            decoded = base64.b64decode(secret[6:].strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return
        yield decoded
        yield decoded.partition(":")[2]


def _sure(secrets: Iterable[str]) -> list[str]:
    """Those that are long enough, the longest first."""
    return sorted((secret for secret in secrets if len(secret) >= SURE), key=len, reverse=True)


def _patterns(secrets: Iterable[str]) -> list[re.Pattern[str]]:
    # An id of digits only is also a piece of many a longer number.
    return [re.compile(rf"(?<!\d){s}(?!\d)" if s.isdigit() else re.escape(s)) for s in secrets]


def _word(secret: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")


def _without_broken_off(said: str, secret: str) -> str:
    """A text that was cut off within a secret loses the beginning of it too."""
    for length in range(min(len(secret) - 1, len(said)), SURE - 1, -1):
        if said.endswith(secret[:length]):
            return said[:-length] + MASK
    return said


def _in_base64(secret: str) -> Iterator[str]:
    """The encoded parts of a secret that are the same wherever it stands in a text that was encoded as a whole."""
    data = secret.encode(errors="replace")
    for before in range(3):
        encoded = base64.b64encode(b"\x00" * before + data).decode().rstrip("=")
        if (before + len(data)) % 3:
            encoded = encoded[:-1]
        same = encoded[(0, 2, 3)[before] :]
        yield same
        yield same.replace("+", "-").replace("/", "_")
