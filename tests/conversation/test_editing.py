"""Changing answers from the summary."""

import pytest

from bot.conversation import events, replies
from bot.conversation.state import Phase
from tests.conversation.chat import Chat, at_parts, reviewing


def test_the_summary_shows_every_answer_in_the_order_of_asking() -> None:
    titles = [part.title for part in reviewing().reply(replies.Summarised).parts]
    assert titles == ["Kind", "Product", "Parts", "Address", "City", "Least", "Most"]


def test_the_summary_shows_values_as_they_will_be_sent() -> None:
    chat = reviewing()
    chat.edit("Most")
    chat.say(" 1,000 ")
    assert chat.summary()["Most"] == "1000"


@pytest.mark.parametrize(
    ("field", "answer", "value"), [("Least", "6", "6"), ("Most", "99", "99"), ("Note", "Quick", "Quick")]
)
def test_a_field_is_changed_and_the_summary_stands_again(field: str, answer: str, value: str) -> None:
    chat = reviewing()
    chat.edit(field)
    assert chat.asked == field
    chat.say(answer)
    assert chat.summary()[field] == value


def test_a_field_in_a_group_is_changed() -> None:
    chat = reviewing()
    chat.edit("Address", "City")
    chat.say("Tainan")
    assert chat.summary()["City"] == "Tainan"
    assert chat.summary()["Address"] == "Long Street 1"


def test_a_field_of_a_list_item_is_changed() -> None:
    chat = reviewing()
    chat.edit("Parts")
    assert chat.reply(replies.Listed).count == 1
    chat.tap(events.ChangeAsked)
    chat.pick("Count")
    chat.say("7")
    chat.done()
    assert chat.reply(replies.Summarised)
    assert chat.answers["parts"][0]["count"] == "7"


def test_the_menu_shows_what_the_fields_hold() -> None:
    chat = reviewing()
    chat.tap(events.EditAsked)
    lines = chat.reply(replies.Choices).entries
    assert (lines[0], lines[2], lines[4]) == (
        replies.Line("Kind", "new", is_choice=True),
        replies.Line("Parts", "1"),
        replies.Line("Address", "Long Street 1 · Taipei"),
    )


def test_the_menu_has_pages() -> None:
    chat = reviewing()
    chat.tap(events.EditAsked)
    first = chat.reply(replies.Choices)
    chat.tap(events.Paged, 1)
    second = chat.reply(replies.Choices)
    assert (first.pages, len(first.entries), second.first) == (2, 8, 8)
    assert [line.title for line in second.entries] == ["Note"]


def test_a_skipped_answer_is_given_later() -> None:
    chat = reviewing()
    chat.edit("Extras")
    chat.say("Ribbon", "no")
    chat.done()
    assert chat.summary()["Extras"] == 1


def test_an_answer_that_can_be_skipped_is_taken_back() -> None:
    chat = reviewing()
    chat.edit("Note")
    chat.say("Quick")
    chat.edit("Note")
    chat.skip()
    assert "Note" not in chat.summary()


def test_back_from_a_field_being_changed_leads_to_the_summary_unchanged() -> None:
    chat = reviewing()
    shown = chat.summary()
    for path in (["Least"], ["Address", "City"], ["Note"], ["From"], ["Extras"]):
        chat.edit(*path)
        chat.back()
        assert chat.summary() == shown


def test_back_from_the_menus_leads_up_one_level_each() -> None:
    chat = reviewing()
    chat.edit("Address")
    assert [line.title for line in chat.reply(replies.Choices).entries] == ["Address", "City"]
    chat.back()
    assert chat.reply(replies.Choices).entries[0].title == "Kind"
    chat.back()
    assert chat.reply(replies.Summarised)


def test_back_from_a_list_opened_from_the_summary_leads_to_the_summary() -> None:
    chat = reviewing()
    chat.edit("Parts")
    chat.back()
    assert chat.reply(replies.Summarised)


def test_a_bad_answer_while_editing_keeps_the_old_one() -> None:
    chat = reviewing()
    chat.edit("Least")
    chat.say("many")
    assert chat.problem == "digits_only"
    chat.back()
    assert chat.summary()["Least"] == "5"


def test_a_changed_answer_that_breaks_a_later_one_asks_for_that_again() -> None:
    chat = reviewing()
    chat.edit("Least")
    chat.say("50")
    assert (chat.asked, chat.problem) == ("Most", "below_least")
    chat.say("60")
    assert (chat.summary()["Least"], chat.summary()["Most"]) == ("50", "60")


def test_a_changed_answer_that_opens_a_question_asks_it() -> None:
    chat = reviewing()
    chat.edit("Kind")
    chat.say("used")
    assert chat.asked == "Years"
    chat.say("3")
    assert chat.summary()["Years"] == "3"


def test_a_changed_answer_that_closes_a_question_drops_its_answer() -> None:
    chat = reviewing()
    chat.edit("Kind")
    chat.say("used", "3")
    chat.edit("Kind")
    chat.tap(events.Chose, 0)
    assert "Years" not in chat.summary()
    assert "years" not in chat.answers


@pytest.mark.parametrize("index", [99, -1, 10**9])
def test_a_forged_field_changes_nothing(index: int) -> None:
    chat = reviewing()
    chat.tap(events.EditAsked)
    before, shown = chat.state, chat.said
    chat.tap(events.FieldPicked, index)
    assert (chat.state, chat.said) == (before, shown)


def test_confirm_in_the_middle_of_an_edit_is_stale() -> None:
    chat = reviewing()
    confirm = events.Confirmed(chat.draft.id, chat.draft.revision)
    chat.edit("Least")
    chat.send(confirm)
    assert chat.said[0] == replies.Stale()
    assert chat.placed == []


def test_while_editing_an_item_that_was_removed_is_not_missed() -> None:
    chat = reviewing()
    chat.edit("Parts")
    chat.tap(events.AddedAnother)
    chat.say("A-2", "1")
    chat.skip()
    chat.tap(events.RemoveAsked)
    chat.pick("2")
    chat.back()
    assert chat.summary()["Parts"] == 1


def test_every_field_of_the_form_can_be_reached_from_the_summary() -> None:
    def reach(chat: Chat, *path: str) -> str:
        chat.edit(*path)
        return chat.reply(replies.Listed).title if chat.phase is Phase.LISTING else chat.asked

    fields = [["Kind"], ["Product"], ["Parts"], ["Extras"], ["Address", "Address"], ["Address", "City"], ["From"]]
    fields += [["Least"], ["Most"], ["Note"]]
    reached = [reach(reviewing(), *path) for path in fields]
    expected = ["Kind", "Product", "Parts", "Extra", "Address", "City", "Sender", "Least", "Most", "Note"]
    assert reached == expected


def test_at_an_edited_question_the_present_answer_stands_and_is_kept() -> None:
    chat = reviewing()
    before = chat.answers
    chat.edit("Most")
    assert chat.reply(replies.Asked).present == replies.Line("Most", "10")
    old = chat.tap(events.Kept)
    assert chat.reply(replies.Summarised)
    assert chat.answers == before
    chat.send(old)
    assert chat.said[0] == replies.Stale()


def test_a_bad_answer_leaves_the_present_one_to_be_kept() -> None:
    chat = reviewing()
    chat.edit("Most")
    chat.say("many")
    assert (chat.problem, chat.reply(replies.Asked).present) == ("digits_only", replies.Line("Most", "10"))
    chat.tap(events.Kept)
    assert chat.summary()["Most"] == "10"


def test_in_an_item_keep_leads_to_its_list() -> None:
    chat = reviewing()
    chat.edit("Parts")
    chat.tap(events.ChangeAsked)
    chat.pick("Count")
    chat.tap(events.Kept)
    assert chat.reply(replies.Listed).count == 1
    chat.done()
    assert chat.reply(replies.Summarised)


def test_a_question_before_is_kept_and_what_is_not_answered_yet_is_asked() -> None:
    chat = at_parts()
    chat.back()
    assert (chat.asked, chat.reply(replies.Asked).present) == ("Product", replies.Line("Product", "P-1", "Robot"))
    chat.tap(events.Kept)
    assert chat.asked == "Article"
    assert chat.reply(replies.Asked).present is None


def test_where_nothing_is_answered_or_it_was_skipped_there_is_nothing_to_keep() -> None:
    chat = Chat()
    chat.order()
    assert chat.reply(replies.Asked).present is None
    before = chat.state
    chat.tap(events.Kept)
    assert (chat.asked, chat.state) == ("Kind", before)
    chat = reviewing()
    chat.edit("Note")
    assert chat.reply(replies.Asked).present is None


def test_an_answer_that_another_one_has_made_wrong_is_asked_alone_and_not_kept() -> None:
    chat = reviewing()
    chat.edit("Least")
    chat.say("11")
    assert (chat.asked, chat.problem, chat.reply(replies.Asked).present) == ("Most", "below_least", None)
    chat.say("12")
    assert chat.summary()["Most"] == "12"
