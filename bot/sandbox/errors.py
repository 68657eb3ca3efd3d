"""The refusals of the stand-in: Telegram's code and description, word for word where Telegram's words are known."""

from http import HTTPStatus
from typing import Any


class ApiError(Exception):
    """The answer `{"ok": false, "error_code": code, "description": ...}`; `parameters` as in ResponseParameters."""

    def __init__(self, code: HTTPStatus, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        answer = {"ok": False, "error_code": int(self.code), "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(reason: str) -> ApiError:
    """A 400 in Telegram's form."""
    return ApiError(HTTPStatus.BAD_REQUEST, f"Bad Request: {reason}")


def too_many_requests(seconds: int) -> ApiError:
    """A 429: the bot shall come again in so many seconds."""
    return ApiError(HTTPStatus.TOO_MANY_REQUESTS, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def conflict(description: str) -> ApiError:
    """A 409: somebody else reads the updates. `description` begins with "Conflict: "."""
    return ApiError(HTTPStatus.CONFLICT, description)
