"""How the suppliers' orders stand, as their own panels would show it: what the bot says can be held against that."""

from collections import Counter
from datetime import datetime

from providers.simulators.anqicms import AnqiCmsSimulator
from providers.simulators.anqicms_orders import STATUS_WORDS
from providers.simulators.base import Order, Simulator
from providers.simulators.damaijia import DamaijiaSimulator
from providers.simulators.guoguo import GuoGuoSimulator
from providers.simulators.guoguo_history import order_row

ACCEPTED = 2000
"""Damaijia's code for a parcel that it takes."""
_PARCELS = {"f": "not paid", "p": "not shipped", "s": "shipped", "c": "cancelled"}
_GOODS = {status: word for word, status in STATUS_WORDS.items() if word}


def status_of(simulator: Simulator, order: Order) -> str:
    """The supplier's word for the order's status by its clock."""
    match simulator:
        case GuoGuoSimulator():
            return _guoguo(order, simulator.now())
        case DamaijiaSimulator():
            return _damaijia(simulator, order)
        case AnqiCmsSimulator():
            return _anqicms(simulator, order)
        case _:
            # citiesocial tells an order's status only when it is made.
            return str(order.answer.get("order", {}).get("financial_status", ""))


def _guoguo(order: Order, now: datetime) -> str:
    return str(order_row(order, now, tells=False)["order_status"])


def _damaijia(simulator: DamaijiaSimulator, order: Order) -> str:
    rows = order.answer["data"]["consignees"]
    letters = [simulator.parcel_status(order, place) for place, row in enumerate(rows) if row["msg_code"] == ACCEPTED]
    if not letters:
        return "no parcel"
    words = Counter(_PARCELS[letter] for letter in letters)
    return next(iter(words)) if len(letters) == 1 else ", ".join(f"{count} {word}" for word, count in words.items())


def _anqicms(simulator: AnqiCmsSimulator, order: Order) -> str:
    made = next(one for one in simulator.book.of(order.answer["data"]["user_id"]) if one["order_id"] == order.number)
    return _GOODS.get(made["status"], str(made["status"]))
