"""The page alone: a scripted bot writes through the stand-in, and the person at the page reads, types and taps."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest

from bot.clock import Clock
from bot.sandbox import page_routes
from bot.sandbox.seats import Seat
from bot.sandbox.standin import StandIn
from tests.browser.chat import COLLEAGUE, PERSON, Chat

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHOICES = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Confirm", callback_data="confirm")],
        [InlineKeyboardButton("Edit", callback_data="edit"), InlineKeyboardButton("Cancel", callback_data="cancel")],
    ]
)


async def test_an_empty_chat_suggests_the_first_order(chat: Chat) -> None:
    await chat.button("Send /order").click()
    assert await chat.texts(1) == ["/order"]
    await expect(chat.button("Send /order")).to_be_hidden()
    await expect(chat.box).to_be_focused()


async def test_formatting_is_shown_and_what_looks_like_markup_stays_text(chat: Chat) -> None:
    trick = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    escaped = trick.replace("<", "&lt;").replace(">", "&gt;")
    text = f'<b>Order number:</b> <code>A-1</code>\n{escaped} <a href="javascript:alert(1)">a</a> <i>x</i>'
    await chat.bot.send_message(PERSON, text.replace("javascript:alert(1)", "https://a.example/"), parse_mode="HTML")
    chat.telegram.say(PERSON, trick)
    await expect(chat.message(1).locator("b")).to_have_text("Order number:")
    await expect(chat.message(1).locator("code")).to_have_text("A-1")
    await expect(chat.message(1).locator("a")).to_have_attribute("href", "https://a.example/")
    await expect(chat.message(1)).to_contain_text(trick)
    await expect(chat.message(2)).to_contain_text(trick)
    assert await chat.page.locator("#messages img, #messages script").count() == 0
    assert await chat.page.title() == "Order bot · sandbox"


async def test_markup_that_telegram_does_not_know_loses_all_but_its_text(chat: Chat) -> None:
    shown = await chat.page.evaluate(
        """async () => {
            const { rendered } = await import("/richtext.js");
            const holder = document.createElement("div");
            holder.append(...rendered(`<b id="typing" class="x">a</b><img src="/x.png"><iframe src="/"></iframe>`
                + `<a href="javascript:z()">c</a><script>d</script><svg><text>f</text></svg>`, null));
            return holder.innerHTML;
        }"""
    )
    assert shown == "<b>a</b><span>c</span>df"


async def test_a_code_is_copied_by_click_and_by_key(chat: Chat) -> None:
    await chat.bot.send_message(PERSON, "<code>217539650042</code> <code>other</code>", parse_mode="HTML")
    await chat.button("Copy 217539650042").click()
    await expect(chat.page.get_by_text("Copied")).to_be_visible()
    assert await chat.page.evaluate("navigator.clipboard.readText()") == "217539650042"
    await chat.button("Copy other").press("Enter")
    await chat.page.wait_for_function("navigator.clipboard.readText().then(text => text === 'other')")


async def test_buttons_stand_in_their_rows_and_a_tap_is_answered_with_a_toast(chat: Chat) -> None:
    await chat.bot.send_message(PERSON, "Summary", reply_markup=CHOICES)
    boxes = [await chat.button(name).bounding_box() for name in ("Confirm", "Edit", "Cancel")]
    confirm, edit, cancel = [box for box in boxes if box]
    assert confirm["y"] < edit["y"] == cancel["y"]
    assert confirm["width"] > edit["width"] == pytest.approx(cancel["width"])
    await chat.button("Cancel").click()
    await expect(chat.button("Cancel")).to_have_attribute("aria-busy", "true")
    assert await chat.tapped() == "cancel"
    await expect(chat.page.get_by_text("Heard cancel")).to_be_visible()
    await expect(chat.button("Cancel")).not_to_have_attribute("aria-busy", "true")


async def test_an_edit_is_shown_in_place_and_the_keyboard_stays_where_it_was(chat: Chat) -> None:
    sent = await chat.bot.send_message(PERSON, "One", reply_markup=CHOICES)
    await chat.bot.send_message(PERSON, "Two")
    await chat.button("Edit").focus()
    await chat.bot.edit_message_text("Changed", PERSON, sent.message_id, reply_markup=CHOICES)
    await expect(chat.message(1)).to_contain_text("Changed")
    await expect(chat.message(1)).to_contain_text("edited")
    await expect(chat.page.locator(".message")).to_have_count(2)
    await chat.bot.delete_message(PERSON, 2)
    await expect(chat.page.locator(".message")).to_have_count(1)
    await expect(chat.button("Edit")).to_be_focused()
    await chat.bot.edit_message_text("No buttons", PERSON, sent.message_id)
    await expect(chat.box).to_be_focused()


async def test_a_reply_shows_what_it_answers(chat: Chat) -> None:
    await chat.bot.send_message(PERSON, "How many?\nDigits only")
    await chat.bot.send_message(PERSON, "Well?", reply_parameters=ReplyParameters(message_id=1))
    await expect(chat.message(2).locator(".quote")).to_have_text("Order botHow many?")


async def test_a_conversation_needs_only_the_keyboard(chat: Chat) -> None:
    await expect(chat.box).to_be_focused()
    await chat.page.keyboard.type("first")
    await chat.page.keyboard.press("Shift+Enter")
    await chat.page.keyboard.type("second")
    await chat.page.keyboard.press("Enter")
    assert await chat.texts(1) == ["first\nsecond"]
    await expect(chat.box).to_have_value("")

    await chat.page.keyboard.type("/or")
    await expect(chat.commands).to_have_count(2)
    await chat.page.keyboard.press("ArrowDown")
    await chat.page.keyboard.press("Enter")
    assert (await chat.texts(2))[1:] == ["/orders"]
    await expect(chat.commands.first).to_be_hidden()

    await chat.bot.send_message(PERSON, "Choose", reply_markup=CHOICES)
    await expect(chat.message(3)).to_be_visible()
    for _ in range(2):
        await chat.page.keyboard.press("Shift+Tab")
    await expect(chat.button("Cancel")).to_be_focused()
    await chat.page.keyboard.press("Enter")
    assert await chat.tapped() == "cancel"
    await chat.page.keyboard.type("goes on")
    await expect(chat.box).to_have_value("goes on")


async def test_the_menu_lists_the_commands_and_a_click_sends_one(chat: Chat) -> None:
    await chat.button("Menu").click()
    await expect(chat.commands).to_have_text(["/orderPlace an order", "/ordersThe latest"])
    await chat.page.keyboard.press("Escape")
    await expect(chat.commands.first).to_be_hidden()
    await chat.button("Menu").click()
    await chat.commands.filter(has_text="/orders").click()
    assert await chat.texts(1) == ["/orders"]


async def test_a_command_in_the_bots_message_is_sent_when_it_is_clicked(chat: Chat) -> None:
    await chat.bot.send_message(PERSON, "Try /order, or a/b and //c")
    await expect(chat.message(1).locator(".said").get_by_role("button")).to_have_text(["/order"])
    await chat.button("/order").click()
    assert await chat.texts(2) == ["/order"]


async def test_an_own_message_is_edited_with_the_arrow_key(chat: Chat) -> None:
    chat.telegram.say(PERSON, "12")
    await expect(chat.message(1)).to_be_visible()
    await chat.box.press("ArrowUp")
    await expect(chat.box).to_have_value("12")
    await chat.box.press("End")
    await chat.page.keyboard.type("3")
    await chat.page.keyboard.press("Enter")
    await expect(chat.message(1)).to_contain_text("123")
    await expect(chat.box).to_have_value("")
    assert await chat.texts(1) == ["123"]


async def test_a_sticker_is_sent_where_a_text_was_asked(chat: Chat) -> None:
    await chat.button("Send something that is not a text").click()
    await chat.button("Sticker").click()
    (message,) = await chat.telegram.wait_for(PERSON, lambda found: len(found) == 1)
    assert "sticker" in message.extra
    await expect(chat.message(1)).to_contain_text("👍")


async def test_who_reads_further_up_is_left_there_and_told_of_news(chat: Chat) -> None:
    for number in range(40):
        await chat.bot.send_message(PERSON, f"Message {number}")
    await expect(chat.message(40)).to_be_in_viewport()
    await chat.message(40).hover()
    await chat.page.mouse.wheel(0, -5000)
    await expect(chat.message(1)).to_be_in_viewport()
    await chat.bot.send_message(PERSON, "News")
    newest = chat.button("Go to the newest message")
    await expect(newest).to_have_text("1")
    await expect(chat.message(1)).to_be_in_viewport()
    await newest.click()
    await expect(chat.message(41)).to_be_in_viewport()
    await expect(newest).to_be_hidden()


async def test_a_phone_shows_one_view_at_a_time_and_nothing_is_cut_off(chat: Chat) -> None:
    await chat.page.set_viewport_size({"width": 360, "height": 740})
    await chat.bot.send_message(PERSON, f"<code>{'x' * 200}</code>", parse_mode="HTML", reply_markup=CHOICES)
    await expect(chat.message(1)).to_be_in_viewport()
    suppliers = chat.page.get_by_role("heading", name="Suppliers")
    await expect(suppliers).to_be_hidden()
    await no_overflow(chat.page)
    await chat.page.get_by_role("navigation").get_by_role("button", name="Suppliers").click()
    await expect(suppliers).to_be_visible()
    await expect(chat.box).to_be_hidden()
    await no_overflow(chat.page)
    await chat.page.get_by_text("What it sells").click()
    await chat.button("188").click()
    await expect(chat.box).to_have_value("188")


async def no_overflow(page: Page) -> None:
    cut = await page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert cut == []


async def test_the_page_comes_back_after_the_sandbox_was_restarted(chat: Chat) -> None:
    presence = chat.page.locator("#presence")
    await expect(presence).to_have_text("online")
    await chat.telegram.stop()
    await expect(chat.page.get_by_text("The connection was lost.")).to_be_visible()
    await expect(presence).to_have_text("not connected, trying again…")
    await chat.box.fill("kept")
    await chat.box.press("Enter")
    await expect(chat.page.get_by_text("The sandbox does not answer.")).to_be_visible()
    await expect(chat.box).to_have_value("kept")
    # An app of aiohttp is started once; the second one answers for the first.
    again = StandIn()
    again.add_person(PERSON, "You")
    again.add_person(COLLEAGUE, "Colleague")
    page_routes.ChatPage(again, [Seat(PERSON), Seat(COLLEAGUE)], [], Clock()).add_routes()
    again.say(PERSON, "after the restart")
    await again.start(port=urlsplit(chat.telegram.url).port or 0)
    try:
        await expect(chat.message(1)).to_contain_text("after the restart")
        await expect(presence).to_have_text("online")
        await chat.box.press("Enter")
        await expect(chat.message(2)).to_contain_text("kept")
    finally:
        await again.stop()


async def test_a_trouble_with_telegram_is_chosen_beside_the_chat(chat: Chat) -> None:
    choice = chat.page.get_by_label("Telegram", exact=True)
    await expect(choice).to_have_value("")
    await choice.select_option("says_gone")
    await expect(choice).to_have_class("failing")
    with pytest.raises(BadRequest, match="Message not found"):
        await chat.bot.edit_message_text("a", PERSON, 9)
    await chat.page.reload()
    await expect(choice).to_have_value("says_gone")
    await choice.select_option("")
    await expect(choice).not_to_have_class("failing")
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await chat.bot.edit_message_text("a", PERSON, 9)
