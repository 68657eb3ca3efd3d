"""`/people`: somebody is found, looked at and forgotten by tap, whatever else is going on; Undo brings them back."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons.people_buttons import forget, remember, show
from bot.conversation import events
from storage import contacts, prune
from tests.bench import Bench
from tests.desk.addressees import LI, SENDER, WANG, addressees, gift
from tests.desk.filling import tap
from tests.desk.test_address_book import labels, say, to_recipient
from tests.end_to_end.house import ADMIN, COLLEAGUE, STRANGER
from tests.storage.direct import reading, writing

LABEL = "王小明 · 138…0001 · 杭州市"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with addressees(tmp_path) as made:
        gift(made, "1001", WANG, LI, sender=SENDER, who=COLLEAGUE)
        yield made


async def people(house: Bench, text: str = "", who: int = ADMIN) -> str:
    await house.does(events.PeopleRequested(text), who)
    return house.outbox(who)[-1]


async def find_and_forget(house: Bench) -> None:
    await people(house, "小明")
    await tap(house, LABEL)
    await tap(house, "Forget")


async def test_the_list_has_everybody_and_a_text_narrows_it(house: Bench) -> None:
    assert (await people(house)).startswith("<b>Address book</b>")
    assert set(labels(house)) == {LABEL, "李大同 · 139…0002 · 宁波市", "李小红 · 137…0003"}
    assert "李" in await people(house, "李")
    assert set(labels(house)) == {"李大同 · 139…0002 · 宁波市", "李小红 · 137…0003"}
    assert "Nobody fits “赵”" in await people(house, "赵")


async def test_somebody_is_shown_with_all_that_is_kept_of_them(house: Bench) -> None:
    await people(house, "王")
    await tap(house, LABEL)
    shown = house.outbox()[-1]
    for told in ("王小明", "13800000001", "浙江省 · 杭州市 · 余杭区 · 文一路1号", "Recipient at Damaijia · 1 order"):
        assert told in shown


async def test_who_is_forgotten_is_offered_nowhere_and_undo_brings_them_back(house: Bench) -> None:
    await find_and_forget(house)
    assert house.outbox()[-1].startswith("<b>Forgotten: 王小明</b>")
    assert "Nobody fits" in await people(house, "王")
    for who in (ADMIN, COLLEAGUE):
        await to_recipient(house, who)
        assert LABEL not in labels(house, who)
        assert "Phone" in await say(house, "王", who=who)
    await tap(house, "Undo")
    assert "13800000001" in house.outbox()[-1]
    await people(house, "王")
    assert labels(house) == [LABEL]


async def test_nothing_of_a_forgotten_person_is_left_in_the_book(house: Bench) -> None:
    await find_and_forget(house)
    rows = reading(house.database).fetch("SELECT * FROM contacts WHERE forgotten > 0")
    assert [(row["name"], row["phone"], row["answers"], row["pinyin"]) for row in rows] == [("", "", "{}", "")]
    parts = {str(row["part"]) for row in reading(house.database).fetch("SELECT part FROM contact_parts")}
    assert not {"王小明", "13800000001"} & parts
    assert {"李大同", "13900000002"} <= parts


async def test_the_order_they_were_in_keeps_them(house: Bench) -> None:
    await find_and_forget(house)
    assert json.loads(house.order("1001").answers)["recipients"] == [WANG, LI]


async def test_undo_is_over_once_the_last_order_is_pruned(house: Bench) -> None:
    await find_and_forget(house)
    with writing(house.database) as tx:
        tx.execute("UPDATE orders SET stage = 'settled', outcome = 'placed', settled_at = 1")
        assert prune.empty(tx, "1001", "{}", {}, house.clock())
    await tap(house, "Undo")
    assert "not in the address book any more" in house.outbox()[-1]


async def test_a_button_about_somebody_who_is_forgotten_already_says_so(house: Bench) -> None:
    await people(house)
    await tap(house, LABEL)
    (row,) = contacts.find(reading(house.database), "before:gifts", "recipients", "王小明")
    with writing(house.database) as tx:
        contacts.forget(tx, row.id, house.clock())
    await tap(house, "Forget")
    assert "not in the address book any more" in house.outbox()[-1]


async def test_the_draft_that_is_open_stays_where_it_is(house: Bench) -> None:
    await to_recipient(house)
    await find_and_forget(house)
    assert "Phone" in await say(house, "赵六")


async def test_a_list_has_pages_and_its_buttons_change_the_message(house: Bench) -> None:
    gift(house, "1002", *(WANG | {"consignee": f"赵{n:02}", "mobile": f"138000000{n:02}"} for n in range(20)))
    await people(house, "赵")
    assert len(labels(house)) == 9
    seen = set(labels(house)[:8])
    for _ in range(2):
        await tap(house, labels(house)[-1])
        seen |= {label for label in labels(house) if label.startswith("赵")}
    assert len(seen) == 20
    row = reading(house.database).fetchrow("SELECT body FROM outbox ORDER BY id DESC LIMIT 1")
    assert row is not None
    assert json.loads(row["body"])["message_id"] == 1


@pytest.mark.parametrize("page", [3, 49, 999])
async def test_a_page_behind_the_last_one_is_the_last_one(house: Bench, page: int) -> None:
    await house.does(events.PeopleRequested("", page))
    assert len(labels(house)) == 3


async def test_a_stranger_learns_nothing(house: Bench) -> None:
    (row,) = contacts.find(reading(house.database), "before:gifts", "recipients", "王小明")
    for event in (events.PeopleRequested("王"), events.PersonTapped(row.id), events.PersonForgotten(row.id)):
        await house.does(event, STRANGER)
    assert not any("王小明" in told for told in house.outbox(STRANGER))
    assert contacts.find(reading(house.database), "before:gifts", "recipients", "王小明") == [row]


async def test_it_is_said_in_plain_words_too(house: Bench) -> None:
    for text in ("people 王", "通訊錄 王", "联系人 王"):
        await say(house, text)
        assert labels(house) == [LABEL]


def test_ids_fit_on_buttons() -> None:
    for data in (show("f" * 16, "王" * 60), forget("f" * 16), remember("f" * 16)):
        assert len(data.encode()) <= 64
