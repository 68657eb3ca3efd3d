"""What order cards and catalogues need of the page: live edits, copying, replies, and choosing after the bot's name."""

import pytest
from playwright.async_api import expect
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
)

from tests.browser.chat import PERSON, Chat

pytestmark = pytest.mark.asyncio(loop_scope="session")

CARD = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Copy SF1234", copy_text=CopyTextButton("SF1234"))],
        [InlineKeyboardButton("Order again", callback_data="again")],
    ]
)
REFUSING = "Object.defineProperty(navigator, 'clipboard', {value: %s, configurable: true})"


def tea(number: int) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        str(number),
        f"Tea {number}",
        InputTextMessageContent(f"<b>{number}</b>", parse_mode="HTML"),
        description=f"NT$ {number}00",
        thumbnail_url="https://shop.example/tea.png",
    )


async def asked(chat: Chat, words: str) -> InlineQuery:
    """The newest inline query, once it is for these words."""
    while True:
        for update in await chat.bot.get_updates(timeout=5):
            if update.inline_query is not None and update.inline_query.query == words:
                return update.inline_query


async def test_a_card_that_changes_is_marked_for_a_moment(chat: Chat) -> None:
    sent = await chat.bot.send_message(PERSON, "Placed\nStatus: awaiting payment", reply_markup=CARD)
    await expect(chat.message(1)).to_be_visible()
    await expect(chat.page.locator(".message.changed")).to_have_count(0)
    await chat.bot.edit_message_text("Placed\nStatus: shipped", PERSON, sent.message_id, reply_markup=CARD)
    await expect(chat.page.locator(".message.changed")).to_contain_text("Status: shipped")
    await expect(chat.page.locator(".message.changed")).to_have_count(0)


async def test_a_card_that_has_changed_does_not_come_in_once_more_when_its_mark_goes(chat: Chat) -> None:
    await chat.page.emulate_media(reduced_motion="no-preference")
    sent = await chat.bot.send_message(PERSON, "Placed")
    await expect(chat.message(1)).to_be_visible()
    await chat.bot.edit_message_text("Placed and shipped", PERSON, sent.message_id)
    await expect(chat.page.locator(".message.changed")).to_have_count(1)
    await expect(chat.page.locator(".message.changed")).to_have_count(0)
    assert await chat.message(1).evaluate("card => card.getAnimations().length") == 0


@pytest.mark.parametrize("clipboard", ["", "undefined", "{writeText: () => Promise.reject(new Error('no'))}"])
async def test_a_copy_button_copies_with_and_without_the_clipboard_of_today(chat: Chat, clipboard: str) -> None:
    read = await chat.page.evaluate_handle("() => navigator.clipboard.readText.bind(navigator.clipboard)")
    if clipboard:
        await chat.page.evaluate(REFUSING % clipboard)
    await chat.bot.send_message(PERSON, "Shipped", reply_markup=CARD)
    await chat.button("Copy SF1234").click()
    await expect(chat.page.get_by_text("Copied")).to_be_visible()
    await expect(chat.button("Copy SF1234")).to_be_focused()
    assert await chat.page.evaluate("read => read()", read) == "SF1234"
    assert chat.telegram.pending == 0


async def test_a_bots_message_is_replied_to(chat: Chat) -> None:
    await chat.bot.send_message(PERSON, "<b>Placed</b>\nOrder number: 2175", parse_mode="HTML")
    await chat.bot.send_message(PERSON, "Another")
    await chat.message(1).get_by_role("button", name="Reply").click()
    await expect(chat.page.locator("#editing")).to_contain_text("Reply to Order bot")
    await expect(chat.page.locator("#editing")).to_contain_text("Placed")
    await expect(chat.box).to_be_focused()
    await chat.page.keyboard.type("draft")
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.locator("#editing")).to_be_hidden()
    await expect(chat.box).to_have_value("draft")

    await chat.message(1).get_by_role("button", name="Reply").click()
    await chat.box.fill("/status")
    await chat.page.keyboard.press("Enter")
    await expect(chat.message(3).locator(".quote")).to_contain_text("Placed")
    (update,) = await chat.bot.get_updates()
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.text == "Placed\nOrder number: 2175"
    await chat.box.fill("next")
    await chat.page.keyboard.press("Enter")
    await expect(chat.message(4)).to_contain_text("next")
    await expect(chat.message(4).locator(".quote")).to_have_count(0)


async def test_results_are_chosen_with_the_keyboard_after_the_bots_name(chat: Chat) -> None:
    options = chat.page.get_by_role("listbox", name="Results").get_by_role("option")
    await chat.box.press_sequentially("@ord")
    await expect(options).to_have_count(1)
    await chat.page.keyboard.press("Tab")
    await expect(chat.box).to_have_value("@orderbot_sandbox_bot ")
    await chat.page.keyboard.type("tea")
    query = await asked(chat, "tea")
    assert query.from_user.id == PERSON
    await query.answer([tea(1), tea(2)], cache_time=0, next_offset="2")
    await expect(options).to_have_text(["TTea 1NT$ 100", "TTea 2NT$ 200", "More results"])
    await chat.page.keyboard.press("ArrowUp")
    await chat.page.keyboard.press("Enter")
    more = await asked(chat, "tea")
    while more.offset != "2":
        more = (await chat.bot.get_updates(offset=-1, timeout=5))[-1].inline_query or more
    await more.answer([tea(3)], cache_time=0)
    await expect(options).to_have_text(["TTea 1NT$ 100", "TTea 2NT$ 200", "TTea 3NT$ 300"])
    await expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    await chat.page.keyboard.press("Enter")
    await expect(chat.message(1)).to_contain_text("via the bot")
    await expect(chat.message(1).locator("b")).to_have_text("3")
    await expect(chat.message(1).get_by_role("button", name="Edit")).to_have_count(0)
    await expect(chat.box).to_have_value("")
    await expect(options.first).to_be_hidden()


async def test_a_late_answer_to_other_words_is_not_shown(chat: Chat) -> None:
    await chat.box.fill("@orderbot_sandbox_bot tea")
    late = await asked(chat, "tea")
    await chat.box.fill("@orderbot_sandbox_bot nothing like it")
    query = await asked(chat, "nothing like it")
    await late.answer([tea(1)])
    await query.answer([])
    await expect(chat.page.get_by_text("Nothing was found.")).to_be_visible()
    await expect(chat.page.locator("#results").get_by_text("Tea 1")).to_have_count(0)
    await chat.box.fill("hello")
    await expect(chat.page.get_by_text("Nothing was found.")).to_be_hidden()
    await chat.box.press("Enter")
    assert await chat.texts(1) == ["hello"]
