"""Every code that the program uses has its sentence, and every sentence is used."""

import ast
import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po
from pydantic_core.core_schema import ErrorType

from bot.conversation.events import NOTICES, Medium, Missed, NumberCheck, Steering
from bot.conversation.likelihood import FORM_CHANGED, Likely
from bot.conversation.replies import BatchFault, HintCode, NoteCode, ToastCode
from bot.conversation.tray import RowState
from bot.conversation.trials import BUTTON_WORD
from bot.conversation.views import STATES, BatchState, Days, Freshness, Hold, Menu, Reason
from bot.sheets.row_cells import OF_ROWS
from bot.sheets.sheet import Mark, SheetFault
from bot.sheets.write import RESULTS
from providers.damaijia.create import REFUSALS as DAMAIJIA
from providers.guoguo.create import PER_FIELD
from providers.guoguo.create import REFUSALS as GUOGUO
from providers.orders import Outcome, Status
from providers.registry import names
from tests.words.reading import WORDS

ROOT = Path(__file__).parents[2]
PROVIDERS = names()
ERRORS = {"OrderRefused", "ProviderUnavailable", "AccessDenied", "OutcomeUnknown", "OrderNotFound"} | {
    "ReadingFailed",
    "NoAnswer",
    "NotAsked",
}
ENGLISH = ROOT / "bot" / "words" / "locales" / "en"


@cache
def trees(*folders: str) -> list[ast.Module]:
    return [ast.parse(path.read_text("utf-8")) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def constants(*folders: str) -> frozenset[str]:
    """All texts in the code, those inside f-strings too."""
    nodes = (node for tree in trees(*folders) for node in ast.walk(tree))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


@cache
def constants_of(path: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def first_arguments(names: set[str], *folders: str) -> set[str]:
    """The texts that calls of these names have as their first argument."""
    found = set()
    for tree in trees(*folders):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args:
                argument = node.args[0]
                options = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
                found |= {o.value for o in options if isinstance(o, ast.Constant) and isinstance(o.value, str)}
    return found


def is_said(*keys: str) -> bool:
    return any(WORDS.find(key) for key in keys)


def defined() -> list[str]:
    texts = [BytesIO(path.read_bytes()) for path in sorted(ENGLISH.glob("*.po"))]
    ids = [message.id for text in texts for message in read_po(text) if message.id]
    return [str(one[0] if isinstance(one, tuple | list) else one) for one in ids]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_error_of_a_provider_is_said(provider: str) -> None:
    codes = first_arguments(ERRORS, f"providers/{provider}")
    assert codes
    assert [code for code in codes if not is_said(f"refusal.{provider}.{code}", f"refusal.{code}")] == []


def test_every_error_that_providers_share_is_said() -> None:
    assert [code for code in first_arguments(ERRORS, "providers") if not said_somewhere(code)] == []


def said_somewhere(code: str) -> bool:
    return is_said(f"refusal.{code}", *(f"refusal.{provider}.{code}" for provider in PROVIDERS))


@pytest.mark.parametrize(
    "key",
    [
        *(f"refusal.guoguo.{code}" for code in GUOGUO),
        *(f"refusal.guoguo.{code}_in" for code in PER_FIELD),
        *(f"refusal.damaijia.{code}" for code, _ in DAMAIJIA.values()),
        *(f"remark.damaijia.{who}_{what}" for who in ("recipient", "parcel") for what in ("refused", "unclear")),
        *(f"refusal.other_{outcome}" for outcome in Outcome if outcome is not Outcome.PLACED),
        *(f"outcome.{outcome}" for outcome in Outcome),
        *(f"status.{outcome}" for outcome in Outcome if outcome is not Outcome.PLACED),
        *(f"medium.{medium}" for medium in Medium),
        *(f"missed_{number}.{why}" for number in ("one", "several") for why in Missed),
    ],
)
def test_what_is_put_together_from_a_code_is_said(key: str) -> None:
    assert is_said(key)


def test_every_reason_of_our_own_is_said() -> None:
    calls = [node for tree in trees("bot") for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = {
        str(word.value.value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Result"
        for word in call.keywords
        if word.arg == "code" and isinstance(word.value, ast.Constant) and word.value.value
    }
    assert given
    assert sorted(code for code in given | set(Reason) if not is_said(f"refusal.{code}")) == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_remark_of_a_provider_is_said(provider: str) -> None:
    codes = first_arguments({"Note"}, f"providers/{provider}")
    assert [code for code in codes if not is_said(f"remark.{provider}.{code}", f"signal.{provider}.{code}")] == []


def test_every_code_of_our_own_checks_is_said() -> None:
    codes = first_arguments({"PydanticCustomError", "PydanticKnownError"}, "providers")
    assert codes
    assert [code for code in codes if not is_said(f"validation.{code}")] == []


def test_every_doubt_is_said() -> None:
    codes = first_arguments({"Doubt"}, "providers")
    assert codes
    assert [code for code in codes if not is_said(f"doubt.{code}")] == []


def test_every_sentence_is_used() -> None:
    assert [key for key in defined() if not is_used(key)] == []


PYDANTIC = set(get_args(ErrorType))
COMMANDS = {
    *("order", "sheet", "people", "drafts", "status", "orders", "unknown", "balance"),
    *("notify", "cancel", "language", "help"),
}
LOOKS = {"denied", "other_identity", "unforeseen", FORM_CHANGED}
KINDS_OF_TEXT = {"links", "parcels", "other_region"}
SAID_OTHERWISE = {
    *("confirm", "edit", "done", "add_another", "change", "remove", "keep", "skip", "back", "cancel"),
    *("undo", "continue", "start_anew", "use_anyway", "search"),
}
"""Buttons that have further words."""
VALUES = {
    "tray": {f"n_{state}" for state in RowState},
    "medium": {str(medium) for medium in Medium} | {"caption", "tap"},
    "missed_one": {str(why) for why in Missed},
    "missed_several": {str(why) for why in Missed},
    "outcome": {str(outcome) for outcome in Outcome},
    "status": {str(outcome) for outcome in Outcome} | {str(one).replace(" ", "_") for one in Freshness},
    "hint": set(map(str, HintCode)),
    "note": set(map(str, NoteCode)),
    "nothing": {str(medium) for medium in Medium},
    "look": LOOKS,
    "reading": KINDS_OF_TEXT,
    "region": {"cn", "tw", "hk", "mo"},
    "parcels": {"recipient_refused", "recipient_unclear"},
    "pattern": {"day", "day_and_year"},
    "typed": {"start", *COMMANDS},
    "command": COMMANDS,
    "menu": {"change", "remove", "edit"},
    "item": {"Items", "Recipients"},
    "unknown": {*map(str, Outcome), "sending", "found", "nothing", "nothing_yet", "failed"},
    "number": {result.replace(" ", "_") for result in NumberCheck},
    "likely": set(map(str, Likely)) | {"listed_undated", "resembled_undated", "resembled_then_undated"},
    "objection": {"listed", "resembled", "listed_undated", "resembled_undated"},
    "list": {*map(str, Days), "open", "unknown", "not_placed", *(f"ask_{menu}" for menu in Menu)},
    "also": {
        *(f"list.{code.replace(' ', '_')}" for code in (*STATES, *Days, "orders", "mine")),
        *(f"button.{button}" for button in SAID_OTHERWISE),
    },
    "button": {*(f"by_{menu}" for menu in Menu), *(f"batch_{verb}" for verb in Steering)},
    "batch": {*map(str, BatchState), *(f"why_{hold}" for hold in Hold), *(f"fault_{one}" for one in BatchFault)},
    "doubt": {BUTTON_WORD},
    "toast": set(map(str, ToastCode)),
    "time": {"created", "updated", "paid", "shipped", "completed", "cancelled", "refunded", "other"},
    "notice": {str(status).replace(" ", "_") for status in Status},
    "notify": {*NOTICES, *(f"{choice}_text" for choice in NOTICES)},
    "accounts": {"ask_sheet"},
    "sheet": {
        *(f"result_{result}" for result in RESULTS),
        *(f"refused_{fault}" for fault in SheetFault),
        *(f"fault_{code}" for code in (*Mark, *OF_ROWS)),
        *("unused", "hidden", "examples", "pages", "aside", "merged"),
        *("role_key", "role_name", "role_person", "role_ignored"),
    },
}
"""What keys are put together with, where the code has no text for it."""


def is_used(key: str) -> bool:
    in_bot, in_providers = constants("bot"), constants("providers")
    if key in in_bot:
        return True
    head, _, rest = key.partition(".")
    beginnings = {f"{head}.", f"{head}.{rest.partition('_')[0]}_", f"{head}.{rest.partition('.')[0]}."}
    if rest in VALUES.get(head, set()) and beginnings & in_bot:
        return True
    provider, _, code = rest.partition(".")
    match head:
        case "refusal" | "remark" | "signal" if code:
            own = constants(f"providers/{provider}")
            parts = code.split("_")
            pieces = {code, code.removesuffix("_in")}
            return bool(pieces & own) or {f"{parts[0]}_", parts[-1]} <= own
        case "refusal":
            return rest in in_bot | in_providers or rest.startswith("other_")
        case "validation":
            return rest in in_bot | in_providers | PYDANTIC
        case "choice" | "check" | "fact" | "doubt" | "mark":
            return rest in in_providers or rest == "other"
        case "remark" | "signal":
            return rest in in_bot
        case _:
            return False


GAP = re.compile(r"\{(\w+)\}")
OF_EVERY_REASON = {"account"}


def gaps_that_nobody_fills(key: str, sentence: str) -> set[str]:
    """The gaps of a reason, remark or signal for which the code that gives it has nothing by that name."""
    head, _, rest = key.partition(".")
    if head not in {"refusal", "remark", "signal"}:
        return set()
    provider, _, code = rest.partition(".")
    given = constants(f"providers/{provider}") | common() if code else constants("bot", "providers")
    return set(GAP.findall(sentence)) - OF_EVERY_REASON - given


@cache
def common() -> frozenset[str]:
    """Texts in the modules that providers share, any of which they may give along."""
    return frozenset[str]().union(*(constants_of(path) for path in sorted((ROOT / "providers").glob("*.py"))))


def test_every_gap_of_a_reason_is_filled() -> None:
    # Nobody else would notice: such a gap is said as an ellipsis, since a reason has to be said in any case.
    empty = {key: gaps_that_nobody_fills(key, WORDS.find(key) or "") for key in defined()}
    assert {key: gaps for key, gaps in empty.items() if gaps} == {}


def test_a_gap_that_nobody_fills_would_be_seen() -> None:
    assert gaps_that_nobody_fills("refusal.guoguo.check_failed", "{account} {status} {parcel}") == {"parcel"}
    assert gaps_that_nobody_fills("refusal.batch_stopped", "{account} {no_such_thing}") == {"no_such_thing"}


def test_a_sentence_that_nobody_uses_would_be_seen() -> None:
    assert not is_used("button.nobody_taps_it")
    # A word that the code has for something else makes no sentence of it.
    assert not is_used("button.nobody")
    assert not is_used("refusal.guoguo.nobody_says_it")
    assert not is_used("hint.nobody_gives_it")
