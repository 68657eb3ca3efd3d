"""The words by which a text names its parts: `收件人:`, `電話：`, `Qty`, and the headings of a table.

They are what people write, not what we say: the titles of a form's own questions, in any language, are given beside
them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.reading.characters import simplified
from bot.reading.plain_text import plain_text
from bot.reading.takes import Slot
from providers.cleaning import compared_text, has_visible
from providers.fields import Part

_WORDS: Final = {
    Part.NAME: (
        "收件方 收货方 收貨方 "
        "收件人 收件人姓名 收货人 收貨人 收货人姓名 收貨人姓名 收件姓名 收货姓名 收件者 收貨者 收件人名 "
        "姓名 名字 联系人 聯絡人 聯繫人 联络人 收件 寄给 寄給 送给 送給 客户姓名 客戶姓名 客户 客戶 "
        "买家姓名 買家姓名 收货人名 收貨人名 收件人名字 收件人全名 顾客姓名 顧客姓名 收 "
        "recipient receiver consignee name full_name fullname customer recipient_name "
        "ship_to deliver_to contact to"
    ),
    Part.GIVEN_NAME: "名 given_name first_name first",
    Part.FAMILY_NAME: "姓 姓氏 family_name last_name surname last",
    Part.SALUTATION: "称呼 稱呼 称谓 稱謂 title salutation",
    Part.PHONE: (
        "电话 電話 手机 手機 手机号 手機號 手机号码 手機號碼 电话号码 電話號碼 联系电话 聯絡電話 "
        "聯繫電話 联系方式 聯絡方式 联络电话 收件电话 收件電話 收货电话 收貨電話 收件人电话 收件人電話 "
        "收货人电话 收貨人電話 收件人手机 收件人手機 收货人手机 收貨人手機 收货手机 收貨手機 收件手机 收件手機 "
        "买家电话 買家電話 买家手机 買家手機 市话 市話 座机 座機 固话 行动电话 行動電話 移动电话 联系手机 phone "
        "phone_number phone_no tel telephone mobile mobile_phone mobile_number cell cellphone "
        "contact_number contact_phone mob phone#"
    ),
    Part.EMAIL: "邮箱 郵箱 电邮 電郵 电子邮箱 電子郵箱 电子邮件 電子郵件 信箱 email e-mail mail email_address",
    Part.PROVINCE: "省 省份 province state",
    Part.CITY: "市 城市 县市 縣市 city city/county",
    Part.DISTRICT: "区 區 区县 區縣 区/县 地区 地區 鄉鎮市區 鄉鎮區 行政區 district county area",
    Part.STREET: (
        "地址 收货地址 收貨地址 收件地址 收件人地址 收货人地址 收貨人地址 详细地址 詳細地址 寄送地址 "
        "送货地址 送貨地址 配送地址 所在地区 所在地區 联系地址 聯絡地址 街道 街道地址 "
        "快递地址 快遞地址 宅配地址 邮寄地址 郵寄地址 省市区 省市區 所在地 地址信息 "
        "详细地址街道 address addr street shipping_address delivery_address full_address address_line street_address"
    ),
    Part.POSTCODE: (
        "邮编 郵編 邮政编码 郵政編碼 邮政编号 郵遞區號 邮递区号 區號 郵區 zip zipcode zip_code postcode "
        "postal_code post_code postal"
    ),
    Part.ORDER_NUMBER: (
        "订单号 訂單號 订单编号 訂單編號 平台订单号 平台訂單號 平台订单编号 平台訂單編號 淘宝订单号 "
        "淘寶訂單號 淘宝单号 天猫订单号 天貓訂單編號 京东订单号 京東訂單號 拼多多订单号 单号 單號 "
        "订单 訂單 淘宝订单编号 交易号 order order_no order_number order_id order# order_no. "
        "platform_order platform_order_number platform_order_no"
    ),
    Part.NOTE: (
        "备注 備註 備注 附注 附註 留言备注 买家备注 買家備註 订单备注 訂單備註 留言 买家留言 買家留言 "
        "要求 特殊要求 其他要求 送货要求 送貨要求 "
        "附言 卖家备注 賣家備註 商家备注 商家備註 给卖家留言 給賣家留言 备注信息 備註資訊 ps p.s. "
        "note notes remark remarks "
        "comment memo message"
    ),
    Part.LINK: "链接 鏈接 連結 链结 网址 網址 url link links post",
    Part.USERNAME: "用户名 用戶名 帐号 帳號 账号 帳號名稱 账号名 username user account ig",
    Part.AMOUNT: "金额 金額 总金额 總金額 总价 總價 总额 總額 總計 总计 合计 合計 amount total total_amount sum",
    Part.PRODUCT: (
        "商品 产品 產品 礼品 禮品 品名 商品名称 商品名稱 产品名称 產品名稱 货品 貨品 款式 商品编号 "
        "品项 品項 物品 物品名称 物品名稱 商品编码 商品編碼 礼品名称 禮品名稱 订购商品 訂購商品 购买商品 購買商品 "
        "商品編號 产品编号 產品編號 礼品编号 禮品編號 服务 服務 项目 項目 商品id 产品id 宝贝 寶貝 "
        "product item gift goods service product_id item_id goods_id gift_id variant variant_id "
        "service_id sku title_of_product 货号 貨號 编号 編號 id"
    ),
    Part.QUANTITY: "数量 數量 件数 件數 份数 份數 个数 個數 购买数量 購買數量 订购数量 訂購數量 商品数量 商品數量 "
    "qty quantity count pcs number_of_pieces pieces",
}
_SENDER: Final = {
    Part.NAME: (
        "寄件方 发件方 發件方 发货方 發貨方 "
        "寄件人 发件人 發件人 寄件者 寄件人姓名 发件人姓名 發件人姓名 发货人 發貨人 寄件 寄 sender from sender_name"
    ),
    Part.PHONE: (
        "寄件人电话 寄件人電話 发件人电话 發件人電話 寄件电话 寄件電話 发件电话 發件電話 寄件人手机 "
        "寄件人手機 sender_phone sender_mobile"
    ),
    Part.STREET: "寄件人地址 发件人地址 發件人地址 寄件地址 发件地址 發件地址 发货地址 發貨地址 sender_address",
    Part.PROVINCE: "寄件人省份 发件人省份 sender_province",
    Part.CITY: "寄件人城市 发件人城市 sender_city",
    Part.DISTRICT: "寄件人區 寄件人区 sender_district",
}
_GENERAL: Final = (
    "收货信息 收貨資訊 收件信息 收件資訊 收件人信息 收件人資訊 收货人信息 收件資料 收件人資料 "
    "寄送資訊 配送信息 recipients ship_to_address shipping_info"
)
_SENDERS: Final = (
    "寄件人信息 寄件人資訊 寄件信息 寄件資訊 寄件资料 寄件資料 寄件人资料 寄件人資料 发件人信息 發件人資訊 发件信息 "
    "發件資訊 发货信息 發貨資訊 发货人信息 發貨人資訊 sender_info sender_information"
)
_OTHERS: Final = (
    "订购人 訂購人 订购人姓名 訂購人姓名 订购人电话 訂購人電話 訂購人手機 購買人 购买人 購買人電話 "
    "购买人电话 下单人 下單人 身份证 身份证号 身分證 身分證字號 微信 微信号 微信號 统编 統編 統一編號 税号 稅號 "
    "抬头 抬頭 line_id qq "
    "買家 买家 付款人 客服 客服电话 客服電話 店铺 店鋪 店名 公司电话 公司電話 buyer ordered_by payer shop"
)
"""People and numbers that no parcel is about."""
_NOBODYS: Final = (
    *("订购人", "訂購人", "购买人", "購買人", "下单人", "下單人", "付款人"),
    *("身份证", "身份证号", "身分證字號", "微信", "微信号", "统编", "統一編號", "税号"),
)
"""Those of them that stand before a name or a number with a space alone."""
_SPACED: Final = frozenset(
    {
        Part.NAME,
        Part.PHONE,
        Part.STREET,
        Part.POSTCODE,
        Part.NOTE,
        Part.QUANTITY,
        Part.ORDER_NUMBER,
        Part.EMAIL,
        Part.AMOUNT,
    }
)
"""The parts whose Chinese word may stand before them with a space alone."""
_COUNTED: Final = frozenset({Part.PRODUCT, Part.QUANTITY})
"""The parts whose Chinese word may stand right before a number."""
_LATIN_SPACED: Final = (
    *("qty", "quantity", "phone", "tel", "mobile", "recipient", "name", "address", "addr", "product", "gift"),
    *("item", "email", "mail", "zip", "postcode"),
)
"""The same of English words, where Chinese or a number follows."""
_NUMBERS: Final = frozenset({Part.PHONE, Part.POSTCODE, Part.QUANTITY, Part.PRODUCT, Part.AMOUNT, Part.ORDER_NUMBER})
"""The parts whose answer is a number."""
_SUMS: Final = "总共|一共|合计|总计|总额|共|金额"
"""Words for an amount right before a sign for money."""
_NEVER_SPACED: Final = frozenset(["收件", "街道", "客户", "客戶", "订单", "訂單", "联系人", "聯絡人", "名字"])


_APART: Final = frozenset(["联系人", "聯絡人", "聯繫人", "名字"])
"""Those that do where a name follows, and then something that parts."""


_INNER_SPACE: Final = re.compile("(?<=[㐀-鿿]) +(?=[㐀-鿿])")
_HAN: Final = re.compile("[㐀-鿿]")
_PAIR: Final = 2
_CALLS: Final = "打接回通拨撥来來"
"""Before 电话 they make a verb of it."""


@dataclass(frozen=True, slots=True)
class Label:
    """The meaning of a word before an answer: a part, or else the title of one of the form's questions.

    Neither: it says only that something about a person follows.
    """

    part: Part | None = None
    title: str = ""
    of_sender: bool = False
    of_nobody: bool = False
    """It is about somebody who neither sends nor gets the parcel, such as who paid for it."""
    unsure: bool = False
    """The word may as well be part of a sentence."""


def _folded(word: str) -> str:
    return compared_text(simplified(word.replace("_", " ")))


_LABELS: Final = {
    **{_folded(word): Label(part) for part, words in _WORDS.items() for word in words.split()},
    **{_folded(word): Label(part, of_sender=True) for part, words in _SENDER.items() for word in words.split()},
    **{_folded(word): Label() for word in _GENERAL.split()},
    **{_folded(word): Label(of_sender=True) for word in _SENDERS.split()},
    **{_folded(word): Label(Part.NAME, of_nobody=True) for word in _OTHERS.split()},
}
_ALL: Final = [
    word for words in (*_WORDS.values(), *_SENDER.values(), _GENERAL, _SENDERS, _OTHERS) for word in words.split()
]


def _pattern(words: list[str]) -> str:
    """Words of a text; of two characters with spaces between, as forms are set: 姓　名."""
    spelled = {
        simplified(word[0]) + " {0,4}" + simplified(word[1])
        if len(word) == _PAIR and not word.isascii()
        else re.escape(simplified(word)).replace("_", "[ _-]?")
        for word in words
    }
    return "|".join(sorted(spelled, key=len, reverse=True))


@lru_cache(maxsize=16)
def _places(titles: tuple[str, ...]) -> re.Pattern[str]:
    words = _pattern([*_ALL, *titles])
    spaced = _pattern(
        [word for part in _SPACED for word in _WORDS[part].split() if not word.isascii() and word not in _NEVER_SPACED]
    )
    own = _pattern(list(titles)) or r"(?!)"
    spaced += "|" + _pattern(list(_NOBODYS))
    senders = [word for words in _SENDER.values() for word in words.split()]
    spaced += "|" + _pattern([word for word in senders if len(word) > 1 and not word.isascii()])
    latin = _pattern(list(_LATIN_SPACED))
    apart = _pattern(sorted(_APART))
    counted = _pattern([word for part in _COUNTED for word in _WORDS[part].split() if not word.isascii()])
    return re.compile(
        rf"\[(?P<c>{words})\][ :=]*|(?:^|(?<=[\s,;|/\0、。.:()\[\]*#>~&-])|(?<=[一-鿿0-9])(?=[一-鿿]{{2}}))(?:"
        rf"(?P<a>{words})(?:[0-9]{{1,2}}|[一二三四五六七八九十])?(?: ?\([^()\n]{{1,12}}\)| ?/ ?[㐀-鿿]{{2,4}})?"
        r" ?(?::|=(?!=))[ ]*"
        rf"|(?P<b>{spaced})(?:[ ]+|(?=[0-9+\0\"“]))|(?P<d>{counted}) ?(?=[0-9])|(?P<e>{own}) ?(?=[0-9])"
        rf"|(?P<h>{apart})[ ]+(?=[㐀-鿿]{{2,4}}(?:$|[\s,;|/\0]))"
        rf"|(?P<i>{_SUMS}) ?(?=(?:NT|US|HK)?[$¥]|[0-9][0-9,]* ?[元圆块]|[0-9][0-9,]{{2,}}(?![0-9件份个盒次]))"
        rf"|(?P<f>备注|備註)(?=[㐀-鿿])|(?P<g>{latin}) (?=[0-9\0㐀-鿿]))",
        re.IGNORECASE | re.MULTILINE,
    )


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label where it stands in a text; its answer begins at `end`."""

    label: Label
    start: int
    end: int


class Labels:
    """All labels that a text may have: `titles` are those of a form's questions, by how people may spell them."""

    def __init__(self, titles: dict[str, str]) -> None:
        self._titles = {_folded(said): title for said, title in titles.items()}
        self._pattern = _places(tuple(sorted(titles)))

    def of(self, word: str) -> Label | None:
        """The meaning of a heading; None for a word that is none."""
        word = _INNER_SPACE.sub("", word)
        folded = _folded(word.strip(" :*#()[]"))
        if folded in self._titles:
            return Label(title=self._titles[folded])
        found = _LABELS.get(folded)
        if found is None:
            found = _LABELS.get(_folded(re.sub(r"\(.*?\)", "", word).strip(" :*#")))
        return found

    def off(self, text: str, slot: Slot) -> str:
        """An answer without the label of its question before it; text that has none, or nothing behind it, as it is."""
        plain = plain_text(text)
        first = next(iter(self.within(plain.text)), None)
        head, sign, rest = plain.text.partition(":")
        if slot.plan.shape.choices and sign and self.titles_like(head) == {slot.plan.title} and has_visible(rest):
            return rest.strip()
        if first is None or plain.text[: first.start].strip():
            return text
        label, said = first.label, plain.as_sent(first.end, len(plain.text))
        is_its_own = label.title == slot.plan.title or (label.part is slot.part and label.of_sender == slot.of_sender)
        # Right before a number it may as well be a part of the name: 收件人1.
        is_parted = plain.text[first.end - 1] in " :=" or label.part in _NUMBERS
        is_plain = is_its_own and is_parted and not label.of_nobody and not label.unsure
        return said if is_plain and has_visible(said) else text

    def titles_like(self, word: str) -> set[str]:
        """The titles that a word has two letters in common with: 来源 and 订单来源 with 来源平台."""
        folded = _folded(word.strip())
        pairs = {folded[n : n + 2] for n in range(len(folded) - 1)}
        return {title for said, title in self._titles.items() if any(pair in said for pair in pairs)}

    def within(self, text: str) -> list[Labelled]:
        """The labels of a line, in order."""
        found = []
        # Some write 发貨人, with a character of either kind.
        for one in self._pattern.finditer(simplified(text)):
            label = Label(Part.AMOUNT, unsure=True) if one["i"] else self.of(next(filter(None, one.groups())))
            called = label is not None and label.part is Part.PHONE and text[max(one.start() - 1, 0)] in _CALLS
            said = label is not None and (label.part is Part.NOTE or bool(label.title)) and not one["a"]
            inside = said and _HAN.match(text[max(one.start() - 1, 0)]) and one.start() > 0 and not one["f"]
            if label is not None and not called and not inside:
                found.append(Labelled(label, one.start(), one.end()))
        return found
