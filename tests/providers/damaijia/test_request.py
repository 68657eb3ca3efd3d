import json

from providers.damaijia.create import order_body, parcel_ids
from tests.providers.damaijia.samples import RECIPIENT, REFERENCE, a_form


def test_the_body_is_the_documents_sample_in_its_order() -> None:
    body = order_body(a_form(), REFERENCE)
    assert json.dumps(body, ensure_ascii=False) == (
        '{"product_id": 614, "site_order_id": 1000111, "product_number": 1, "remark": "ceshi", "source": "taobao",'
        ' "consignees": [{"site_order_consignee_id": "1000111001", "consignee": "测试", "mobile": "15000000007",'
        ' "province": "浙江省", "city": "杭州市", "district": "余杭区", "address": "梦想大道108号",'
        ' "platform_order_sn": "00000000001"}]}'
    )


def test_a_skipped_platform_number_is_the_parcels_id() -> None:
    body = order_body(a_form(recipients=[RECIPIENT | {"platform_order_sn": None}]), REFERENCE)
    assert body["consignees"][0]["platform_order_sn"] == "1000111001"


def test_every_parcel_has_an_id_of_its_own_that_fits_64_bits() -> None:
    ids = parcel_ids(a_form(recipients=[RECIPIENT] * 999), "999999999999999")
    assert (ids[0], ids[-1], len(set(ids))) == ("999999999999999001", "999999999999999999", 999)
    assert int(ids[-1]) < 2**63


def test_a_sender_has_the_given_keys_only() -> None:
    body = order_body(a_form(sender={"consigner": "李小红", "mobile": None, "city": "杭州市"}), REFERENCE)
    assert body["consigners"] == [{"consigner": "李小红", "city": "杭州市"}]
    assert "consigners" not in order_body(a_form(), REFERENCE)


def test_what_the_catalogue_knows_is_not_sent() -> None:
    assert order_body(a_form(gift={"title": "Tissues", "price": "3"}), REFERENCE) == order_body(a_form(), REFERENCE)
