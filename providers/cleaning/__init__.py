"""Pasted text, cleaned in one place for each purpose: what is sent, what is compared, what is shown.

`send` and `numbers` read what was typed, `doubts` says what may mean something else, `compare` finds two spellings of
one thing, and `marks` knows the characters that nobody sees, which each of them has to.
"""

from providers.cleaning.compare import (
    compared_answer,
    compared_email,
    compared_id,
    compared_link,
    compared_phone,
    compared_text,
    kept_number,
    other_spellings,
    typed_number,
)
from providers.cleaning.marks import has_visible, trimmed, with_marks_shown, without_marks
from providers.cleaning.send import plain

__all__ = [
    "compared_answer",
    "compared_email",
    "compared_id",
    "compared_link",
    "compared_phone",
    "compared_text",
    "has_visible",
    "kept_number",
    "other_spellings",
    "plain",
    "trimmed",
    "typed_number",
    "with_marks_shown",
    "without_marks",
]
