"""Zipped workbooks made safe to open: unpacked within bounds, and packed again as what they turned out to be.

A file of a few kilobytes can claim to hold gigabytes, or hold more than it claims. What reads it afterwards gets only
what has been counted here.
"""

import io
import zipfile
import zlib
from typing import Final

from bot.sheets.sheet import Bounds, SheetFault, SheetRefusedError

_PIECE: Final = 1 << 16
_ENCRYPTED: Final = 1
"""The bit of a part's flags."""
_WAYS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def unpacked(data: bytes, bounds: Bounds) -> dict[str, bytes]:
    """The parts of an archive by name. Raises SheetRefusedError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _parts(archive, bounds)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise SheetRefusedError(SheetFault.BROKEN) from error


def _parts(archive: zipfile.ZipFile, bounds: Bounds) -> dict[str, bytes]:
    infos = [one for one in archive.infolist() if not one.is_dir()]
    if len(infos) > bounds.parts or sum(one.file_size for one in infos) > bounds.unpacked:
        raise too_large(bounds.unpacked)
    if any(one.flag_bits & _ENCRYPTED for one in infos):
        raise SheetRefusedError(SheetFault.PASSWORD)
    if any(one.compress_type not in _WAYS for one in infos) or len({one.filename for one in infos}) < len(infos):
        raise SheetRefusedError(SheetFault.BROKEN)
    found: dict[str, bytes] = {}
    left = bounds.unpacked
    for one in infos:
        pieces = []
        with archive.open(one) as part:
            while piece := part.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise too_large(bounds.unpacked)
                pieces.append(piece)
        found[one.filename] = b"".join(pieces)
    return found


def packed(parts: dict[str, bytes]) -> bytes:
    """An archive with these parts, not compressed."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return into.getvalue()


def too_large(most: int) -> SheetRefusedError:
    """The refusal of a file that is larger than that, in bytes."""
    return SheetRefusedError(SheetFault.TOO_LARGE, most=str(most // 1_000_000))
