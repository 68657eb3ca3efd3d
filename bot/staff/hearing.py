"""The gate of what is said: a message about orders goes only to who is staff at the moment of sending.

It is asked twice, when a message is written and when it is sent: people leave, groups are taken out of the settings,
and a message may have waited since. News of an order are never dropped for that: others hear them instead.
"""

from typing import Final

from bot.conversation.replies import (
    BatchShown,
    CardShown,
    EvidenceClosed,
    EvidenceShown,
    OutcomeFound,
    OutcomeShown,
    Reply,
    RetryingShown,
    RetryShown,
    SendingShown,
    Showing,
)
from bot.staff.access import Staff

ANYBODY: Final = ""
"""Says nothing of orders: it may be read by whoever is there."""
STAFF_ONLY: Final = "*"
"""For staff, and news of no order: an answer, a question, a list. Nobody needs it in their stead."""
SOME_ORDER: Final = "?"
"""News of an order that can't be told any more; messages of an older program have it."""

OF_A_BATCH: Final = "batch:"
"""The beginning of the subject of a batch's message; its id follows."""

News = OutcomeShown | OutcomeFound | EvidenceShown | EvidenceClosed | RetryShown | RetryingShown | CardShown
"""Replies that say what has become of an order."""


def subject_of(reply: Reply) -> str:
    """The order that a reply brings news of, by its reference; STAFF_ONLY for all else that is said to staff."""
    if isinstance(reply, SendingShown):
        return reply.reference
    if isinstance(reply, BatchShown):
        return f"{OF_A_BATCH}{reply.batch.id}"
    if not isinstance(reply, News) or (isinstance(reply, EvidenceShown) and reply.showing is Showing.COPY):
        return STAFF_ONLY
    return reply.order.reference


def may_hear(staff: Staff, chat_id: int, user_id: int, subject: str) -> bool:
    """Check whether a message may go to a chat now; `user_id` is whom it is for, 0 for nobody in particular.

    `subject` is the reference of an order, or several with spaces between, or one of the constants above.
    """
    if subject == ANYBODY:
        return True
    if user_id == 0 and chat_id < 0:
        return chat_id in staff.groups
    return staff.may_talk(chat_id, user_id or chat_id)


def instead(staff: Staff, user_id: int, subject: str) -> tuple[int, ...]:
    """The private chats that hear of it when the chat that it was for may not.

    Who only wrote in a group that doesn't count is told in private; for who is no longer staff the admins are.
    """
    if subject in {ANYBODY, STAFF_ONLY}:
        return ()
    return (user_id,) if staff.may_order(user_id) else tuple(sorted(staff.admins))
