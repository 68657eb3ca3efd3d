"""Requests that wait for a supplier's answer, as they are kept: a crash in between only delays what comes of them.

A conversation waits for one look-up, kept beside its state; questions about orders are rows of their own.
"""

import json
from dataclasses import asdict

from bot.conversation.requests import AskEverywhere, AskStatus, CheckNumber, LookUpAnswer, Request
from bot.conversation.state import ConversationKey
from bot.conversation.views import Days, Direction, Menu, Wanted
from storage import conversations, status_questions
from storage.database import Reader, Transaction
from storage.status_questions import StatusQuestion

Question = AskStatus | AskEverywhere
_KINDS: dict[str, type[CheckNumber | LookUpAnswer]] = {"check_number": CheckNumber, "look_up": LookUpAnswer}
_TAGS = {kind: tag for tag, kind in _KINDS.items()}


def as_text(request: LookUpAnswer | CheckNumber | None) -> str:
    """The look-up that a conversation waits for, as JSON text; empty for none."""
    if request is None:
        return ""
    return json.dumps({"kind": _TAGS[type(request)]} | asdict(request), ensure_ascii=False)


def from_text(text: str) -> LookUpAnswer | CheckNumber:
    """The look-up of a text; those of an older program have no tag and are told apart by what they hold."""
    kept = json.loads(text)
    kind = kept.pop("kind", None) or ("check_number" if "number" in kept else "look_up")
    return _KINDS[kind](**kept)


def status_question_of(key: ConversationKey, question: Question) -> StatusQuestion:
    match question:
        case AskStatus(reference=reference, on_card=on_card, listed=listed):
            page = "" if listed is None else json.dumps(asdict(listed), ensure_ascii=False)
            return StatusQuestion(key.chat_id, key.user_id, reference, "", int(on_card), page)
        case AskEverywhere(query=query):
            return StatusQuestion(key.chat_id, key.user_id, "", query, 0)


def note(tx: Transaction, key: ConversationKey, question: Question, now: int) -> None:
    """Write down what is to be asked; the same question is answered once while it waits."""
    status_questions.note(tx, status_question_of(key, question), now)


def waiting(reader: Reader) -> list[tuple[ConversationKey, Request]]:
    """All that wasn't answered yet: what conversations wait for, then the questions about orders."""
    found: list[tuple[ConversationKey, Request]] = [
        (ConversationKey(chat_id, user_id), from_text(text)) for chat_id, user_id, text in conversations.waiting(reader)
    ]
    found += [(ConversationKey(one.chat_id, one.user_id), _question(one)) for one in status_questions.waiting(reader)]
    return found


def _question(found: StatusQuestion) -> Question:
    if found.query:
        return AskEverywhere(found.query)
    return AskStatus(found.reference, bool(found.on_card), _list_of(found.listed))


def _list_of(text: str) -> Wanted | None:
    if not text:
        return None
    kept = json.loads(text)
    return Wanted(**kept | {"days": Days(kept["days"]), "turn": Direction(kept["turn"]), "menu": Menu(kept["menu"])})
