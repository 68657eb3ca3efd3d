"""What is read from the file and the environment, and what each fault is called. No fault shows a value."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import Settings, SettingsError, load_settings
from providers.guoguo.provider import GuoGuoSettings
from tests.commands.program import settings, write

CANARY = "CANARY"


@pytest.fixture(autouse=True)
def _a_folder_and_an_environment_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("ORDERBOT_"):
            monkeypatch.delenv(name)


def faults(path: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert CANARY not in str(caught.value) + repr(caught.value)
    return caught.value.faults


def changed(folder: Path, where: str, value: Any) -> dict[str, Any]:
    """Good settings with one value changed, or removed if it is None; `where` is dotted."""
    good = settings(folder)
    *tables, key = where.split(".")
    table = good
    for name in tables:
        table = table.setdefault(name, {})
    table[key] = value
    if value is None:
        del table[key]
    return good


def guoguo(**more: Any) -> dict[str, Any]:
    return {"provider": "guoguo", "api_key": CANARY} | more


def test_the_defaults_are_english_universal_time_polling_and_a_file_here(tmp_path: Path) -> None:
    loaded = load_settings(write(tmp_path, changed(tmp_path, "storage", None)))
    assert (loaded.language, loaded.timezone, loaded.telegram.mode) == ("en", "UTC", "polling")
    assert loaded.telegram.api_url == "https://api.telegram.org"
    assert loaded.storage.url == "sqlite:///orderbot.db"


def test_an_account_is_read_by_its_providers_own_settings(tmp_path: Path) -> None:
    account = load_settings(write(tmp_path, settings(tmp_path))).accounts["guoguo"]
    assert isinstance(account, GuoGuoSettings)
    assert account.api_key.get_secret_value() == "CANARY-key"


def test_secrets_are_in_no_repr(tmp_path: Path) -> None:
    loaded = load_settings(write(tmp_path, settings(tmp_path)))
    assert CANARY not in repr(loaded) + str(loaded) + loaded.model_dump_json()


def test_accounts_without_titles_that_would_look_alike_carry_their_names(tmp_path: Path) -> None:
    accounts = {"one": guoguo(), "two": guoguo()}
    loaded = load_settings(write(tmp_path, settings(tmp_path, accounts=accounts)))
    assert [loaded.title_of(name) for name in loaded.accounts] == ["GuoGuo (one)", "GuoGuo (two)"]


def test_a_title_is_the_accounts_own_else_the_providers(tmp_path: Path) -> None:
    accounts = {"one": guoguo(title="Our first"), "two": guoguo()}
    loaded = load_settings(write(tmp_path, settings(tmp_path, accounts=accounts)))
    assert [loaded.title_of(name) for name in loaded.accounts] == ["Our first", "GuoGuo"]


@pytest.mark.parametrize(
    ("where", "value", "fault"),
    [
        ("langauge", CANARY, "langauge: is not a setting"),
        ("language", "xx", "language: this language is not available yet: use en"),
        ("timezone", "Asia/Canary", "timezone: is not the name of a time zone, such as Asia/Taipei"),
        ("timezone", "America", "timezone: is not the name of a time zone, such as Asia/Taipei"),
        ("telegram", None, "telegram: is missing"),
        ("telegram", CANARY, "telegram: must be a table"),
        ("telegram.token", None, "telegram.token: is missing"),
        ("telegram.token", CANARY, "telegram.token: must look like 123456:ABC, as BotFather gave it"),
        ("telegram.token", 123456, "telegram.token: must be text"),
        ("telegram.tokn", CANARY, "telegram.tokn: is not a setting"),
        ("telegram.mode", CANARY, "telegram.mode: must be 'polling' or 'webhook'"),
        ("telegram.mode", "webhook", "telegram.mode: webhook is not available yet: use polling"),
        ("metrics", {"listen": "127.0.0.1:9464"}, "metrics: is not available yet"),
        ("storage.url", f"postgresql://a:{CANARY}@b/c", "storage.url: postgresql is not available yet: use sqlite:///"),
        ("storage.url", f"mysql://{CANARY}", "storage.url: must name a file, such as sqlite:///orderbot.db"),
        ("storage.url", "sqlite:///", "storage.url: must name a file"),
        ("storage.url", "sqlite:///:memory:", "storage.url: must name a file"),
        ("staff.admins", [], "staff.admins: must not be empty"),
        ("staff.admins", 1, "staff.admins: must be a list, such as [1, 2]"),
        ("staff.admins", [1, "2"], "staff.admins.1: must be a whole number"),
        ("staff.admins", [0], "staff.admins.0: must be above 0"),
        ("accounts", {}, "accounts: must not be empty"),
        ("accounts", None, "accounts: is missing"),
        ("accounts.guoguo.api_key", None, "accounts.guoguo.api_key: is missing"),
        ("accounts.guoguo.api_kye", CANARY, "accounts.guoguo.api_kye: is not a setting"),
        ("accounts.guoguo.timeout", 0, "accounts.guoguo.timeout: must be above 0"),
        ("accounts.guoguo.base_url", CANARY, "accounts.guoguo.base_url: must be an absolute address"),
        ("accounts.guoguo.provider", None, "accounts.guoguo.provider: is missing"),
        (
            "accounts.guoguo.provider",
            CANARY,
            "accounts.guoguo.provider: is not a provider; there are anqicms, citiesocial, damaijia, guoguo",
        ),
        ("accounts.Guo-Guo", guoguo(title="b"), "accounts.Guo-Guo: an account's name has 1 to 32 of a-z, 0-9 and _"),
        ("accounts.guo__guo", guoguo(title="b"), "accounts.guo__guo: an account's name has"),
        ("accounts.guoguo", CANARY, "accounts.guoguo: must be a table"),
        ("accounts.b", guoguo(title=" GUOGUO"), "accounts: guoguo and b have the same title; give one of them another"),
        (
            "accounts.shop",
            {"provider": "anqicms", "base_url": "https://shop.example", "password": CANARY},
            "accounts.shop: needs either token, or user_name and password",
        ),
        ("a\nb", 1, "a\N{REPLACEMENT CHARACTER}b: is not a setting"),
    ],
)
def test_a_fault_is_one_line_that_names_the_setting(tmp_path: Path, where: str, value: Any, fault: str) -> None:
    path = write(tmp_path, changed(tmp_path, where, value))
    found = faults(path)
    assert len(found) == 1
    assert found[0].startswith(fault)

    write(tmp_path, settings(tmp_path))
    assert load_settings(path)


@pytest.mark.parametrize(
    "address",
    [
        *("api.telegram.org", "ftp://api.telegram.org", "https://", "https://a/bot", "https://a?b", "https://a#b"),
        *("https://CANARY@a", "https://a b", "https://a:port", "https://[a", "https://a\\b", "//a"),
    ],
)
def test_telegrams_address_is_an_origin_and_nothing_more(tmp_path: Path, address: str) -> None:
    found = faults(write(tmp_path, changed(tmp_path, "telegram.api_url", address)))
    assert found == ["telegram.api_url: must be an address without a path, such as https://api.telegram.org"]


def test_a_last_slash_of_telegrams_address_does_not_count(tmp_path: Path) -> None:
    loaded = load_settings(write(tmp_path, changed(tmp_path, "telegram.api_url", "http://127.0.0.1:8081/")))
    assert loaded.telegram.api_url == "http://127.0.0.1:8081"


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    content = settings(tmp_path, telegram={}, staff={"admins": []}, accounts={"guoguo": {"provider": "guoguo"}})
    assert faults(write(tmp_path, content)) == [
        "telegram.token: is missing",
        "staff.admins: must not be empty",
        "accounts.guoguo.api_key: is missing",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"token = ", "orderbot.toml: is not TOML (at end of document)"),
        (b"a = 1\n[CANARY\nb = 2", "orderbot.toml: is not TOML (at line 2, column 8)"),
        (b"CANARY = 1\nCANARY = 2", "orderbot.toml: is not TOML (at end of document)"),
        (b"\xff\xfe", "orderbot.toml: is not UTF-8 text"),
        (b"a = " + b"[" * 5000, "orderbot.toml: can't be read"),
    ],
)
def test_what_is_no_toml_is_one_line(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "orderbot.toml").write_bytes(content)
    assert faults() == [fault]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = write(tmp_path, settings(tmp_path))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_settings(path)


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    assert faults(tmp_path) == [f"{tmp_path}: can't be read: Is a directory"]


def test_without_a_file_and_without_an_environment_the_file_is_missed() -> None:
    assert faults() == ["orderbot.toml: there is no such file; name another with --config"]


def test_a_file_that_is_named_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBOT_LANGUAGE", "en")
    assert faults(Path("mine.toml")) == ["mine.toml: there is no such file"]
    monkeypatch.setenv("ORDERBOT_CONFIG", "theirs.toml")
    assert faults() == ["theirs.toml: there is no such file"]


def test_the_file_is_the_one_that_is_named_then_the_environments_then_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, theirs, _ = (
        write(tmp_path, settings(tmp_path) | {"timezone": zone}, name)
        for zone, name in [("Asia/Taipei", "a.toml"), ("Asia/Tokyo", "b.toml"), ("Asia/Seoul", "orderbot.toml")]
    )
    assert load_settings(None).timezone == "Asia/Seoul"
    monkeypatch.setenv("ORDERBOT_CONFIG", str(theirs))
    assert load_settings(None).timezone == "Asia/Tokyo"
    assert load_settings(named).timezone == "Asia/Taipei"


def environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"ORDERBOT_{name}", value)


def test_everything_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(
        monkeypatch,
        TELEGRAM__TOKEN="1:a",
        STAFF__ADMINS="[1, 2]",
        ACCOUNTS__SHOP__PROVIDER="anqicms",
        ACCOUNTS__SHOP__BASE_URL="https://shop.example",
        ACCOUNTS__SHOP__TOKEN="123456",
        ACCOUNTS__SHOP__REMARK_MARKER="true",
        ACCOUNTS__SHOP__TIMEOUT="5",
    )
    loaded = load_settings(None)
    assert loaded.staff.admins == (1, 2)
    shop = loaded.accounts["shop"].model_dump()
    assert shop["token"] == SecretStr("123456")
    assert (shop["remark_marker"], shop["timeout"]) == (True, 5)


def test_the_environment_wins_over_the_file_and_the_rest_of_the_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, settings(tmp_path))
    environment(monkeypatch, ACCOUNTS__GUOGUO__API_KEY="other", TELEGRAM__API_URL="http://127.0.0.1:1")
    loaded = load_settings(None)
    account = loaded.accounts["guoguo"]
    assert isinstance(account, GuoGuoSettings)
    assert account.api_key.get_secret_value() == "other"
    assert loaded.telegram.token.get_secret_value() == settings(tmp_path)["telegram"]["token"]
    assert loaded.telegram.api_url == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("name", "value"), [("HEADERS", '{"Authorization": "new"}'), ("HEADERS__AUTHORIZATION", "new")]
)
def test_a_header_of_the_environment_replaces_the_files_whatever_its_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    account = {
        "provider": "citiesocial",
        "base_url": "https://c.example",
        "headers": {"Authorization": "old", "X": "x"},
    }
    write(tmp_path, settings(tmp_path, accounts={"c": account}))
    environment(monkeypatch, **{f"ACCOUNTS__C__{name}": value})
    headers = load_settings(None).accounts["c"].model_dump()["headers"]
    assert {key.lower(): held.get_secret_value() for key, held in headers.items()} == {"authorization": "new", "x": "x"}


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("STAFF__ADMINS", "1", "staff.admins: must be a list, such as [1, 2]"),
        ("STAFF__ADMINS", "[CANARY", "staff.admins: must be a list, such as [1, 2]"),
        ("TELEGRAM", "CANARY", "telegram: must be a table"),
        ("TELEGRAM__TOKN", "CANARY", "telegram.tokn: is not a setting"),
        ("TELEGRAN__TOKEN", "CANARY", "ORDERBOT_TELEGRAN__TOKEN: is not a setting"),
        ("METRICS__LISTEN", "127.0.0.1:1", "metrics: is not available yet"),
    ],
)
def test_a_fault_of_the_environment_is_named_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, fault: str
) -> None:
    write(tmp_path, settings(tmp_path))
    monkeypatch.setenv(f"ORDERBOT_{name}", value)
    assert faults() == [fault]
    monkeypatch.delenv(f"ORDERBOT_{name}")
    assert load_settings(None)


def test_what_a_container_platform_adds_for_a_service_of_our_name_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, settings(tmp_path))
    environment(monkeypatch, PORT="tcp://10.0.0.1:80", SERVICE_HOST="10.0.0.1")
    assert load_settings(None)


def test_a_program_can_make_settings_without_file_and_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(monkeypatch, TIMEZONE="Asia/Taipei")
    made = Settings.model_validate(json.loads(json.dumps(settings(tmp_path))))
    assert made.timezone == "UTC"
