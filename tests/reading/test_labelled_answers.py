"""The name of a question before its answer is no part of it, in any language and however it is spelled."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation import events
from bot.desk.pasted_texts import PastedTexts
from bot.reading.takes import takes_of
from providers.damaijia.form import DamaijiaForm
from providers.products import Path as At
from tests.bench import Bench, account, bench
from tests.reading.goods import reader_of

PERSON = ("recipients", 2)
"""Whichever of several recipients is asked for."""


@pytest.mark.parametrize(
    ("provider", "at", "text", "answer"),
    [
        *(("anqicms", ("address", "postcode"), f"{name}450000", "450000") for name in ("邮编：", "郵遞區號 ", "ZIP: ")),
        *(("anqicms", ("items", 0, "quantity"), f"{name}1k", "1k") for name in ("数量：", "數量 ", "Qty: ")),
        *(
            ("damaijia", (*PERSON, "mobile"), f"{name}13800000000转12", "13800000000转12")
            for name in ("电话：", "Tel ")
        ),
        ("damaijia", (*PERSON, "consignee"), "收件人：王小明", "王小明"),
        ("damaijia", (*PERSON, "address"), "详细地址：文一路1号", "文一路1号"),
        ("damaijia", (*PERSON, "platform_order_sn"), "订单号：2021020411023208", "2021020411023208"),
        ("damaijia", ("source",), "来源平台：淘宝", "淘宝"),
        ("damaijia", ("sender", "consigner"), "寄件人：李小红", "李小红"),
        ("citiesocial", ("last_name",), "姓：王", "王"),
        ("citiesocial", ("email",), "信箱：a@b.co", "a@b.co"),
        ("guoguo", ("username",), "帳號：@name", "@name"),
        ("guoguo", ("link",), "連結：instagram.com/p/x", "instagram.com/p/x"),
        # That of another question, none at all, and one with nothing behind it.
        ("damaijia", (*PERSON, "consignee"), "电话：13800000000", "电话：13800000000"),
        ("damaijia", (*PERSON, "consignee"), "寄件人：李小红", "寄件人：李小红"),
        ("damaijia", (*PERSON, "address"), "街道口1号", "街道口1号"),
        ("damaijia", (*PERSON, "consignee"), "收件人1", "收件人1"),
        ("damaijia", (*PERSON, "mobile"), "电话13800000000", "13800000000"),
        ("guoguo", ("link",), "https://example.com/p", "https://example.com/p"),
        ("anqicms", ("address", "postcode"), "邮编：", "邮编："),
    ],
)
def test_it_is_off_before_the_answer_of_its_own_question_only(provider: str, at: At, text: str, answer: str) -> None:
    reader = reader_of(provider)
    slot = takes_of(reader.form).slot(at)
    assert slot is not None
    assert reader.labels.off(text, slot) == answer


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        gifts = account("gifts", DamaijiaForm, None)
        made.desk = replace(made.desk, accounts={**made.desk.accounts, "gifts": gifts}, texts=PastedTexts())
        yield made


async def test_at_the_desk_it_is_read_and_shown_so(house: Bench) -> None:
    for text in ("order gifts", "礼品：614", "數量：1k", "备注：易碎", "来源：淘宝"):
        await house.does(events.Answered(text))
    assert house.outbox()[-1].startswith("<b>Recipient")
    await house.does(events.Answered("收件人：王小明"))
    assert "Recipient read as: 王小明" in house.outbox()[-1]
