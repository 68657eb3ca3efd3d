"""What is known of a token in the past: nothing, unless it was in use then."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from providers.errors import AccessDenied, ProviderError, ProviderUnavailable, ReadingFailed
from providers.login import Login

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Office:
    """Gives tokens and accepts the last one; `at` is the time."""

    def __init__(self) -> None:
        self.at = NOON
        self.given = 0
        self.closed = False

    def now(self) -> datetime:
        return self.at

    async def log_in(self) -> str:
        self.at += SECOND
        if self.closed:
            raise ProviderUnavailable("login_failed")
        self.given += 1
        return f"token {self.given}"

    async def ask(self, token: str) -> str:
        if token != f"token {self.given}":
            raise AccessDenied("credentials")
        return token


async def test_a_given_token_is_in_use_from_the_start() -> None:
    office = Office()
    login = Login(SecretStr("given"), office.log_in, office.now)
    assert [login.in_use_since(NOON + step) for step in (-SECOND, 0 * SECOND, SECOND)] == [False, True, True]


async def test_without_a_login_no_token_is_in_use() -> None:
    office = Office()
    assert not Login(None, office.log_in, office.now).in_use_since(NOON + SECOND)


async def test_a_token_is_in_use_from_its_login_on() -> None:
    office = Office()
    login = Login(None, office.log_in, office.now)
    assert await login.send(office.ask) == "token 1"
    assert [login.in_use_since(NOON + step) for step in (0 * SECOND, SECOND)] == [False, True]


async def test_a_new_login_begins_anew_and_a_failed_one_changes_nothing() -> None:
    office = Office()
    login = Login(None, office.log_in, office.now)
    await login.send(office.ask)
    office.given, office.closed = 2, True
    with pytest.raises(ProviderUnavailable):
        await login.send(office.ask)
    assert login.in_use_since(NOON + SECOND)
    office.closed = False
    assert await login.send(office.ask) == "token 3"
    assert [login.in_use_since(NOON + step * SECOND) for step in (1, 2, 3)] == [False, False, True]


async def test_a_token_that_the_supplier_renewed_goes_on_where_the_one_before_was() -> None:
    office = Office()
    login = Login(SecretStr("given"), office.log_in, office.now)
    office.at += 60 * SECOND
    login.replace("given", "token 0")
    assert await login.send(office.ask) == "token 0"
    assert login.in_use_since(NOON)


@pytest.mark.parametrize(
    ("failure", "create", "reading"),
    [
        (ReadingFailed("not_reached", said="Busy"), "unreachable", "not_reached"),
        (ReadingFailed("not_read", said="Busy"), "unreachable", "not_reached"),
        (ReadingFailed("list_not_read", said="Busy"), "list_not_read", "list_not_read"),
        (ProviderUnavailable("login_failed"), "login_failed", "login_failed"),
    ],
)
async def test_a_login_that_fails_leaves_a_create_unsent_and_a_reading_failed(
    failure: ProviderError, create: str, reading: str
) -> None:
    office, closed = Office(), True

    async def log_in() -> str:
        if closed:
            raise failure
        return await office.log_in()

    login = Login(None, log_in, office.now)
    with pytest.raises(ProviderUnavailable) as unsent:
        await login.send(office.ask)
    with pytest.raises(ReadingFailed) as unread:
        await login.read(office.ask)
    assert (unsent.value.code, unsent.value.said) == (create, failure.said)
    assert (unread.value.code, unread.value.said) == (reading, failure.said)
    closed = False
    assert await login.read(office.ask) == "token 1"
