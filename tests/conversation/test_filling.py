"""Questions, answers, skips, and the way back."""

from collections.abc import Callable

import pytest

from bot.conversation import events, replies
from bot.conversation.state import IDLE, Anew, Phase
from tests.conversation.chat import Chat, at_parts, listing, reviewing
from tests.conversation.forms import NOTE


def test_an_order_without_an_account_offers_the_accounts() -> None:
    chat = Chat()
    chat.order("")
    assert chat.reply(replies.AccountsOffered) == replies.AccountsOffered((("toy", "Toys & Co"), ("note", "Notes")))
    assert chat.state == IDLE


def test_an_order_with_an_unknown_account_says_so() -> None:
    chat = Chat()
    chat.order("nobody")
    assert chat.reply(replies.AccountsOffered).unknown == "nobody"


def test_an_order_with_an_account_asks_its_first_question() -> None:
    chat = Chat()
    chat.order()
    asked = chat.reply(replies.Asked)
    assert (asked.question.title, asked.progress.step, asked.question.choices) == ("Kind", 1, ("new", "used"))


def test_a_typed_choice_counts_whatever_its_case() -> None:
    chat = Chat()
    chat.order()
    chat.say(" NEW ")
    assert chat.answers == {"kind": "new"}
    assert chat.asked == "Product"


def test_a_choice_button_answers() -> None:
    chat = Chat()
    chat.order()
    chat.tap(events.Chose, 1)
    assert chat.answers == {"kind": "used"}


def test_a_question_with_a_condition_is_asked_only_when_it_holds() -> None:
    chat = Chat()
    chat.order()
    chat.say("used")
    assert chat.asked == "Years"
    assert chat.reply(replies.Asked).question.skips is None


def test_a_bad_answer_asks_the_same_again_and_changes_nothing() -> None:
    chat = at_parts()
    chat.say("A-1")
    before, asked = chat.state, chat.reply(replies.Asked)
    for bad in ("0", "100", "two", ""):
        chat.say(bad)
        again = chat.reply(replies.Asked)
        assert (again.question, again.progress) == (asked.question, asked.progress)
        assert again.problem
        assert chat.state == before
    chat.say("2")
    assert chat.asked == "Note"


def test_a_skipped_question_is_not_asked_again() -> None:
    chat = reviewing()
    assert chat.answers["remark"] is None
    assert "Note" not in chat.summary()


def test_a_question_that_is_needed_cannot_be_skipped() -> None:
    chat = at_parts()
    before, shown = chat.state, chat.said
    chat.skip()
    assert chat.state == before
    assert [type(reply) for reply in chat.said] == [type(reply) for reply in shown]


def test_an_optional_group_is_skipped_as_a_whole() -> None:
    chat = reviewing()
    assert chat.answers["sender"] is None


def test_an_optional_group_that_was_begun_asks_its_fields() -> None:
    chat = reviewing()
    chat.edit("From")
    chat.say("Ann")
    assert (chat.asked, chat.reply(replies.Asked).question.skips) == ("Sender phone", ("sender", "phone"))
    chat.skip()
    assert chat.summary()["Sender"] == "Ann"


def test_a_rule_of_two_fields_speaks_at_the_later_one() -> None:
    chat = listing()
    chat.done()
    chat.skip()
    chat.say("Long Street 1", "Taipei")
    chat.skip()
    chat.say("5", "4")
    problem = chat.reply(replies.Asked).problem
    assert problem
    assert (problem.path, problem.code, problem.params) == (("most",), "below_least", {"least": "5"})
    chat.say("5")
    assert chat.asked == "Note"


def test_the_steps_of_a_form_are_the_same_whatever_is_answered() -> None:
    chat = Chat()
    chat.order()
    first = chat.reply(replies.Asked).progress
    chat.say("used")
    assert chat.reply(replies.Asked).progress == replies.Progress(first.step + 1, first.steps)


def test_a_question_in_a_list_says_which_item_it_is_about() -> None:
    chat = listing()
    chat.tap(events.AddedAnother)
    progress = chat.reply(replies.Asked).progress
    assert (progress.item, progress.of) == (2, "Parts")
    chat.say("A-2")
    assert chat.reply(replies.Asked).progress == progress


def test_where_one_answer_is_changed_there_are_no_steps() -> None:
    chat = reviewing()
    chat.edit("Least")
    assert chat.reply(replies.Asked).progress == replies.Progress()


def test_back_leads_from_every_question_to_the_one_before_with_all_answers_kept() -> None:
    """Forward to the end, noting the questions; then back to the start."""
    chat = Chat()
    chat.order()
    passed: list[str] = []

    def forward(text: str | None) -> None:
        passed.append(chat.asked)
        chat.skip() if text is None else chat.say(text)

    forward("used")
    forward("3")
    forward("P-1")
    chat.find()
    for answer in ("A-1", "2", None):
        forward(answer)
    passed.append("Parts")
    chat.done()
    for answer in (None, "Address", "City", None, "5", "10"):
        forward(answer)
    filled = chat.answers

    seen = []
    for _ in passed:
        chat.back()
        seen.append(chat.reply(replies.Listed).title if chat.phase is Phase.LISTING else chat.asked)
    assert seen == passed[::-1]
    assert chat.answers == filled


def test_back_at_the_first_question_with_answers_says_that_it_is_the_first() -> None:
    chat = Chat()
    chat.order()
    chat.say("new")
    chat.back()
    assert (chat.asked, chat.reply(replies.Asked).note) == ("Kind", "")
    chat.back()
    assert (chat.asked, chat.reply(replies.Asked).note) == ("Kind", "first_question")
    assert chat.answers == {"kind": "new"}


def test_back_at_the_first_question_without_answers_leads_to_the_accounts() -> None:
    chat = Chat()
    chat.order()
    chat.back()
    assert chat.state == IDLE
    assert chat.reply(replies.AccountsOffered).accounts


def test_an_answer_given_again_after_back_replaces_the_first() -> None:
    chat = Chat()
    chat.order()
    chat.say("new")
    chat.back()
    chat.say("used")
    assert chat.answers == {"kind": "used"}
    assert chat.asked == "Years"


def test_what_a_changed_answer_makes_pointless_is_dropped() -> None:
    chat = Chat()
    chat.order()
    chat.say("used", "3")
    chat.back()
    chat.back()
    chat.say("new")
    assert chat.answers == {"kind": "new"}
    assert chat.asked == "Product"


def test_back_from_the_first_question_after_a_skipped_list_asks_that_list_again() -> None:
    chat = listing()
    chat.done()
    chat.skip()
    assert chat.asked == "Address"
    chat.back()
    assert chat.asked == "Extra"
    chat.say("Ribbon")
    chat.say("yes")
    assert chat.reply(replies.Listed).title == "Extras"


def test_cancel_drops_the_draft_by_button_and_by_command() -> None:
    for by_button in (True, False):
        chat = listing()
        chat.send(events.Cancelled(chat.draft.id, chat.draft.revision) if by_button else events.CancelRequested())
        assert chat.reply(replies.DraftCancelled).account == "Toys & Co"
        assert (chat.phase, chat.state.draft) == (Phase.IDLE, None)
        chat.order()
        assert chat.asked == "Kind"


def test_cancel_with_nothing_open_says_so() -> None:
    chat = Chat()
    chat.send(events.CancelRequested())
    assert chat.said == (replies.NothingOpen(),)


@pytest.mark.parametrize(
    "event",
    [
        events.SentOther(events.Medium.STICKER),
        events.SentOther(events.Medium.VOICE),
        events.MessageEdited(),
        events.CommandUnknown("/x"),
    ],
)
def test_what_is_no_answer_is_met_with_a_hint_and_the_same_question(event: events.Event) -> None:
    chat = at_parts()
    before, asked = chat.state, chat.reply(replies.Asked)
    chat.send(event)
    assert chat.state == before
    assert chat.reply(replies.Asked) == asked
    assert len(chat.said) == 2


@pytest.mark.parametrize(("start", "taps"), [(at_parts, False), (listing, True), (reviewing, True)])
def test_a_sticker_where_only_buttons_answer_is_told_so(start: Callable[[], Chat], *, taps: bool) -> None:
    chat = start()
    chat.send(events.SentOther(events.Medium.STICKER))
    assert chat.reply(replies.NotText) == replies.NotText(events.Medium.STICKER, taps=taps)


@pytest.mark.parametrize("medium", events.Medium)
def test_what_cannot_be_read_with_nothing_open_is_told_what_can_be_done(medium: events.Medium) -> None:
    chat = Chat()
    chat.send(events.SentOther(medium))
    assert (chat.said, chat.state) == ((replies.NothingOpen(medium),), IDLE)


@pytest.mark.parametrize("start", [at_parts, listing, reviewing])
def test_a_language_that_is_chosen_shows_what_is_open_in_it(start: Callable[[], Chat]) -> None:
    chat = start()
    before, shown = chat.state, chat.said
    chat.send(events.LanguageChosen("en"))
    assert (chat.said, chat.state) == ((replies.LanguagesOffered("en"), shown[-1]), before)


def test_a_list_that_is_full_says_so() -> None:
    chat = reviewing()
    chat.edit("Extras")
    for _ in range(2):
        chat.say("Ribbon", "yes")
        if chat.reply(replies.Listed).can_add:
            chat.tap(events.AddedAnother)
    assert (chat.reply(replies.Listed).count, chat.reply(replies.Listed).can_add) == (2, False)


@pytest.mark.parametrize("answer", ["new", "used"])
def test_a_stale_tap_changes_nothing_and_shows_where_we_stand(answer: str) -> None:
    chat = Chat()
    chat.order()
    skipped = events.Chose(chat.draft.id, chat.draft.revision, 0)
    chat.say(answer)
    before, question = chat.state, chat.reply(replies.Asked)
    chat.send(skipped)
    assert chat.state == before
    assert chat.said == (replies.Stale(), question)


@pytest.mark.parametrize("argument", [2, 10**9, -1])
def test_a_forged_choice_changes_nothing(argument: int) -> None:
    chat = Chat()
    chat.order()
    before = chat.state
    chat.tap(events.Chose, argument)
    assert chat.state == before
    assert chat.asked == "Kind"


@pytest.mark.parametrize("account", ["note", "", "nobody"])
def test_an_order_with_a_draft_open_offers_to_continue(account: str) -> None:
    chat = at_parts()
    before, asked = chat.state, chat.reply(replies.Asked)
    chat.order(account)
    wanted = account if account == "note" else ""
    assert chat.reply(replies.DraftOpen) == replies.DraftOpen("Toys & Co", wanted, 2)
    assert chat.draft == (before.draft and before.draft.model_copy(update={"anew": Anew(account=wanted)}))
    before = chat.state
    chat.tap(events.Continued)
    assert chat.reply(replies.Asked) == asked


def test_starting_anew_drops_the_draft_and_asks_for_the_other_account() -> None:
    chat = at_parts()
    old = chat.draft
    chat.order("note")
    stale = events.StartedAnew(old.id, old.revision, "note")
    chat.send(stale)
    assert (chat.asked, chat.draft.account) == ("Text", "note")
    assert chat.draft.id != old.id
    chat.send(stale)
    assert chat.said[0] == replies.Stale()


def test_starting_anew_without_an_account_offers_them() -> None:
    chat = at_parts()
    chat.order("")
    chat.tap(events.StartedAnew, "")
    assert chat.reply(replies.AccountsOffered).accounts
    assert (chat.phase, chat.state.draft) == (Phase.IDLE, None)


def test_one_account_is_as_good_as_many() -> None:
    chat = Chat([NOTE])
    chat.order("note")
    chat.say("Hello")
    assert chat.summary() == {"Text": "Hello"}
