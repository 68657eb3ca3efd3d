"""Questions to suppliers as they are kept: written down with the conversation that asks, and found after a crash."""

from collections.abc import Iterable

from bot.conversation.requests import AskEverywhere, AskStatus, Request
from bot.place import Place
from storage import inquiries
from storage.database import Reader, Transaction
from storage.inquiries import Inquiry

Question = AskStatus | AskEverywhere


def inquiry_of(place: Place, question: Question) -> Inquiry:
    match question:
        case AskStatus(reference=reference, on_card=on_card):
            return Inquiry(place.chat_id, place.user_id, reference, "", int(on_card))
        case AskEverywhere(query=query):
            return Inquiry(place.chat_id, place.user_id, "", query, 0)


async def note(tx: Transaction, place: Place, requests: Iterable[Request], now: int) -> None:
    """Write down what is to be asked; the same question is answered once while it waits."""
    for request in requests:
        if isinstance(request, AskStatus | AskEverywhere):
            await inquiries.note(tx, inquiry_of(place, request), now)


async def waiting(reader: Reader) -> list[tuple[Place, Question]]:
    """The questions that were not answered yet."""
    return [(Place(found.chat_id, found.user_id), _question(found)) for found in await inquiries.waiting(reader)]


def _question(found: Inquiry) -> Question:
    return AskEverywhere(found.query) if found.query else AskStatus(found.reference, bool(found.on_card))
