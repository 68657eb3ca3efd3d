"""A value that only keeps the place of a secret is told to be none, and a secret never is."""

import secrets
from uuid import uuid4

import pytest

from bot.settings.placeholders import is_no_secret, placeholders


@pytest.mark.parametrize(
    "value",
    [
        *("xxx", "XXXXXXXX", "***", "----", "....", "•••", "____", " xxx ", "Bearer xxxx", "bearer ****"),
        *("changeme", "CHANGE_ME", "change-me", "replace me", "change this", "TODO", "placeholder"),
        *("your-key", "YOUR_API_KEY", "your api key here", "your-token", "your_password", "put your key here"),
        *("<key>", "<your api key>", "<API_KEY>", "{{token}}", "${API_KEY}", "Bearer <token>", "api-key-here"),
        *("example-key", "你的密钥", "您的密鑰", "請填入密鑰", "填写密码", "your-guoguo-api-key"),
    ],
)
def test_what_keeps_the_place_of_a_secret_is_none(value: str) -> None:
    assert is_no_secret(value)
    assert [*placeholders({"accounts": {"guoguo": {"api_key": value}}})] == [("accounts", "guoguo", "api_key")]


@pytest.mark.parametrize(
    "value",
    [
        *("x", "xx", "111111", "0000", "aaaa", "password", "secret", "admin", "token", "key", "test", "hunter2"),
        *(
            "xxxy",
            "xxx1",
            "key-xxxxxxxx",
            "sk-****abcd",
            "changeme1",
            "yourkey9",
            "<3abc",
            "a<b>c",
            "youri",
            "T0D0",
            "fill",
            "change",
        ),
        *("eyJhbGciOiJIUzI1NiJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IV7pAx_Zmeo", "Bearer 8f14e45f", "here-we-go"),
    ],
)
def test_anything_else_may_be_somebodys_secret(value: str) -> None:
    assert not is_no_secret(value)


def test_no_secret_that_a_program_makes_is_taken_for_a_placeholder() -> None:
    made = [one for _ in range(500) for one in (secrets.token_hex(), secrets.token_urlsafe(), str(uuid4()))]
    assert not any(map(is_no_secret, made))


def test_only_secrets_are_looked_at_so_closely() -> None:
    table = {"accounts": {"shop": {"title": "xxx", "headers": {"Authorization": "Bearer xxx"}, "user_name": "----"}}}
    assert [one[2:] for one in placeholders(table)] == [("headers", "Authorization"), ("user_name",)]
