"""Every kind of reply has its words, whatever is put into them."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from types import ModuleType

import pytest

from bot.conversation import events as e
from bot.conversation import order_replies as n
from bot.conversation import replies as r
from bot.conversation import status_replies as s
from bot.conversation.answers import Problem
from bot.conversation.listing import EVERYTHING, STATES, Days, Listing, Menu, Turn, Wanted
from bot.conversation.order_events import NumberCheck
from bot.conversation.questions import Question
from bot.conversation.state import Alike, Conversation, Draft, Phase
from bot.conversation.views import Candidate, Evidence, Freshness, OrderView, Told
from bot.words.list_buttons import MOST_TEXT
from bot.words.render import IN_PASSING, commands, render
from bot.words.status import NOTICES
from providers.orders import Money, Outcome, Remark, Status, Tracking
from tests.words.reading import WORDS, as_read, labels, said

OPEN = Conversation(
    phase=Phase.REVIEWING, draft=Draft(id="0123abcd", account="a" * 32, form_version="1", revision=10**6)
)
NASTY = ("", "x", "<b>&amp;</b> {0} %s", "\u202e\ud800\x00", "🎁" * 5000, "two\nlines", "x" * 5000, "\n\n")
"""Put where a person's, a supplier's or the settings' words go."""

LINES = {"Order number": "#1207", "Status": "placed (establish)", "Reference": "1001"}
PLACED = OrderView("1001", "guoguo", "guoguo", {}, Outcome.PLACED, "#1207", "placed", "establish")
REFUSED = OrderView("1001", "guoguo", "guoguo", {}, Outcome.REFUSED, code="credit_not_enough", said="No.")
MANY = tuple(
    Remark("recipient_refused", {"number": str(n), "recipient": "王小明" * 10, "reason": "x"}) for n in range(60)
)


def replies(text: str) -> Iterator[r.Reply]:
    """One of every kind, and of those with several faces one of each, with `text` in every gap."""
    line = r.Line("Title", text, text)
    question = Question(("a",), "Title", text[:500], text[:500], ("jd", "other"), ("a",))
    problem = Problem(("a",), "too_short", {"min_length": text[:500]})
    order = replace(PLACED, number=text, supplier_status=text, person=text, said=text, params={"fields": text})
    alike = Alike(reference="1000", number=text.encode(errors="replace").decode(), person="x", confirmed_at=1)
    yield from (r.Welcomed(), r.HelpShown(), r.LanguagesOffered(), r.LanguagesOffered("en"), r.NothingOpen(), r.Stale())
    yield from (r.Hint("unknown_command", {"command": text}), *(r.NotText(medium) for medium in e.Medium))
    yield r.AccountsOffered((("a" * 32, text[:60] or "x"), ("b", "B")), text)
    yield r.Asked(question, 1, 2, problem, insist=True, note="first_question")
    yield r.Asked(replace(question, choices=()), 10**6, 10**6)
    yield r.CheckingShown("Product", text, text[:60])
    for items in ((), (text,) * 10):
        yield r.Listed("Recipients", r.Block("Recipients", items, 989), 999, can_add=bool(items))
    for purpose in ("change", "remove", "edit"):
        yield r.Choices(purpose, (line,) * 8, 992, 124, 126)
    yield r.Summarised(
        text[:60], ((line,) * 20 + (r.Block("Items", (text,) * 10, 50),)), (problem,), retried=True, alike=alike
    )
    yield from (r.DraftOpen(text[:60], "a" * 32, 3), r.DraftCancelled(text[:60]), r.AccountGone(text[:60]))
    yield r.SendingShown(text[:60], "1001")
    yield r.StatusShown(replace(order, outcome=None), text[:60])
    for outcome in Outcome:
        settled = replace(order, outcome=outcome, code="fields_not_valid", remarks=MANY)
        yield from (r.OutcomeShown(settled, text[:60], reopenable=True), r.StatusShown(settled, text[:60]))
    yield from (r.StatusAsked(), r.OrderNotKnown(text), r.OrdersListed(()))
    yield from lists_of_orders(tuple((replace(order, reference=f"{n}"), text[:60]) for n in range(8)), text)


def lists_of_orders(orders: tuple[tuple[OrderView, str], ...], text: str) -> Iterator[r.Reply]:
    # Surrogates are removed where updates are read.
    typed = text.encode(errors="replace").decode()
    accounts = tuple((f"{n}" + "a" * 31, f"{n}{text[:60]}") for n in range(4))
    wanted = Wanted(accounts[0][0], STATES[-1], Days.WEEK, 2**63 - 1, "x" * MOST_TEXT, Turn.NEWER, "9" * 15)
    people = ((2**63 - 1, text[:60]), *((n, text[:60]) for n in range(1, 40)))
    listing = Listing(newer=True, older=True, people=people, reader=1, looked_for=200, cut=True)
    for menu in Menu:
        yield r.OrdersListed(orders, replace(wanted, menu=menu), listing, accounts)
        yield r.OrdersListed(orders, replace(EVERYTHING, menu=menu), listing, accounts)
    yield r.OrdersListed(orders, replace(EVERYTHING, text=typed), replace(listing, cut=False), accounts)
    for too_short in (False, True):
        yield r.OrdersListed((), replace(EVERYTHING, text=typed), Listing(too_short=too_short))


def order_replies(text: str) -> Iterator[r.Reply]:
    """The same for orders after Confirm."""
    order = replace(PLACED, number=text, person=text, said=text, code="no_answer", attempts=3)
    unknown = replace(order, outcome=Outcome.UNKNOWN)
    line = r.Line("Title", text, text)
    sent = (*(line,) * 20, r.Block("Items", (text,) * 10, 50))
    facts = {"total": text, "brand_new": text, "time": text}
    found = tuple(Candidate(f"{n}{text}", n, facts, ("total",)) for n in range(9))
    signals = (
        Remark("debit", {"quantity": text, "at": text, "record": text}),
        Remark("brand_new", {"at": "2026-11-22"}),
    )
    yield from (n.RetryShown(unknown, text[:60], 5, 3), n.RetryingShown(unknown, text[:60]), n.Noted("looking"))
    for look in ("", "found", "nothing", "nothing_yet", "failed"):
        for showing in n.Showing:
            known = Evidence(1, 2, 3, 4, look, "code", text, found, signals, text[:40], text[:40], sent_again=1)
            yield n.EvidenceShown(unknown, text[:60], sent, known, finds=True, resends=True, showing=showing)
    yield n.EvidenceShown(unknown, text[:60], (), Evidence(), finds=False, resends=False)
    yield n.EvidenceClosed(replace(order, outcome=None), text[:60])
    for outcome in (Outcome.PLACED, Outcome.REFUSED, Outcome.NOT_SENT):
        settled = replace(order, outcome=outcome)
        yield from (n.EvidenceClosed(settled, text[:60]), n.OutcomeFound(settled, text[:60], reopenable=True))
    yield from (n.UnknownListed((), 0), n.UnknownListed(((unknown, text[:60]),) * 1, 80))
    yield from (n.NumberWanted("1001", text[:60]), n.NumberChecking(text[:40], text[:60]))
    for result in NumberCheck:
        if result is not NumberCheck.AGREES:
            yield n.NumberDoubted(unknown, text[:60], text[:40], result, {"total": text}, ("total",), "1002")
    yield from (n.Noted(code) for code in ("stopping", "looking", "decided"))


def status_replies(text: str) -> Iterator[r.Reply]:
    """The same for placed orders and how far they are."""
    parcels = tuple(Tracking(f"{n}{text}", text) for n in range(9))
    told = Told(
        Money(Decimal("99.00"), text[:40]), {"created": 1, "brand_new": 2}, parcels, (Remark("x", {"a": text}),)
    )
    order = replace(PLACED, number=text, person=text, told=told, asked_at=10, status_at=5, confirmed_at=1)
    for freshness in Freshness:
        yield r.StatusShown(order, text[:60], freshness, 10**9, again=True)
    yield r.StatusShown(replace(order, reference="", remarks=MANY), text[:60])
    yield r.OutcomeShown(replace(order, remarks=MANY), text[:60], refreshes=True, again=True)
    several = tuple((replace(order, reference=str(n)), text[:60]) for n in range(10))
    yield r.OrderNotKnown(text, several[:5], (text[:60],) * 9, (text[:60],) * 9, (text[:60],) * 9)
    yield s.CardShown(replace(order, remarks=MANY), text[:60], refreshes=True, again=True)
    for was in (PLACED, order):
        yield s.StatusNotice(order, text[:60], was)
    yield s.WhichOrder(several)
    for chosen in NOTICES:
        yield s.NoticesOffered(chosen, changed=True)


def test_these_are_all_kinds_of_replies() -> None:
    made_of = ((r, replies("x")), (n, order_replies("x")), (s, [x for x in status_replies("x") if is_of(x, s)]))
    for module, made in made_of:
        kinds = {kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, r.Reply)}
        assert {type(reply) for reply in made} == {kind for kind in kinds if kind.__module__ == module.__name__} - {
            r.Reply
        }


def is_of(reply: r.Reply, module: ModuleType) -> bool:
    return type(reply).__module__ == module.__name__


@pytest.mark.parametrize("number", range(len(NASTY)))
def test_every_reply_can_be_sent_whatever_is_in_it(number: int) -> None:
    for reply in (*replies(NASTY[number]), *order_replies(NASTY[number]), *status_replies(NASTY[number])):
        assert said(reply, OPEN) or isinstance(reply, IN_PASSING)


def test_a_reply_of_a_draft_needs_one() -> None:
    with pytest.raises(KeyError):
        render(WORDS, r.DraftOpen("a", "b", 1), Conversation())


def test_a_placed_order_has_its_three_lines() -> None:
    for reply in (r.OutcomeShown(PLACED, "GuoGuo"), r.StatusShown(PLACED, "GuoGuo")):
        lines = as_read(said(reply, OPEN)[0]).split("\n")
        assert [f"{label}: {value}" for label, value in LINES.items()] == lines[1:4]


@pytest.mark.parametrize(
    ("status", "theirs", "line"),
    [
        (Status.PLACED, "establish", "Status: placed (establish)"),
        (Status.AWAITING_PAYMENT, "0", "Status: awaiting payment (0)"),
        (Status.PLACED, "", "Status: placed"),
        (Status.NO_PARCEL_ACCEPTED, "", "Status: no parcel accepted"),
    ],
)
def test_a_status_is_our_word_and_then_the_suppliers(status: Status, theirs: str, line: str) -> None:
    order = replace(PLACED, status=status, supplier_status=theirs)
    assert line in as_read(said(r.StatusShown(order, "GuoGuo"), OPEN)[0]).split("\n")


def test_a_refusal_gives_the_reason_what_the_supplier_said_and_the_reference() -> None:
    text = as_read(said(r.OutcomeShown(REFUSED, "GuoGuo"), OPEN)[0])
    assert text.split("\n") == [
        "Not placed · GuoGuo",
        "Our credit at GuoGuo is too low for this order. Top it up, then order again.",
        "GuoGuo says: “No.”",
        "Reference: 1001",
    ]


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.REFUSED, "GuoGuo refused the order."),
        (Outcome.NOT_SENT, "GuoGuo did not take the order."),
        (Outcome.UNKNOWN, "The order was sent, but nobody can tell what became of it."),
    ],
)
def test_a_code_that_has_no_sentence_is_told_by_its_outcome(outcome: Outcome, reason: str) -> None:
    order = replace(REFUSED, outcome=outcome, code="brand_new")
    assert as_read(said(r.OutcomeShown(order, "GuoGuo"), OPEN)[0]).split("\n")[1] == reason


def test_a_reopen_button_carries_the_reference() -> None:
    (message,) = said(r.OutcomeShown(REFUSED, "GuoGuo", reopenable=True), OPEN)
    assert [(b.text, b.data) for row in message.rows for b in row] == [("Reopen", "reopen:1001")]


def test_what_does_not_fit_on_the_card_follows_in_a_second_message() -> None:
    order = replace(PLACED, provider="damaijia", remarks=MANY)
    card, *more = said(r.OutcomeShown(order, "Damaijia", refreshes=True, again=True), OPEN)
    assert len(more) == 1
    assert labels(card) == ["Refresh", "Order again"]
    assert labels(more[0]) == []
    assert sum(as_read(message).count("was refused") for message in (card, *more)) == 60


def test_names_titles_and_suppliers_texts_are_shown_as_they_are() -> None:
    nasty = "<b>Tom & Co</b> &lt;"
    shown = [
        r.OutcomeShown(replace(REFUSED, said=nasty), nasty),
        r.StatusShown(replace(PLACED, number=nasty, supplier_status=nasty, person=nasty), nasty),
        r.Summarised(nasty, (r.Line("Name", nasty, nasty), r.Block("Items", (nasty,), 0))),
        r.CheckingShown("Product", nasty, nasty),
        r.OrderNotKnown(nasty),
        r.AccountsOffered((("a", nasty),), nasty),
    ]
    for reply in shown:
        (message,) = said(reply, OPEN)
        assert nasty in as_read(message)


def test_accounts_are_told_apart_by_the_last_letter_of_the_longest_title() -> None:
    titles = ["x" * 59 + last for last in "ab"]
    (message,) = said(r.AccountsOffered((("a", titles[0]), ("b", titles[1]))), OPEN)
    assert labels(message) == titles


def test_a_question_says_what_it_is_and_gives_an_example() -> None:
    question = Question(("a",), "Quantity", "How many.", "10", skips=("a",))
    (message,) = said(r.Asked(question, 3, 4), OPEN)
    assert as_read(message) == "Quantity · 3/4\nHow many.\nExample: 10"
    assert labels(message) == ["Skip", "Back", "Cancel"]


def test_a_choice_is_its_wire_value_with_a_word_after_it() -> None:
    question = Question(("a",), "Source", choices=("taobao", "jd"))
    (message,) = said(r.Asked(question, 1, 1), OPEN)
    assert labels(message) == ["taobao", "jd JD.com", "Back", "Cancel"]


def test_every_reason_that_is_not_foreseen_is_still_a_sentence() -> None:
    (message,) = said(r.Asked(Question(("a",), "A"), 1, 1, Problem(("a",), "brand_new")), OPEN)
    assert as_read(message).split("\n")[1] == "Not accepted: that doesn't fit here."


def test_the_commands_menu_is_within_telegrams_limits() -> None:
    assert [command for command, _ in commands(WORDS)] == [
        "order",
        "status",
        "orders",
        "unknown",
        "balance",
        "notify",
        "cancel",
        "language",
        "help",
    ]
    assert all(1 <= len(text) <= 256 for _, text in commands(WORDS))
