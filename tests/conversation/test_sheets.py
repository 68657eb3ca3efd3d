"""Sheets in the conversation: asked for, sent, read and corrected, whatever else is open."""

from collections.abc import Collection, Mapping

from bot.conversation import events, replies
from bot.conversation.engine import advance
from bot.conversation.events import SheetVerb, TrayAction
from bot.conversation.known import Account, Known
from bot.conversation.requests import KeepTray, ReadSheet, SayOfSheet
from bot.conversation.state import IDLE, Duplicate
from bot.conversation.step import Step
from bot.conversation.tray import RowState, Tray, TrayRow
from bot.conversation.views import ColumnView, SheetView
from providers.damaijia.form import DamaijiaForm
from providers.guoguo.form import DefaultOrder

GIFTS, LIKES = Account("gifts", "Damaijia", DamaijiaForm), Account("likes", "GuoGuo", DefaultOrder)
COLUMNS = (ColumnView("收件人", "recipients.consignee", "Recipient"), ColumnView("嘱咐", "", "", sure=False))
VIEW = SheetView("s", "orders.xlsx", "gifts", 1, COLUMNS, roles=(("remark", "Note"), ("", "")), others=("likes",))
WHOLE = {
    "product_id": "614",
    "gift": None,
    "product_number": "1",
    "remark": "x",
    "source": "taobao",
    "recipients": [
        {
            "consignee": "王小明",
            "mobile": "13800000001",
            "province": "浙江省",
            "city": "杭州市",
            "district": "余杭区",
            "address": "文一路1号",
            "platform_order_sn": None,
        }
    ],
    "sender": None,
}


class Knows(Known):
    """A sheet with these rows, of which some were ordered before."""

    def __init__(
        self, *rows: TrayRow, before: Collection[str] = (), accounts: tuple[Account, ...] = (GIFTS, LIKES)
    ) -> None:
        super().__init__({one.name: one for one in accounts}, "0badcafe", "1001")
        self.rows = rows
        self.before = before
        self.kept: Tray | None = None

    def sheet(self, sheet: str) -> tuple[SheetView, tuple[TrayRow, ...]] | None:
        return (VIEW, self.rows) if sheet == "s" else None

    def sheet_orders(self, account: str, rows: Collection[tuple[str, ...]]) -> Mapping[tuple[str, ...], Duplicate]:
        known = [keys for keys in rows if account in self.accounts and set(keys) & set(self.before)]
        return {keys: Duplicate(reference="9", number="L9") for keys in known}

    def tray(self, tray: str) -> Tray | None:
        return self.kept if self.kept is not None and self.kept.id == tray else None


def row(n: int, **changed: str) -> TrayRow:
    return TrayRow(answers=WHOLE | {"product_number": str(n)} | changed, number=n + 1, keys=(f"k{n}",))


def said(event: events.Event, known: Known) -> Step:
    return advance(IDLE, event, known)


def kinds(step: Step) -> list[str]:
    return [type(one).__name__ for one in step.replies]


def states(step: Step) -> dict[RowState, int]:
    (shown,) = (one for one in step.replies if isinstance(one, replies.TrayShown))
    return {state: n for state, n in shown.counts.items() if n}


def test_an_empty_sheet_is_for_the_account_that_is_meant() -> None:
    assert said(events.SheetRequested("gifts"), Knows()).replies == (replies.EmptySheet("gifts", "Damaijia"),)
    assert said(events.SheetRequested(), Knows(accounts=(GIFTS,))).replies == (replies.EmptySheet("gifts", "Damaijia"),)
    (offered,) = said(events.SheetRequested("nobody"), Knows()).replies
    assert isinstance(offered, replies.AccountsOffered)
    assert (offered.command, offered.unknown) == ("sheet", "nobody")


def test_a_sheet_that_was_sent_is_read_by_a_worker() -> None:
    step = said(events.SheetSent("file", "orders.xlsx", 1000, "gifts"), Knows())
    assert step.requests == (ReadSheet("0badcafe", "file", "orders.xlsx", "gifts"),)
    assert kinds(step) == ["SheetReading"]


def test_a_sheet_that_is_too_large_is_not_fetched_at_all() -> None:
    step = said(events.SheetSent("file", "orders.xlsx", 5_000_001), Knows())
    assert (kinds(step), step.requests) == (["SheetNotTaken"], ())


def test_rows_of_a_sheet_are_ready_unless_they_were_ordered_before_or_lack_something() -> None:
    lacking = TrayRow(answers={"product_id": "614"}, number=4, keys=("k3",))
    step = said(events.SheetRead("s"), Knows(row(1), row(2), lacking, before=["k2"]))
    assert kinds(step) == ["SheetShown", "TrayShown"]
    assert states(step) == {RowState.READY: 1, RowState.BEFORE: 1, RowState.OPEN: 1}


def test_a_sheet_without_an_order_says_what_it_is() -> None:
    assert kinds(said(events.SheetRead("s"), Knows())) == ["SheetShown"]
    assert kinds(said(events.SheetRead("gone"), Knows(row(1)))) == []


def test_more_rows_than_a_batch_has_are_refused_as_a_whole() -> None:
    known = Knows(row(1), row(2))
    known.batch_rows = 1
    assert kinds(said(events.SheetRead("s"), known)) == ["SheetShown", "BatchRefused"]


def test_rows_for_which_a_message_is_too_small_are_shown_in_a_file_and_can_be_confirmed() -> None:
    step = said(events.SheetRead("s"), Knows(*(row(n) for n in range(1, 200))))
    assert kinds(step) == ["SheetShown", "TrayFile", "TrayShown"]
    shown = step.replies[-1]
    assert isinstance(shown, replies.TrayShown)
    assert shown.confirms
    # The same for what a button changes in all of them.
    (kept,) = (one for one in step.requests if isinstance(one, KeepTray))
    tray = Tray.model_validate_json(kept.kept)
    assert (tray.sheet, tray.seen, len(tray.ready)) == ("s", 199, 199)


def test_a_column_is_what_a_person_says() -> None:
    known = Knows(row(1))
    assert kinds(said(events.SheetTapped("s", SheetVerb.COLUMN, 1), known)) == ["SheetShown"]
    step = said(events.SheetTapped("s", SheetVerb.ROLE, 1, 0), known)
    assert step.requests == (SayOfSheet("s", place=1, role="remark"),)
    for tap in (("s", SheetVerb.COLUMN, 2), ("s", SheetVerb.ROLE, 1, 2), ("gone", SheetVerb.TOLD)):
        assert kinds(said(events.SheetTapped(*tap), known)) == ["Stale"]


def test_a_sheet_is_read_once_more_for_another_account() -> None:
    known = Knows(row(1))
    step = said(events.SheetRead("s"), known)
    (kept,) = (one for one in step.requests if isinstance(one, KeepTray))
    known.kept = Tray.model_validate_json(kept.kept)
    tapped = events.TrayTapped(known.kept.id, known.kept.revision, TrayAction.ELSEWHERE)
    step = said(tapped, known)
    assert (kinds(step), step.requests) == (["SheetReading"], (SayOfSheet("s", account="likes"),))
