"""What the settings mean, and what each fault in them is called. No fault shows a value."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.settings.model import StorageSettings, file_with_secrets, load_settings
from providers.guoguo.provider import GuoGuoSettings
from providers.orders import Status
from tests.commands.program import settings, write
from tests.settings.faults import CANARY, changed, faults


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


def test_the_password_of_a_database_is_in_no_repr() -> None:
    storage = StorageSettings(url=f"postgresql://user:{CANARY}@db.example/orders")
    assert CANARY not in repr(storage) + str(storage)


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
        ("language", "xx", "language: is no language that we have; there are en, zh-hans, zh-hant"),
        ("timezone", "Asia/Canary", "timezone: is not the name of a time zone, such as Asia/Taipei"),
        ("timezone", "America", "timezone: is not the name of a time zone, such as Asia/Taipei"),
        ("telegram", None, "telegram: is missing"),
        ("telegram", CANARY, "telegram: must be a table"),
        ("telegram.token", None, "telegram.token: is missing"),
        ("telegram.token", CANARY, "telegram.token: must look like 123456:ABC, as BotFather gave it"),
        ("telegram.token", 123456, "telegram.token: must be text"),
        ("telegram.tokn", CANARY, "telegram.tokn: is not a setting"),
        ("telegram.mode", CANARY, "telegram.mode: must be 'polling' or 'webhook'"),
        ("telegram.listen", "8080", "telegram.listen: must be a host and a port, such as"),
        ("telegram.listen", f"{CANARY}:99999", "telegram.listen: must be a host and a port, such as"),
        ("telegram.webhook_secret", f"{CANARY} 1", "telegram.webhook_secret: must have 1 to 256 of A-Z, a-z, 0-9, _"),
        ("telegram.webhook_secret", "", "telegram.webhook_secret: must have 1 to 256 of A-Z, a-z, 0-9, _ and -"),
        ("telegram.webhook_secret", "a" * 257, "telegram.webhook_secret: must have 1 to 256 of A-Z, a-z, 0-9, _ and"),
        ("telegram.webhook_url", f"http://bot.example/{CANARY}", "telegram.webhook_url: must be https: on the way"),
        ("telegram.webhook_url", "http://0.0.0.0/", "telegram.webhook_url: must be https: on the way"),
        ("telegram.webhook_url", "bot.example", "telegram.webhook_url: must be an address such as https://bot."),
        ("telegram.webhook_url", f"https://me:{CANARY}@bot.example/", "telegram.webhook_url: must be an address such"),
        ("telegram.webhook_url", f"https://bot.example/#{CANARY}", "telegram.webhook_url: must be an address such"),
        ("telegram.webhook_url", f"https://bot.example/{{{CANARY}}}", "telegram.webhook_url: must be an address such"),
        ("telegram.webhook_url", "https://bot.example:99999/", "telegram.webhook_url: must be an address such"),
        ("telegram.webhook_url", "https://bot.example/%41", "telegram.webhook_url: must be an address such"),
        ("telegram.webhook_url", "https://bot.example/a b", "telegram.webhook_url: must be an address such"),
        ("metrics.listen", "9464", "metrics.listen: must be a host and a port, such as 127.0.0.1:9464 or [::1]:9464"),
        ("metrics.listen", "a:0", "metrics.listen: must be a host and a port"),
        ("metrics.listen", "a:70000", "metrics.listen: must be a host and a port"),
        ("metrics.listen", "http://a:80", "metrics.listen: must be a host and a port"),
        ("metrics.listen", "[a]:80", "metrics.listen: must have an IPv6 address between the brackets"),
        ("metrics.listen", "::1:80", "metrics.listen: must be a host and a port"),
        (
            "storage.url",
            f"postgresql://a:{CANARY}@b",
            "storage.url: must look like postgresql://user:password@host/database",
        ),
        ("storage.url", f"postgres://a:{CANARY}@b:c/d", "storage.url: must look like postgresql://user:password@host/"),
        ("storage.url", f"mysql://{CANARY}", "storage.url: must name a file, such as sqlite:///orderbot.db"),
        ("storage.url", "sqlite:///", "storage.url: must name a file"),
        ("storage.url", "sqlite:///:memory:", "storage.url: must name a file"),
        ("staff.admins", [5, 777000], "staff.admins.1: is an id of Telegram's own and no person's: posts of channels"),
        ("staff.admins", [1087968824], "staff.admins.0: is an id of Telegram's own and no person's: admins who write"),
        ("staff.admins", [136817688], "staff.admins.0: is an id of Telegram's own and no person's: whoever writes in"),
        ("staff.admins", 1, "staff.admins: must be a list, such as [1, 2]"),
        ("staff.admins", [1, "2"], "staff.admins.1: must be a whole number"),
        ("staff.admins", [0], "staff.admins.0: must be above 0"),
        ("staff.groups", -1, "staff.groups: must be a list, such as [1, 2]"),
        ("staff.groups", [-1, "-2"], "staff.groups.1: must be a whole number"),
        ("staff.groups", [1], "staff.groups.0: must be below 0"),
        ("orders.absence", 29, "orders.absence: must be at least 30"),
        ("orders.lag", -0.1, "orders.lag: must be at least 0"),
        ("accounts", {}, "accounts: must not be empty"),
        ("accounts", None, "accounts: is missing"),
        ("accounts.guoguo.api_key", None, "accounts.guoguo.api_key: is missing"),
        ("accounts.guoguo.api_kye", CANARY, "accounts.guoguo.api_kye: is not a setting"),
        ("accounts.guoguo.status_words", CANARY, "accounts.guoguo.status_words: must be a table"),
        (
            "accounts.guoguo.status_words",
            {"finish": CANARY},
            f"accounts.guoguo.status_words: 'finish' must mean one of: {', '.join(Status)}",
        ),
        ("accounts.guoguo.status_words", {"x": 3}, "accounts.guoguo.status_words: 'x' must mean one of: placed, "),
        ("accounts.guoguo.status_words", {" ": "paid"}, "accounts.guoguo.status_words: a word can't be empty"),
        (
            "accounts.guoguo.status_words",
            {"a": "paid", "A": "shipped"},
            "accounts.guoguo.status_words: 'a' stands there twice; capitals make no other word",
        ),
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


def test_webhook_mode_says_of_each_key_that_it_needs_that_it_is_missing(tmp_path: Path) -> None:
    given = {"token": "1:a", "mode": "webhook"}
    assert faults(write(tmp_path, settings(tmp_path, telegram=given))) == [
        'telegram.webhook_url: is missing: mode = "webhook" needs it',
        'telegram.webhook_secret: is missing: mode = "webhook" needs it',
    ]
    given |= {"webhook_url": "https://bot.example/telegram", "webhook_secret": CANARY, "listen": "[::1]:8080"}
    loaded = load_settings(write(tmp_path, settings(tmp_path, telegram=given)))
    assert (loaded.telegram.address.host, loaded.telegram.address.port) == ("::1", 8080)
    assert CANARY not in repr(loaded)


@pytest.mark.parametrize(
    "address",
    [
        *("https://bot.example", "https://bot.example:8443/a/b?c=d", "http://127.0.0.1:8080/", "http://[::1]:8080/x"),
        *("http://localhost:8080/hook", "https://203.0.113.7/~bot/(a)"),
    ],
)
def test_a_webhook_is_https_or_on_this_machine(tmp_path: Path, address: str) -> None:
    loaded = load_settings(write(tmp_path, changed(tmp_path, "telegram.webhook_url", address)))
    assert loaded.telegram.webhook_url == address


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    content = settings(tmp_path, telegram={}, staff={"admins": [0]}, accounts={"guoguo": {"provider": "guoguo"}})
    assert faults(write(tmp_path, content)) == [
        "telegram.token: is missing",
        "staff.admins.0: must be above 0",
        "accounts.guoguo.api_key: is missing",
    ]


@pytest.mark.parametrize("seconds", [0, 0.5, 86401, 30 * 365 * 86400])
def test_an_order_may_take_any_time_to_appear(tmp_path: Path, seconds: float) -> None:
    assert load_settings(write(tmp_path, changed(tmp_path, "orders.lag", seconds))).orders.lag == seconds


@pytest.mark.parametrize("seconds", ["1e300", "inf"])
def test_a_time_that_no_date_can_hold_is_a_century(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv("ORDERBOT_ORDERS__LAG", seconds)
    lag = load_settings(write(tmp_path, settings(tmp_path))).orders.lag
    assert datetime.now(UTC) + timedelta(seconds=lag) > datetime(2100, 1, 1, tzinfo=UTC)


def test_a_word_that_documents_explain_can_not_be_named(tmp_path: Path) -> None:
    shop = {"provider": "anqicms", "base_url": "https://shop.test", "token": "a", "status_words": {"3": "completed"}}
    said = "the supplier's documents say what '3' means; leave it out"
    assert faults(write(tmp_path, settings(tmp_path, accounts={"shop": shop}))) == [
        f"accounts.shop.status_words: {said}"
    ]


def test_a_named_word_is_compared_without_capitals_and_means_a_status_of_ours(tmp_path: Path) -> None:
    words = {"Finish": "Completed", " in  work ": "placed"}
    loaded = load_settings(write(tmp_path, changed(tmp_path, "accounts.guoguo.status_words", words)))
    assert loaded.accounts["guoguo"].status_words == {"finish": "completed", "in work": "placed"}


def test_groups_are_accepted(tmp_path: Path) -> None:
    loaded = load_settings(write(tmp_path, changed(tmp_path, "staff.groups", [-1001234567890, -5])))
    assert loaded.staff.groups == (-1001234567890, -5)
    assert load_settings(write(tmp_path, settings(tmp_path))).staff.groups == ()


@pytest.mark.parametrize("staff", [None, {}, {"admins": []}])
def test_nobody_need_be_named_yet(tmp_path: Path, staff: dict[str, Any] | None) -> None:
    loaded = load_settings(write(tmp_path, changed(tmp_path, "staff", staff)))
    assert loaded.staff.admins == ()


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ({"accounts": {"guoguo": {"provider": "guoguo", "apikey": CANARY}}}, ["accounts.guoguo.apikey: {} api_key?"]),
        (
            {"accounts": {"guoguo": {"povider": "guoguo", "api_key": CANARY}}},
            ["accounts.guoguo.povider: {} provider?"],
        ),
        (
            {"telegram": {"Token": CANARY, "api_ulr": CANARY}},
            ["telegram.Token: {} token?", "telegram.api_ulr: {} api_url?"],
        ),
        ({"orders": {"keepdays": 3}}, ["orders.keepdays: {} keep_days?"]),
        ({"metrics": {"lsten": CANARY}}, ["metrics.lsten: {} listen?"]),
    ],
)
def test_a_misspelt_key_is_one_line_with_the_right_one(
    tmp_path: Path, content: dict[str, Any], lines: list[str]
) -> None:
    assert faults(write(tmp_path, settings(tmp_path) | content)) == [
        line.format("is not a setting; did you mean") for line in lines
    ]


def test_a_misspelt_table_is_one_line_too(tmp_path: Path) -> None:
    content = settings(tmp_path)
    content["acounts"] = content.pop("accounts")
    assert faults(write(tmp_path, content)) == ["acounts: is not a setting; did you mean accounts?"]


def test_two_misspelt_keys_are_not_both_taken_for_the_same(tmp_path: Path) -> None:
    account = {"provider": "guoguo", "apikey": CANARY, "api_kei": CANARY}
    assert sorted(faults(write(tmp_path, settings(tmp_path, accounts={"guoguo": account})))) == [
        "accounts.guoguo.api_kei: is not a setting",
        "accounts.guoguo.apikey: is not a setting; did you mean api_key?",
    ]


def test_a_value_of_the_example_is_one_line_whatever_else_is_wrong_with_it(tmp_path: Path) -> None:
    accounts = {"shop": {"provider": "anqicms", "base_url": "...", "user_name": " … ", "password": CANARY}}
    assert faults(write(tmp_path, settings(tmp_path, accounts=accounts))) == [
        "accounts.shop.base_url: is still the example's: put your own here",
        "accounts.shop.user_name: is still the example's: put your own here",
    ]


@pytest.mark.parametrize(
    ("content", "held"),
    [
        ({"telegram": {"token": "1:a"}}, True),
        ({"timezone": "UTC"}, False),
        ({"accounts": {"a": {"provider": "guoguo", "api_key": "x"}}}, True),
        ({"accounts": {"a": {"provider": "citiesocial", "headers": {"X": "y"}}}}, True),
        ({"accounts": {"a": {"provider": "citiesocial", "base_url": "https://c.example"}}}, False),
    ],
)
def test_a_file_with_a_secret_in_it_is_told_from_one_without(
    tmp_path: Path,
    content: dict[str, Any],
    held: bool,  # noqa: FBT001  pytest's way
) -> None:
    path = write(tmp_path, content)
    assert file_with_secrets(path) == (path if held else None)
