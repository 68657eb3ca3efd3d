"""The messages that are no text: the smallest valid JSON of each kind (Bot API, "Message" and its types)."""

from typing import Any, Literal

OtherKind = Literal["sticker", "photo", "voice", "document", "contact", "location"]

_FILE = {"file_id": "sandbox-file", "file_unique_id": "sandbox-unique"}
PAYLOADS: dict[OtherKind, Any] = {
    "sticker": _FILE
    | {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"},
    "photo": [_FILE | {"width": 90, "height": 60}],
    "voice": _FILE | {"duration": 3},
    "document": _FILE | {"file_name": "document.pdf"},
    "contact": {"phone_number": "+886912345678", "first_name": "Contact"},
    "location": {"longitude": 121.5, "latitude": 25.0},
}
TAKES_CAPTION = frozenset({"photo", "voice", "document"})


def forwarded(date: int) -> dict[str, Any]:
    """The mark of a forwarded message whose author hides their account."""
    return {"forward_origin": {"type": "hidden_user", "sender_user_name": "Hidden", "date": date}}
