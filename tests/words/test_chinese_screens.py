"""On a Chinese screen nothing is left in English: Latin letters are names, commands, ids or somebody's words."""

import re

import pytest

from bot.words.catalogue import catalogue_for
from bot.words.render import IN_PASSING, commands, render, toast
from tests.words.reading import as_read, labels
from tests.words.test_languages import CHINESE, GAP, sentences
from tests.words.test_render import OPEN, every_reply

NAMES = {
    *("orderbot", "Telegram", "Instagram", "GuoGuo", "guoguo", "citiesocial", "VIP", "CNY", "CN", "NT", "English"),
    # keys and values of the settings, for whoever may change them
    *("xlsx", "xls", "ods", "csv", "MB"),
    *("app_id", "app_secret", "base_url", "headers", "staff.groups", "token"),
    # a command that isn't in the menu: Telegram's own button sends it
    "/start",
}
SAMPLES = {"establish", "B", "brand", "new"}
"""What test_render.py puts where suppliers' words and settings go."""
_LATIN = re.compile(r"/?[A-Za-z][A-Za-z0-9_.]*(?:://)?")
_COMMANDS = {f"/{command}" for command, _ in commands(catalogue_for("en"))}


def latin(text: str) -> set[str]:
    """The runs of Latin letters in a text that are no names."""
    found = {run.rstrip(".") for run in _LATIN.findall(text)}
    return {run for run in found if run not in NAMES | _COMMANDS and not re.fullmatch(r"https?://", run)}


@pytest.mark.parametrize("language", CHINESE)
def test_no_sentence_has_english_in_it(language: str) -> None:
    said = [(key, forms) for key, forms in sentences(language).items() if not key.startswith("pattern.")]
    texts = {key: " ".join(GAP.sub("", text) for text in forms) for key, forms in said}
    assert {key: latin(text) for key, text in texts.items() if latin(text)} == {}


@pytest.mark.parametrize(("language", "text"), [("zh-hant", "資料"), ("zh-hans", "资料")])
def test_no_screen_has_english_in_it(language: str, text: str) -> None:
    words, seen = catalogue_for(language), {}
    for reply in every_reply(text):
        if isinstance(reply, IN_PASSING):
            shown = toast(words, [reply])
        else:
            messages = render(words, reply, OPEN)
            shown = "\n".join([*map(as_read, messages), *(label for one in messages for label in labels(one))])
        found = {run for run in latin(shown) if run not in SAMPLES and not re.fullmatch(r"[ax]+", run)}
        if found:
            seen[type(reply).__name__] = found
    assert seen == {}


def test_english_on_a_chinese_screen_would_be_seen() -> None:
    assert latin("訂單 Order，用 /order 或 https://a.b/ 查詢 GuoGuo。") >= {"Order"}
    assert latin("用 /order 查詢 GuoGuo。") == set()
