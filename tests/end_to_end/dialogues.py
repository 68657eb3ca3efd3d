"""One whole order at each supplier, as staff see it: what is done, and to the letter what the bot then shows.

The texts are the contract that other tools rely on, so they stand here in full and are not taken from the catalogues.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from providers.simulators.guoguo.products import FANS
from tests.end_to_end.house import ADMIN, World

LEAVE = ("Back", "Cancel")
LIST = ("Add another", "Done", "Change", "Remove", *LEAVE)
SUMMARY = ("Confirm", "Edit", "Cancel")
SAME_SENDER = "Same sender as last time · "


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person does (a `[label]` is a tap), the first line of the answer, and its buttons."""

    does: str
    first: str
    buttons: tuple[str, ...] = LEAVE


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Everything up to the summary; `status` is our word and the supplier's, `body` what it must get.

    `about` is the line that says on every card what was ordered and for whom.
    """

    account: str
    title: str
    about: str
    turns: tuple[Turn, ...]
    status: str
    body: Callable[[str], dict[str, Any]]


GUOGUO = Dialogue(
    "guoguo",
    "GuoGuo",
    "Instagram fans ×10 ↻2 → example.com/posts/abc123",
    (
        Turn("/order guoguo", "Product · ●○○"),
        Turn(FANS, "Link · ●●○"),
        Turn("https://example.com/posts/abc123", "Quantity · ●●●"),
        Turn("10", "Runs · ●●●", ("Skip", *LEAVE)),
        Turn("2", "Interval (minutes) · ●●●", ("Skip", *LEAVE)),
        Turn("30", "Summary · GuoGuo", SUMMARY),
    ),
    "placed (establish)",
    lambda _: {
        "product_id": FANS,
        "link": "https://example.com/posts/abc123",
        "quantity": 10,
        "runs": 2,
        "interval_minutes": 30,
    },
)

CITIESOCIAL = Dialogue(
    "citiesocial",
    "citiesocial",
    "123450001 ×2, 123450002 ×1 → 王小明 · 台北市",
    (
        Turn("/order citiesocial", "Product · item 1 · ●○○"),
        Turn("123450001", "Quantity · item 1 · ●○○"),
        Turn("2", "Items · 1", LIST),
        Turn("[Add another]", "Product · item 2 · ●○○"),
        Turn("123450002", "Quantity · item 2 · ●○○"),
        Turn("1", "Items · 2", LIST),
        Turn("[Done]", "Email · ●●○"),
        Turn("staff@example.com", "First name · ●●○"),
        Turn("小明", "Last name · ●●○"),
        Turn("王", "Title · ●●○", ("先生 Mr", "小姐 Ms", "Skip", *LEAVE)),
        Turn("[先生 Mr]", "Postcode · ●●○"),
        Turn("100", "City · ●●○"),
        Turn("台北市", "District · ●●○"),
        Turn("中正區", "Address · ●●○"),
        Turn("八德路一段1號", "Phone · ●●○"),
        Turn("0912 345 678", "Amount · ●●●"),
        Turn("30", "Summary · citiesocial", SUMMARY),
    ),
    "placed (pending)",
    lambda reference: {
        "line_items": [{"variant_id": 123450001, "quantity": 2}, {"variant_id": 123450002, "quantity": 1}],
        "email": "staff@example.com",
        "shipping_address": {
            "first_name": "小明",
            "last_name": "王",
            "title": "先生",
            "zip": "100",
            "city": "台北市",
            "address1": "中正區",
            "address2": "八德路一段1號",
            "phone": "0912345678",
        },
        "transaction_amount": 30,
        "channel_order_reference": reference,
    },
)

_RECIPIENT = {
    "consignee": "测试",
    "mobile": "15000000007-0123",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "address": "梦想大道108号",
}

DAMAIJIA = Dialogue(
    "gifts",
    "Damaijia",
    "614 ×1 → 测试 · 杭州市",
    (
        Turn("/order gifts", "Product · ●○○○"),
        Turn("614", "Quantity · ●○○○"),
        Turn("1", "Note · ●●○○"),
        Turn("易碎", "Source · ●●○○", ("taobao", "tmall", "jd JD.com", "pdd Pinduoduo", "other", *LEAVE)),
        Turn("[taobao]", "Recipient · 1 · ●●●○"),
        Turn("测试", "Phone · recipient 1 · ●●●○"),
        Turn("15000000007-0123", "Province · recipient 1 · ●●●○"),
        Turn("浙江省", "City · recipient 1 · ●●●○"),
        Turn("杭州市", "District · recipient 1 · ●●●○"),
        Turn("余杭区", "Address · recipient 1 · ●●●○"),
        Turn("梦想大道108号", "Platform order number · recipient 1 · ●●●○", ("Skip", *LEAVE)),
        Turn("[Skip]", "Recipients · 1", LIST),
        Turn("[Done]", "Sender · ●●●●", ("Skip", *LEAVE)),
        Turn("李小红", "Sender phone · ●●●●", ("Skip", *LEAVE)),
        Turn("13900000000", "Sender province · ●●●●", ("Skip", *LEAVE)),
        Turn("[Skip]", "Sender city · ●●●●", ("Skip", *LEAVE)),
        Turn("[Skip]", "Sender district · ●●●●", ("Skip", *LEAVE)),
        Turn("[Skip]", "Sender address · ●●●●", ("Skip", *LEAVE)),
        Turn("[Skip]", "Summary · Damaijia", SUMMARY),
    ),
    "placed",
    lambda reference: {
        "product_id": 614,
        "site_order_id": int(reference),
        "product_number": 1,
        "remark": "易碎",
        "source": "taobao",
        "consignees": [
            _RECIPIENT | {"site_order_consignee_id": f"{reference}001", "platform_order_sn": f"{reference}001"}
        ],
        "consigners": [{"consigner": "李小红", "mobile": "13900000000"}],
    },
)

ANQICMS = Dialogue(
    "shop",
    "AnqiCMS",
    "188 ×3 → 王小明 · 郑州市",
    (
        Turn("/order shop", "Order type · ●○○", ("goods", "vip", *LEAVE)),
        Turn("[goods]", "Product · item 1 · ●○○"),
        Turn("188", "Quantity · item 1 · ●○○"),
        Turn("3", "Items · 1", LIST),
        Turn("[Done]", "Note · ●●○", ("Skip", *LEAVE)),
        Turn("[Skip]", "Recipient · ●●●", ("Skip", *LEAVE)),
        Turn("王小明", "Phone · ●●●"),
        Turn("138 0000 0000", "Province · ●●●"),
        Turn("河南省", "City · ●●●"),
        Turn("郑州市", "District · ●●●"),
        Turn("中原区", "Address · ●●●"),
        Turn("建设路1号", "Postcode · ●●●"),
        Turn("450000", "Summary · AnqiCMS", SUMMARY),
    ),
    "awaiting payment",
    lambda _: {
        "goods_id": 188,
        "quantity": 3,
        "type": "goods",
        "address": {
            "name": "王小明",
            "phone": "13800000000",
            "province": "河南省",
            "city": "郑州市",
            "country": "中原区",
            "address_info": "建设路1号",
            "postcode": "450000",
        },
    },
)

DIALOGUES = {dialogue.account: dialogue for dialogue in (GUOGUO, CITIESOCIAL, DAMAIJIA, ANQICMS)}


def reference_in(text: str) -> str:
    """Our reference, from an order's card."""
    return next(line for line in text.splitlines() if line.startswith("Reference: ")).removeprefix("Reference: ")


def _comes_between(text: str) -> bool:
    """A product is being looked up, or something became known of another order."""
    return text.startswith(("Checking", "Please check an order")) or "could not be told about an order" in text


async def fill_in(world: World, dialogue: Dialogue, who: int = ADMIN) -> None:
    """Answer everything up to the summary."""
    for turn in dialogue.turns:
        world.does(turn.does, who)
        shown = await world.next(who)
        while _comes_between(shown.text):
            shown = await world.next(who)
        assert shown.text.splitlines()[0] == turn.first
        assert tuple(label for label in shown.labels if label in turn.buttons) == turn.buttons
        # Beside them stand only answers that were given before.
        given = tuple(one.does for one in dialogue.turns)
        offered = [label.removeprefix(SAME_SENDER) for label in shown.labels if label not in turn.buttons]
        assert all(label.startswith(given) for label in offered), shown.labels


async def confirm(world: World, dialogue: Dialogue, who: int = ADMIN) -> str:
    """Tap Confirm under the summary. Returns our reference, as the order's card shows it."""
    world.tap("Confirm", who)
    card = await world.reads(f"Sending · {dialogue.title}\n", who)
    return reference_in(card.text)


async def order(world: World, dialogue: Dialogue, who: int = ADMIN) -> str:
    """A whole order, up to Confirm. Returns our reference."""
    await fill_in(world, dialogue, who)
    return await confirm(world, dialogue, who)
