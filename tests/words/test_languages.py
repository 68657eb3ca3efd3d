"""Every language says everything, with the same gaps, in its own characters and words."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from babel.messages.pofile import read_po
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.conversation.questions import shape
from bot.words.catalogue import catalogues
from bot.words.languages import locale_of
from providers.orders import ParcelState, Status
from providers.registry import names, provider_class

LOCALES = Path(__file__).parents[2] / "bot" / "words" / "locales"
CHINESE = sorted(folder.name for folder in LOCALES.iterdir() if folder.name != "en")
GAP = re.compile(r"\{(\w+)\}")
HAN = re.compile("[\u3400-\u9fff]")
ONLY_ENGLISH = ("check.",)
"""Heads of keys that only the command line says."""
OF_SEVERAL = re.compile(
    r"\{(?:n|count|total|most|least|longest|digits|right|size|placed|min_length|max_length|quantity)\} "
    r"(?:(?:ready|mobile|more) )?(?:are|were|have|(?!is\b|as\b|was\b|has\b|times\b)[a-z]+s)\b"
)
"""A number and what it counts, in the words for several."""
NEVER_ONE = {
    "batch.fault_too_many",  # more than the bound
    "doubt.phone_length",  # 11 digits
    "draft.drops",  # as many as are kept
    "hint.no_room",
    "likely.several",
    "notice.many",
    "sheet.refused_long_cell",  # a bound of ours
    "sheet.some_gone",  # fewer than all
    "summary.cost_parcels",  # said of several only
    "tray.some_ready",  # fewer than all
    "validation.phone_digits",  # bounds of ours
    "validation.username_long",
}
"""Sentences whose number is always several."""
WORDS_OF_THE_OTHER = {
    "zh-hant": ("賬", "鏈接", "短信", "信息", "默認", "用戶", "登錄", "服務器", "數據", "刷新", "發貨", "郵編", "快遞"),
    "zh-hans": ("资讯", "宅配", "档案", "使用者", "登入", "储值", "网路", "预设", "连线", "软体", "简讯"),
}
"""Words of the other side of the strait in these characters: a sign of a text that was only converted."""


@cache
def sentences(language: str) -> dict[str, tuple[str, ...]]:
    """All sentences of a language by their keys, with every form of the plural."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                key, text = message.id, message.string
                if not key:
                    continue
                key = str(key[0] if isinstance(key, tuple | list) else key)
                assert key not in found, f"{key} is said twice in {language}"
                found[key] = tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text),)
    return found


def fields(model: type[BaseModel]) -> Iterator[FieldInfo]:
    for field in model.model_fields.values():
        yield field
        yield from (inner for part in models(field.annotation) for inner in fields(part))


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not None:
        for part in get_args(annotation):
            yield from models(part)


def every_field() -> list[FieldInfo]:
    return [field for name in names() for field in fields(provider_class(name).form)]


def of_forms() -> set[str]:
    """The English of forms that is read: titles, descriptions, examples that are prose, and the states of orders."""
    texts = {text for field in every_field() for text in (field.title, field.description) if text}
    prose = {str(one) for field in every_field() for one in field.examples or [] if re.search("[a-z] [a-z]", str(one))}
    return texts | prose | {str(status) for status in (*Status, *ParcelState)}


def choices() -> set[str]:
    return {choice for field in every_field() for choice in shape(field).choices}


@pytest.mark.parametrize("language", CHINESE)
def test_a_language_says_all_that_english_says_and_nothing_else(language: str) -> None:
    said = {key for key in sentences("en") if not key.startswith((*ONLY_ENGLISH, "choice."))}
    wanted = said | of_forms() | {f"choice.{choice}" for choice in choices()}
    there = set(sentences(language))
    assert sorted(wanted - there) == [], f"missing in {language}"
    assert sorted(there - wanted) == [], f"unused in {language}"


@pytest.mark.parametrize("language", CHINESE)
def test_a_sentence_has_the_gaps_that_its_english_has(language: str) -> None:
    broken = []
    for key, texts in sentences(language).items():
        english = sentences("en").get(key, (key,))
        if key.startswith(("choice.", "sign.choice", "sign.chosen")):
            continue
        broken += [(key, text) for text in texts if set(GAP.findall(text)) != set(GAP.findall(english[-1]))]
    assert broken == []


@pytest.mark.parametrize("language", ["en", *CHINESE])
def test_no_sentence_is_empty_or_has_a_brace_too_many(language: str) -> None:
    texts = [(key, text) for key, forms in sentences(language).items() for text in forms]
    assert [key for key, text in texts if not text or set("{}") & set(GAP.sub("", text))] == []


@pytest.mark.parametrize("language", ["en", *CHINESE])
def test_a_plural_has_as_many_forms_as_its_language(language: str) -> None:
    counted = {key for key, forms in sentences("en").items() if len(forms) > 1}
    forms = len({locale_of(language).plural_form(n) for n in range(200)})
    assert {key: len(sentences(language)[key]) for key in counted} == dict.fromkeys(counted, forms)


def test_no_english_sentence_tells_a_number_of_several_that_may_be_one() -> None:
    told = {key for key, forms in sentences("en").items() if len(forms) == 1 and OF_SEVERAL.search(forms[0])}
    assert told == NEVER_ONE
    assert OF_SEVERAL.search("{quantity} points were taken")
    assert OF_SEVERAL.search("at most {max_length} are allowed")


@pytest.mark.parametrize(("language", "encoding"), [("zh-hant", "cp950"), ("zh-hans", "gb2312")])
def test_a_language_is_written_in_its_own_characters(language: str, encoding: str) -> None:
    """Big5 has no simplified characters and GB 2312 no traditional ones."""
    foreign = set()
    for text in (text for forms in sentences(language).values() for text in forms):
        foreign |= {one for one in HAN.findall(text) if not one.encode(encoding, "ignore")}
    assert foreign == set()


@pytest.mark.parametrize("language", CHINESE)
def test_a_language_is_written_in_the_words_of_those_who_read_it(language: str) -> None:
    texts = [text for forms in sentences(language).values() for text in forms]
    assert [(word, text) for text in texts for word in WORDS_OF_THE_OTHER[language] if word in text] == []


def test_a_sentence_that_was_only_converted_would_be_seen() -> None:
    assert not "订单".encode("cp950", "ignore")
    assert not "訂單".encode("gb2312", "ignore")


def test_the_languages_are_those_of_the_settings() -> None:
    assert list(catalogues()) == ["en", *CHINESE] == ["en", "zh-hans", "zh-hant"]
