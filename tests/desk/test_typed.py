"""Typed words that are buttons or commands, at a desk with its real forms and words."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.journal.views import placed
from bot.words.catalogue import catalogues
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from providers.orders import PlacedOrder
from tests.bench import Bench, account, bench
from tests.desk.filling import fill, tap
from tests.storage.direct import reading


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        gifts = replace(account("gifts", DamaijiaForm, None), title="Damaijia")
        more = {"gifts": gifts, "gifts_two": replace(gifts, name="gifts_two", title="Damaijia Two")}
        made.desk = replace(made.desk, accounts={**made.desk.accounts, **more})
        yield made


def last(house: Bench) -> str:
    return house.outbox()[-1]


async def say(house: Bench, *texts: str) -> str:
    for text in texts:
        await house.does(events.Answered(text))
    return last(house)


def orders_of(house: Bench) -> int:
    return len(reading(house.database).fetch("SELECT reference FROM orders"))


async def test_an_order_is_placed_by_typed_words_alone(house: Bench) -> None:
    said = await say(house, "order shop", "goods", "188", "2", "Done", "skip", " SKIP ")
    assert said.startswith("<b>Summary")
    assert (await say(house, "Ｃｏｎｆｉｒｍ")).startswith("<b>Sending")
    assert orders_of(house) == 1


async def test_confirm_typed_once_more_orders_nothing(house: Bench) -> None:
    await fill(house)
    await say(house, "confirm", "confirm")
    assert orders_of(house) == 1
    assert "No order is open" in last(house)


@pytest.mark.parametrize("word", ["Back", "back", "BACK ", "ｂａｃｋ", "back!", "\u200bBack"])
async def test_back_typed_is_the_button(house: Bench, word: str) -> None:
    await say(house, "order shop", "goods", "188")
    assert last(house).startswith("<b>Quantity")
    assert (await say(house, word)).startswith("<b>Product")


@pytest.mark.parametrize("again", ["Confirm", "Use it anyway"])
async def test_a_word_of_a_button_that_is_not_there_is_an_answer_only_if_it_is_meant(house: Bench, again: str) -> None:
    await say(house, "order shop", "goods", "188", "1", "done")
    assert last(house).startswith("<b>Note")
    assert "Please check: " in await say(house, "Confirm")
    if again == "Confirm":
        await say(house, again)
    else:
        await tap(house, again)
    assert last(house).startswith("<b>Recipient")
    await say(house, "skip")
    assert "Note: <b>Confirm</b>" in last(house)


@pytest.mark.parametrize("word", ["Skip", "skip!", "略過", "跳過", "跳过", "完成", "確認下單", "修改"])
async def test_no_parcel_goes_to_the_word_of_a_button(house: Bench, word: str) -> None:
    await say(house, "order gifts", "614", "1", "Please wrap", "taobao", "王小明", "13800000000")
    await say(house, "浙江省", "杭州市", "西湖区")
    assert last(house).startswith("<b>Address")
    assert "Please check: " in await say(house, word)
    assert last(house).startswith("<b>Address")
    assert (await say(house, "文三路1号")).startswith("<b>Platform order number")
    await say(house, "skip", "done", "skip")
    assert word not in last(house)


async def test_cancel_typed_at_a_question_cancels_and_elsewhere_says_that_nothing_is_open(house: Bench) -> None:
    await say(house, "order shop", "Cancel")
    assert last(house).startswith("<b>Cancelled")
    assert "No order is open" in await say(house, "cancel")


async def test_a_cancelled_draft_comes_back_by_a_typed_word(house: Bench) -> None:
    await say(house, "order shop", "goods", "188", "cancel")
    assert (await say(house, "undo")).startswith("<b>Quantity")
    await say(house, "2", "done", "skip", "skip", "cancel", "help", "Undo")
    assert last(house).startswith("<b>Summary")
    # Where nothing was cancelled the word means nothing.
    await say(house, "confirm")
    assert "No order is open" in await say(house, "undo")


async def test_a_draft_is_kept_looked_for_and_taken_up_by_typed_words(house: Bench) -> None:
    await say(house, "order shop", "goods", "188")
    await house.does(events.OrderRequested("gifts"))
    assert (await say(house, "keep it for later")).startswith("<b>Product")
    await say(house, "614", "cancel")
    assert last(house).startswith("<b>Kept for later")
    for word in ("drafts", "草稿", "my drafts"):
        assert (await say(house, word)).startswith("<b>Drafts</b> · 1")
    assert (await say(house, "drafts 1")).startswith("<b>Quantity")
    await house.does(events.OrderRequested("gifts"))
    await say(house, "先留著", "614", "cancel")
    assert (await say(house, "回到這筆")).startswith("<b>Quantity")


async def test_what_was_started_anew_by_mistake_comes_back_by_a_typed_word(house: Bench) -> None:
    await say(house, "order shop", "goods", "188")
    await house.does(events.OrderRequested("gifts"))
    assert (await say(house, "start anew")).startswith("<b>Product")
    assert (await say(house, "undo")).startswith("<b>Quantity")


async def test_an_answer_that_is_changed_is_kept_by_a_typed_word(house: Bench) -> None:
    await fill(house)
    assert (await say(house, "edit", "order type")).startswith("<b>Order type")
    assert (await say(house, "keep")).startswith("<b>Summary")


@pytest.mark.parametrize("word", ["jd", "JD", "JD.com", "jd.com", "jd JD.com"])
async def test_a_choice_is_typed_by_its_value_its_word_or_its_label(house: Bench, word: str) -> None:
    await house.does(events.OrderRequested("gifts"))
    await say(house, "614", "1", "note")
    assert last(house).startswith("<b>Source")
    assert (await say(house, word)).startswith("<b>Recipient")


async def test_menus_are_answered_by_the_titles_and_places_in_them(house: Bench) -> None:
    await say(house, "order shop", "goods", "188", "2", "add another", "189", "3")
    assert "2. " in last(house)
    assert "Which one would you like to change?" in await say(house, "Change")
    await say(house, "2", "quantity")
    assert last(house).startswith("<b>Quantity")
    await say(house, "7", "remove", "1")
    assert "189 × 7" in last(house) or "189" in last(house)
    assert "188" not in last(house)
    await say(house, "done", "skip", "skip", "edit")
    assert (await say(house, "note")).startswith("<b>Note")


async def test_the_open_draft_goes_on_or_makes_room_by_typed_words(house: Bench) -> None:
    await say(house, "order shop", "goods", "188", "1", "done")
    await house.does(events.OrderRequested("guoguo"))
    assert last(house).startswith("<b>Open draft")
    assert (await say(house, "continue")).startswith("<b>Note")
    await house.does(events.OrderRequested("guoguo"))
    assert (await say(house, "Start anew")).startswith("<b>Product")
    await say(house, "cancel")
    # A draft that nobody was asked about takes the same words as an answer.
    await say(house, "order shop", "goods", "188", "1", "done", "start anew")
    assert last(house).startswith("<b>Recipient")


async def test_a_tap_on_the_button_still_works_after_words_were_typed_that_changed_nothing(house: Bench) -> None:
    await fill(house)
    button = house.button("Confirm")
    await say(house, "nothing of the kind")
    await house.does(read(button), tapped=1)
    assert orders_of(house) == 1


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("help", "<b>What I can do"),
        ("/ help", "<b>What I can do"),
        ("Help!", "No order is open"),
        ("orders", "There are no orders yet"),
        ("status", "Which order?"),
        ("order", "<b>Where would you like to order?"),
        ("ORDER", "<b>Where would you like to order?"),
        ("order guoguo", "<b>Product"),
        ("guoguo", "<b>Product"),
        ("order: guoguo", "<b>Product"),
        ("ordering", "No order is open"),
        ("help\nme", "No order is open"),
        ("language", "<b>Choose a language"),
    ],
)
async def test_plain_words_are_commands_while_nothing_is_asked(house: Bench, text: str, begins: str) -> None:
    assert (await say(house, text)).startswith(begins)


async def test_a_command_word_is_an_answer_where_the_question_takes_it_and_a_command_where_it_does_not(
    house: Bench,
) -> None:
    await say(house, "order shop", "goods", "188", "help")
    assert last(house).startswith("<b>What I can do")
    await say(house, "2", "done", "help")
    assert last(house).startswith("<b>Recipient")
    await say(house, "skip")
    assert "Note: <b>help</b>" in last(house)


async def test_order_with_a_number_that_there_is_looks_it_up(house: Bench) -> None:
    house.sending("1000")
    await house.settle("1000", placed(PlacedOrder("#1207")))
    for text in ("order 1207", "Order number: #1207", "order no. 1207", "status 1207", "track: 1207"):
        await house.does(events.Answered("nothing"))
        assert "Order number: <code>#1207</code>" in await say(house, text), text


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("gu", "Product"),
        ("GuoGuo", "Product"),
        ("guo guo", "Product"),
        ("ＧＵＯＧＵＯ", "Product"),
        ("sho", "Order type"),
        ("Damaijia", "Product"),
        ("damaijia two", "Product"),
        ("two", "Product"),
    ],
)
async def test_enough_of_an_accounts_name_is_enough(house: Bench, typed: str, asked: str) -> None:
    await house.does(events.OrderRequested(*[*typed.split(maxsplit=1), "", ""][:2]))
    assert last(house).startswith(f"<b>{asked}")


async def test_a_name_of_several_accounts_offers_these_and_one_of_none_offers_all(house: Bench) -> None:
    await house.does(events.OrderRequested("dama"))
    assert last(house).startswith("“dama” may be one of these.")
    assert house.button("Damaijia Two") == "order:gifts_two"
    with pytest.raises(AssertionError):
        house.button("Guoguo")
    await house.does(events.OrderRequested("gouguo"))
    assert last(house).startswith("“gouguo” may be one of these.")
    await tap(house, "Guoguo")
    assert last(house).startswith("<b>Product")
    await house.does(events.CancelRequested())
    await house.does(events.OrderRequested("Nowhere"))
    assert last(house).startswith("There is no “Nowhere” here.")


async def test_an_account_that_is_not_there_is_said_so_with_a_draft_open_too(house: Bench) -> None:
    await say(house, "order shop", "goods", "188")
    await house.does(events.OrderRequested("Nowhere"))
    unknown, draft = house.outbox()[-2:]
    assert unknown.startswith("There is no “Nowhere” here.")
    assert draft.startswith("<b>Open draft")
    assert (await say(house, "continue")).startswith("<b>Quantity")


async def test_a_mistyped_command_offers_the_nearest_with_all_that_was_typed(house: Bench) -> None:
    await house.does(events.CommandUnknown("/ordr", "guoguo"))
    assert "Did you mean /order?" in last(house)
    await tap(house, "/order guoguo")
    assert last(house).startswith("<b>Product")
    await house.does(events.CommandUnknown("/cancle"))
    assert "Did you mean /cancel?" in house.outbox()[-2]
    with pytest.raises(AssertionError):
        house.button("/cancel")
    await house.does(events.CancelRequested())
    await house.does(events.CommandUnknown("/settings"))
    assert "/help lists everything" in last(house)


@pytest.mark.parametrize(
    ("command", "button"),
    [("/orderguoguo", "/order guoguo"), ("/order_gifts", "/order gifts"), ("/status1207", "/status 1207")],
)
async def test_a_command_without_its_space_is_offered_with_it(house: Bench, command: str, button: str) -> None:
    await house.does(events.CommandUnknown(command))
    assert house.button(button)
    await house.does(events.CommandUnknown("/orderings"))
    assert "/order " not in last(house)


async def test_what_is_too_long_for_a_button_is_left_out_of_the_offered_command(house: Bench) -> None:
    await house.does(events.CommandUnknown("/statsu", "x" * 100))
    await tap(house, "/status")
    assert "Which order?" in last(house)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["下單 gifts", "614", "1", "note", "淘寶"]),
        ("zh-hant", ["下單 gifts", "614", "1", "note", "淘宝"]),
        ("zh-hans", ["下单gifts", "614", "返回", "614", "1", "取消", "撤销", "1", "note", "淘宝 "]),
        ("zh-hant", ["order gifts", "614", "1", "back", "返回", "614", "1", "note", "taobao"]),
    ],
)
async def test_words_of_all_languages_are_understood_whatever_the_chat_is_in(
    house: Bench, language: str, words: list[str]
) -> None:
    await house.does(events.LanguageChosen(language))
    await say(house, *words)
    assert last(house).startswith(("<b>Recipient", "<b>收件人"))


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
async def test_an_order_is_placed_in_typed_chinese(house: Bench, language: str) -> None:
    await house.does(events.LanguageChosen(language))
    skip, done, confirm = (catalogues()[language].say(f"button.{key}") for key in ("skip", "done", "confirm"))
    await say(house, "下單 shop", "goods", "188", "2", done, skip, skip, confirm)
    assert orders_of(house) == 1
    reference = reading(house.database).fetch("SELECT reference FROM orders")[0]["reference"]
    await say(house, "說明", f"查單{reference}")
    assert f"<code>{reference}</code>" in last(house)
    assert (await say(house, f"查詢：{reference}")) == last(house)


async def test_a_text_that_came_before_its_screen_is_not_its_button(house: Bench) -> None:
    await fill(house)
    await house.does(events.Answered("confirm", missed=events.Missed.EARLY))
    assert orders_of(house) == 0


@pytest.mark.parametrize("word", ["跳過", "跳过", "略過", "略过", "不填", "沒有", "没有", "無", "无", "none", "N/A"])
async def test_a_usual_word_for_skip_is_skip_where_that_is_on_the_screen(house: Bench, word: str) -> None:
    await say(house, "order shop", "goods", "188", "1", "done", word)
    assert last(house).startswith("<b>Recipient")
    await say(house, word)
    assert "Note" not in last(house)
    # Anything longer is a note.
    await say(house, "edit", "note", f"{word} 谢谢", "edit", "note")
    assert f"<code>{word} 谢谢</code>" in last(house)


@pytest.mark.parametrize("word", ["確認", "确认", "确定", "送出", "提交", "confirm order"])
async def test_a_usual_word_for_confirm_is_confirm_in_a_summary_and_an_answer_elsewhere(
    house: Bench, word: str
) -> None:
    await say(house, "order shop", "goods", "188", "1", "done", word, "skip")
    assert f"Note: <b>{word}</b>" in last(house)
    assert (await say(house, word)).startswith("<b>Sending")
    assert orders_of(house) == 1


@pytest.mark.parametrize("word", ["确认？", "确认吗", "不确认", "無法確認"])
async def test_a_doubtful_word_confirms_nothing(house: Bench, word: str) -> None:
    await fill(house)
    await say(house, word)
    assert orders_of(house) == 0


async def test_every_button_with_usual_synonyms_is_typed_by_them(house: Bench) -> None:
    await say(house, "order shop", "goods", "188", "上一步", "189", "2", "再加一项", "190", "1", "刪除", "2", "好了")
    assert last(house).startswith("<b>Note")
    await say(house, "無", "無", "编辑", "order type")
    assert (await say(house, "不变")).startswith("<b>Summary")
    assert (await say(house, "放弃")).startswith("<b>Cancelled")
    assert (await say(house, "还原")).startswith("<b>Summary")


@pytest.mark.parametrize("text", ["查單 {0}", "查单{0}", "查詢：{0}", "look up {0}", "訂單 {0}", "orders {0}"])
async def test_a_look_up_in_plain_words_typed_at_a_question_is_offered_beside_the_answer(
    house: Bench, text: str
) -> None:
    house.sending("1000")
    await house.settle("1000", placed(PlacedOrder("#1207")))
    await say(house, "order gifts", "614", "1", text.format("1207"))
    noticed = house.outbox()[-2]
    assert "Taken as the answer" in noticed
    assert house.button("Look up 1207").startswith("show")
    # An order that nobody has is none to be looked up.
    await say(house, "back", text.format("5599"))
    assert "Taken as the answer" not in house.outbox()[-2]


async def test_a_look_up_under_way_is_left_by_typed_words(house: Bench) -> None:
    await say(house, "order guoguo", "9c07a89a-0994-4f35-98a7-1b922b5c8331")
    await house.does(events.Answered("back", missed=events.Missed.BUSY))
    assert last(house).startswith("<b>Product")


CITIESOCIAL = (
    "123450001",
    "1",
    "done",
    "staff@example.com",
    "小明",
    "王",
    "先生",
    "100",
    "台北市",
    "中正區",
    "八德路一段1號",
)


@pytest.mark.parametrize("at_summary", [True, False])
@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("amount", "Amount"),
        ("金額", "Amount"),
        ("手机号", ""),
        ("電話", "Phone"),
        ("Items", "Items"),
        ("email", "Email"),
    ],
)
async def test_a_field_is_edited_by_its_name_from_the_summary_and_from_any_page_of_the_menu(
    house: Bench, name: str, first: str, *, at_summary: bool
) -> None:
    city = account("city", CitiesocialOrder, None)
    house.desk = replace(house.desk, accounts={**house.desk.accounts, "city": city})
    await say(house, "order city", *CITIESOCIAL, "0912345678", "10")
    assert last(house).startswith("<b>Summary")
    if not at_summary:
        await say(house, "edit")
    assert (await say(house, name)).startswith(f"<b>{first}" if first else "<b>")
    if first == "Amount":
        assert "Amount: <b>20</b>" in await say(house, "20")


async def test_an_item_on_another_page_of_a_menu_is_picked_by_its_number(house: Bench) -> None:
    await say(house, "order shop", "goods", "188", "1")
    for _ in range(9):
        await say(house, "add another", "188", "2")
    await say(house, "change", "10")
    assert last(house).startswith("<b>What would you like to change?")
    await say(house, "quantity", "7")
    assert "×7" in last(house)


@pytest.mark.parametrize(
    "text", ["order damai", "order 大麦", "order 大麥家", "下單 大麥家", "下单大麦家", "大麦家", "order damaijia 614"]
)
async def test_an_account_with_a_title_of_its_own_goes_by_its_suppliers_names_too(house: Bench, text: str) -> None:
    called = ("damaijia", "大麦家", "大麥家")
    gifts = replace(house.desk.accounts["gifts"], title="Parcels", called=called)
    shop = replace(house.desk.accounts["shop"], called=("anqicms", "安企CMS"))
    house.desk = replace(house.desk, accounts={"gifts": gifts, "shop": shop})
    assert (await say(house, text)).startswith("<b>Quantity" if "614" in text else "<b>Product")
    # Of two with one supplier none is meant, unless by a name of its own.
    house.desk = replace(house.desk, accounts={"gifts": gifts, "two": replace(gifts, name="two", title="大麦家")})
    await say(house, "/cancel", "start")
    both = (await say(house, "order damaijia"), "Where would you like to order?")
    assert both[1] in both[0]
    assert (await say(house, "order 大麦家")).startswith("<b>Product")
