"""One order at each supplier by people whose Telegram is Chinese: plain words and Chinese buttons, nothing in English.

The texts stand here in full, as staff in Taiwan and on the mainland read them, and are not taken from the catalogues.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.chats import BOT
from providers.simulators.guoguo.products import FANS
from tests.end_to_end.config import as_toml
from tests.end_to_end.house import ADMIN, ADMIN_NAME, PATIENCE, World, world
from tests.end_to_end.undisturbed import undisturbed
from tests.words.test_chinese_screens import latin

Turns = tuple[tuple[str, str], ...]
NAMES = {ADMIN_NAME, "Damaijia", "AnqiCMS"}
"""People and suppliers, beside those of the sentences themselves."""
CANCEL = "取消"


@dataclass(frozen=True, slots=True)
class Language:
    """What is the same at every supplier; `other` is the language that is chosen at the end, and its button."""

    code: str
    order: str
    accounts: str
    confirm: str
    sending: str
    placed: str
    number: str
    status: str
    look_up: str
    found: str
    orders: str
    languages: str
    other: str
    other_chosen: str
    other_orders: str


@dataclass(frozen=True, slots=True)
class Play:
    """What a person does (a `[label]` is a tap) and how the answer starts.

    `about` is the order as cards have it and `row` as lists do.
    `own` are the texts on its screens that stay as they came from people and suppliers.
    """

    language: Language
    account: str
    title: str
    turns: Turns
    about: str
    row: str
    status: str
    own: tuple[str, ...] = ()


TAIWAN = Language(
    code="zh-TW",
    order="下單",
    accounts="要向哪裡下單？",
    confirm="確認下單",
    sending="送出中",
    placed="已下單",
    number="訂單編號：",
    status="狀態：",
    look_up="查單",
    found="訂單",
    orders="最近的訂單",
    languages="選擇語言",
    other="简体中文",
    other_chosen="之后使用简体中文。",
    other_orders="最近的订单",
)
MAINLAND = Language(
    code="zh-CN",
    order="下单",
    accounts="要向哪里下单？",
    confirm="确认下单",
    sending="正在提交",
    placed="已下单",
    number="订单号：",
    status="状态：",
    look_up="查单",
    found="订单",
    orders="最近的订单",
    languages="选择语言",
    other="繁體中文",
    other_chosen="之後使用繁體中文。",
    other_orders="最近的訂單",
)

PLAYS = (
    Play(
        TAIWAN,
        "guoguo",
        "GuoGuo",
        (
            ("[GuoGuo]", "商品 · ●○○"),
            (FANS, "連結 · ●●○"),
            ("https://example.com/posts/abc123", "數量 · ●●●"),
            ("10", "批次 · ●●●"),
            ("略過", "訂單摘要 · GuoGuo"),
        ),
        "Instagram fans ×10 → example.com/posts/abc123",
        "Instagram fans ×10 → posts/abc123",
        "已下單（establish）",
        (FANS, "https://example.com/posts/abc123", "Instagram fans", "establish", "ORD-"),
    ),
    Play(
        TAIWAN,
        "citiesocial",
        "citiesocial",
        (
            ("[citiesocial]", "商品 · 第 1 項 · ●○○"),
            ("123450001", "數量 · 第 1 項 · ●○○"),
            ("2", "明細 · 1"),
            ("[再加一個]", "商品 · 第 2 項 · ●○○"),
            ("123450002", "數量 · 第 2 項 · ●○○"),
            ("1", "明細 · 2"),
            ("完成", "電子郵件 · ●●○"),
            ("staff@example.com", "名字 · ●●○"),
            ("小明", "姓氏 · ●●○"),
            ("王", "稱謂 · ●●○"),
            ("[先生]", "郵遞區號 · ●●○"),
            ("返回", "稱謂 · ●●○"),
            ("先生", "郵遞區號 · ●●○"),
            ("100", "城市 · ●●○"),
            ("台北市", "區 · ●●○"),
            ("中正區", "地址 · ●●○"),
            ("八德路一段1號", "電話 · ●●○"),
            ("0912 345 678", "金額 · ●●●"),
            ("30", "訂單摘要 · citiesocial"),
        ),
        "123450001 ×2, 123450002 ×1 → 王小明 · 台北市",
        "123450001 ×2, 123450002 ×1 → 王小明",
        "已下單（pending）",
        ("staff@example.com", "pending"),
    ),
    Play(
        MAINLAND,
        "gifts",
        "Damaijia",
        (
            ("[Damaijia]", "商品 · ●○○○"),
            ("614", "数量 · ●○○○"),
            ("1", "备注 · ●●○○"),
            ("易碎", "来源平台 · ●●○○"),
            ("[京东]", "收件人 · 1 · ●●●○"),
            ("测试", "电话 · 收件人 1 · ●●●○"),
            ("15000000007", "省份 · 收件人 1 · ●●●○"),
            ("浙江省", "城市 · 收件人 1 · ●●●○"),
            ("杭州市", "区县 · 收件人 1 · ●●●○"),
            ("余杭区", "地址 · 收件人 1 · ●●●○"),
            ("梦想大道108号", "平台订单号 · 收件人 1 · ●●●○"),
            ("跳过", "收件人 · 1"),
            ("[完成]", "寄件人 · ●●●●"),
            ("[跳过]", "订单摘要 · Damaijia"),
        ),
        "614 ×1 → 测试 · 杭州市",
        "614 ×1 → 测试",
        "已下单",
        ("（p）",),
    ),
    Play(
        MAINLAND,
        "shop",
        "AnqiCMS",
        (
            ("[AnqiCMS]", "订单类型 · ●○○"),
            ("商品", "商品 · 第 1 项 · ●○○"),
            ("188", "数量 · 第 1 项 · ●○○"),
            ("3", "明细 · 1"),
            ("[完成]", "备注 · ●●○"),
            ("跳过", "收件人 · ●●●"),
            ("王小明", "电话 · ●●●"),
            ("138 0000 0000", "省份 · ●●●"),
            ("河南省", "城市 · ●●●"),
            ("郑州市", "区县 · ●●●"),
            ("中原区", "地址 · ●●●"),
            ("建设路1号", "邮编 · ●●●"),
            ("450000", "订单摘要 · AnqiCMS"),
        ),
        "188 ×3 → 王小明 · 郑州市",
        "188 ×3 → 王小明",
        "待付款",
    ),
)


@pytest.mark.parametrize("play", PLAYS, ids=[f"{play.account}-{play.language.code}" for play in PLAYS])
async def test_an_order_is_placed_and_looked_up_in_chinese_only(play: Play, tmp_path: Path) -> None:
    said = play.language
    async with world(tmp_path, language=said.code) as house, undisturbed(house):
        await _answered(house, said.order, said.accounts)
        for does, first in play.turns:
            await _answered(house, does, first)
        await _answered(house, f"[{said.confirm}]", f"{said.sending} · {play.title}\n{play.about}\n")
        placed = (await house.reads(f"{said.placed} · {play.title}\n{play.about}\n")).text.splitlines()
        number = next(line for line in placed if line.startswith(said.number)).removeprefix(said.number)
        assert f"{said.status}{play.status}" in placed
        assert len(house.suppliers[play.account].ledger) == 1
        # Of the questions only the answers are left.
        await house.until(lambda: not any(CANCEL in message.labels for message in house.telegram.messages(ADMIN)))
        await _answered(house, f"{said.look_up} {number}", f"{said.found} · {play.title}\n{play.about}\n{said.number}")
        await _answered(house, "/orders", f"{said.orders}\n1. {play.row}\n")
        await _answered(house, "/language", said.languages)
        assert _english(house, play) == {}
        await _answered(house, f"[{said.other}]", said.other_chosen)
        await _answered(house, "/orders", said.other_orders)
        assert _english(house, play) == {}


async def _answered(house: World, does: str, first: str) -> None:
    house.does(does)
    await house.reads(first)


def _english(house: World, play: Play) -> dict[str, set[str]]:
    """What is English on all that the bot has shown, buttons and passing answers included, by its text."""
    # Also what is left of answered questions.
    said = [*house.history[ADMIN], *(one for one in house.telegram.messages(ADMIN) if one.sender == BOT)]
    shown = ["\n".join([message.text, *message.labels]) for message in said]
    shown += [toast.text for toast in house.telegram.toasts]
    found = {}
    for text in shown:
        rest = text
        for own in (play.about, play.row, *play.own):
            rest = rest.replace(own, "")
        if latin(rest) - NAMES:
            found[text] = latin(rest) - NAMES
    return found


@pytest.mark.parametrize(
    ("language", "default", "chinese"),
    [("en", "Place an order", "下单"), ("zh-hans", "下单", "下单"), ("zh-hant", "下單", "下單")],
)
async def test_the_menu_of_commands_reaches_telegram_for_all_for_chinese_and_for_english(
    language: str, default: str, chinese: str, tmp_path: Path
) -> None:
    async with world(tmp_path) as house:
        house.config_file.write_text(as_toml({"language": language} | house.settings()), encoding="utf-8")
        async with undisturbed(house):
            await house.telegram.wait_for_call("setMyCommands", 3, PATIENCE)
            menus = {code: house.telegram.commands(code) for code in ("fr", "zh-TW", "zh-CN", "en-GB")}
    order = {
        code: next(line["description"] for line in menu if line["command"] == "order") for code, menu in menus.items()
    }
    assert order == {"fr": default, "zh-TW": chinese, "zh-CN": chinese, "en-GB": "Place an order"}
    assert len({tuple(line["command"] for line in menu) for menu in menus.values()}) == 1
