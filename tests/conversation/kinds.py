"""Every kind of field of the real forms, and the way to its question."""

from dataclasses import dataclass
from typing import Any

from pydantic import create_model

from bot.conversation import events
from bot.conversation.known import Account
from bot.conversation.questions import field_at
from providers.anqicms.form import AnqicmsForm
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from providers.guoguo.form import DefaultOrder
from tests.conversation.chat import Chat

ACCOUNTS = (
    Account("guoguo", "GuoGuo", DefaultOrder),
    Account("citiesocial", "citiesocial", CitiesocialOrder),
    Account("gifts", "Damaijia", DamaijiaForm),
    Account("shop", "AnqiCMS", AnqicmsForm),
)
PRODUCT = "9c07a89a-0994-4f35-98a7-1b922b5c8331"
SKIP, DONE, FAILED = "[Skip]", "[Done]", "[failed]"


@dataclass(frozen=True)
class Kind:
    """`way` are the answers up to the question; `good` is an answer that is accepted."""

    account: str
    way: tuple[str, ...]
    title: str
    good: str

    def reached(self) -> Chat:
        chat = Chat(ACCOUNTS)
        chat.order(self.account)
        for step in self.way:
            match step:
                case "[Skip]":
                    chat.skip()
                case "[Done]":
                    chat.done()
                case "[failed]":
                    chat.find(events.LookUpResult.FAILED)
                case _:
                    chat.say(step)
        assert chat.asked == self.title
        return chat

    def value(self, text: str) -> Any:
        """What is sent for an answer. Raises ValidationError."""
        chat = self.reached()
        info = field_at(chat.accounts[self.account].form, chat.draft.at)
        given: Any = (info.annotation, info)
        answer = create_model("Answer", given=given)
        return answer.model_validate({"given": text}).model_dump()["given"]


CITY = ("123450001", "2", DONE)
SHOP = ("goods", "188", "1", DONE, SKIP)
ADDRESS = ("王小明", "13800000000", "河南省", "郑州市", "中原区", "建设路1号")

KINDS = {
    "integer": Kind("gifts", ("614",), "Quantity", "2"),
    "amount": Kind(
        "citiesocial",
        (*CITY, "a@example.com", "a", "b", SKIP, "100", "c", "d", "e", "0912345678"),
        "Amount",
        "30",
    ),
    "number as id": Kind("shop", ("goods",), "Product", "188"),
    "UUID as id": Kind("guoguo", (), "Product", PRODUCT),
    "any id": Kind("shop", (*SHOP, *ADDRESS), "Postcode", "450000"),
    "text": Kind("gifts", ("614", "1", "x", "taobao"), "Recipient", "王小明"),
    "long text": Kind("gifts", ("614", "1"), "Note", "Fragile"),
    "e-mail": Kind("citiesocial", CITY, "Email", "staff@example.com"),
    "Postcode": Kind("citiesocial", (*CITY, "a@example.com", "a", "b", SKIP), "Postcode", "10058"),
    "phone of ten digits": Kind(
        "citiesocial", (*CITY, "a@example.com", "a", "b", SKIP, "100", "c", "d", "e"), "Phone", "0912345678"
    ),
    "phone of any length": Kind("shop", (*SHOP, "王小明"), "Phone", "13800000000"),
    "mobile, perhaps masked": Kind("gifts", ("614", "1", "x", "taobao", "王小明"), "Phone", "138****0000-12"),
    "URL": Kind("guoguo", (PRODUCT, FAILED, "Link"), "Link", "https://example.com/p"),
    "username": Kind("guoguo", (PRODUCT, FAILED, "Username"), "Username", "sample_user"),
    "choice": Kind("gifts", ("614", "1", "x"), "Source", "jd"),
    "choice that can be skipped": Kind("citiesocial", (*CITY, "a@example.com", "a", "b"), "Title", "先生"),
}
