"""The answers that are about access, not orders: logging in, and the check of our credentials.

A failed login placed nothing, whatever its answer was.

Source: the page on logging in.
"""

from dataclasses import dataclass, field

from providers.anqicms.answer import DENIED, HTTP_SUCCESS, LONGEST_SAID, SUCCESS, said, whole
from providers.errors import AccessDenied, ProviderUnavailable, ReadingFailed
from providers.http import Answer
from providers.login import usable_token


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A token, and the shop's id of our user where the answer has it."""

    token: str = field(repr=False)
    user_id: int | None


def read_login(answer: Answer) -> LoggedIn:
    """Raises AccessDenied when the login was refused, ProviderUnavailable for every other answer without a token."""
    body = answer.json_object()
    code = whole(body.get("code"))
    if answer.status not in HTTP_SUCCESS or code is None:
        raise ProviderUnavailable("login_failed", params={"status": str(answer.status)})
    if code not in SUCCESS:
        raise AccessDenied("login", said=said(body))
    data = body.get("data")
    data = data if isinstance(data, dict) else {}
    if not (token := usable_token(data.get("token"))):
        raise ProviderUnavailable("login_without_token")
    return LoggedIn(token, whole(data.get("id")))


def read_check(answer: Answer) -> None:
    """Our own orders, of which only counts that the shop could read them.

    Raises AccessDenied, or ReadingFailed for HTTP 5xx or 429 and for an answer that says nothing.
    """
    body = answer.json_object()
    code = whole(body.get("code"))
    if answer.status >= 500 or answer.status == 429:  # noqa: PLR2004  HTTP's "not now"
        raise ReadingFailed("check_failed", params={"status": str(answer.status)})
    if code in DENIED:
        raise AccessDenied("credentials", said=said(body))
    if answer.status not in HTTP_SUCCESS or code not in SUCCESS:
        raise ReadingFailed("check_strange", said=answer.text(LONGEST_SAID))
    if body.get("data") is None:
        raise ReadingFailed("check_without_orders")
