"""Reading the answers that are about access, not orders: logging in, and the check of our credentials.

Where the token sits in the answer to a login is not documented, so it is looked for leniently. A failed login placed
nothing, whatever its answer was.
"""

from providers.damaijia.answer import DENIED, HTTP_SUCCESS, LONGEST_SAID, SUCCESS, number, said
from providers.errors import AccessDenied, ProviderUnavailable, ReadingFailed
from providers.http import Answer
from providers.login import usable_token

_HTTP_DENIED = frozenset({401, 403})


def read_token(answer: Answer) -> str:
    """The token of a login. Raises AccessDenied when it was refused, ProviderUnavailable for every other answer."""
    body = answer.json_object()
    status = number(body.get("status"))
    if answer.status in HTTP_SUCCESS and status in (SUCCESS, None):
        data = body.get("data")
        for place in (data if isinstance(data, dict) else {}, body):
            for key in ("access_token", "token"):
                if token := usable_token(place.get(key)):
                    return token
        raise ProviderUnavailable("login_without_token")
    if answer.status in _HTTP_DENIED or (answer.status in HTTP_SUCCESS and status is not None):
        raise AccessDenied("login", said=said(body))
    raise ProviderUnavailable("login_failed", params={"status": str(answer.status)})


def read_check(answer: Answer) -> None:
    """The list of warehouses, whose content is not looked at.

    Raises AccessDenied, or ReadingFailed for HTTP 5xx or 429 and for an answer that says nothing.
    """
    body = answer.json_object()
    status = number(body.get("status"))
    if answer.status >= 500 or answer.status == 429:  # noqa: PLR2004  HTTP's "not now"
        raise ReadingFailed("check_failed", params={"status": str(answer.status)})
    if status == DENIED or answer.status in _HTTP_DENIED:
        raise AccessDenied("credentials", said=said(body))
    listed = status is None and isinstance(body.get("data"), list)
    if answer.status not in HTTP_SUCCESS or not (status == SUCCESS or listed):
        raise ReadingFailed("check_strange", said=answer.text(LONGEST_SAID))
