"""Two orders that ask for the same are known as such, whatever was known of their products."""

from typing import Any

from bot.conversation.likeness import likeness_of
from providers.anqicms.form import AnqicmsForm

LINE: dict[str, Any] = {"goods_id": 188, "quantity": 1}
KNOWN = {"title": "Theme", "price": "99.00"}


def of_lines(*lines: dict[str, Any]) -> str:
    return likeness_of(AnqicmsForm.model_validate({"type": "goods", "items": list(lines)}))


def test_what_is_known_of_the_product_of_a_line_is_no_part_of_it() -> None:
    assert of_lines(LINE) == of_lines(LINE | {"goods": KNOWN}) == of_lines(LINE | {"goods": KNOWN | {"price": "98.00"}})


def test_what_is_asked_for_is_part_of_it() -> None:
    assert len({of_lines(LINE), of_lines(LINE | {"quantity": 2}), of_lines(LINE, LINE)}) == 3
