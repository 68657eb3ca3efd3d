"""The echo in a shop's answer to a create, against what was sent.

The shop changes some of it by itself: it writes a product's title where no remark was sent, keeps as much of a remark
as fits, and reckons the amount. So these say nothing; an order's marker, kind, lines, address and time do.
"""

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from providers.anqicms.answer import text
from providers.anqicms.create import marker_of
from providers.anqicms.form import AnqicmsForm
from providers.anqicms.matching import lines_of, sent_lines
from providers.anqicms.orders import made_at
from providers.cleaning import compared_id, compared_phone, compared_text
from providers.echo import Difference, believed, is_as_sent, made_since, too_old
from providers.http import Answer
from providers.orders import PlacedOrder

_KINDS = frozenset({"goods", "vip"})


def check_echo(
    placed: PlacedOrder, answer: Answer, form: AnqicmsForm, remark: str, began: datetime, ended: datetime
) -> PlacedOrder:
    """`placed`, which `answer` gave to the create of `form`, sent with `remark` from `began` to `ended` (aware).

    Raises OutcomeUnknown when the answer contradicts what was sent.
    """
    given = answer.json_object().get("data")
    data: dict[str, Any] = given if isinstance(given, dict) else {}
    marker = marker_of(html.unescape(text(data.get("remark"))))
    return believed(
        placed,
        _differences(data, form, remark, began),
        is_ours=marker != "" and marker == marker_of(remark),
        made_since=made_since(made_at(data, began), answer.clock(), began, ended),
    )


def _differences(data: Mapping[str, Any], form: AnqicmsForm, remark: str, began: datetime) -> Iterator[Difference]:
    kind, told = text(data.get("type")), html.unescape(text(data.get("remark")))
    if kind.casefold() in _KINDS - {form.type}:
        yield Difference("type", "type", kind)
    if marker_of(told) not in {"", marker_of(remark)} or not _is_remark(told, remark):
        yield Difference("remark", "remark", told)
    # What a shop keeps as the lines of a membership is not documented.
    if form.type == "goods" and (lines := lines_of(data)) and _total(lines) != _total(sent_lines(form)):
        shown = ", ".join(f"{goods} × {quantity}" for goods, quantity in lines)
        yield Difference("items", "details", shown)
    address = data.get("order_address")
    if form.address is not None and isinstance(address, dict):
        for key, sent in form.address.model_dump().items():
            if not _is_address(key, value := text(address.get(key)), sent):
                yield Difference("address", key, value)
    if too_old(made_at(data, began), began):
        yield Difference("time", "created_time", text(data.get("created_time")))


def _is_remark(told: str, sent: str) -> bool:
    """By letters and digits alone: a shop may not be able to keep the rest."""
    theirs, ours = _letters(told), _letters(sent)
    return not theirs or not ours or ours.startswith(theirs) or theirs.startswith(ours)


def _letters(remark: str) -> str:
    return "".join(filter(str.isalnum, compared_text(remark)))


def _is_address(key: str, told: str, sent: str) -> bool:
    if key in {"phone", "postcode"}:
        compared = compared_phone if key == "phone" else compared_id
        return not told or "*" in told or compared(told) == compared(sent)
    return is_as_sent(told, sent)


def _total(lines: Iterable[tuple[int, int]]) -> Counter[int]:
    # A shop may join two lines of one product.
    total = Counter[int]()
    for goods, quantity in lines:
        total[goods] += quantity
    return total
