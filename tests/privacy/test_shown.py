"""What objects and errors show of themselves: a trace, a debugger or a careless line may print any of them."""

import traceback
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings.model import Settings
from providers.base import ChecksCredentials, HttpProvider
from providers.errors import ProviderError
from providers.redaction import secrets_in
from providers.registry import provider_class
from tests.bench import GUOGUO_ANSWERS
from tests.privacy.canaries import found, planted, secret_fields, telegram_secrets
from tests.privacy.mirror import Mirror, Mode, mirror
from tests.providers.anqicms.samples import ANSWERS as SHOP_ANSWERS
from tests.providers.citiesocial.test_provider import answers
from tests.providers.damaijia.samples import ANSWERS as GIFT_ANSWERS

ACCOUNTS = tuple(planted("http://127.0.0.1:1"))
ANSWERS = {
    "anqicms": SHOP_ANSWERS,
    "citiesocial": answers(),
    "damaijia": GIFT_ANSWERS,
    "guoguo": GUOGUO_ANSWERS,
}
MODES: tuple[Mode, ...] = ("refuse", "deny", "error", "garbage", "lost")


@pytest.fixture
async def hostile() -> AsyncIterator[Mirror]:
    async with mirror() as standing:
        yield standing


def settings(accounts: dict[str, Any]) -> dict[str, Any]:
    return {"telegram": telegram_secrets(), "staff": {"admins": [1]}, "accounts": accounts}


def chain(error: BaseException) -> str:
    """All that any printing of the error could show, with causes and contexts, also those that are suppressed."""
    shown, seen = [], set()
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            shown += [repr(one), str(one), repr(vars(one)), *traceback.format_exception(one)]
            todo += [one.__cause__, one.__context__]
    return "\n".join(shown)


def test_every_secret_of_every_provider_is_planted() -> None:
    accounts = planted("http://127.0.0.1:1").values()
    for account in accounts:
        model = provider_class(account["provider"]).settings_model
        everywhere = {name for other in accounts if other["provider"] == account["provider"] for name in other}
        assert set(secret_fields(model)) <= everywhere
    assert len(set(secrets_in(Settings.model_validate(settings(planted("http://127.0.0.1:1")))))) >= 10


def test_settings_show_no_secret_and_neither_do_their_faults() -> None:
    good = settings(planted("http://127.0.0.1:1"))
    checked = Settings.model_validate(good)
    shown = f"{checked!r} {checked!s} {checked.model_dump()!r} {checked.model_dump_json()}"
    for name, account in good["accounts"].items():
        for key in set(account) - {"provider"}:
            bad = settings({name: account | {key: [account[key]]}})
            with pytest.raises(ValidationError) as caught:
                Settings.model_validate(bad)
            shown += chain(caught.value)
    assert found(secrets_in(checked), {"shown": shown.encode()}) == []


@pytest.mark.parametrize("name", ACCOUNTS)
async def test_a_provider_and_its_errors_show_no_secret(name: str, hostile: Mirror) -> None:
    given = planted(hostile.url)[name]
    kind = provider_class(given["provider"])
    account = kind.settings_model.model_validate(given)
    shown = ""
    async with kind(account) as provider:
        assert isinstance(provider, HttpProvider)
        parts = [provider, provider.http, account, vars(provider).get("_login")]
        shown += " ".join(f"{part!r} {part!s}" for part in parts)
        form: Any = kind.form.model_validate(ANSWERS[given["provider"]])
        for mode in MODES:
            for _ in range(6):
                hostile.mode = mode
                with pytest.raises(ProviderError) as caught:
                    await provider.place(form, "100000000000001")
                shown += chain(caught.value)
                if isinstance(provider, ChecksCredentials):
                    with pytest.raises(ProviderError) as caught:
                        await provider.check_credentials()
                    shown += chain(caught.value)
        assert hostile.requests >= 30
    assert found({*secrets_in(account), *hostile.handed_out}, {"shown": shown.encode()}) == []
    assert "***" in shown
