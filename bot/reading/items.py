"""Products of an order, each with how many of it.

People put the number before or behind what they order, and what they say first tells which; two numbers for one thing
are never silently one of them.
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.reading.pieces import Piece
from providers.fields import Part


def items_of(pieces: Iterable[Piece]) -> list[tuple[Piece | None, Piece | None]]:
    """Products, each with how many of it: the number behind it, or else the one before it."""
    found: list[tuple[Piece | None, Piece | None]] = []
    waiting: Piece | None = None
    said = [one for one in pieces if one.part in {Part.PRODUCT, Part.QUANTITY}]
    in_front = bool(said) and said[0].part is Part.QUANTITY
    for one in said:
        if one.part is Part.PRODUCT:
            before = found[-1] if found else (None, None)
            if before[0] is not None and before[1] is None and waiting is None and before[0].answer == one.answer:
                # Its number and its title stand beside each other.
                continue
            found.append((one, waiting))
            waiting = None
        elif one.each and found:
            found = [(named, amount or one) for named, amount in found]
        elif found and found[-1][1] is None:
            found[-1] = (found[-1][0], one)
        elif found and not in_front:
            found[-1] = (found[-1][0], _either(found[-1][1], one))
        else:
            waiting = one if waiting is None else _either(waiting, one)
    if found and waiting is not None:
        found[-1] = (found[-1][0], _either(found[-1][1], waiting))
    if not found and waiting is not None:
        found.append((None, waiting))
    return found


def _either(first: Piece | None, other: Piece) -> Piece:
    """One number where two say how many; they may say the same."""
    if first is None or first.answer == other.answer:
        return other if first is None else first
    options = tuple(dict.fromkeys((*(first.options or (first.answer,)), other.answer)))
    return replace(first, doubt="number_two_ways", options=options)
