"""Two people at one page: a switch between their chats, and the clock that both go by."""

import pytest
from playwright.async_api import Locator, expect
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from tests.browser.chat import COLLEAGUE, PERSON, Chat

pytestmark = pytest.mark.asyncio(loop_scope="session")

GO = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])


def people(chat: Chat) -> Locator:
    return chat.page.get_by_role("group", name="Who is chatting").get_by_role("button")


async def test_the_other_chat_counts_what_is_unread_and_each_keeps_what_was_typed(chat: Chat) -> None:
    you, colleague = people(chat).nth(0), people(chat).nth(1)
    await expect(you).to_have_attribute("aria-pressed", "true")
    await chat.bot.send_message(PERSON, "For you")
    await chat.bot.send_message(COLLEAGUE, "One")
    await chat.bot.send_message(COLLEAGUE, "Two", reply_markup=GO)
    await expect(colleague).to_have_accessible_name("Colleague, 2 unread")
    await expect(chat.page.locator(".message")).to_have_count(1)
    await chat.box.fill("half a mess")

    await colleague.focus()
    await chat.page.keyboard.press("Enter")
    await expect(chat.page.locator(".message .said")).to_have_text(["Order bot: One", "Order bot: Two"])
    await expect(colleague).to_have_attribute("aria-pressed", "true")
    await expect(colleague).to_have_accessible_name("Colleague")
    await expect(colleague).to_be_focused()
    await expect(chat.box).to_have_value("")
    await chat.button("Go").click()
    assert await chat.tapped() == "go"
    await expect(chat.page.get_by_text("Heard go")).to_be_visible()
    await chat.box.fill("from the colleague")
    await chat.box.press("Enter")
    await expect(chat.message(3)).to_contain_text("from the colleague")
    assert [message.text for message in chat.telegram.messages(PERSON)] == ["For you"]

    await chat.bot.send_message(PERSON, "More")
    await expect(you).to_have_accessible_name("You, 1 unread")
    await you.click()
    await expect(chat.message(2)).to_contain_text("More")
    await expect(chat.box).to_have_value("half a mess")


async def test_an_address_with_a_person_opens_that_chat(chat: Chat) -> None:
    await chat.bot.send_message(COLLEAGUE, "For the colleague")
    await chat.page.goto(f"{chat.telegram.url}/?person={COLLEAGUE}")
    await expect(chat.message(1)).to_contain_text("For the colleague")
    await chat.page.goto(f"{chat.telegram.url}/?person=9")
    await expect(people(chat).nth(0)).to_have_attribute("aria-pressed", "true")
    await chat.box.fill("me again")
    await chat.box.press("Enter")
    assert await chat.texts(1) == ["me again"]


async def test_the_clock_is_moved_on_by_a_button_and_a_new_day_is_marked(chat: Chat) -> None:
    await chat.bot.send_message(PERSON, "Today")
    before, time = chat.clock.seconds(), chat.page.locator("#time")
    shown = await time.inner_text()
    await chat.button("+1 day").click()
    await expect(time).not_to_have_text(shown)
    assert 86_400 <= chat.clock.seconds() - before < 86_400 + 60
    await chat.bot.send_message(PERSON, "Tomorrow")
    await expect(chat.message(2)).to_contain_text("Tomorrow")
    await expect(chat.page.locator(".day")).to_have_count(1)
    await chat.bot.delete_message(PERSON, 2)
    await expect(chat.page.locator(".day")).to_have_count(0)
