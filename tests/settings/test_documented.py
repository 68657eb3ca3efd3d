"""docs/settings.md lists every setting, with its default and its name in the environment, and none that there isn't."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.settings.model import Settings, load_settings
from providers.base import AccountSettings
from providers.registry import names, provider_class
from tests.settings.faults import faults

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \| `([^`]+)` \| (.+) \|$", re.MULTILINE)

Documented = dict[str, tuple[str, str]]
"""Keys to their default and their name in the environment."""


def sections() -> dict[str, Documented]:
    """Headings to what stands below them."""
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    parts = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)[1:]
    return {
        heading: {row[1]: (row[2], row[3]) for row in ROW.finditer(body)}
        for heading, body in zip(parts[::2], parts[1::2], strict=True)
    }


def default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    if value is None or value in ({}, ()):
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def row(key: str, field: FieldInfo) -> tuple[str, tuple[str, str]]:
    return key, (default(field), "ORDERBOT_" + key.upper().replace(".", "__"))


def model_of(field: FieldInfo) -> type[BaseModel] | None:
    kinds = get_args(field.annotation) if isinstance(field.annotation, UnionType) else (field.annotation,)
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def rows(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    for name, field in model.model_fields.items():
        if (inner := model_of(field)) is not None:
            yield from rows(inner, f"{prefix}{name}.")
        elif name != "accounts":
            yield row(prefix + name, field)


def test_every_setting_is_documented_with_its_default_and_no_other() -> None:
    assert sections()["Settings"] == dict(rows(Settings))


def test_what_every_account_has_is_documented_and_no_more() -> None:
    expected = dict(row(f"accounts.NAME.{name}", field) for name, field in AccountSettings.model_fields.items())
    expected["accounts.NAME.title"] = ("the provider's", expected["accounts.NAME.title"][1])
    expected["accounts.NAME.base_url"] = ("see below", expected["accounts.NAME.base_url"][1])
    assert sections()["Accounts"] == expected


@pytest.mark.parametrize("provider", names())
def test_what_a_providers_account_has_is_documented_and_no_more(provider: str) -> None:
    fields = provider_class(provider).settings_model.model_fields
    own = {name: field for name, field in fields.items() if name not in AccountSettings.model_fields}
    expected = dict(
        row(f"accounts.NAME.{name}", field) for name, field in ({"base_url": fields["base_url"]} | own).items()
    )
    assert sections()[provider] == expected


def test_the_example_is_refused_until_ones_own_is_put_in_and_then_has_an_account_of_every_provider(
    tmp_path: Path,
) -> None:
    example = (ROOT / "orderbot.example.toml").read_text("utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(example, "utf-8")
    said = "is still the example's: put your own here"
    assert faults(file) == [
        f"{name}: {said}"
        for name in (
            "telegram.token",
            "accounts.guoguo.api_key",
            "accounts.citiesocial.headers.Authorization",
            "accounts.gifts.access_token",
            "accounts.shop.token",
        )
    ]
    file.write_text(example.replace('"..."', '"mine"').replace("123456:ABC", "1:mine"), "utf-8")
    settings = load_settings(file)
    assert {account.provider for account in settings.accounts.values()} == set(names())
    assert settings.staff.admins == ()
