"""Several orders of one text stand in a tray: put right by tap, and placed together exactly as they were shown."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.buttons.tray_buttons import read
from bot.conversation import events, replies, requests
from bot.conversation.events import LookUpResult, TrayAction
from bot.conversation.filled import Filled
from bot.conversation.known import Balance
from bot.conversation.state import Duplicate, Phase, Proposal
from bot.conversation.tray import RowState
from bot.conversation.tray_rows import LONGEST_ROW
from bot.conversation.trays import SOON
from bot.words.catalogue import catalogues
from bot.words.message import LONGEST, visible_length
from bot.words.render import render
from tests.conversation.chat import Chat
from tests.conversation.test_pasting import FACTS, FANS, GIFTS, GUOGUO, SHOP, TEXT, answer, chat, holding, person

LIKES = FACTS | {"title": "Likes", "price": "0.5", "unit": "CNY"}
COMMON = [answer("product_id", value="614"), answer("product_number", value="1"), answer("remark", value="ceshi")]


def likes(n: int, *, quantity: str = "1000", product: str = FANS) -> Proposal:
    return holding(
        answer("product_id", value=product),
        answer("link", value=f"https://example.com/p/{n}"),
        answer("quantity", value=quantity),
    )


def parcel(name: str, *more: Any, **changed: str) -> Proposal:
    return holding(*COMMON, answer("source", value="taobao"), *person(0, consignee=name, **changed), *more)


def of_guoguo(*proposals: Proposal) -> Chat:
    made = chat(*proposals, account="guoguo")
    made.knows.facts["guoguo", FANS] = LIKES
    return made


def tap(made: Chat, action: TrayAction, n: int = 0) -> None:
    tray, _ = max(made.knows.trays.values(), key=lambda one: one[1])
    made.send(events.TrayTapped(tray.id, tray.revision, action, n))


def shown(made: Chat) -> replies.TrayShown:
    return made.reply(replies.TrayShown)


def states(made: Chat) -> list[RowState]:
    return [line.state for line in shown(made).lines]


def batch(made: Chat) -> requests.ConfirmBatch:
    return next(one for one in made.requests if isinstance(one, requests.ConfirmBatch))


def test_several_orders_of_a_text_are_placed_by_one_tap() -> None:
    made = of_guoguo(*map(likes, range(20)))
    made.say(TEXT)
    assert states(made) == [RowState.READY] * 20
    assert [line.value for line in shown(made).common if isinstance(line, replies.Line)] == [FANS, "1,000"]
    assert made.phase is Phase.IDLE
    tap(made, TrayAction.CONFIRM)
    assert [row.answers["link"] for row in batch(made).rows] == [f"https://example.com/p/{n}" for n in range(20)]
    assert len({row.reference for row in batch(made).rows}) == 20
    assert made.reply(replies.BatchShown).batch.size == 20
    assert made.knows.trays == {}


def test_a_confirm_that_is_tapped_twice_is_one_batch() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.say(TEXT)
    ((tray, _),) = made.knows.trays.values()
    confirm = events.TrayTapped(tray.id, tray.revision, TrayAction.CONFIRM)
    made.send(confirm)
    made.send(confirm)
    assert len([one for one in made.requests if isinstance(one, requests.ConfirmBatch)]) == 1


def test_what_was_shown_before_a_change_places_nothing() -> None:
    made = chat(*(holding(*COMMON, *person(0, consignee=name)) for name in ("王小明", "李小红")))
    made.say(TEXT)
    ((tray, _),) = made.knows.trays.values()
    tap(made, TrayAction.FILL, 0)
    made.send(events.TrayTapped(tray.id, tray.revision, TrayAction.CONFIRM))
    assert not any(isinstance(one, requests.ConfirmBatch) for one in made.requests)
    assert replies.Stale() in made.said


def test_what_several_orders_lack_is_one_tap_for_all_of_them() -> None:
    made = chat(*(holding(*COMMON, *person(0, consignee=name)) for name in ("王小明", "李小红", "陈大文")))
    made.say(TEXT)
    assert states(made) == [RowState.OPEN] * 3
    gap = shown(made).gap
    assert gap is not None
    assert (gap.title, gap.count, gap.options[0]) == ("Source", 3, "taobao")
    tap(made, TrayAction.FILL, 1)
    gap = shown(made).gap
    assert gap is not None
    assert (gap.title, gap.options, gap.is_optional) == ("Sender", ("",), True)
    tap(made, TrayAction.FILL, 0)
    assert states(made) == [RowState.READY] * 3
    tap(made, TrayAction.CONFIRM)
    assert [(row.answers["source"], row.answers["sender"]) for row in batch(made).rows] == [("tmall", None)] * 3


def test_the_last_sender_is_a_tap_for_all_of_them() -> None:
    made = chat(parcel("王小明"), parcel("李小红"))
    sender = {"consigner": "陈大文", "mobile": "13900000000"}
    made.knows.earlier["gifts"] = ({"sender": sender},)
    made.say(TEXT)
    tap(made, TrayAction.FILL, 0)
    tap(made, TrayAction.CONFIRM)
    assert [row.answers["sender"]["consigner"] for row in batch(made).rows] == ["陈大文", "陈大文"]


def test_a_row_is_put_right_as_a_draft_and_goes_back_by_itself() -> None:
    made = of_guoguo(likes(1), likes(2, quantity="0"), likes(3))
    made.say(TEXT)
    assert states(made) == [RowState.READY, RowState.OPEN, RowState.READY]
    assert shown(made).lines[1].problems[0][0] == "Quantity"
    tap(made, TrayAction.OPEN, 2)
    assert states(made)[1] is RowState.CHANGED
    assert made.asked == "Quantity"
    assert made.problem
    made.say("500")
    assert states(made) == [RowState.READY] * 3
    assert shown(made).anew
    assert made.phase is Phase.IDLE
    assert made.answers_of_row(2)["quantity"] == "500"


def test_a_row_that_is_open_as_a_draft_is_not_placed() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.say(TEXT)
    tap(made, TrayAction.OPEN, 2)
    tap(made, TrayAction.CONFIRM)
    assert [row.answers["link"] for row in batch(made).rows] == ["https://example.com/p/1"]
    # It goes on alone: by no tap that was meant for the list is it ordered.
    ((rest, _),) = made.knows.trays.values()
    assert [row.draft != "" for row in rest.rows] == [True]
    made.tap(events.Confirmed)
    assert replies.HintCode.TRAY_GONE in [one.code for one in made.said if isinstance(one, replies.Hint)]
    assert not any(isinstance(one, requests.PlaceOrder) for one in made.requests)
    made.tap(events.Confirmed)
    assert any(isinstance(one, requests.PlaceOrder) for one in made.requests)


def test_cancel_of_a_row_leaves_it_as_it_was() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.say(TEXT)
    tap(made, TrayAction.OPEN, 2)
    made.edit("Quantity")
    made.say("77")
    made.tap(events.Cancelled)
    assert states(made) == [RowState.READY] * 2
    assert made.answers_of_row(2)["quantity"] == "1000"


def test_a_changed_row_goes_back_by_its_button_and_nothing_is_ordered() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.say(TEXT)
    tap(made, TrayAction.OPEN, 2)
    made.edit("Quantity")
    made.say("77")
    assert made.reply(replies.Summarised).row is not None
    made.tap(events.Confirmed)
    assert made.answers_of_row(2)["quantity"] == "77"
    assert not any(isinstance(one, requests.PlaceOrder) for one in made.requests)


def test_an_answer_of_one_row_is_offered_to_the_others_that_lack_it() -> None:
    bare = [answer("product_id", value="614"), answer("product_number", value="1"), answer("source", value="jd")]
    made = chat(*(holding(*bare, *person(0, consignee=name)) for name in ("王小明", "李小红")))
    made.say(TEXT)
    tap(made, TrayAction.OPEN, 1)
    made.say("请尽快")
    made.skip()
    assert [line.value for line in shown(made).alike] == ["请尽快"]
    tap(made, TrayAction.ALIKE)
    assert made.answers_of_row(2)["remark"] == "请尽快"


def test_what_was_ordered_before_is_left_out_until_it_is_wanted() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.say(TEXT)
    like = batch_likeness(made, 1)
    made.knows.trays.clear()
    before = Duplicate(reference="77", person="Colleague", confirmed_at=1)
    made.knows.duplicates["guoguo", like] = before
    made.say(TEXT)
    assert states(made) == [RowState.BEFORE, RowState.READY]
    tap(made, TrayAction.WIDEN)
    assert states(made) == [RowState.AGAIN, RowState.READY]
    tap(made, TrayAction.CONFIRM)
    assert [row.duplicate for row in batch(made).rows] == ["77", ""]


def batch_likeness(made: Chat, n: int) -> str:
    return Filled.of(GUOGUO.form, made.answers_of_row(n)).likeness


def test_the_same_order_twice_in_a_text_is_placed_once_unless_both_are_wanted() -> None:
    made = of_guoguo(likes(1), likes(1))
    made.say(TEXT)
    assert states(made) == [RowState.READY, RowState.REPEATED]
    assert shown(made).lines[1].repeats == 1
    tap(made, TrayAction.WIDEN)
    tap(made, TrayAction.CONFIRM)
    first, second = batch(made).rows
    assert second.duplicate == first.reference


def test_what_a_colleague_orders_meanwhile_is_seen_before_anything_is_placed() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.say(TEXT)
    made.knows.duplicates["guoguo", batch_likeness(made, 2)] = Duplicate(reference="77", confirmed_at=1)
    tap(made, TrayAction.CONFIRM)
    assert shown(made).changed
    assert states(made) == [RowState.READY, RowState.BEFORE]
    assert not any(isinstance(one, requests.ConfirmBatch) for one in made.requests)
    tap(made, TrayAction.CONFIRM)
    assert len(batch(made).rows) == 1
    assert [line.state for line in shown(made).lines] == [RowState.BEFORE]


def test_a_product_that_the_catalogue_lacks_is_looked_up_when_its_row_is_opened() -> None:
    made = chat(likes(1), likes(2), account="guoguo")
    made.say(TEXT)
    assert states(made) == [RowState.OPEN] * 2
    tap(made, TrayAction.OPEN, 1)
    assert made.phase is Phase.CHECKING
    made.find(LookUpResult.FOUND, **LIKES)
    assert states(made) == [RowState.READY, RowState.OPEN]


def test_more_orders_than_fit_stand_on_pages_and_all_are_read_before_confirm() -> None:
    made = chat(*(parcel(f"王小明{n}", address="文一西路969号" + "三" * 150) for n in range(30)))
    made.say(TEXT)
    tap(made, TrayAction.FILL, 0)
    assert shown(made).pages > 2
    assert not shown(made).confirms
    tap(made, TrayAction.CONFIRM)
    assert shown(made).changed
    for page in range(1, shown(made).pages):
        tap(made, TrayAction.PAGE, page)
    assert shown(made).confirms
    tap(made, TrayAction.CONFIRM)
    assert len(batch(made).rows) == 30


def test_a_page_that_is_skipped_is_not_read() -> None:
    made = chat(*(parcel(f"王小明{n}", address="文一西路969号" + "三" * 150) for n in range(30)))
    made.say(TEXT)
    tap(made, TrayAction.FILL, 0)
    tap(made, TrayAction.PAGE, shown(made).pages - 1)
    assert not shown(made).confirms


def test_an_order_that_is_too_long_for_the_list_is_read_by_itself() -> None:
    long = holding(*COMMON, answer("source", value="jd"), *(one for n in range(30) for one in person(n)))
    made = chat(long, parcel("李小红"))
    made.say(TEXT)
    tap(made, TrayAction.FILL, 0)
    assert states(made) == [RowState.LONG, RowState.READY]
    tap(made, TrayAction.OPEN, 1)
    assert made.phase is Phase.REVIEWING
    made.tap(events.Confirmed)
    assert states(made) == [RowState.READY, RowState.READY]
    assert LONGEST_ROW < 4096


def test_another_text_soon_after_adds_to_the_tray() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.knows.proposals["guoguo", "more"] = (likes(3),)
    made.say(TEXT, "more")
    assert shown(made).size == 3
    made.knows.now += SOON + 1
    made.knows.proposals["guoguo", "later"] = (likes(4), likes(5))
    made.say("later")
    assert shown(made).size == 2


def test_a_text_that_comes_twice_adds_nothing() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.say(TEXT, TEXT)
    assert states(made) == [RowState.READY] * 2
    assert shown(made).anew


def test_an_open_draft_goes_on_beside_a_tray_and_a_blank_one_makes_room() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.order("guoguo")
    made.say(TEXT)
    assert made.state.draft is None
    made.knows.proposals["gifts", "two"] = (parcel("王小明"), parcel("李小红"))
    made.order("gifts")
    made.say("614", "two")
    assert shown(made).account == "Damaijia"
    assert made.phase is Phase.ASKING
    assert made.answers["product_id"] == "614"


def test_a_text_behind_the_command_begins_a_tray() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.send(events.OrderRequested("guoguo", TEXT))
    assert states(made) == [RowState.READY] * 2


def test_of_accounts_that_fit_alike_the_one_used_last_is_taken_and_another_is_a_tap_away() -> None:
    made = Chat((GIFTS, replace(GIFTS, name="gifts2", title="Damaijia 2")))
    for name in ("gifts", "gifts2"):
        made.knows.proposals[name, TEXT] = (parcel("王小明"), parcel("李小红"))
    made.say(TEXT)
    assert made.reply(replies.AccountsOffered)
    made.knows.last_used = "gifts2"
    made.say(TEXT)
    assert (shown(made).account, shown(made).others) == ("Damaijia 2", ("Damaijia",))
    tap(made, TrayAction.ELSEWHERE, 0)
    assert (shown(made).account, shown(made).others) == ("Damaijia", ("Damaijia 2",))


def test_what_is_dropped_can_be_taken_back() -> None:
    made = of_guoguo(likes(1), likes(2))
    made.say(TEXT)
    tap(made, TrayAction.DROP)
    assert made.reply(replies.TrayClosed).count == 2
    tap(made, TrayAction.CONFIRM)
    assert not any(isinstance(one, requests.ConfirmBatch) for one in made.requests)
    assert states(made) == [RowState.READY] * 2


def test_more_rows_than_may_be_confirmed_at_once_are_refused() -> None:
    made = of_guoguo(*map(likes, range(4)))
    made.knows.batch_rows = 3
    made.say(TEXT)
    assert made.reply(replies.BatchRefused).fault is replies.BatchFault.TOO_MANY
    assert made.knows.trays == {}


def test_a_sum_above_the_limit_is_refused_and_the_tray_stays() -> None:
    made = Chat((replace(GUOGUO, batch_limit=None), GIFTS, SHOP))
    made.accounts["guoguo"] = replace(GUOGUO, batch_limit=Decimal(5))
    made.knows.facts["guoguo", FANS] = LIKES
    made.knows.proposals["guoguo", TEXT] = (likes(1), likes(2))
    made.say(TEXT)
    tap(made, TrayAction.CONFIRM)
    assert made.reply(replies.BatchRefused).fault is replies.BatchFault.TOO_DEAR
    assert shown(made).size == 2


def test_a_balance_that_may_not_do_is_said() -> None:
    made = Chat((replace(GUOGUO, reads_balance=True), GIFTS, SHOP))
    made.knows.facts["guoguo", FANS] = LIKES
    made.knows.balances["guoguo"] = Balance(Decimal(600), "CNY", 0)
    made.knows.proposals["guoguo", TEXT] = (likes(1), likes(2))
    made.say(TEXT)
    short = shown(made).shortage
    assert short is not None
    assert (short.balance, short.total) == (Decimal(600), Decimal(1000))


@pytest.mark.parametrize("action", list(TrayAction))
def test_a_tray_that_is_gone_takes_no_tap(action: TrayAction) -> None:
    made = of_guoguo(likes(1), likes(2))
    made.send(events.TrayTapped("gone", 1, action, 1))
    assert made.said == (replies.Stale(),)


@pytest.mark.parametrize(("action", "n"), [(TrayAction.OPEN, 0), (TrayAction.OPEN, 9), (TrayAction.FILL, 9)])
def test_a_place_that_is_not_there_changes_nothing(action: TrayAction, n: int) -> None:
    made = of_guoguo(likes(1), likes(2))
    made.say(TEXT)
    before = dict(made.knows.trays)
    tap(made, action, n)
    assert made.knows.trays == before
    assert replies.Stale() in made.said


def test_what_is_given_for_all_is_also_given_where_something_else_is_wrong() -> None:
    short = [one for one in person(0, consignee="陈大文") if one.path[-1] != "mobile"]
    made = chat(parcel("王小明"), parcel("李小红"), holding(*COMMON, answer("source", value="jd"), *short))
    made.say(TEXT)
    gap = shown(made).gap
    assert gap is not None
    assert gap.count == 3
    assert [line.waits for line in shown(made).lines] == [True, True, False]
    tap(made, TrayAction.FILL, 0)
    assert states(made) == [RowState.READY, RowState.READY, RowState.OPEN]
    tap(made, TrayAction.OPEN, 3)
    made.say("13800000003")
    assert states(made) == [RowState.READY] * 3


def test_what_repeats_an_order_that_was_just_confirmed_is_not_ready_beside_it() -> None:
    made = of_guoguo(likes(1), likes(1))
    made.say(TEXT)
    tap(made, TrayAction.CONFIRM)
    assert len(batch(made).rows) == 1
    assert states(made) == [RowState.BEFORE]
    assert not shown(made).counted(RowState.READY)


def test_what_only_some_have_is_not_said_of_all() -> None:
    made = of_guoguo(likes(1), likes(2), likes(3, quantity="200000"))
    made.say(TEXT)
    assert states(made) == [RowState.READY, RowState.READY, RowState.OPEN]
    assert shown(made).are_others
    assert not shown(made).lines[2].lacks


@pytest.mark.parametrize("phone", ["13800000000", "0"])
@pytest.mark.parametrize("count", [30, 200])
def test_an_order_that_is_not_ready_fits_into_a_message_however_long_it_is(count: int, phone: str) -> None:
    long = holding(*COMMON, *(one for n in range(count) for one in person(n, mobile=phone)))
    made = chat(long, parcel("李小红"))
    made.say(TEXT)
    assert states(made)[0] is RowState.OPEN
    for said in (shown(made), replace(shown(made), lines=tuple(opened(line) for line in shown(made).lines))):
        for words in catalogues().values():
            (message,) = render(words, said, made.state)
            assert visible_length(message.html) <= LONGEST


def opened(line: replies.TrayLine) -> replies.TrayLine:
    return replace(line, state=RowState.CHANGED)


def test_the_way_to_the_page_that_was_not_read_is_a_tap_wherever_one_is() -> None:
    made = chat(*(parcel(f"王小明{n}", address="文一西路969号" + "三" * 150) for n in range(60)))
    made.say(TEXT)
    tap(made, TrayAction.FILL, 0)
    last = shown(made).pages - 1
    assert last > 2
    assert shown(made).unread_page == 1
    tap(made, TrayAction.PAGE, last)
    assert (shown(made).unread_page, shown(made).confirms) == (1, False)
    (message,) = render(catalogues()["en"], shown(made), made.state)
    (button,) = [one for row in message.rows for one in row if one.text == "Page 2"]
    event = read(button.data)
    assert event is not None
    made.send(event)
    assert shown(made).page == 1
    for page in range(2, last + 1):
        assert shown(made).unread_page == page
        tap(made, TrayAction.PAGE, page)
    assert shown(made).confirms
