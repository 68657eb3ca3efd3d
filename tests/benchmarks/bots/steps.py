"""The order that the other libraries' bots take: the questions, buttons and lengths of a shop's order here, as data."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """`key` names what is answered; `choices` are label and data of the buttons that answer it, above the usual."""

    key: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()


QUESTIONS = (
    Question(
        "type", "Order type · ●○○\nWhat is ordered: goods, or a VIP membership.", (("goods", "goods"), ("vip", "vip"))
    ),
    Question(
        "product",
        "Product · item 1 · ●○○\nSend any word of its title, or its number.",
    ),
    Question("quantity", "Quantity · item 1 · ●○○\nHow many of this product, 1 to 10,000.\nExample: 1"),
    Question(
        "items",
        "Items · 1\n1. {product} × {quantity}",
        (("Add another", "add"), ("Done", "done"), ("Change", "change"), ("Remove", "remove")),
    ),
    Question(
        "note",
        "Note · ●●○\nA note to the shop, at most 220 characters. Skip it if there is none.\nExample: Please pack well",
        (("Skip", "skip"),),
    ),
    Question(
        "name",
        "Recipient · ●●●\nThe name of the person who gets the goods. Skip it to send no address.\nExample: 王小明",
        (("Skip", "skip"),),
    ),
    Question("phone", "Phone · ●●●\nThe recipient's phone number, 5 to 20 characters.\nExample: 13800000000"),
    Question("province", "Province · ●●●\nThe recipient's province.\nExample: 河南省"),
    Question("city", "City · ●●●\nThe recipient's city.\nExample: 郑州市"),
    Question("country", "District · ●●●\nThe recipient's district or county.\nExample: 中原区"),
    Question("address_info", "Address · ●●●\nStreet and house number, on one line.\nExample: 建设路1号"),
    Question("postcode", "Postcode · ●●●\nThe postcode of the address.\nExample: 450000"),
    Question(
        "end",
        "Summary · Shop\nOrder type: {type}\nItems: 1\n1. {product} × {quantity}\nRecipient: {name}\nPhone: {phone}\n"
        "Province: {province}\nCity: {city}\nDistrict: {country}\nAddress: {address_info}\nPostcode: {postcode}",
        (("Confirm", "confirm"), ("Edit", "edit")),
    ),
)
CANCELLED = "Cancelled · Shop\nNothing was sent."
PLACED = "Placed · Shop\nOrder number: {number}\nStatus: awaiting payment\nAmount: {amount} CNY"


def is_good(key: str, answer: str) -> bool:
    """A plain bot's check of an answer."""
    if key in {"product", "quantity"}:
        return re.fullmatch(r"[1-9]\d{0,8}", answer) is not None
    return 0 < len(answer) <= 255


def buttons(question: Question) -> list[list[tuple[str, str]]]:
    """Rows of label and data."""
    usual = [("Cancel", "cancel")] if question.key == "end" else [("Back", "back"), ("Cancel", "cancel")]
    return [list(question.choices), usual] if question.choices else [usual]


def body(answers: dict[str, str]) -> dict[str, object]:
    """What the shop is sent for an order."""
    address = ("name", "phone", "province", "city", "country", "address_info", "postcode")
    return {
        "type": answers["type"],
        "details": [{"goods_id": int(answers["product"]), "quantity": int(answers["quantity"])}],
        "address": {key: answers[key] for key in address},
    }


def placed(answer: dict[str, dict[str, object]]) -> str:
    """What the person is told for the shop's answer."""
    return PLACED.format(number=answer["data"]["order_id"], amount=answer["data"]["amount"])
