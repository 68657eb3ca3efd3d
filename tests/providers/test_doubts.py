"""The clean answer that is offered for one that holds more than it should, and none where that is not plain."""

import pytest

from providers.cleaning.doubts import of_address, of_name

NAMES = [
    ("小明（0912345678）", "小明"),
    ("王小明【13800138000】", "王小明"),
    ("王小明【浙江省杭州市西湖区文三路1号】", "王小明"),
    ("王 小明  浙江省杭州市西湖区文三路1号", "王 小明"),
    ("王 大 明 0912345678", "王 大 明"),
    ("歐陽 大明 0912345678", "歐陽 大明"),
    ("0912345678 王小明", "王小明"),
    ("王小明 電話0912345678", "王小明"),
    ("王小明电话：13800138000", "王小明"),
    ("收件人：王小明", "王小明"),
    ("收件人：王小明 13800138000", "王小明"),
    ("Name: John Smith", "John Smith"),
    ("John Smith (0912 345 678)", "John Smith"),
    ("小明 a@b.co", "小明"),
]
ADDRESSES = [
    ("八德路1號（0912345678）", "八德路1號"),
    ("八德路1號 (電話：0912345678)", "八德路1號"),
    ("八德路1號 電話0912345678", "八德路1號"),
    ("文三路1号，手机号码：13800138000", "文三路1号"),
    ("12 Main St. Tel: 0912345678", "12 Main St."),
    ("八德路1號（後門）0912345678", "八德路1號（後門）"),
    ("八德路1號 3樓 0912345678 / 0922333444", "八德路1號 3樓"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_the_name_is_offered_without_what_stands_beside_it(text: str, name: str) -> None:
    doubt = of_name(text)
    assert doubt is not None
    assert doubt.readings == (name,)


@pytest.mark.parametrize(
    "text", ["王 0912345678", "12 Main Street, John", "台北市松仁路1號 王小明", "（王小明）13800138000"]
)
def test_no_name_is_offered_where_it_is_not_plain_which_it_is(text: str) -> None:
    doubt = of_name(text)
    assert doubt is not None
    assert doubt.readings == ()


@pytest.mark.parametrize("text", ["王小明", "John Smith", "收件人", "小明（小）", "Tel Aviv Goods Ltd.", "電話小姐"])
def test_a_name_alone_is_in_no_doubt(text: str) -> None:
    assert of_name(text) is None


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_the_address_is_offered_without_the_phone_its_word_and_its_brackets(text: str, address: str) -> None:
    doubt = of_address(text)
    assert doubt is not None
    assert doubt.readings == (address,)


@pytest.mark.parametrize(
    "text", ["八德路1號 王小明 0912345678", "八德路1號（0912345678 王小明）", "八德路1號（0912345678"]
)
def test_no_address_is_offered_where_it_is_not_plain_what_belongs_to_it(text: str) -> None:
    doubt = of_address(text)
    assert doubt is not None
    assert doubt.readings == ()
