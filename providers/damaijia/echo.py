"""The echo in Damaijia's answer to a create, against what was sent.

Documented is our id of each parcel. The ids of the documents' own sample are of another shape than those of its
request, so only one that looks like ours and isn't is another order's. What else the answer names is compared too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from providers.cleaning import compared_phone
from providers.damaijia.answer import text
from providers.damaijia.create import order_body
from providers.damaijia.form import DamaijiaForm
from providers.damaijia.matching import FACT_OF
from providers.echo import Difference, believed, is_as_sent
from providers.orders import PlacedOrder

_OF_ORDER = ("site_order_id", "product_id", "product_number", "source", "remark")
_TEXTS = frozenset({"remark", "consignee", "province", "city", "district", "address"})
_PARCEL = "site_order_consignee_id"


def check_echo(placed: PlacedOrder, body: Mapping[str, Any], form: DamaijiaForm, reference: str) -> PlacedOrder:
    """`placed`, which the answer `body` gave to the create of `form` under our `reference`.

    Raises OutcomeUnknown when the answer contradicts what was sent.
    """
    data = body.get("data")
    # The sample has them inside `data`, the table beside it.
    told = {**body, **data} if isinstance(data, dict) else body
    sent = order_body(form, reference)
    return believed(placed, _differences(told, sent), is_ours=_names_ours(told, sent))


def _names_ours(told: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    rows = told.get("consignees")
    named = {text(row.get(_PARCEL)) for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict)}
    parcels = {parcel[_PARCEL] for parcel in sent["consignees"]}
    return text(told.get("site_order_id")) == str(sent["site_order_id"]) or not named.isdisjoint(parcels)


def _differences(told: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[Difference]:
    parcels = {parcel[_PARCEL]: parcel for parcel in sent["consignees"]}
    for key in _OF_ORDER:
        if (value := text(told.get(key))) and not _agrees(key, value, sent[key], len(parcels)):
            yield Difference(FACT_OF[key], key, value)
    rows = told.get("consignees")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            yield from _in_parcel(row, parcels)


def _in_parcel(row: Mapping[str, Any], parcels: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    named = text(row.get(_PARCEL))
    ours = parcels.get(named) or (next(iter(parcels.values())) if len(parcels) == 1 and not named else None)
    if ours is None:
        if named.isdigit() and len(named) in {len(parcel) for parcel in parcels}:
            yield Difference(FACT_OF[_PARCEL], _PARCEL, named)
        return
    for key, sent in ours.items():
        if (value := text(row.get(key))) and key != _PARCEL and not _agrees(key, value, sent, 1):
            yield Difference(FACT_OF[key], key, value)


def _agrees(key: str, told: str, sent: Any, parcels: int) -> bool:
    if key in _TEXTS:
        return is_as_sent(told, sent)
    if "*" in told:
        return True
    if key == "mobile":
        return compared_phone(told) == compared_phone(sent)
    if key == "product_number":
        # Whether the number is one parcel's or the order's is not documented.
        return told in {str(sent), str(sent * parcels)}
    return told.lstrip("0").casefold() == str(sent).lstrip("0").casefold()
