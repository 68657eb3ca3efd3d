"""The newest message's buttons are pressed by number; a digit that is typed stays an answer."""

import pytest
from playwright.async_api import expect
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from tests.browser.chat import PERSON, Chat
from tests.browser.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHOICES = InlineKeyboardMarkup(
    [[InlineKeyboardButton("One", callback_data="1"), InlineKeyboardButton("Two", callback_data="2")]]
)


async def test_with_alt_a_digit_presses_a_button_also_while_one_types(chat: Chat) -> None:
    await chat.bot.send_message(PERSON, "An older one", reply_markup=CHOICES)
    await chat.bot.send_message(PERSON, "Which?", reply_markup=CHOICES)
    await chat.bot.send_message(PERSON, "Without buttons")
    await expect(chat.message(3)).to_be_visible()
    await chat.box.fill("half a mess")
    await chat.box.press("Alt+Digit2")
    assert await chat.tapped() == "2"
    await expect(chat.box).to_have_value("half a mess")


async def test_without_alt_a_digit_is_typed_in_the_box_and_presses_a_button_elsewhere(chat: Chat) -> None:
    await chat.bot.send_message(PERSON, "Which?", reply_markup=CHOICES)
    await expect(chat.message(1)).to_be_visible()
    await chat.box.focus()
    await chat.page.keyboard.press("1")
    await expect(chat.box).to_have_value("1")
    await chat.box.fill("")
    await chat.page.locator("#scroller").focus()
    await chat.page.keyboard.press("1")
    assert await chat.tapped() == "1"
    await expect(chat.box).to_have_value("")
    # A number that no button has is text again.
    await chat.page.keyboard.press("9")
    await expect(chat.box).to_have_value("9")


async def test_a_refusal_is_chosen_by_its_words(desk: Desk) -> None:
    codes = desk.card("Damaijia").get_by_label("Damaijia refuses with")
    await codes.select_option(label="账户余额不足 · 209")
    await desk.card("Damaijia").get_by_role("button", name="Refuse", exact=True).click()
    await expect(desk.card("Damaijia")).to_contain_text("Next order: refused (209)")


async def test_the_group_is_a_chat_of_its_own(desk: Desk) -> None:
    await desk.page.get_by_role("button", name="Group", exact=True).click()
    await desk.says("/orders")
    await expect(desk.page.locator(".message:not(.mine)")).to_have_count(1)
    await desk.page.get_by_role("button", name="Mei", exact=True).click()
    await expect(desk.page.locator(".message")).to_have_count(0)
