"""The body of a create, in the lower-case keys of the seed's own sample (its tables carry a translator's capitals)."""

import re
from typing import Any

from providers.anqicms.form import AnqicmsForm

LONGEST_STORED_REMARK = 250
_MARKER = re.compile(r"\[R([0-9]+)\]")


def order_body(form: AnqicmsForm, marker: str = "") -> dict[str, Any]:
    """`marker`: our reference, to be written into the remark for finding the order again; empty for none.

    One line goes as `goods_id` and `quantity`, more go as `details`. The address never has an `id`: with one, the shop
    would overwrite a saved address.
    """
    lines = [line.model_dump(include={"goods_id", "quantity"}) for line in form.items]
    body: dict[str, Any] = lines[0] if len(lines) == 1 else {"details": lines}
    if remark := _remark(form.remark or "", marker):
        body["remark"] = remark
    body["type"] = form.type
    if form.address is not None:
        body["address"] = form.address.model_dump()
    return body


def marker_of(remark: str) -> str:
    """The reference that a remark was marked with, or the empty string.

    The last one counts: ours ends what we send, and people may quote another order's in front of it.
    """
    found = _MARKER.findall(remark)
    return str(found[-1]) if found else ""


def _remark(remark: str, marker: str) -> str:
    end = f" [R{marker}]" if marker else ""
    return (remark[: LONGEST_STORED_REMARK - len(end)] + end).strip()
