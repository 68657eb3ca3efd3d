"""One order for each supplier whose last answer makes it unlike every other, so that ledgers can be told apart."""

import json
import re
from dataclasses import dataclass
from typing import Any

from bot.conversation.questions import version
from bot.conversation.state import Conversation, Draft, Phase
from bot.conversation.tray import TrayRow
from providers.anqicms.form import AnqicmsForm
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from providers.fields import Form
from providers.guoguo.form import DefaultOrder
from tests.bench import GUOGUO_ANSWERS, SHOP_ANSWERS

TOO = "_too"
"""Ends the second name of an account that has two in the settings."""
_TOKEN = re.compile(r"\bc[0-9]+x\b")
CITIESOCIAL_ANSWERS: dict[str, Any] = {
    "items": [{"variant_id": "123450001", "quantity": "1"}],
    "email": "staff@example.com",
    "first_name": "小明",
    "last_name": "王",
    "title": None,
    "zip": "100",
    "city": "台北市",
    "address1": "中正區",
    "address2": "八德路一段1號",
    "phone": "0912345678",
    "transaction_amount": "10",
}
GIFT_ANSWERS: dict[str, Any] = {
    "product_id": "614",
    "product_number": "1",
    "remark": "none",
    "source": "taobao",
    "recipients": [
        {
            "consignee": "王小明",
            "mobile": "13800000000",
            "province": "浙江省",
            "city": "杭州市",
            "district": "余杭区",
            "address": "文一路1号",
            "platform_order_sn": None,
        }
    ],
    "sender": None,
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """All answers of a form, and the question that is asked last; `last` is its answer around a token."""

    form: type[Form]
    answers: dict[str, Any]
    asks: str
    last: str

    def answer(self, token: str) -> str:
        return self.last.format(token)

    def row(self, token: str) -> TrayRow:
        """A whole order, as a row of a tray."""
        return TrayRow(answers=self.answers | {self.asks: self.answer(token)})

    def state(self, account: str, draft_id: str) -> Conversation:
        """Where a person stands who has answered all but the last question."""
        draft = Draft(
            id=draft_id,
            account=account,
            form_version=version(self.form),
            answers=self.answers,
            at=(self.asks,),
            editing=True,
        )
        return Conversation(phase=Phase.ASKING, draft=draft)


RECIPES = {
    "guoguo": Recipe(DefaultOrder, GUOGUO_ANSWERS, "link", "https://example.com/posts/{}"),
    "shop": Recipe(AnqicmsForm, SHOP_ANSWERS, "remark", "Order {}"),
    "citiesocial": Recipe(CitiesocialOrder, CITIESOCIAL_ANSWERS, "email", "{}@example.com"),
    "gifts": Recipe(DamaijiaForm, GIFT_ANSWERS, "remark", "Order {}"),
}


def first_name(account: str) -> str:
    """The name in the settings that an account has had from the first, where this is its second one."""
    return account.removesuffix(TOO)


def recipe(account: str) -> Recipe:
    """The order that is made there."""
    return RECIPES[first_name(account)]


def tokens_in(text: str) -> list[str]:
    """All of them, as often as they stand there."""
    return _TOKEN.findall(text)


def token_of(content: Any) -> str:
    """What tells this content from all others, wherever in it; empty for what nobody here has ordered."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    found = _TOKEN.search(text)
    return found.group() if found else ""
