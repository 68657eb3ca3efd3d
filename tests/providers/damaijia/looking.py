"""Losing the answer to an order and looking for it, and what is said of an order, as the tests do."""

from typing import Any

import pytest

from providers.damaijia.create import order_body
from providers.damaijia.provider import Damaijia
from providers.errors import OutcomeUnknown
from providers.orders import Findings, Progress
from providers.simulators.base import Fault
from tests.providers.contract import WORDS
from tests.providers.damaijia.recording import Recording
from tests.providers.damaijia.samples import REFERENCE, a_form, a_sending


async def lose(supplier: Recording, account: Damaijia, fault: Fault = Fault.DROP_AFTER, **changes: Any) -> None:
    """Send the sample, whose answer doesn't come; what was asked before is forgotten."""
    supplier.fail(fault)
    with pytest.raises(OutcomeUnknown):
        await account.place(a_form(**changes), REFERENCE)
    supplier.asked.clear()


async def look(account: Damaijia, **changes: Any) -> Findings:
    findings = await account.find_order(a_form(**changes), a_sending())
    assert not findings.complete
    for signal in findings.signals:
        assert WORDS[f"signal.damaijia.{signal.code}"].format_map({"account": "our account"} | signal.params)
    assert all(WORDS[f"remark.damaijia.{r.code}"] for match in findings.matches for r in match.order.remarks)
    return findings


def told(findings: Findings) -> list[tuple[str, bool, tuple[str, ...]]]:
    return [(match.order.number, match.certain, match.differs) for match in findings.matches]


def told_of(progress: Progress) -> list[str]:
    """The remarks in words."""
    return [
        WORDS[f"remark.damaijia.{remark.code}"].format_map({"account": "our account"} | remark.params)
        for remark in progress.remarks
    ]


def numbers(supplier: Recording) -> list[str]:
    return [order.number for order in supplier.ledger]


def elsewhere(supplier: Recording, **changes: Any) -> str:
    """An order of somebody else's panel, with no id of ours; its number."""
    body = order_body(a_form(**changes), "1")
    del body["site_order_id"]
    for parcel in body["consignees"]:
        del parcel["site_order_consignee_id"]
    return supplier.take_elsewhere(body).number
