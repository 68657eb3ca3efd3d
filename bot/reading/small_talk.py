"""Small talk around an order, and texts that are only that: questions, thanks, what happened yesterday.

Nothing is to be ordered because somebody asked about an order, so that these are looked for before anything is said.
"""

import re
from typing import Final

_COURTESY: Final = re.compile(
    r"(?:麻烦|麻煩|请|請|帮我|幫我|帮忙|幫忙|我要|我想|要|下单|下單|订购|訂購|订|訂|买|買|来|來|再|加|"
    r"一下|给我|給我|谢谢|謝謝|感谢|感謝|各|每人|每个|每個|寄|发|發|送|到|给|給|"
    r"以下|如下|名单|名單|收件|hi|hello|please|order|need|want|buy|get|me|us|thanks|thank you|you|for|"
    r"of|the|a|to|and|i would|i'd|would|could|can|may|like|ship|deliver|kindly|help|i|we|us|"
    r"今天|方便|可以|好吗|好嗎|吗|嗎|"
    r"与|和|跟|您好|你好|老板|老闆|亲|親|哈|喔|哦|啦|吧|呀|了|的|[.\s~:+&()\[\]\"'-])+",
    re.IGNORECASE,
)
_QUESTION: Final = re.compile(
    r"[?？]|吗|嗎|呢|怎么|怎麼|什么时候|什麼時候|多久|到哪|查一下|查询|查詢|帮我查|幫我查|为什么|為什麼|有没有|有沒有|是不是|能不能|可以改|请问|請問|多少[钱錢]|[几幾][块塊]|怎么卖|怎麼賣|"
    r"\b(?:where|when|why|how|has|did|does|is it|status of|track|tracking|how much|price)\b",
    re.IGNORECASE,
)
_REQUEST: Final = re.compile(
    r"(?:可以|可否|能否|能不能|方便|能)(?:请|請|麻烦|麻煩)?[帮幫给給替][我忙]|(?:好|行|可以)[吗嗎嘛]|"
    r"\b(?:can|could|would|will) you (?:please |kindly |help )?(?:order|do|send|add|get|ship|make|place|deliver)\b|"
    r"\b(?:can|could|may) (?:i|we) (?:please )?(?:get|have|order|add)\b",
    re.IGNORECASE,
)
"""Asks for an order, and only sounds as if something was to be known."""
_PAST: Final = re.compile(
    r"收到了|到了|已经|已經|昨天|上次|上周|上週|刚才|剛才|退货|退貨|退款|取消|发货了|發貨了|出貨了|寄出|签收|簽收|物流|"
    r"已[发發寄出付送开開]|完成|(?:^|\s)收[据據](?:\s|$)|"
    r"\b(?:yesterday|received|arrived|shipped|refund|cancel|already|done|last week|was|were)\b",
    re.IGNORECASE,
)


_NO_LONGER: Final = re.compile(
    "退货|退貨|[换換][货貨]|退款|取消|作废|作廢|拒收|不要了|不用再?[发發寄]|别发了|別發了|不发|不發|[别別][发發寄]|暂不|暫不|先不|先[别別]|退回|"
    "改(?:一?下|[个個])?地址|地址改|拦截|攔截|停掉|要退|退掉|(?:^|\\s)退 ?[0-9]"
)
_EARLIER: Final = re.compile(
    "到哪|[已未没沒][签簽]收|[签簽]收了|[没沒未]有?[收拿]到|查件|查一下|帮我查|幫我查|催件|催一下|投诉|投訴|破损|破損|[坏壞]了|"
    "[少漏][发發寄]|物流(?:信息|單|单|更新|停|没|沒|状态|狀態|怎|显示|顯示|$)|[查看]物流|打不通|没人接|沒人接|[没沒]接|不接电话|不接電話|空号|空號|关机|關機|联系不上|聯繫不上|聯絡不上|售后|售後|快递单号|快遞單號|"
    "[发發寄]了[吗嗎没沒]|[到缺断斷][货貨]|卡住|只有 ?[0-9]|[已都]完成|您的[订訂]|取件|派送|派件|"
    "(?:^|\n)[^\\w\n]*(?:Placed|Not placed|Outcome unknown|已下[单單]|未下[单單]) *(?:$|\n)|"
    "(?:Reference|我方编号|我方編號)[:： ]+[0-9]{6}|\\b(?:completed|delivered|dispatched)\\b"
)
"""Of a parcel that is on its way or has come."""
_NOTICE: Final = re.compile(
    "聚餐|[订訂]的位|上班[时時][间間]|名片|[对對][账帳]|活[动動]:|(?:仓库|倉庫)(?:地址)?:|[0-9] ?元一[包个個件盒份套]|"
    "面试|面試|会议|會議|开会|開會|盘点|盤點|放假|招聘|招募|光临|光臨|我们公司|我們公司|我们店|我們店|"
    "办公室|辦公室|营业时间|營業時間|公告|搬到|"
    "[卖賣]了|库存|庫存|[涨漲]到|[涨漲]价|[涨漲]價|[0-9] ?元 ?/|价格表|價格表|报价|報價|"
    "(?:NT\\$|＄|￥|¥) ?[0-9]+[^\\n]*\n[^\\n]*(?:NT\\$|＄|￥|¥) ?[0-9]"
)
_REPEATS: Final = re.compile(
    r"再来一单|再來一單|再订一次|再訂一次|再来一份|再來一份|一单|一單|一笔|一筆|一样|一樣|同样|同樣|照样|照樣|同款|"
    r"\b(?:the )?same(?: again)?\b|\b(?:again|another|also|one more|more|too|as well|repeat)\b",
    re.IGNORECASE,
)
_POLITE: Final = re.compile(
    r"^(?:麻烦|麻煩|请|請|帮我|幫我|我要|please )+|(?:谢谢|謝謝|吧|哈|哦|喔|please|thanks|[,.。!~ ])+$", re.IGNORECASE
)
_SAME_AGAIN: Final = re.compile(
    r"(?:再|照样|照樣|同样|同樣|一样|一樣)的?再?(?:来|來|订|訂|下|买|買|要)?[一1]?(?:单|單|笔|筆|份|次|遍)|"
    r"照旧|照舊|同上|(?:一样|一樣|同样|同樣)的?|(?:the )?same(?: again)?|(?:order )?(?:it |this )?again|"
    r"one more|another(?: one)?|repeat(?: it| this)?|more of the same",
    re.IGNORECASE,
)
_WISH: Final = re.compile(
    "放(?:在|到|门|門|驿|驛|丰|豐|快|物|保|前|管|楼|樓)|丰巢|豐巢|驿站|驛站|[不勿别別]要?(?:放|打|按|敲|送)|代收|"
    "(?:送|到)前|电联|電聯|打电话|打電話|周末|週末|工作日|有人|在家|轻放|輕放|易碎|敲门|敲門|按[门門]?[铃鈴电電]|尽快|儘快|加急|急用"
)
"""How to bring a parcel."""
_ABOUT_PLACED: Final = re.compile(
    r"没|沒|未|还在|還在|催|改|换|換|错|錯|退|投诉|投訴|丢|丟|漏|少了|坏|壞|别|別|不要|不用|"
    r"\b(?:not|never|no|wrong|change|instead|replace|correct|fix|missing|late|lost|stop|don't|didn't|hasn't|call|"
    r"broken|damaged|waiting|still|urgent|customers?|says|said|paid|done)\b",
    re.IGNORECASE,
)
"""Words of whoever wants something done about an order that is on its way, which no new order does."""


def courtesy_off(text: str) -> str:
    """A text without the words that only make an order polite."""
    return _COURTESY.sub("", text)


def asks(text: str) -> bool:
    """True of a text that asks something, but for an order politely asked for."""
    return bool(_QUESTION.search(text)) and not _REQUEST.search(text)


def is_no_order(text: str) -> bool:
    """True of a text that is about an earlier order, or calls one off."""
    return bool(_NO_LONGER.search(text) or _EARLIER.search(text))


def is_notice(text: str) -> bool:
    """True of a text that announces something to everybody."""
    return bool(_NOTICE.search(text))


def is_past(text: str) -> bool:
    """True of a text that tells what has been, or is about an order that there is already."""
    return bool(_PAST.search(text))


def repeating_off(text: str) -> str:
    """A text without the words that ask for the same again."""
    return courtesy_off(_REPEATS.sub("", text))


def is_about_placed(text: str) -> bool:
    """True of what is said, beside an order's data, about an order that there is already."""
    return is_past(text) or bool(_ABOUT_PLACED.search(text))


def is_wish(text: str) -> bool:
    """True of words on how to bring a parcel; not where they ask, or speak of one that is on its way."""
    return bool(_WISH.search(text)) and not (asks(text) or is_no_order(text) or is_past(text))


def is_same_again(text: str) -> bool:
    """True of a text that asks for the same again, and says nothing else."""
    return bool(_SAME_AGAIN.fullmatch(re.sub(_POLITE, "", text.strip()).strip()))
