"""Parcels are told one by one: for whom, how far, under which numbers, and who gets none."""

import html
import re
from dataclasses import replace

from bot.conversation.replies import CardShown, ParcelsShown, StatusShown
from bot.conversation.state import IDLE
from bot.conversation.views import OrderView, ProgressDetails
from bot.journal.views import details_as_text, details_from_text
from bot.words.render import render
from providers.orders import Outcome, Parcel, ParcelState, Remark, Tracking
from tests.words.reading import WORDS, as_read, labels

SHIPPED = Parcel(ParcelState.SHIPPED, "1001001", "王小明", "2021020411023208", "s", "SF123456", "Courier")
WAITS = Parcel(ParcelState.NOT_SHIPPED, "1001003", "李小红", "1001003", "p")
REFUSED = Remark("recipient_refused", {"number": "2", "recipient": "陳大文", "reason": "2001 该地区已禁发"})
NAMES = (("王小明", "2021020411023208"), ("陳大文", ""), ("李小红", ""))
ORDER = OrderView(
    "1001",
    "gifts",
    "damaijia",
    outcome=Outcome.PLACED,
    number="A",
    status="placed",
    explained=frozenset("fpsc"),
    remarks=(REFUSED,),
    details=ProgressDetails(tracking=(Tracking("SF123456", "Courier"),), parcels=(SHIPPED, WAITS)),
    recipients=NAMES,
)


def many(n: int) -> OrderView:
    parcels = tuple(
        replace(WAITS, id=f"1001{place:03}", recipient=f"{place}號") for place in range(1, n + 1) if place != 2
    )
    return replace(ORDER, details=ProgressDetails(parcels=parcels), recipients=())


def lines(order: OrderView, kind: type[CardShown | StatusShown] = StatusShown) -> list[str]:
    text = render(WORDS, kind(order, "Damaijia"), IDLE)[0].html
    found = html.unescape(re.sub("<[^>]*>", "", text)).split("\n")
    return [line for line in found if re.match(r"[0-9]+\. |Parcels|\+ |Tracking|Recipient|•", line)]


def test_a_card_and_an_answer_have_a_line_for_each_recipient() -> None:
    expected = [
        "Parcels · 2",
        "1. 王小明 · 2021020411023208 · shipped · SF123456 (Courier)",
        "2. 陳大文 · no parcel: 2001 该地区已禁发",
        "3. 李小红 · not shipped",
    ]
    assert lines(ORDER) == lines(ORDER, CardShown) == expected


def test_who_gets_none_is_told_before_the_parcels_are_known() -> None:
    order = replace(ORDER, details=ProgressDetails())
    assert lines(order) == ["Recipient 2, 陳大文, was refused. Damaijia says: 2001 该地区已禁发"]


def test_rows_without_our_ids_are_told_by_names_that_only_one_has() -> None:
    nameless = tuple(replace(parcel, id="", platform_number="") for parcel in (WAITS, SHIPPED))
    order = replace(ORDER, details=ProgressDetails(parcels=nameless))
    assert lines(order)[1:4:2] == [
        "1. 王小明 · 2021020411023208 · shipped · SF123456 (Courier)",
        "3. 李小红 · not shipped",
    ]
    # Nobody can tell which of the two it is for, so it stands last and has no number.
    twins = replace(order, recipients=(*NAMES, NAMES[0]))
    assert lines(twins)[-1] == "• 王小明 · shipped · SF123456 (Courier)"


def test_a_recipient_of_whom_nothing_was_said_is_said_to_have_none_yet() -> None:
    order = replace(ORDER, remarks=())
    assert lines(order)[2] == "2. 陳大文 · no parcel in the list yet"
    unsure = replace(order, details=ProgressDetails(parcels=(replace(SHIPPED, id="", recipient=""), WAITS)))
    assert "in the list yet" not in "".join(lines(unsure))


def test_of_many_a_card_shows_ten_with_those_who_get_none_and_the_way_to_all() -> None:
    order = many(60)
    shown = lines(order)
    assert shown[0] == "Parcels · 59"
    assert len(shown) == 12
    assert "2. 陳大文 · no parcel: 2001 该地区已禁发" in shown
    assert shown[-1] == "+ 50 more"
    (message,) = render(WORDS, StatusShown(order, "Damaijia"), IDLE)
    assert labels(message) == ["Show all parcels"]
    assert labels(render(WORDS, StatusShown(many(9), "Damaijia"), IDLE)[0]) == []


def test_all_parcels_are_shown_page_by_page() -> None:
    order, seen = many(60), set()
    for page, buttons in ((1, ["1/3", "›"]), (2, ["‹", "2/3", "›"]), (3, ["‹", "3/3"]), (9, ["‹", "3/3"])):
        (message,) = render(WORDS, ParcelsShown(order, "Damaijia", page), IDLE)
        assert labels(message) == buttons
        seen |= set(re.findall(r"(?m)^([0-9]+)\. ", as_read(message)))
    assert seen == {str(n) for n in range(1, 61)}


def test_the_longest_values_fit_into_one_message() -> None:
    long = Parcel(ParcelState.UNCLEAR, "", "🎁" * 64, "9" * 64, "x" * 30, "A" * 40, "&" * 60)
    order = replace(ORDER, details=ProgressDetails(parcels=(long,) * 999), about="🎁" * 300)
    for page in (1, 40):
        (message,) = render(WORDS, ParcelsShown(order, "🎁" * 60, page), IDLE)
        as_read(message)


def test_parcels_are_kept_as_they_are_and_texts_from_before_have_none() -> None:
    assert details_from_text(details_as_text(ORDER.details)) == ORDER.details
    assert details_from_text("{}").parcels == ()
