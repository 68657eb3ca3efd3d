"""Lists: add another, change one, remove one."""

import pytest

from bot.conversation import events, replies
from bot.conversation.state import Phase
from tests.conversation.chat import FIRST_PART, Chat, at_parts, listing, reviewing


def two_parts() -> Chat:
    chat = listing()
    chat.tap(events.AddedAnother)
    chat.say("A-2", "3")
    chat.skip()
    return chat


def add_extras(count: int) -> Chat:
    chat = listing()
    chat.done()
    for n in range(count):
        if n:
            chat.tap(events.AddedAnother)
        chat.say(f"E-{n}", "yes")
    return chat


def test_after_the_last_question_of_an_item_the_list_is_shown() -> None:
    shown = listing().reply(replies.Listed)
    assert (shown.title, shown.count, shown.block.items, shown.can_add) == ("Parts", 1, ("A-1 · 2",), True)


def test_another_item_is_asked_from_its_first_question() -> None:
    chat = listing()
    chat.tap(events.AddedAnother)
    assert chat.asked == "Article"
    chat.say("A-2", "3")
    chat.skip()
    assert chat.reply(replies.Listed).block.items == ("A-1 · 2", "A-2 · 3")


def test_done_goes_on_with_the_form() -> None:
    chat = two_parts()
    chat.done()
    assert chat.asked == "Extra"


def test_an_item_without_answers_is_dropped_by_back() -> None:
    chat = listing()
    before = chat.answers
    chat.tap(events.AddedAnother)
    chat.back()
    assert chat.reply(replies.Listed).count == 1
    assert chat.answers == before


def test_an_item_with_an_answer_is_kept_by_back_and_finished_after_done() -> None:
    chat = listing()
    chat.tap(events.AddedAnother)
    chat.say("A-2")
    chat.back()
    chat.back()
    assert chat.reply(replies.Listed).block.items == ("A-1 · 2", "A-2")
    chat.done()
    assert chat.asked == "Count"
    chat.say("3")
    chat.skip()
    assert chat.reply(replies.Listed).block.items == ("A-1 · 2", "A-2 · 3")


def test_back_from_a_list_asks_its_last_question_again() -> None:
    chat = two_parts()
    chat.back()
    assert (chat.asked, chat.draft.at) == ("Note", ("parts", 1, "note"))


def test_the_field_of_an_item_is_changed() -> None:
    chat = two_parts()
    chat.tap(events.ChangeAsked)
    chat.pick("1")
    chat.pick("Count")
    assert (chat.asked, chat.draft.at) == ("Count", ("parts", 0, "count"))
    chat.say("9")
    assert chat.reply(replies.Listed).block.items == ("A-1 · 9", "A-2 · 3")
    chat.done()
    assert chat.asked == "Extra"


def test_with_one_item_change_goes_straight_to_its_fields() -> None:
    chat = listing()
    chat.tap(events.ChangeAsked)
    offered = chat.reply(replies.Choices)
    assert (offered.purpose, [line.title for line in offered.entries]) == ("edit", ["Article", "Count", "Note"])


def test_back_from_a_field_being_changed_leads_to_the_list() -> None:
    chat = two_parts()
    chat.tap(events.ChangeAsked)
    chat.pick("1")
    chat.pick("Article")
    chat.back()
    assert chat.reply(replies.Listed).count == 2
    chat.back()
    assert chat.asked == "Note", "the list is left backwards, not forwards"
    chat.back()
    assert chat.asked == "Count"


def test_back_leads_out_of_the_menus_of_a_list() -> None:
    chat = two_parts()
    for ask in (events.ChangeAsked, events.RemoveAsked):
        chat.tap(ask)
        assert chat.phase is Phase.PICKING_ITEM
        chat.back()
        assert chat.reply(replies.Listed).count == 2
    chat.tap(events.ChangeAsked)
    chat.pick("2")
    assert chat.phase is Phase.PICKING_FIELD
    chat.back()
    assert chat.reply(replies.Listed).count == 2


def test_an_item_is_removed() -> None:
    chat = two_parts()
    chat.tap(events.RemoveAsked)
    assert chat.reply(replies.Choices).purpose == "remove"
    chat.pick("1")
    assert chat.reply(replies.Listed).block.items == ("A-2 · 3",)


def test_removing_the_only_item_asks_for_one_anew() -> None:
    chat = listing()
    chat.tap(events.RemoveAsked)
    assert (chat.asked, chat.reply(replies.Asked).question.skips) == ("Article", None)
    chat.say(*FIRST_PART)
    chat.skip()
    assert chat.reply(replies.Listed).count == 1


def test_removing_the_only_item_of_an_optional_list_lets_it_be_skipped() -> None:
    chat = add_extras(1)
    chat.tap(events.RemoveAsked)
    assert chat.reply(replies.Asked).question.skips == ("extras",)
    chat.skip()
    assert chat.answers["extras"] is None
    assert chat.asked == "Address"


def test_a_list_of_several_cannot_be_skipped_away() -> None:
    chat = add_extras(2)
    chat.tap(events.ChangeAsked)
    chat.pick("1")
    chat.pick("Extra")
    assert chat.reply(replies.Asked).question.skips is None
    chat.skip()
    assert len(chat.answers["extras"]) == 2


@pytest.mark.parametrize("index", [2, -1, 10**9])
def test_a_forged_item_changes_nothing(index: int) -> None:
    chat = two_parts()
    for ask in (events.RemoveAsked, events.ChangeAsked):
        chat.tap(ask)
        before = chat.state
        chat.tap(events.ItemPicked, index)
        assert chat.state == before
        assert chat.reply(replies.Choices)
        chat.back()


def test_a_full_list_takes_no_more() -> None:
    chat = add_extras(2)
    assert not chat.reply(replies.Listed).can_add
    before = chat.state
    chat.tap(events.AddedAnother)
    assert chat.state == before
    assert chat.reply(replies.Listed)
    chat.done()
    assert chat.asked == "Address"


def test_a_full_list_takes_one_more_after_one_was_removed() -> None:
    chat = add_extras(2)
    chat.tap(events.RemoveAsked)
    chat.pick("2")
    assert chat.reply(replies.Listed).can_add


def test_sixty_items_are_shown_in_short_and_paged() -> None:
    chat = at_parts()
    for n in range(60):
        if n:
            chat.tap(events.AddedAnother)
        chat.say(f"A-{n + 1}", "1")
        chat.skip()
    shown = chat.reply(replies.Listed)
    assert (shown.count, len(shown.block.items), shown.block.more, shown.can_add) == (60, 10, 50, False)
    chat.tap(events.ChangeAsked)
    assert (len(chat.reply(replies.Choices).entries), chat.reply(replies.Choices).pages) == (8, 8)
    chat.pick("60")
    chat.pick("Article")
    chat.say("last")
    assert chat.answers["parts"][59]["article"] == "last"
    assert chat.reply(replies.Listed).count == 60


@pytest.mark.parametrize("page", [7, 10**9])
def test_a_forged_page_shows_the_last_one(page: int) -> None:
    chat = two_parts()
    chat.tap(events.ChangeAsked)
    chat.tap(events.Paged, page)
    assert (chat.reply(replies.Choices).page, chat.reply(replies.Choices).pages) == (0, 1)
    chat.pick("2")
    assert chat.phase is Phase.PICKING_FIELD


def test_a_text_where_a_button_is_expected_is_said_not_to_be_taken_above_the_list() -> None:
    chat = listing()
    shown = chat.said
    chat.say("done")
    assert chat.said == (replies.Hint(replies.HintCode.NOT_TAKEN, {"text": "done"}), *shown)


def test_the_only_item_can_be_removed_from_the_summary_and_given_anew() -> None:
    chat = reviewing()
    chat.edit("Parts")
    chat.tap(events.RemoveAsked)
    assert chat.asked == "Article"
    chat.say("B-1", "1")
    chat.skip()
    chat.done()
    assert chat.summary()["Parts"] == 1
    assert chat.answers["parts"] == [{"article": "B-1", "count": "1", "note": None}]
