import json

from providers.anqicms.create import order_body
from tests.providers.anqicms.samples import ADDRESS, REFERENCE, a_form

TWO_LINES = [{"goods_id": 188, "quantity": 1}, {"goods_id": 189, "quantity": 3}]


def test_one_line_is_the_documents_sample() -> None:
    assert json.dumps(order_body(a_form())) == '{"goods_id": 188, "quantity": 1, "type": "goods"}'


def test_more_lines_are_details_in_their_order() -> None:
    assert order_body(a_form(items=TWO_LINES)) == {"details": TWO_LINES, "type": "goods"}


def test_an_address_goes_without_an_id_and_in_lower_case_keys() -> None:
    assert order_body(a_form(address=ADDRESS))["address"] == ADDRESS


def test_a_remark_is_sent_when_there_is_one() -> None:
    assert order_body(a_form(remark="quick\nplease"))["remark"] == "quick\nplease"
    assert "remark" not in order_body(a_form())


def test_the_marker_ends_the_remark_and_fits_the_shops_column() -> None:
    assert order_body(a_form(), marker=REFERENCE)["remark"] == f"[R{REFERENCE}]"
    assert order_body(a_form(remark="quick"), marker=REFERENCE)["remark"] == f"quick [R{REFERENCE}]"
    longest = order_body(a_form(remark="字" * 220), marker=REFERENCE)["remark"]
    assert longest == "字" * 220 + f" [R{REFERENCE}]"
    assert len(longest) <= 250


def test_what_is_known_of_a_product_is_not_sent() -> None:
    known = [line | {"goods": {"title": "Theme", "price": "99.00", "in_stock": 3}} for line in TWO_LINES]
    assert order_body(a_form(items=known)) == {"details": TWO_LINES, "type": "goods"}
    assert order_body(a_form(items=known[:1])) == TWO_LINES[0] | {"type": "goods"}
