"""Every kind of reply has its words, whatever is put into them."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.buttons.list_buttons import MOST_TEXT
from bot.conversation import events, replies
from bot.conversation.events import NOTICES, BalanceView, NumberCheck
from bot.conversation.questions import Problem, Question
from bot.conversation.replies import HintCode, NoteCode, ToastCode
from bot.conversation.state import Conversation, Draft, Duplicate, Phase
from bot.conversation.tray import RowState
from bot.conversation.views import (
    EVERYTHING,
    STATES,
    BatchState,
    BatchView,
    Candidate,
    ColumnView,
    Days,
    Direction,
    Evidence,
    Freshness,
    Hold,
    Listing,
    LookEnd,
    Menu,
    OrderView,
    PersonView,
    ProgressDetails,
    SheetView,
    Wanted,
)
from bot.sheets.sheet import SheetFault
from bot.words.render import IN_PASSING, commands, render
from providers.orders import Money, Outcome, Parcel, ParcelState, Remark, Status, Tracking
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


def general_replies(text: str) -> Iterator[replies.Reply]:
    """One of every kind, and of those with several faces one of each, with `text` in every gap."""
    line = replies.Line("Title", text, text)
    question = Question(("a",), "Title", text[:500], text[:500], ("jd", "other"), ("a",))
    problem = Problem(("a",), "too_short", {"min_length": text[:500]})
    order = replace(PLACED, number=text, supplier_status=text, person=text, said=text, params={"fields": text})
    duplicate = Duplicate(reference="1000", number=text.encode(errors="replace").decode(), person="x", confirmed_at=1)
    yield from (
        replies.Welcomed(),
        replies.HelpShown(),
        replies.LanguagesOffered(),
        replies.LanguagesOffered("en"),
        replies.NothingOpen(),
        replies.Stale(),
    )
    yield from (
        replies.Hint(HintCode.UNKNOWN_COMMAND, {"command": text}),
        *(replies.NotText(medium) for medium in events.Medium),
        replies.NotText(events.Medium.PHOTO, captioned=True),
        replies.NotText(events.Medium.STICKER, taps=True),
        replies.Closed("Title", text),
        replies.Closed("Title"),
        replies.Closed("Title", "先生", is_choice=True),
        *(replies.NotTaken(texts, why) for texts in ((text,), (text, f"{text}2")) for why in events.Missed),
    )
    yield replies.AccountsOffered((("a" * 32, text[:60] or "x"), ("b", "B")), text)
    yield replies.Asked(question, replies.Progress(1, 2), problem, insist=True, note=NoteCode.FIRST_QUESTION)
    yield replies.Asked(replace(question, choices=()), replies.Progress(30, 30, 10**6, "Items"))
    yield replies.Asked(question, present=replies.Line("Title", text, text))
    yield replies.CheckingShown("Product", text, text[:60])
    for items in ((), (text,) * 10):
        yield replies.Listed("Recipients", replies.Block("Recipients", items, 989), 999, can_add=bool(items))
    yield replies.AllShown((replies.Block("Items", (text,) * 60, 0), replies.Block("Recipients", (text[:9],), 0)))
    for purpose in ("change", "remove", "edit"):
        yield replies.Choices(purpose, (line,) * 8, 992, 124, 126)
    yield replies.Summarised(
        text[:60],
        ((line,) * 20 + (replies.Block("Items", (text,) * 10, 50),)),
        (problem,),
        retried=True,
        duplicate=duplicate,
        unlisted=(text,) * 25,
        repeats=replies.Repeated(text),
    )
    changed = (replace(line, changed=True), replies.Block("Items", (text,) * 10, 50, changed=(0, 9)))
    yield replies.Summarised(text[:60], changed, repeats=replies.Repeated(text, is_changed=True))
    yield from (
        replies.DraftOpen(text[:60], "a" * 32, 3),
        replies.DraftOpen(text[:60], "a" * 32, 3, drops=replies.DraftLine("0123abcd", text[:60], text, at=1)),
        replies.DraftCancelled(text[:60], "0123abcd"),
        replies.DraftCancelled(text[:60], "0123abcd", text),
        replies.PastedShown(
            text[:60],
            ((0, replies.Line("Product", text)), *((n, replies.Line("Recipient", text)) for n in range(1, 31))),
            ((2, replies.Line("District", text)),),
            ((0, replies.Line("Quantity", text), Problem((), "less_than_equal", {"le": "10"})),),
            (text,),
        ),
        replies.NothingOpen(parked=20),
        *drafts(text),
        *people(text),
        replies.EmptySheet("a" * 32, text[:60]),
        replies.AccountGone(text[:60]),
    )
    yield replies.SendingShown(text[:60], "1001")
    yield replies.StatusShown(replace(order, outcome=None), text[:60])
    for outcome in Outcome:
        settled = replace(order, outcome=outcome, code="fields_not_valid", remarks=MANY)
        yield from (replies.OutcomeShown(settled, text[:60], reopenable=True), replies.StatusShown(settled, text[:60]))
        listed = replace(EVERYTHING, account="a" * 32, text="x" * MOST_TEXT)
        whole = replies.StatusShown(replace(settled, replaced_by="9" * 15), text[:60], again=True, reopenable=True)
        yield replace(whole, earlier=(settled,) * 5, listed=listed)
    yield from (replies.CommandMeant(f"/{text}", "order", text), replies.CommandMeant(f"/{text}", "cancel"))
    parcels = (Parcel(ParcelState.UNCLEAR, text[:64], text[:64], text[:64], text[:30], text[:40], text[:60]),) * 40
    of_many = replace(order, details=ProgressDetails(parcels=parcels), outcome=Outcome.PLACED, remarks=MANY)
    yield from (replies.ParcelsShown(of_many, text[:60], 2), replies.StatusShown(of_many, text[:60]))
    yield from (replies.StatusAsked(), replies.OrderNotKnown(text), replies.OrdersListed(()))
    yield from lists_of_orders(tuple((replace(order, reference=f"{n}"), text[:60]) for n in range(8)), text)


def drafts(text: str) -> Iterator[replies.Reply]:
    lines = (
        replies.DraftLine("0123abcd", text[:60], text, "Quantity", 2, 6),
        replies.DraftLine("0123abce", text[:60], text, step=6, steps=6, at=1),
        replies.DraftLine("0123abcf", text[:60], at=1),
    )
    for line in lines:
        yield from (replies.DraftKept(line), replies.DraftKept(line, 19), replies.DraftsListed((), removed=line))
    many = tuple(replace(line, draft=f"{n}{line.draft[1:]}") for n in range(1, 8) for line in lines)
    for removing in (False, True):
        yield from (replies.DraftsListed(many, removing, lines[0]), replies.DraftsListed(lines[:1], removing))


def people(text: str) -> Iterator[replies.Reply]:
    one = PersonView("0" * 16, text, text, text, (text,) * 6, text[:60], used_at=1, times=2)
    several = tuple(replace(one, id=f"{n:016}") for n in range(8))
    yield from (replies.PeopleListed(several, text, 1, more=True), replies.PeopleListed((), text))
    yield from (replies.PeopleListed(()), replies.PersonShown(one, text), replies.PersonGone())
    yield from (replies.PersonShown(replace(one, of_sender=True)), replies.ForgottenShown(one.id, text))


def lists_of_orders(orders: tuple[tuple[OrderView, str], ...], text: str) -> Iterator[replies.Reply]:
    # Surrogates are removed where updates are read.
    typed = text.encode(errors="replace").decode()
    accounts = tuple((f"{n}" + "a" * 31, f"{n}{text[:60]}") for n in range(4))
    wanted = Wanted(accounts[0][0], STATES[-1], Days.WEEK, 2**63 - 1, "x" * MOST_TEXT, Direction.NEWER, "9" * 15)
    people = ((2**63 - 1, text[:60]), *((n, text[:60]) for n in range(1, 40)))
    listing = Listing(newer=True, older=True, people=people, reader=1, looked_for=200, cut=True)
    yield replies.OrdersListed(orders, wanted, replace(listing, page=0, pages=0), accounts)
    for menu in Menu:
        yield replies.OrdersListed(orders, replace(wanted, menu=menu), listing, accounts)
        yield replies.OrdersListed(orders, replace(EVERYTHING, menu=menu), listing, accounts)
    yield replies.OrdersListed(orders, replace(EVERYTHING, text=typed), replace(listing, cut=False), accounts)
    for too_short in (False, True):
        yield replies.OrdersListed((), replace(EVERYTHING, text=typed), Listing(too_short=too_short))


def balance_replies(text: str) -> Iterator[replies.Reply]:
    known = (BalanceView(text[:60], Decimal("12.30"), text[:10]), BalanceView(text[:60], Decimal(1), "CNY", 90_000_000))
    yield replies.BalancesShown((*known, BalanceView(text[:60])), (text[:60],) * 3)
    yield replies.BalancesShown((), (text[:60],))


def order_replies(text: str) -> Iterator[replies.Reply]:
    """The same for orders after Confirm."""
    order = replace(PLACED, number=text, person=text, said=text, code="no_answer", attempts=3)
    unknown = replace(order, outcome=Outcome.UNKNOWN)
    line = replies.Line("Title", text, text)
    sent = (*(line,) * 20, replies.Block("Items", (text,) * 10, 50))
    facts = {"total": text, "brand_new": text, "time": text}
    found = tuple(Candidate(f"{n}{text}", n, facts, ("total",)) for n in range(9))
    signals = (
        Remark("debit", {"quantity": text, "at": text, "record": text}),
        Remark("brand_new", {"at": "2026-11-22"}),
    )
    yield from (
        replies.RetryShown(unknown, text[:60], 5, 3),
        replies.RetryingShown(unknown, text[:60]),
        replies.Toast(ToastCode.LOOKING),
    )
    for look in LookEnd:
        for showing in replies.Showing:
            known = Evidence(1, 2, 3, 4, look, "code", text, found, signals, text[:40], text[:40], sent_again=1)
            yield replies.EvidenceShown(
                unknown, text[:60], sent, known, reconciles=True, idempotent_create=True, showing=showing
            )
    yield replies.EvidenceShown(unknown, text[:60], (), Evidence(), reconciles=False, idempotent_create=False)
    yield replies.EvidenceClosed(replace(order, outcome=None), text[:60])
    for outcome in (Outcome.PLACED, Outcome.REFUSED, Outcome.NOT_SENT):
        settled = replace(order, outcome=outcome)
        yield from (
            replies.EvidenceClosed(settled, text[:60]),
            replies.OutcomeFound(settled, text[:60], reopenable=True),
        )
    yield from (replies.UnknownListed((), 0), replies.UnknownListed(((unknown, text[:60]),) * 1, 80))
    yield from (replies.NumberWanted("1001", text[:60]), replies.NumberChecking(text[:40], text[:60]))
    for result in NumberCheck:
        if result is not NumberCheck.AGREES:
            yield replies.NumberDoubted(unknown, text[:60], text[:40], result, {"total": text}, ("total",), "1002")
    yield from (replies.Toast(code) for code in ToastCode)


def status_replies(text: str) -> Iterator[replies.Reply]:
    """The same for placed orders and how far they are."""
    parcels = tuple(Tracking(f"{n}{text}", text) for n in range(9))
    details = ProgressDetails(
        Money(Decimal("99.00"), text[:40]), {"created": 1, "brand_new": 2}, parcels, (Remark("x", {"a": text}),)
    )
    order = replace(PLACED, number=text, person=text, details=details, asked_at=10, status_at=5, confirmed_at=1)
    for freshness in Freshness:
        yield replies.StatusShown(order, text[:60], freshness, again=True)
    yield replies.StatusShown(replace(order, reference="", remarks=MANY), text[:60])
    yield replies.OutcomeShown(replace(order, remarks=MANY), text[:60], refreshes=True, again=True)
    several = tuple((replace(order, reference=str(n)), text[:60]) for n in range(10))
    yield replies.OrderNotKnown(text, several[:5], (text[:60],) * 9, (text[:60],) * 9, (text[:60],) * 9)
    yield replies.CardShown(replace(order, remarks=MANY), text[:60], refreshes=True, again=True)
    yield replies.WhichOrder(several)
    yield from (
        replies.OrdersFound(several[:8], (text[:60],) * 8, 2),
        replies.OrderNoticed(order, text[:60], text[:60]),
    )
    for chosen in NOTICES:
        yield replies.NoticesOffered(chosen, changed=True)


def account_replies(text: str) -> Iterator[replies.Reply]:
    """The same for accounts whose settings have changed."""
    yield replies.CustomerAsked(text[:60], "a" * 32, "f" * 16)
    yield from (replies.CustomerNoted(text[:60], same) for same in (True, False))


def batch_replies(text: str) -> Iterator[replies.Reply]:
    """The same for several orders confirmed at once."""
    refused = replace(PLACED, outcome=Outcome.REFUSED, code="x", said=text, about=text, batch="0a" * 4, row=500)
    some = (
        replace(refused, reference="0", outcome=Outcome.UNKNOWN),
        *(replace(refused, reference=f"{n}", row=n) for n in range(1, 10)),
    )
    for state in BatchState:
        whole = BatchView("0a" * 4, "a" * 32, 500, state, placed=500)
        yield replies.BatchShown(whole, text[:60])
        yield replies.BatchShown(replace(whole, placed=400, not_placed=99, unknown=1, concerns=some), text[:60])
    for hold in Hold:
        params = {"n": "3", "reference": "1", "from": "1", "until": "2"}
        held = BatchView("0a" * 4, "a" * 32, 500, BatchState.PAUSED, waiting=497, hold=hold, params=params)
        yield replies.BatchShown(replace(held, not_placed=3, concerns=some[1:4]), text[:60])
    cost = Money(Decimal("1234.5"), text[:10])
    for fault in replies.BatchFault:
        yield replies.BatchRefused(fault, text[:60], tuple(range(500)), 500, cost, cost)


def tray_replies(text: str) -> Iterator[replies.Reply]:
    """The same for the orders of a text before they are confirmed."""
    parts: tuple[replies.Line | replies.Block, ...] = (
        replies.Line("Product", text[:36], text[:60]),
        replies.Line("Quantity", "1,000"),
        replies.Line("Source", "taobao", is_choice=True),
        replies.Block("Recipients", (text[:100], text[:100]), 0),
    )
    problem, before = Problem(("x",), "int_parsing"), Duplicate(reference="1", person=text[:200], confirmed_at=1)
    lines = tuple(
        replies.TrayLine(
            n,
            state,
            parts if n % 2 else (),
            lacks="Note" if state is RowState.OPEN else "",
            problems=(("Phone", problem), ("", problem)) if state is RowState.OPEN else (),
            unsure=(replies.Line("Phone", text[:40]),) if state is RowState.OPEN else (),
            unread=(text[:100],) if state is RowState.OPEN else (),
            duplicate=before if n % 2 else None,
            repeats=1,
        )
        for n, state in enumerate((*RowState, *RowState), 1)
    )
    counts = dict.fromkeys(RowState, 2)
    shown = replies.TrayShown("0a" * 4, 999_999, text[:60], lines[:4], counts, confirms=True)
    yield shown
    yield replace(shown, lines=lines[4:9], common=parts, page=1, pages=3, confirms=False, changed=True)
    yield replace(shown, lines=lines[9:], page=2, pages=3, unread=(text, text), others=(text[:60], text[:60]))
    yield replace(shown, lines=(), counts={RowState.READY: 1}, total=Money(Decimal("1234.5"), text[:10]))
    yield replace(shown, shortage=replies.Shortage(Decimal(1), Decimal(2), text[:10], 1, per_piece=True))
    for options, is_choice in ((("taobao", "other"), True), ((text[:1000], ""), False)):
        yield replace(shown, gap=replies.TrayGap("Note", 7, options, is_choice, is_optional=not is_choice))
    yield replace(shown, alike=(replies.Line("Note", text), replies.Line("Source", "jd", is_choice=True)), alike_rows=3)
    yield replace(shown, counts={RowState.OPEN: 4})
    yield replies.TrayClosed("0a" * 4, text[:60], 20, 999_999)


def sheet_replies(text: str) -> Iterator[replies.Reply]:
    yield replies.SheetReading("0a" * 4, text[:60])
    yield from (replies.SheetNotTaken("0a" * 4, text, fault, {"most": "5", "cell": "B"}) for fault in SheetFault)
    roles = (("recipients.consignee", "Recipient"), ("@name", ""), ("@person", ""), ("key", ""), ("", ""))
    columns = tuple(ColumnView(text[:200], role, title, sure=bool(title)) for role, title in roles * 8)
    view = SheetView("0a" * 4, text, "gifts", 500, columns, tuple(range(40)), (2, 3), roles * 8, (text, text))
    yield replies.SheetShown(view, text[:60])
    yield replies.SheetShown(view, text[:60], listing=True)
    yield from (replies.SheetShown(view, text[:60], column=place) for place in (0, 4))
    yield replies.SheetShown(SheetView("0a" * 4, text, "gifts", 0), text[:60])
    yield replies.SheetReturned("0a" * 4, text)
    yield replies.TrayFile("0a" * 4, text[:60], "gifts", (), (), ())


def every_reply(text: str) -> Iterator[replies.Reply]:
    yield from general_replies(text)
    yield from order_replies(text)
    yield from status_replies(text)
    yield from balance_replies(text)
    yield from account_replies(text)
    yield from batch_replies(text)
    yield from tray_replies(text)
    yield from sheet_replies(text)


def test_these_are_all_kinds_of_replies() -> None:
    made = {type(reply) for reply in every_reply("x")}
    kinds = {kind for kind in vars(replies).values() if isinstance(kind, type) and issubclass(kind, replies.Reply)}
    assert made == kinds - {replies.Reply}


@pytest.mark.parametrize("number", range(len(NASTY)))
def test_every_reply_can_be_sent_whatever_is_in_it(number: int) -> None:
    for reply in every_reply(NASTY[number]):
        assert said(reply, OPEN) or isinstance(reply, IN_PASSING)


def test_a_reply_of_a_draft_needs_one() -> None:
    with pytest.raises(KeyError):
        render(WORDS, replies.DraftOpen("a", "b", 1), Conversation())


def test_a_placed_order_has_its_three_lines() -> None:
    for reply in (replies.OutcomeShown(PLACED, "GuoGuo"), replies.StatusShown(PLACED, "GuoGuo")):
        lines = as_read(said(reply, OPEN)[0]).split("\n")
        assert [f"{label}: {value}" for label, value in LINES.items()] == lines[1:4]


@pytest.mark.parametrize(
    ("status", "theirs", "line"),
    [
        (Status.PLACED, "establish", "Status: placed (establish)"),
        (Status.AWAITING_PAYMENT, "0", "Status: awaiting payment"),
        (Status.PLACED, "7", "Status: placed (7)"),
        (Status.PLACED, "", "Status: placed"),
        (Status.NO_PARCEL_ACCEPTED, "", "Status: no parcel accepted"),
    ],
)
def test_a_status_is_our_word_and_then_the_suppliers_where_it_says_something_else(
    status: Status, theirs: str, line: str
) -> None:
    order = replace(PLACED, status=status, supplier_status=theirs, explained=frozenset("01"))
    assert line in as_read(said(replies.StatusShown(order, "GuoGuo"), OPEN)[0]).split("\n")


def test_a_refusal_gives_the_reason_what_the_supplier_said_and_the_reference() -> None:
    text = as_read(said(replies.OutcomeShown(REFUSED, "GuoGuo"), OPEN)[0])
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
    assert as_read(said(replies.OutcomeShown(order, "GuoGuo"), OPEN)[0]).split("\n")[1] == reason


def test_an_answer_that_differs_is_told_with_its_number_and_the_facts_in_words() -> None:
    params = {"number": "#1206", "facts": "our_id, email, brand_new"}
    order = OrderView("1001", "guoguo", "guoguo", {}, Outcome.UNKNOWN, code="answer_differs", params=params)
    [card] = said(replies.OutcomeShown(order, "GuoGuo"), Conversation())
    assert "order number #1206" in as_read(card)
    assert "(our reference, e-mail, brand new)" in as_read(card)


def test_a_reopen_button_carries_the_reference() -> None:
    (message,) = said(replies.OutcomeShown(REFUSED, "GuoGuo", reopenable=True), OPEN)
    assert [(b.text, b.data) for row in message.rows for b in row] == [("Reopen", "reopen:1001")]


def test_what_does_not_fit_on_the_card_follows_in_a_second_message() -> None:
    order = replace(PLACED, provider="damaijia", remarks=MANY)
    card, *more = said(replies.OutcomeShown(order, "Damaijia", refreshes=True, again=True), OPEN)
    assert len(more) == 1
    assert labels(card) == ["Refresh", "Order again"]
    assert labels(more[0]) == []
    assert sum(as_read(message).count("was refused") for message in (card, *more)) == 60


def test_names_titles_and_suppliers_texts_are_shown_as_they_are() -> None:
    nasty = "<b>Tom & Co</b> &lt;"
    shown = [
        replies.OutcomeShown(replace(REFUSED, said=nasty), nasty),
        replies.StatusShown(replace(PLACED, number=nasty, supplier_status=nasty, person=nasty), nasty),
        replies.Summarised(nasty, (replies.Line("Name", nasty, nasty), replies.Block("Items", (nasty,), 0))),
        replies.CheckingShown("Product", nasty, nasty),
        replies.OrderNotKnown(nasty),
        replies.AccountsOffered((("a", nasty),), nasty),
    ]
    for reply in shown:
        (message,) = said(reply, OPEN)
        assert nasty in as_read(message)


def test_accounts_are_told_apart_by_the_last_letter_of_the_longest_title() -> None:
    titles = ["x" * 59 + last for last in "ab"]
    (message,) = said(replies.AccountsOffered((("a", titles[0]), ("b", titles[1]))), OPEN)
    assert labels(message) == titles


def test_a_question_says_what_it_is_and_gives_an_example() -> None:
    question = Question(("a",), "Quantity", "How many.", "10", skips=("a",))
    (message,) = said(replies.Asked(question, replies.Progress(3, 4)), OPEN)
    assert as_read(message) == "Quantity · ●●●○\nHow many.\nExample: 10"
    assert labels(message) == ["Skip", "Back", "Cancel"]


def test_a_choice_is_its_wire_value_with_a_word_after_it() -> None:
    question = Question(("a",), "Source", choices=("taobao", "jd"))
    (message,) = said(replies.Asked(question), OPEN)
    assert labels(message) == ["taobao", "jd JD.com", "Back", "Cancel"]


def test_every_reason_that_is_not_foreseen_is_still_a_sentence() -> None:
    (message,) = said(replies.Asked(Question(("a",), "A"), problem=Problem(("a",), "brand_new")), OPEN)
    assert as_read(message).split("\n")[1] == "Not accepted: that doesn't fit here."


def test_the_commands_menu_is_within_telegrams_limits() -> None:
    assert [command for command, _ in commands(WORDS)] == [
        "order",
        "sheet",
        "drafts",
        "status",
        "orders",
        "people",
        "unknown",
        "balance",
        "notify",
        "cancel",
        "language",
        "help",
    ]
    assert all(1 <= len(text) <= 256 for _, text in commands(WORDS))


def test_items_that_are_all_shown_are_not_cut_and_go_over_several_messages() -> None:
    items = tuple(f"{n}-{'長' * 900}-{n}" for n in range(60))
    messages = said(replies.AllShown((replies.Block("Items", items, 0),)), OPEN)
    assert len(messages) > 1
    told = "".join(as_read(message) for message in messages).replace("\n", "")
    assert all(item in told for item in items)
