"""Counts typed messages and taps of whole orders, played with the bot and the suppliers' simulators.

`make taps` prints them, so that a change that costs somebody a tap is seen; each order has to reach its supplier.
"""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.transcripts.conftest import playing
from tests.transcripts.player import Player
from tests.transcripts.script import Says, Supplier, Taps

PEOPLE = (
    "王小明 13800000001 浙江省杭州市余杭区文一西路969号",
    "李小红，13800000002，上海浦东新区世纪大道100号",
    "收件人：陈大文 电话：13800000003-7804 地址：广东省深圳市南山区科技园路1号",
    "赵小兰 138****0004 江苏苏州吴江区鲈乡南路1号",
    "孙小美 13800000005 江苏省南京市鼓楼区中山路1号",
)
GIFT = "礼品：614 数量：1 来源：淘宝 备注：请尽快"
BASKET = "123450001 x2、123450002 x1\n王小明 0912345678\n100台北市中正區八德路一段1號\nstaff@example.com"


@dataclass(frozen=True, slots=True)
class Played:
    """An order as it is ordered: texts, replies to the newest order as `↩ text`, and taps as `[label]`.

    `orders` of them reach the `account`, beside the one that is ordered `before`.
    """

    title: str
    account: str
    does: tuple[str, ...]
    orders: int = 1
    before: tuple[str, ...] = ()

    @property
    def typed(self) -> int:
        return len(self.does) - self.taps

    @property
    def taps(self) -> int:
        return sum(_is_tap(one) for one in self.does)


def _is_tap(one: str) -> bool:
    return one.startswith("[")


LIKES = "likes instagram.com/p/Cx{n} 1k"
PARCEL = f"{GIFT}\n{PEOPLE[0].replace('969', '{n}')}"
TABLE = (
    Played("GuoGuo, a product that is known", "guoguo", (LIKES.format(n=1), "[Confirm]")),
    Played(
        "20 orders at GuoGuo",
        "guoguo",
        ("\n".join(LIKES.format(n=n) for n in range(20)), "[Confirm 20 orders]"),
        20,
    ),
    Played("citiesocial, 2 products", "citiesocial", (f"/order citiesocial {BASKET}", "[Confirm]")),
    Played(
        "Damaijia, 5 recipients",
        "gifts",
        ("\n".join([GIFT, *PEOPLE]), "[Skip]", "[Confirm]"),
    ),
    Played(
        "20 orders at Damaijia",
        "gifts",
        ("\n\n".join(PARCEL.format(n=n) for n in range(1, 21)), "[Without Sender]", "[Confirm 20 orders]"),
        20,
    ),
    Played(
        "The same for somebody else",
        "gifts",
        (f"↩ {PEOPLE[1]}", "[Confirm]"),
        before=(PARCEL.format(n=969), "[Skip]", "[Confirm]"),
    ),
)


async def play(played: Played) -> None:
    """Raises AssertionError where the orders don't reach their supplier."""
    with TemporaryDirectory() as folder:
        async with playing(Path(folder), citiesocial={"currency": "TWD"}) as player:
            await player.do(Supplier(0, quiet=False, does="shows its catalogue", detail=""))
            for one in (*played.before, *played.does):
                await _do(player, one, played.orders if one in played.does else 1)
            taken = len(player.simulators[played.account].ledger) - bool(played.before)
            assert taken == played.orders, f"{played.title}: {taken} orders, {player.unread}"


async def _do(player: Player, one: str, orders: int) -> None:
    player.heard, player.passing = [], []
    said = Says(0, quiet=False, text=one.removeprefix("↩ "), replies=one.startswith("↩ "))
    await player.do(Taps(0, quiet=False, label=one[1:-1]) if _is_tap(one) else said)
    if player.waiting.look_ups:
        await player.do(Supplier(0, quiet=False, does="has the product", detail=""))
    for _ in range(orders if one.startswith("[Confirm") else 0):
        await player.do(Supplier(0, quiet=False, does="takes the order", detail=""))


def table() -> str:
    """The lines of a table in Markdown."""
    rows = [f"| {one.title} | {one.typed} | {one.taps} |" for one in TABLE]
    return "\n".join(["| order | typed | taps |", "|---|---|---|", *rows])


async def main() -> None:
    """Play all of them, then print the table."""
    for played in TABLE:
        await play(played)
    sys.stdout.write(f"{table()}\n")


if __name__ == "__main__":
    asyncio.run(main())
