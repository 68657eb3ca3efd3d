"""Questions to suppliers as they are kept: written down with the conversation that asks, and found after a crash."""

from collections.abc import Iterable

from bot.conversation.requests import AskEverywhere, AskStatus, Request
from bot.conversation.state import ConversationKey
from storage import inquiries
from storage.database import Reader, Transaction
from storage.inquiries import Inquiry

Question = AskStatus | AskEverywhere


def inquiry_of(key: ConversationKey, question: Question) -> Inquiry:
    match question:
        case AskStatus(reference=reference, on_card=on_card):
            return Inquiry(key.chat_id, key.user_id, reference, "", int(on_card))
        case AskEverywhere(query=query):
            return Inquiry(key.chat_id, key.user_id, "", query, 0)


def note(tx: Transaction, key: ConversationKey, requests: Iterable[Request], now: int) -> None:
    """Write down what is to be asked; the same question is answered once while it waits."""
    for request in requests:
        if isinstance(request, AskStatus | AskEverywhere):
            inquiries.note(tx, inquiry_of(key, request), now)


def waiting(reader: Reader) -> list[tuple[ConversationKey, Question]]:
    """The questions that were not answered yet."""
    return [(ConversationKey(found.chat_id, found.user_id), _question(found)) for found in inquiries.waiting(reader)]


def _question(found: Inquiry) -> Question:
    return AskEverywhere(found.query) if found.query else AskStatus(found.reference, bool(found.on_card))
