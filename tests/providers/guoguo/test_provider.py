from typing import Any, ClassVar

import pytest

from providers.errors import AccessDenied, OrderRefused, OutcomeUnknown
from providers.guoguo.form import DefaultOrder
from providers.guoguo.provider import GuoGuo
from providers.simulators.base import Fault, Simulator
from providers.simulators.guoguo.products import STORY_VIEWS
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from tests.providers.contract import ChecksCredentialsContract

EXAMPLE = {
    "quantity": 10,
    "runs": 2,
    "interval_minutes": 30,
    "link": "https://example.com/posts/abc123",
    "product_id": "9c07a89a-0994-4f35-98a7-1b922b5c8331",
}
REFUSALS = {code: code for code in GuoGuoSimulator.refusals} | {"data_validation_failed": "value_out_of_range_in"}
FIELDS = dict.fromkeys(("below_minimum_quantity", "exceeds_maximum_quantity", "data_validation_failed"), ("quantity",))


class TestGuoGuo(ChecksCredentialsContract):
    provider_class = GuoGuo
    simulator_class = GuoGuoSimulator
    wrong_credentials: ClassVar[dict[str, Any]] = {"api_key": "a-wrong-key"}

    def a_form(self) -> DefaultOrder:
        return DefaultOrder.model_validate(
            {
                "product_id": "9c07a89a-0994-4f35-98a7-1b922b5c8331",
                "link": "https://example.com/posts/abc123",
                "quantity": "10",
                "runs": "2",
                "interval_minutes": "30",
            }
        )

    def documented_yes(self) -> tuple[int, dict[str, Any], str]:
        answer = {
            "order_id": "2fe533a2-8787-4a61-a4a4-5ce049d59658",
            "order_number": "ORD-202606020002",
            "payment_type": "credit",
            "order_status": "establish",
            "payment_status": "complete",
            "total": 120,
            "order_detail": [],
            "create_date_time": "2026-06-02T12:30:00+08:00",
            "update_date_time": None,
        }
        return 200, answer, "ORD-202606020002"

    async def test_the_body_is_the_documents_example(self, simulator: Simulator) -> None:
        async with self.make_provider(simulator) as provider:
            await provider.place(self.a_form(), "100000000000001")
        [received] = simulator.received
        assert (received.method, received.path, received.body) == ("POST", "/platform/order/ch2/default", EXAMPLE)
        assert [type(value) for value in received.body.values()] == [int, int, int, str, str]
        assert received.headers["content-type"] == "application/json"
        assert "x-api-key" in received.headers

    async def test_what_was_skipped_is_not_sent(self, simulator: Simulator) -> None:
        form = DefaultOrder.model_validate({"product_id": STORY_VIEWS, "username": "@sample_user", "quantity": "20"})
        async with self.make_provider(simulator) as provider:
            placed = await provider.place(form, "100000000000001")
        assert simulator.received[0].body == {"quantity": 20, "username": "sample_user", "product_id": STORY_VIEWS}
        assert (placed.number, placed.supplier_status) == (simulator.ledger[0].number, "establish")

    @pytest.mark.parametrize("code", REFUSALS)
    async def test_every_documented_error_is_told_apart_and_the_next_order_is_placed(
        self, simulator: Simulator, code: str
    ) -> None:
        simulator.fail(Fault.REFUSE, code=code)
        error = await self.error_of(simulator)
        kinds = {"token_validation_failed": AccessDenied, "un_handle_exception": OutcomeUnknown}
        assert type(error) is kinds.get(code, OrderRefused)
        assert (error.code, error.fields) == (REFUSALS[code], FIELDS.get(code, ()))
        assert error.said
        assert simulator.ledger == []
        await self.assert_next_is_placed(simulator)

    async def test_a_missing_username_is_refused_in_words(self, simulator: Simulator) -> None:
        form = self.a_form().model_copy(update={"product_id": STORY_VIEWS})
        async with self.make_provider(simulator) as provider:
            with pytest.raises(OrderRefused) as caught:
                await provider.place(form, "100000000000001")
        assert (caught.value.code, caught.value.params) == ("field_is_required_in", {"field": "Username"})
        assert caught.value.fields == ()
        await self.assert_next_is_placed(simulator)

    async def test_one_create_at_a_time_keeps_the_evidence_plain(self) -> None:
        assert GuoGuo.creates_at_once == 1

    @pytest.mark.parametrize("key", ["", " spaced ", "钥匙", "two\nlines"])
    def test_a_key_that_fits_no_header_is_refused_without_being_shown(self, key: str) -> None:
        with pytest.raises(ValueError, match="api_key") as caught:
            GuoGuo.settings_model.model_validate({"provider": "guoguo", "api_key": key})
        assert "input_value" not in str(caught.value)

    def test_the_documented_address_is_the_default(self) -> None:
        settings = GuoGuo.settings_model.model_validate({"provider": "guoguo", "api_key": "k"})
        assert settings.base_url == "https://api.guo-guo.com"
