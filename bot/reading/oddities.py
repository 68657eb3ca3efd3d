"""Signs that an answer holds more than it should: a label, a number, somebody else's word.

Whatever took a text apart may have cut it at the wrong place; an answer that looks so is asked about and never sent as
it is.
"""

import re
from typing import Final

from providers.fields import Part

_NAMES: Final = frozenset({Part.NAME, Part.GIVEN_NAME, Part.FAMILY_NAME})
_ODD_NAME: Final = re.compile(
    r"[:;,、/|@#&+=<>\"“”。！？!?{}]|[(（)）【】](?![0-9]{1,8}[)）】]?$)|(?<![\[(【（0-9])[0-9](?![0-9]*[\])】）])|"
    "电话|電話|手机|手機|地址|收件|收货|收貨|备注|備註|邮编|郵編|订单|訂單|数量|數量|谢谢|謝謝|麻烦|麻煩"
)
_LONGEST_HAN: Final = re.compile("[㐀-鿿]{7,}")
_ODD_ADDRESS: Final = re.compile(
    r"[:：@＠;；|｜¥￥$]|[号號] [0-9]{1,2}$|[0-9号號樓楼室]或|^[㐀-鿿][0-9]{1,4}[号號]|"
    r"(?<![0-9])(?:1[3-9][0-9]{9}|09[0-9]{8})(?![0-9])|[,，、] ?[0-9]{1,6}(?:[,，、] ?[0-9]+)*$|"
    "[号號][0-9]{1,2}$|电话|電話|手机号|手機號|收件人|收货人|收貨人|备注|備註|邮编|郵編|郵遞區號|订单号|訂單編號|数量|數量|谢谢|謝謝|麻烦|麻煩"
)
_STREET: Final = re.compile("[㐀-鿿A-Za-z]")


def oddity(part: Part | None, answer: str) -> str:
    """The code of what is odd about an answer; empty for nothing."""
    if part in _NAMES:
        return "name_odd" if _ODD_NAME.search(answer) or _LONGEST_HAN.search(answer) else ""
    if part is Part.STREET:
        is_odd = _is_open(answer) or _ODD_ADDRESS.search(answer) or not _STREET.search(answer)
        return "address_odd" if is_odd else ""
    return ""


def _is_open(answer: str) -> bool:
    """True where a bracket has no other that belongs to it."""
    return any(
        sum(map(answer.count, opening)) != sum(map(answer.count, closing))
        for opening, closing in (("(（", ")）"), ("[【", "]】"))
    )
