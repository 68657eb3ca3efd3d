"""An order that is repeated by a reply to its card reaches the supplier once, for the new person and nobody else."""

from pathlib import Path

from tests.end_to_end.dialogues import DAMAIJIA, order, reference_in
from tests.end_to_end.house import ADMIN, COLLEAGUE, world
from tests.end_to_end.program import running

SOMEBODY = "李小红 13800000002 上海市浦东新区世纪大道100号"
SUMMARY = """Summary · Damaijia
Order {number} again · ✎ changed
Product: 614
Quantity: 1
Note: 易碎
Source: taobao
Recipients: 1
✎ 1. 李小红 · 13800000002 · 上海市 · 上海市 · 浦东新区 · 世纪大道100号
Sender: 李小红
Sender phone: 13900000000"""


async def test_a_reply_to_a_card_and_a_tap_order_the_same_for_somebody_else_also_across_a_crash(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as house:
        config = house.config()
        async with running(config) as program:
            first = await order(house, DAMAIJIA)
            card = await house.reads("Placed")
            number = house.damaijia.ledger[0].number
            house.telegram.say(ADMIN, SOMEBODY, reply_to=card.message_id)
            assert (await house.reads("Summary")).text == SUMMARY.format(number=number)
            await program.kill()

        async with running(config) as program:
            house.tap("Confirm")
            second = reference_in((await house.reads("Placed")).text)
            assert second != first
            bodies = [taken.body for taken in house.damaijia.ledger]
            assert bodies[0] == DAMAIJIA.body(first)
            (person,) = bodies[1]["consignees"]
            assert bodies[1] == DAMAIJIA.body(second) | {"consignees": [person]}
            assert person == {
                "site_order_consignee_id": f"{second}001",
                "platform_order_sn": f"{second}001",
                "consignee": "李小红",
                "mobile": "13800000002",
                "province": "上海市",
                "city": "上海市",
                "district": "浦东新区",
                "address": "世纪大道100号",
            }
            assert await program.stop() == 0, program.log.read_text()


async def test_a_question_below_a_card_is_about_that_order_and_a_reply_to_anything_else_is_none(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as house, running(house.config()) as program:
        reference = await order(house, DAMAIJIA)
        card = await house.reads("Placed")
        house.telegram.say(ADMIN, "到哪了", reply_to=card.message_id)
        assert f"Reference: {reference}" in (await house.reads("Order")).text
        house.say("/orders")
        listed = await house.next()
        house.telegram.say(ADMIN, "x2", reply_to=listed.message_id)
        await house.taken_in()
        assert not any(message.text.startswith("Summary") for message in house.unread())
        assert house.unread(COLLEAGUE) == []
        assert await program.stop() == 0, program.log.read_text()
