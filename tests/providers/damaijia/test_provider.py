from typing import Any

import pytest

from providers.damaijia.provider import Damaijia
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown, ProviderError
from providers.orders import Status
from providers.simulators.base import Fault
from providers.simulators.damaijia.simulator import BANNED_PROVINCE, DamaijiaSimulator
from tests.providers.contract import ChecksCredentialsContract, sentence_of
from tests.providers.damaijia.samples import PLACED, RECIPIENT, REFERENCE, a_form

SENDER = {
    "consigner": "李小红",
    "mobile": "13900000000-12",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "address": "文三路2号",
}


class TestDamaijia(ChecksCredentialsContract):
    provider_class = Damaijia
    simulator_class = DamaijiaSimulator
    wrong_credentials = {"access_token": "no-such-token"}  # noqa: RUF012  declared ClassVar by the contract

    def a_form(self) -> Any:
        return a_form()

    def documented_yes(self) -> tuple[int, dict[str, Any], str]:
        return 200, PLACED, "2021020411023208680132"

    async def test_the_documents_sample_reaches_the_supplier_key_by_key(self, simulator: DamaijiaSimulator) -> None:
        async with self.make_provider(simulator) as provider:
            await provider.place(a_form(), REFERENCE)
        (received,) = simulator.received
        assert received.body == {
            "product_id": 614,
            "site_order_id": 1000111,
            "product_number": 1,
            "remark": "ceshi",
            "source": "taobao",
            "consignees": [
                {
                    "site_order_consignee_id": "1000111001",
                    "consignee": "测试",
                    "mobile": "15000000007",
                    "province": "浙江省",
                    "city": "杭州市",
                    "district": "余杭区",
                    "address": "梦想大道108号",
                    "platform_order_sn": "00000000001",
                }
            ],
        }
        assert received.path == "/vv/external/v1/order_create"
        assert received.headers["content-type"] == "application/json"

    async def test_a_sender_and_many_recipients_are_taken(self, simulator: DamaijiaSimulator) -> None:
        form = a_form(recipients=[RECIPIENT | {"platform_order_sn": None}] * 60, sender=SENDER)
        async with self.make_provider(simulator) as provider:
            await provider.place(form, REFERENCE)
        (taken,) = simulator.ledger
        assert taken.body["consigners"] == [SENDER]
        assert [row["platform_order_sn"] for row in taken.body["consignees"]] == [
            f"1000111{n:03}" for n in range(1, 61)
        ]

    async def test_refused_recipients_of_a_placed_order_are_told_one_by_one(self, simulator: DamaijiaSimulator) -> None:
        barred = RECIPIENT | {"consignee": "王小明", "province": BANNED_PROVINCE}
        async with self.make_provider(simulator) as provider:
            some = await provider.place(a_form(recipients=[RECIPIENT, barred]), "1")
            none = await provider.place(a_form(recipients=[barred, barred]), "2")
        assert (some.status, [remark.params["recipient"] for remark in some.remarks]) == (Status.PLACED, ["王小明"])
        assert (none.status, len(none.remarks)) == (Status.NO_PARCEL_ACCEPTED, 2)
        assert [taken.number for taken in simulator.ledger] == [some.number, none.number]

    @pytest.mark.parametrize(
        ("status", "error", "code", "fields"),
        [
            ("132", OrderRefused, "not_json", ()),
            ("422", OrderRefused, "invalid", ()),
            ("200", AccessDenied, "credentials", ()),
            ("209", OrderRefused, "balance", ()),
            ("226", OrderRefused, "off_sale", ("product_id",)),
            ("228", OrderRefused, "source_not_supported", ("source",)),
            ("235", OrderRefused, "no_shipping", ()),
            ("234", OutcomeUnknown, "exists", ()),
        ],
    )
    async def test_after_a_documented_error_the_same_order_is_placed(
        self,
        simulator: DamaijiaSimulator,
        status: str,
        error: type[ProviderError],
        code: str,
        fields: tuple[str, ...],
    ) -> None:
        simulator.fail(Fault.REFUSE, code=status)
        async with self.make_provider(simulator) as provider:
            with pytest.raises(ProviderError) as caught:
                await provider.place(a_form(), REFERENCE)
            assert (type(caught.value), caught.value.code, caught.value.fields) == (error, code, fields)
            assert sentence_of("damaijia", caught.value)
            assert simulator.ledger == []
            placed = await provider.place(a_form(), REFERENCE)
        assert [taken.number for taken in simulator.ledger] == [placed.number]

    async def test_an_order_whose_answer_was_lost_is_not_taken_twice(self, simulator: DamaijiaSimulator) -> None:
        simulator.fail(Fault.DROP_AFTER)
        async with self.make_provider(simulator) as provider:
            with pytest.raises(OutcomeUnknown):
                await provider.place(a_form(), REFERENCE)
            with pytest.raises(OutcomeUnknown) as caught:
                await provider.place(a_form(), REFERENCE)
            assert caught.value.code == "exists"
            assert len(simulator.ledger) == 1
            await provider.place(a_form(), "1000112")
        assert len(simulator.ledger) == 2
