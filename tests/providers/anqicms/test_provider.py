from datetime import UTC, datetime
from typing import Any

import pytest

from providers.anqicms.provider import Anqicms
from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown, ProviderError
from providers.orders import Status
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.base import Fault
from tests.providers.anqicms.samples import ADDRESS, PLACED, REFERENCE, a_form
from tests.providers.contract import ChecksCredentialsContract, sentence_of
from tests.providers.stranger import answering, http_answer


class TestAnqicms(ChecksCredentialsContract):
    provider_class = Anqicms
    simulator_class = AnqiCmsSimulator
    documented_at = datetime(2022, 11, 23, 14, 9, 8, tzinfo=UTC)
    wrong_credentials = {"token": "no-such-token"}  # noqa: RUF012  declared ClassVar by the contract

    def a_form(self) -> Any:
        return a_form()

    def documented_yes(self) -> tuple[int, dict[str, Any], str]:
        return 200, PLACED, "202211232209080046"

    async def test_the_documents_sample_reaches_the_shop_key_by_key(self, simulator: AnqiCmsSimulator) -> None:
        async with self.make_provider(simulator) as provider:
            await provider.place(a_form(), REFERENCE)
        (received,) = simulator.received
        assert received.body == {"goods_id": 188, "quantity": 1, "type": "goods"}
        assert (received.method, received.path) == ("POST", "/api/order/create")
        assert received.headers["content-type"] == "application/json"
        assert received.headers["user-agent"]

    async def test_several_lines_a_remark_and_an_address_are_taken(self, simulator: AnqiCmsSimulator) -> None:
        items = [{"goods_id": "188", "quantity": "1"}, {"goods_id": "189", "quantity": "3"}]
        async with self.make_provider(simulator, currency="TWD") as provider:
            placed = await provider.place(a_form(items=items, remark="quick", address=ADDRESS), REFERENCE)
        (received,) = simulator.received
        assert received.body == {
            "details": [{"goods_id": 188, "quantity": 1}, {"goods_id": 189, "quantity": 3}],
            "remark": "quick",
            "type": "goods",
            "address": {
                "name": "王小明",
                "phone": "13800000000",
                "province": "河南省",
                "city": "郑州市",
                "country": "中原区",
                "address_info": "建设路1号",
                "postcode": "450000",
            },
        }
        assert (placed.status, placed.supplier_status) == (Status.AWAITING_PAYMENT, "0")
        assert [remark.params for remark in placed.remarks] == [{"amount": "234.00", "currency": "TWD"}]

    async def test_the_longest_remark_with_our_marker_is_taken(self, simulator: AnqiCmsSimulator) -> None:
        async with self.make_provider(simulator, remark_marker=True) as provider:
            await provider.place(a_form(remark="字" * 220), REFERENCE)
        (taken,) = simulator.ledger
        assert taken.body["remark"] == "字" * 220 + f" [R{REFERENCE}]"

    @pytest.mark.parametrize(
        ("shop_code", "error", "code"),
        [("-1", OrderRefused, "refused"), ("1001", AccessDenied, "credentials"), ("1002", AccessDenied, "credentials")],
    )
    async def test_after_a_documented_error_the_same_order_is_placed(
        self, simulator: AnqiCmsSimulator, shop_code: str, error: type[ProviderError], code: str
    ) -> None:
        simulator.fail(Fault.REFUSE, code=shop_code)
        async with self.make_provider(simulator) as provider:
            with pytest.raises(ProviderError) as caught:
                await provider.place(a_form(), REFERENCE)
            assert (type(caught.value), caught.value.code, caught.value.fields) == (error, code, ())
            assert caught.value.said
            assert sentence_of("anqicms", caught.value)
            assert simulator.ledger == []
            placed = await provider.place(a_form(), REFERENCE)
        assert [taken.number for taken in simulator.ledger] == [placed.number]

    async def test_a_refused_product_is_told_in_the_shops_words(self, simulator: AnqiCmsSimulator) -> None:
        async with self.make_provider(simulator) as provider:
            with pytest.raises(OrderRefused) as caught:
                await provider.place(a_form(items=[{"goods_id": "5", "quantity": "1"}]), REFERENCE)
            assert caught.value.said == "record not found"
            await provider.place(a_form(), REFERENCE)
        assert len(simulator.ledger) == 1

    @pytest.mark.parametrize(
        ("status", "body"), [(429, b"Too many requests from this IP."), (403, b"Your IP is blocked."), (200, b"")]
    )
    async def test_a_traffic_limiter_leaves_the_outcome_unknown(
        self, simulator: AnqiCmsSimulator, status: int, body: bytes
    ) -> None:
        async with answering(http_answer(status, body)) as stranger:
            error = await self.error_of(simulator, base_url=stranger.url)
        assert isinstance(error, OutcomeUnknown)
        assert stranger.requests == 1
        await self.assert_next_is_placed(simulator)
