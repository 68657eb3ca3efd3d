"""The English catalogues can be read, say each thing once, leave nothing unsaid, and have gaps that can be filled."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import PoFileError, read_po

ENGLISH = Path(__file__).parents[1] / "bot" / "words" / "locales" / "en"
_GAP = re.compile(r"[a-z][a-z0-9_]*")
# Babel reads a line without its closing quote as well, and cuts off a letter.
_LINE = re.compile(r'#.*|\s*|((msgid|msgid_plural|msgstr|msgstr\[\d\]) )?"([^"\\]|\\.)*"')


def faults(folder: Path) -> list[str]:
    """One line per fault in the folder's catalogues."""
    found = []
    defined: Counter[str] = Counter()
    for path in sorted(folder.glob("*.po")):
        text = path.read_text("utf-8")
        lines = enumerate(text.splitlines(), 1)
        found += [f"{path.name}:{number}: cannot be read" for number, line in lines if not _LINE.fullmatch(line)]
        # Counted in the text: Babel merges what one file says twice.
        defined.update(re.findall(r'^msgid "(.+)"', text, re.MULTILINE))
        found += [f"{path.name}: {fault}" for fault in _entry_faults(text)]
    return found + [f"{key}: defined {times} times" for key, times in defined.items() if times > 1]


def _entry_faults(text: str) -> Iterator[str]:
    try:
        messages = list(read_po(text.splitlines(keepends=True), locale="en", abort_invalid=True))
    except PoFileError as error:
        yield str(error)
        return
    for message in messages:
        if message.id:
            if message.fuzzy:
                yield f"{message.id}: is marked as fuzzy"
            for sentence in [message.string] if isinstance(message.string, str) else message.string or [""]:
                yield from (f"{message.id}: {fault}" for fault in _sentence_faults(sentence))


def _sentence_faults(sentence: str) -> Iterator[str]:
    if not sentence.strip():
        yield "says nothing"
    try:
        gaps = [name for _, name, _, _ in Formatter().parse(sentence) if name is not None]
    except ValueError as error:
        yield str(error)
    else:
        yield from (f"the gap {{{gap}}} has no plain name" for gap in gaps if not _GAP.fullmatch(gap))


def write(folder: Path, name: str, *entries: tuple[str, str]) -> None:
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    body = "".join(f'\nmsgid "{key}"\nmsgstr "{sentence}"\n' for key, sentence in entries)
    (folder / name).write_text(header + body, "utf-8")


def test_the_english_catalogues_have_no_faults() -> None:
    assert faults(ENGLISH) == []


def test_there_are_english_catalogues() -> None:
    assert list(ENGLISH.glob("*.po"))


@pytest.mark.parametrize("sentence", ["", "  ", "{", "lonely }", "{}", "{0}", "{order.number}", "{rows[0]}", "{Name}"])
def test_a_sentence_that_cannot_be_said_is_seen(tmp_path: Path, sentence: str) -> None:
    write(tmp_path, "a.po", ("fine", "At most {most}, or {{this}}."), ("bad", sentence))
    assert len(faults(tmp_path)) == 1


def test_a_key_in_two_catalogues_is_seen(tmp_path: Path) -> None:
    write(tmp_path, "a.po", ("key", "One."))
    write(tmp_path, "b.po", ("key", "Another."))
    assert faults(tmp_path) == ["key: defined 2 times"]


def test_a_key_twice_in_one_catalogue_is_seen(tmp_path: Path) -> None:
    write(tmp_path, "a.po", ("key", "One."), ("key", "Another."))
    assert faults(tmp_path) == ["key: defined 2 times"]


@pytest.mark.parametrize(
    "text",
    [
        'msgid "key"\nmsgstr no quotes\n',
        'msgid "key"\nmsgstr "no end\n',
        'msgid "key"\nmsgstr "a "quoted" word"\n',
        'msgid "key"\n',
        '"lost"\n',
        "garbage\n",
        '#, fuzzy\nmsgid "key"\nmsgstr "A guess."\n',
    ],
)
def test_a_catalogue_that_is_not_well_formed_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.po").write_text(text, "utf-8")
    assert any(fault.startswith("a.po") for fault in faults(tmp_path))


def test_plural_forms_are_read_one_by_one(tmp_path: Path) -> None:
    forms = 'msgid "items"\nmsgid_plural "items"\nmsgstr[0] "{count} item"\nmsgstr[1] "%s"\n'
    (tmp_path / "a.po").write_text(forms % "{count} items", "utf-8")
    assert faults(tmp_path) == []

    (tmp_path / "a.po").write_text(forms % "{} items", "utf-8")
    assert len(faults(tmp_path)) == 1
