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
        Turn("/order guoguo", "Product · 1/4"),
        Turn(FANS, "Link · 2/4"),
        Turn("https://example.com/posts/abc123", "Quantity · 3/4"),
        Turn("10", "Runs · 4/4", ("Skip", *LEAVE)),
        Turn("2", "Interval (minutes) · 5/5", ("Skip", *LEAVE)),
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
        Turn("/order citiesocial", "Product · 1/12"),
        Turn("123450001", "Quantity · 2/12"),
        Turn("2", "Items · 1", LIST),
        Turn("[Add another]", "Product · 3/14"),
        Turn("123450002", "Quantity · 4/14"),
        Turn("1", "Items · 2", LIST),
        Turn("[Done]", "Email · 5/14"),
        Turn("staff@example.com", "First name · 6/14"),
        Turn("小明", "Last name · 7/14"),
        Turn("王", "Title · 8/14", ("先生 Mr", "小姐 Ms", "Skip", *LEAVE)),
        Turn("[先生 Mr]", "Postcode · 9/14"),
        Turn("100", "City · 10/14"),
        Turn("台北市", "District · 11/14"),
        Turn("中正區", "Address · 12/14"),
        Turn("八德路一段1號", "Phone · 13/14"),
        Turn("0912 345 678", "Amount · 14/14"),
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
        Turn("/order gifts", "Product · 1/12"),
        Turn("614", "Quantity · 2/12"),
        Turn("1", "Note · 3/12"),
        Turn("易碎", "Source · 4/12", ("taobao", "tmall", "jd JD.com", "pdd Pinduoduo", "other", *LEAVE)),
        Turn("[taobao]", "Recipient · 5/12"),
        Turn("测试", "Phone · 6/12"),
        Turn("15000000007-0123", "Province · 7/12"),
        Turn("浙江省", "City · 8/12"),
        Turn("杭州市", "District · 9/12"),
        Turn("余杭区", "Address · 10/12"),
        Turn("梦想大道108号", "Platform order number · 11/12", ("Skip", *LEAVE)),
        Turn("[Skip]", "Items · Recipients · 1", LIST),
        Turn("[Done]", "Sender · 12/12", ("Skip", *LEAVE)),
        Turn("李小红", "Sender phone · 13/17", ("Skip", *LEAVE)),
        Turn("13900000000", "Sender province · 14/17", ("Skip", *LEAVE)),
        Turn("[Skip]", "Sender city · 15/17", ("Skip", *LEAVE)),
        Turn("[Skip]", "Sender district · 16/17", ("Skip", *LEAVE)),
        Turn("[Skip]", "Sender address · 17/17", ("Skip", *LEAVE)),
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
        Turn("/order shop", "Order type · 1/5", ("goods", "vip", *LEAVE)),
        Turn("[goods]", "Product · 2/5"),
        Turn("188", "Quantity · 3/5"),
        Turn("3", "Items · 1", LIST),
        Turn("[Done]", "Note · 4/5", ("Skip", *LEAVE)),
        Turn("[Skip]", "Recipient · 5/5", ("Skip", *LEAVE)),
        Turn("王小明", "Phone · 6/11"),
        Turn("138 0000 0000", "Province · 7/11"),
        Turn("河南省", "City · 8/11"),
        Turn("郑州市", "District · 9/11"),
        Turn("中原区", "Address · 10/11"),
        Turn("建设路1号", "Postcode · 11/11"),
        Turn("450000", "Summary · AnqiCMS", SUMMARY),
    ),
    "awaiting payment (0)",
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
        assert tuple(shown.labels) == turn.buttons


async def confirm(world: World, dialogue: Dialogue, who: int = ADMIN) -> str:
    """Tap Confirm under the summary. Returns our reference, as the order's card shows it."""
    world.tap("Confirm", who)
    card = await world.reads(f"Sending · {dialogue.title}\n", who)
    return reference_in(card.text)


async def order(world: World, dialogue: Dialogue, who: int = ADMIN) -> str:
    """A whole order, up to Confirm. Returns our reference."""
    await fill_in(world, dialogue, who)
    return await confirm(world, dialogue, who)
