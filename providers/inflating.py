"""Undoes the compression of an answer in steps of known size, whatever was compressed.

We ask for none, and one kind is undone for who compresses all the same. A library that decodes by itself hands out a
piece only when it is whole: two kilobytes that were compressed twice are two gigabytes of memory then.
"""

import zlib
from collections.abc import Sequence

_GZIP = zlib.MAX_WBITS + 16
_WINDOWS = {"gzip": [_GZIP], "x-gzip": [_GZIP], "deflate": [zlib.MAX_WBITS, -zlib.MAX_WBITS]}
"""The formats that a name in `Content-Encoding` may stand for; some send `deflate` without its envelope."""


class NotInflatedError(Exception):
    """The answer was compressed in a way that we don't undo, or isn't what it says, or is not whole."""


class Inflation:
    """The bytes of one answer on their way from the wire, whose names in `Content-Encoding` are `encodings`."""

    def __init__(self, encodings: Sequence[str]) -> None:
        """Raises NotInflatedError for what is compressed twice, or in a way that isn't known."""
        names = [name for name in (name.strip().lower() for name in encodings) if name not in {"", "identity"}]
        if len(names) > 1 or not all(name in _WINDOWS for name in names):
            raise NotInflatedError
        self._formats = list(_WINDOWS[names[0]]) if names else []
        self._decoder = zlib.decompressobj(self._formats.pop(0)) if names else None
        self._came = False

    def take(self, piece: bytes, most: int) -> bytes:
        """A piece from the wire, inflated: never more than `most` bytes, which means that there are as many or more.

        Raises NotInflatedError.
        """
        if self._decoder is None or not piece:
            return piece[:most]
        first, self._came = not self._came, True
        if self._decoder.eof:
            raise NotInflatedError
        try:
            inflated = self._decoder.decompress(piece, most)
        except zlib.error:
            if not first or not self._formats:
                raise NotInflatedError from None
            self._came = False
            self._decoder = zlib.decompressobj(self._formats.pop(0))
            return self.take(piece, most)
        if self._decoder.unused_data:
            raise NotInflatedError
        return inflated

    def end(self) -> None:
        """Raises NotInflatedError when something is missing. No bytes at all are whole, as after a 204."""
        if self._decoder is not None and self._came and not self._decoder.eof:
            raise NotInflatedError
