"""Names of people: what may be one, where it is parted, and what only stands beside it.

Chinese names have no capitals and no spaces, so that family names, of which there are few, are what tells them from
other words of two or three characters.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

_SINGLE: Final = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林郑鄭谢謝罗羅梁宋唐许許韩韓冯馮邓鄧曹彭曾肖萧蕭田洪赖賴傅董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任"
    "沈姚卢盧姜崔钟鍾鐘谭譚陆陸汪范範金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫閻阎段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯温溫"
    "康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂塗成苗谷盛曲翁"
    "冉骆駱蓝藍路游辛靳管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒解牟艾尤阳陽时時穆农農司卓古吉缪繆简簡车車项項连連芦蘆麦麥褚娄婁窦竇戚岑景党黨宫宮费費卜冷晏席"
    "卫衛米柏宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄丛叢仲虞敖巩鞏明佘池查麻苑迟遲邝鄺官封谈談匡鞠惠荆荊乐樂冀郁胥南班储儲"
    "原栗燕楚鄢劳勞谌諶奚皮粟冼蔺藺楼樓盘盤满滿闻聞位厉厲伊仝区區郜海阚闞花权權强强帅帥屠豆朴盖蓋练練廉禹井祖漆巴丰豐支卿国國狄平计計索宣晋晉相初门門云"
    "雲容敬来來扈晁芮都普阙闕浦戈伏鹿薄邸雍辜羊阿乌烏母裘亓修邰赫杭况況那宿鲜鮮印逯隆茹诺諾战戰慕危玉银銀亢嵇公哈湛宾賓戎勾茅利於呼居揭干但尉冶斯元束檀"
    "衣信展阴陰昝智幸奉植衡富尧堯闭閉由塔凤鳳丘习習凃粘糜竺常稽"
)
_COMMON: Final = 186
"""Of the family names the first, which nearly everybody has; the rest are words of other kinds too."""
_DOUBLE: Final = frozenset(
    [
        "欧阳",
        "歐陽",
        "司马",
        "司馬",
        "上官",
        "诸葛",
        "諸葛",
        "夏侯",
        "尉迟",
        "尉遲",
        "皇甫",
        "澹台",
        "公孙",
        "公孫",
        "慕容",
        "司徒",
        "司空",
        "令狐",
        "宇文",
        "长孙",
        "長孫",
        "东方",
        "東方",
        "南宫",
        "南宮",
        "独孤",
        "獨孤",
        "端木",
        "轩辕",
        "軒轅",
        "张简",
        "張簡",
        "范姜",
        "范姜",
    ]
)
_EITHER: Final = frozenset(["张简", "張簡", "范姜"])
"""Double family names whose first character is a family name by itself."""
_HAN: Final = re.compile("[㐀-鿿]+")
_HAN_NAME: Final = re.compile("[㐀-鿿]{2,4}")
_MASKED: Final = re.compile(r"[㐀-鿿](?:\*{1,3}|[xX○〇]{1,2})[㐀-鿿]?")
_DOTTED: Final = re.compile("[㐀-鿿]{1,8}[·•‧・.][㐀-鿿]{1,10}")
_LATIN_NAME: Final = re.compile(r"[A-Z][A-Za-z'’.-]*(?: [A-Z][A-Za-z'’.-]*){1,3}|[A-Z][a-z]+")
_LATIN_AND_HAN: Final = re.compile(
    rf"(?P<given>[A-Za-z]+) ?(?P<family>[{_SINGLE}])|(?P<first>[{_SINGLE}]) ?(?P<second>[A-Za-z]+)"
)
"""Amy林."""
_TITLES: Final = {
    "男": "先生",
    "男生": "先生",
    "女": "小姐",
    "女生": "小姐",
    "先生": "先生",
    "小姐": "小姐",
    "女士": "小姐",
    "太太": "小姐",
    "Mr": "先生",
    "Ms": "小姐",
    "Miss": "小姐",
    "Mrs": "小姐",
}
_TITLE_BEHIND: Final = re.compile(
    r" ?\(?(先生|小姐|女士|太太|(?<=[ (])[男女]生?|(?<= )(?:Mr|Ms|Miss|Mrs)(?=\.?$))\)?\.?$"
)
_TITLE_BEFORE: Final = re.compile(r"^(Mr|Ms|Miss|Mrs)\b\.? ?", re.IGNORECASE)
_ASIDE: Final = re.compile(r" ?\(([^()0-9]*)\)?$")
_HARMLESS: Final = re.compile(
    "(?:本人|本人收|签|簽|默认|默認|收|件|人|同事|朋友|家里|家裡|公司|自取|老客户|老客戶|新客户|VIP|vip)*"
)
_TITLE_ALONE: Final = re.compile(r"先生|小姐|女士|太太|[男女]生?")
_BEHIND: Final = re.compile(r"[ (]*(?:亲启|親啟|親收|亲收|敬启|台收|臺收|收启|代收|签收|簽收|收)\)?$")
_TO: Final = re.compile(
    "^(?:(?:(?:[Pp]lease )?(?:[Ss]end|[Ss]hip|[Dd]eliver)(?: it| them)? )?to (?=[A-Z])|"
    "(?:请|請|麻烦|麻煩|帮忙|幫忙|帮我|幫我)*(?:(?:寄|送|发|發)(?:给|給)?|给|給|还有|還有|另外|以及|然后|然後)(?=[㐀-鿿]{2}))"
)
_ADDRESSED: Final = re.compile(r"\(?([㐀-鿿]{2,3})(?: ?(?:先生|小姐|女士))? ?(?:亲|親|签|簽|代)?收\)?$")
_CUSTOMER: Final = re.compile(
    "(?:客人|客户|客戶|顾客|顧客|买家|買家|会员|會員)([㐀-鿿]{2,4}?)(?:想?[要订訂买買]|下单|下單)?(?:[一两兩二三四五六七八九十]+.?)?"
)
_SPACED: Final = re.compile("[㐀-鿿](?: {1,3}[㐀-鿿]){2,3}")
_LABELLED: Final = re.compile("^(?:收件人|收货人|收貨人|收件者|联系人|聯絡人|姓名)(?=[㐀-鿿]{2})")
_CODE_BEHIND: Final = re.compile(r" ?\[[0-9]{3,6}\]$")
_NO_NAME: Final = re.compile(
    "[省市区區县縣鎮镇鄉乡村路街巷弄號号樓楼室栋棟幢层層盒箱瓶件份款色柜櫃]$|[的是了吗嗎您我他她它们們么麼]|公司|小区|小區|大厦|大廈|广场|廣場|花园|花園|家园|学校|學校|大学|大學|医院|醫院|"
    "快递|快遞|包裹|谢谢|謝謝|感谢|感謝|拜托|拜託|辛苦|金额|金額|总计|總計|总价|總價|订单|訂單|地址|电话|電話|手机|手機|收件|寄件|收货|收貨|发货|發貨|出貨|下单|下單|麻烦|麻煩|请|請|你|备注|備註|数量|數量|商品|今天|明天|昨天|尽快|儘快|"
    "一共|总共|總共|合计|合計|以上|如下|名单|名單|客户|客戶|姓名|同上|淘宝|淘寶|天猫|天貓|京东|京東|拼多多|有限|驛站|驿站|便利|门市|門市|超商|宅配|礼品|禮品|礼物|禮物|来源|來源|平台|"
    "满意|滿意|高兴|高興|安排|方便|时间|時間|周末|週末|单独|單獨|全部|马上|馬上|关于|關於|其他|单号|單號|尾款|常温|常溫|冷冻|冷凍|易碎|华丽|白色|黑色|红色|黄色|紅色|黃色|蓝色|藍色|金色|银色"
    "|^(?:老板|老闆|店长|店長|客服|仓库|倉庫|掌柜|掌櫃|亲们|親們|各位|大家|师傅|師傅|以下|下面|上面|这些|這些|这个|這個|那个|那個|改成|改为|改為|更正|换成|換成|不对|不對|不是|应该|應該)$"
    r"|(?i:\b(?:please|ok|okay|send|for|order|need|want|thanks|hi|hello|dear|regards|tel|phone|address|email|name|and)\b)"
)
_NO_END: Final = re.compile("[园園城厦廈井店场場院站苑店铺舖门門旁口边邊侧側内內前后後上下东西南北柜櫃箱亭部处處厅廳]$")
"""At the end of an address these are no name's end."""
_LIKE_PLACE: Final = re.compile("[省市区區县縣鎮镇鄉乡村路街巷楼樓层層]$")
_NO_WEAK: Final = re.compile(
    "[好要来來在有这這那就都会會能看说說没沒和跟让讓把给給去过過再啊哦呢吧不也很真个個个加订訂买買送寄发發共每急元钱錢号號做用到从從对對为為]|[红绿蓝白黑紅綠藍]$|欢迎|歡迎|可以|需要|"
    "礼|禮|包|盒|箱|瓶|件|份|款|色|组|組|^.$"
)
"""Signs that a word of which nobody says that it is a name is none."""
_FIRM: Final = re.compile("公司|有限|工作室|店$|商行|学校|學校|大学|大學|中学|小学|医院|醫院|集团|集團|中心$")
_ROMANISED: Final = frozenset(
    [
        "wang",
        "li",
        "zhang",
        "liu",
        "chen",
        "yang",
        "huang",
        "zhao",
        "wu",
        "zhou",
        "xu",
        "sun",
        "ma",
        "zhu",
        "hu",
        "guo",
        "he",
        "gao",
        "lin",
        "zheng",
        "xie",
        "luo",
        "liang",
        "song",
        "tang",
        "deng",
        "feng",
        "cao",
        "peng",
        "zeng",
        "xiao",
        "tian",
        "dong",
        "pan",
        "yuan",
        "cai",
        "jiang",
        "yu",
        "du",
        "ye",
        "cheng",
        "wei",
        "su",
        "lu",
        "ding",
        "ren",
        "yao",
        "shen",
        "zhong",
        "cui",
        "tan",
        "wong",
        "chang",
        "lee",
        "liao",
        "hsu",
        "hsieh",
        "tsai",
        "tseng",
        "chiu",
        "chou",
        "chao",
        "kuo",
        "kao",
        "hung",
        "chiang",
        "wen",
        "lai",
        "lo",
        "yeh",
        "chu",
        "chuang",
        "cheung",
        "chan",
        "leung",
        "ho",
        "tsao",
        "tsui",
        "tu",
        "tung",
        "yen",
        "yin",
        "shih",
        "shao",
        "shih",
        "ko",
        "lan",
        "fan",
        "fang",
        "hou",
        "kuan",
        "lei",
    ]
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name without what stands beside it. `code` is what a marketplace puts behind it, and belongs to it."""

    name: str
    salutation: str = ""
    salutation_sure: bool = True
    beside: str = ""
    """What stands in brackets behind it, and may be the name of somebody else."""


def family_of(name: str) -> str:
    """The family name that a Chinese name begins with; empty where it begins with none that is known."""
    if name[:2] in _DOUBLE and len(name) > 2:  # noqa: PLR2004  a family name of two characters, and a given name
        return name[:2]
    return name[:1] if name[:1] in _SINGLE else ""


def is_name(text: str) -> bool:
    """True for what is a name in all likelihood, without anybody saying so."""
    person = without_beside(text)
    core = _CODE_BEHIND.sub("", person.name)
    if person.salutation and (core in _DOUBLE or (len(core) == 1 and core in _SINGLE)):
        return True
    if _NO_NAME.search(core):
        return False
    if _MASKED.fullmatch(core) or is_parted_name(core):
        return True
    if _HAN_NAME.fullmatch(core):
        if core[:2] in _DOUBLE:
            return len(core) in {3, 4}
        return core[0] in (_SINGLE[:_COMMON] if len(core) == 2 else _SINGLE) and len(core) <= 3  # noqa: PLR2004  as names are
    return bool(_DOTTED.fullmatch(core)) or bool(re.fullmatch(r"[A-Z][a-z'’-]+(?: [A-Z][A-Za-z'’.-]*){1,2}", core))


def is_firm(text: str) -> bool:
    """True of the name of a firm, a shop or a school."""
    return bool(_FIRM.search(text))


def is_parted_name(text: str) -> bool:
    """True of a family name and a given name with a space between: 陳 怡君."""
    family, _, given = text.partition(" ")
    known = family in _DOUBLE or (len(family) == 1 and family in _SINGLE[:_COMMON])
    return known and bool(re.fullmatch("[㐀-鿿]{1,2}", given)) and not _NO_NAME.search(given)


def is_spaced_name(text: str) -> bool:
    """True of a name with a space behind each character, as forms are filled in: 孙 小 美."""
    return bool(_SPACED.fullmatch(text)) and text[0] in _SINGLE


def is_hardly_name(text: str) -> bool:
    """True of what is a name only where nothing else is one, and then to be asked about: 秦小路, but also 黄山路."""
    core = _CODE_BEHIND.sub("", without_beside(text).name)
    if not re.fullmatch("[㐀-鿿]{2,3}", core) or core[0] not in _SINGLE:
        return False
    if _LIKE_PLACE.search(core):
        return core[0] in _SINGLE[:_COMMON]
    return not _NO_NAME.search(core) and bool(_NO_WEAK.search(core))


def may_be_name(text: str) -> bool:
    """True for what can be a name where nothing else is one: `小熊`, `阿豪`, `Amy`, `amy chen`."""
    core = _CODE_BEHIND.sub("", without_beside(text).name)
    if not core or _NO_NAME.search(core) or re.search(r"[][0-9/@:#*()]", core):
        return False
    han = len("".join(_HAN.findall(core)))
    if han:
        return len(core) <= 8 and han <= 4 and not _NO_WEAK.search(core)  # noqa: PLR2004  longer ones are words
    return bool(re.fullmatch(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}", core)) and len(core) <= 40  # noqa: PLR2004  as above


def without_beside(text: str) -> PersonName:
    """The name without `收` behind it, and with how to address the person apart: `王小明 先生 收`.

    Of a person whose given name isn't said, `王先生` is the name.
    """
    name = _LABELLED.sub("", text.strip())
    customer = _CUSTOMER.fullmatch(name)
    name = customer[1] if customer is not None else name
    name = _TO.sub("", _BEHIND.sub("", name).strip())
    aside = _ASIDE.search(name)
    if aside and aside.start() > 0 and not _TITLE_BEHIND.search(name):
        beside = "" if _HARMLESS.fullmatch(aside[1]) else aside[1]
        return replace(without_beside(name[: aside.start()]), beside=beside)
    before, behind = _TITLE_BEFORE.match(name), _TITLE_BEHIND.search(name)
    if before:
        said = before[1].title()
        return PersonName(name[before.end() :].strip(), _TITLES[said], said in {"Mr", "Miss"})
    if behind:
        return PersonName(name[: behind.start()].strip(), _TITLES[behind[1]], behind[1] in {"先生", "小姐"})
    return PersonName(name)


def parted(name: str) -> tuple[str, str, bool]:
    """The family name and the given name, each empty for none, and whether that is sure."""
    name = _CODE_BEHIND.sub("", name).strip()
    mixed = _LATIN_AND_HAN.fullmatch(name)
    if mixed is not None:
        return mixed["family"] or mixed["first"], mixed["given"] or mixed["second"], False
    if name in _DOUBLE:
        return name, "", True
    if _HAN.match(name):
        spaced = name.split()
        if len(spaced) == 2:  # noqa: PLR2004  parted by the writer
            return spaced[0], spaced[1], bool(family_of(spaced[0])) or len(spaced[0]) <= 2  # noqa: PLR2004  as above
        family = family_of(name) or name[:1]
        known = bool(family_of(name)) and len(name) <= len(family) + 2 and "·" not in name and family not in _EITHER
        return family, name[len(family) :], known
    words = [one for one in re.split(r"[\s,]+", name) if one]
    if len(words) < 2:  # noqa: PLR2004  a single name
        return "", name, False
    first_is, last_is = words[0].lower() in _ROMANISED, words[-1].lower() in _ROMANISED
    if "," in name or (first_is and not last_is):
        return words[0], " ".join(words[1:]), "," in name
    return words[-1], " ".join(words[:-1]), last_is and not first_is


def salutation_alone(text: str) -> str:
    """The way to address a person, where that is all there is; empty for anything else."""
    return _TITLES[text] if _TITLE_ALONE.fullmatch(text) else ""


def name_behind(text: str, end: int) -> int:
    """The place of a common name that ends there behind other words, of an address that has no other; -1 for none."""
    for length in (3, 2):
        said = text[end - length : end]
        is_one = len(said) == length and is_name(said) and said[0] in _SINGLE[:_COMMON] and not _NO_END.search(said)
        if is_one and _HAN.match(text[end - length - 1]):
            return end - length
    return -1


def name_at_end(text: str) -> int:
    """The place at which a name begins that is glued to the end of an address, as in `1号王小明`; -1 for none."""
    addressed = _ADDRESSED.search(text)
    if addressed and is_name(addressed[1]):
        return addressed.start(1)
    found = re.search(
        r"(?:[号號室楼樓户戶座栋棟幢]|[)\]]|[A-Za-z0-9](?![号號室楼樓栋棟座弄巷层層单單]))(?:之[0-9]+)?([㐀-鿿]{2,3})$",
        text,
    )
    if not found or found[1][0] not in _SINGLE or not is_name(found[1]) or _NO_END.search(found[1]):
        return -1
    return found.start(1)
