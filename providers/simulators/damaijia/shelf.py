"""Damaijia's shelf: gifts without prices, since the supplier tells none.

Its list is the same for everybody, so nothing on it can be changed here.
"""

from providers.simulators.damaijia.products import ALL_GIFTS, GIFTS, OFF_SALE
from providers.simulators.shelf import Shelf, Ware


class DamaijiaShelf(Shelf):
    """The gifts that people speak of."""

    def wares(self) -> tuple[Ware, ...]:
        return tuple(
            Ware(str(gift), title + (", off sale" if gift == OFF_SALE else "")) for gift, title in GIFTS.items()
        )

    def unlisted(self) -> int:
        return len(ALL_GIFTS) - len(GIFTS)

    def reprice(self, number: str, tenths: int) -> None:
        raise ValueError(f"The price of {number} can't be made {tenths}/10: this supplier tells none.")

    def sell(self, number: str, *, on: bool) -> None:
        raise ValueError(f"The sale of {number} can't be {'begun' if on else 'stopped'} here.")


EXAMPLES = {
    "five recipients": """礼品：614 数量：1 来源：淘宝 备注：请尽快发货
王小明 13800000001 浙江省杭州市余杭区文一西路969号
李小红，13800000002，上海浦东新区世纪大道100号
收件人：陈大文 电话：13800000003-7804 地址：广东省深圳市南山区科技园路1号
赵小兰 138****0004 江苏苏州吴江区鲈乡南路1号
孙小美 13800000005 江苏省南京市鼓楼区中山路1号""",
    "three parcels": """礼品：614 数量：1 来源：淘宝 备注：请尽快发货
王小明 13800000001 浙江省杭州市余杭区文一西路969号

礼品：615 数量：2 来源：天猫 备注：送礼
李小红 13800000002 上海市浦东新区世纪大道100号

礼品：614 数量：1 来源：拼多多 备注：请尽快发货
陈大文 1380000 广东省深圳市南山区科技园路1号""",
}
"""Texts as people send them, by what they are."""
EXAMPLE_ROWS = (
    ("单号", "礼品编号", "数量", "来源", "备注", "收件人", "手机", "地址"),
    ("D-001", "614", "1", "淘宝", "请尽快发货", "王小明", "13800000001", "浙江省杭州市余杭区文一西路969号"),
    ("D-002", "615", "2", "天猫", "送礼", "李小红", "13800000002", "上海市浦东新区世纪大道100号"),
    ("D-003", "614", "1", "拼多多", "请尽快发货", "陈大文", "138", "广东省深圳市南山区科技园路1号"),
    ("D-004", "614", "3", "京东", "易碎", "赵小兰", "13800000004", "江苏省苏州市吴江区鲈乡南路1号"),
    ("D-005", "615", "1", "淘宝", "请尽快发货", "孙小美", "13800000005", "江苏省南京市鼓楼区中山路1号"),
)
"""A sheet as people keep one, its headings first; a phone number in it is too short."""
