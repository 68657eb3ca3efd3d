"""The body of a create. Our ids are always in it: without them the supplier makes its own and could take it twice.

Keys and types are those of the sample in the supplier's page 创建订单: the order's id a number, a parcel's id a string.
"""

from typing import Any

from providers.damaijia.form import DamaijiaForm


def parcel_ids(form: DamaijiaForm, reference: str) -> list[str]:
    """Our id of each recipient's parcel, in the form's order: the reference and three digits, counted from 001."""
    return [f"{reference}{n:03}" for n in range(1, len(form.recipients) + 1)]


def order_body(form: DamaijiaForm, reference: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "product_id": form.product_id,
        "site_order_id": int(reference),
        "product_number": form.product_number,
        "remark": form.remark,
        "source": form.source,
        "consignees": [
            {
                "site_order_consignee_id": parcel,
                "consignee": recipient.consignee,
                "mobile": recipient.mobile,
                "province": recipient.province,
                "city": recipient.city,
                "district": recipient.district,
                "address": recipient.address,
                "platform_order_sn": recipient.platform_order_sn or parcel,
            }
            for parcel, recipient in zip(parcel_ids(form, reference), form.recipients, strict=True)
        ],
    }
    if form.sender is not None:
        body["consigners"] = [form.sender.model_dump(exclude_none=True)]
    return body
