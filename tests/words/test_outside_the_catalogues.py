"""No sentence that people read stands in the code: what is put together for them is keys, values and signs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot/words", "bot/buttons", "bot/conversation", "bot/desk", "bot/journal", "bot/catalogue", "bot/staff")
"""The rooms that what is said comes from; the command line and the log of the others stay in English."""
_PROSE = re.compile(r"[A-Za-z]{2,}[,:]? [a-z]{2,}")
_SIGN = re.compile(r"[:,;] $|^ \(|^: |[：，。、（）]")
_HAN = re.compile("[\u3400-\u9fff]")
_JOINING = re.compile(r"^[:,;] $")
_SILENT = {"log", "warnings", "re"}
"""Whose arguments nobody reads in a chat."""
_SQL = re.compile(r"\b(SELECT|UPDATE|INSERT|DELETE|EXPLAIN)\b")


_NOT_READ = {"not placed", "an earlier update of this chat has failed"}
"""A name of a state, and an error that only the log has."""


def read_by_people(tree: ast.AST) -> Iterator[str]:
    """Texts in the code, without docstrings, errors, names of enums, the log and other strings that no screen has."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Raise() | ast.Assert() | ast.Expr(value=ast.Constant()):
                continue
            case ast.ClassDef(bases=bases) if any("Enum" in ast.unparse(base) for base in bases):
                continue
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in _SILENT:
                continue
            case ast.Call(func=ast.Attribute(attr="split" | "replace" | "rpartition" | "partition")):
                continue
            case ast.Constant(value=str(text)) if not _SQL.search(text):
                yield text
        yield from read_by_people(node)


def offenders(pattern: re.Pattern[str], *folders: str) -> list[str]:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if path.stem != "diagram"]
    found = ((path, text) for path in paths for text in read_by_people(ast.parse(path.read_text("utf-8"))))
    return [
        f"{path.relative_to(ROOT)}: {text!r}" for path, text in found if pattern.search(text) and text not in _NOT_READ
    ]


def test_no_sentence_stands_outside_the_catalogues() -> None:
    assert offenders(_PROSE, *FOLDERS) == []


def test_no_chinese_stands_where_sentences_are_put_together() -> None:
    assert offenders(_HAN, "bot/words", "bot/buttons", "bot/staff") == []


def test_the_signs_between_words_are_those_of_the_language() -> None:
    assert offenders(_SIGN, "bot/words") == []
    assert offenders(_JOINING, *FOLDERS) == []


def test_a_sentence_in_the_code_would_be_seen() -> None:
    code = 'def say():\n    """Not this one."""\n    log.info("nor this one")\n    return f"{a}: this is read"\n'
    assert list(read_by_people(ast.parse(code))) == [": this is read"]
