"""The guides for staff name buttons and first lines as they stand on the screen."""

import re
from pathlib import Path

import pytest

from bot.words.catalogue import catalogue_for
from tests.words.test_languages import sentences

GUIDES = Path(__file__).parents[2] / "docs" / "staff"
QUOTED = {
    "en": re.compile(r"\*\*([^*]+)\*\*"),
    "zh-hant": re.compile(r"「([^」]+)」|\*\*([^*]+)\*\*"),
    "zh-hans": re.compile(r"“([^”]+)”|\*\*([^*]+)\*\*"),
}
STRESSED = {"not", "請勿", "不要"}
"""Words that are bold for their weight."""


def quoted(language: str, text: str) -> set[str]:
    return {"".join(found.groups("")) for found in QUOTED[language].finditer(text)} - STRESSED


def on_the_screen(language: str) -> set[str]:
    said = {text for forms in sentences(language).values() for text in forms}
    typed = catalogue_for(language).beginning("typed.").values()
    return said | {word for words in typed for word in words.split(", ")}


@pytest.mark.parametrize("language", sorted(QUOTED))
def test_a_guide_quotes_what_is_on_the_screen(language: str) -> None:
    found = quoted(language, (GUIDES / f"{language}.md").read_text("utf-8"))
    assert len(found) >= 8
    assert found - on_the_screen(language) == set()


def test_a_label_that_no_button_has_would_be_seen() -> None:
    assert quoted("zh-hant", "按「編一下」或**未知**，**請勿**") - on_the_screen("zh-hant") == {"編一下", "未知"}
