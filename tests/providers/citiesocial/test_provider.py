from typing import Any, ClassVar

import pytest

from providers.base import ChecksCredentials
from providers.citiesocial.create import order_body
from providers.citiesocial.form import CitiesocialOrder
from providers.citiesocial.provider import Citiesocial
from providers.errors import AccessDenied, OrderRefused
from providers.orders import Status
from providers.simulators.base import Fault, Simulator
from providers.simulators.citiesocial.products import SOLD_OUT
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from tests.providers.contract import ProviderContract

EXAMPLE = {
    "line_items": [{"variant_id": 123450001, "quantity": 2}, {"variant_id": 123450002, "quantity": 1}],
    "email": "staff@example.com",
    "shipping_address": {
        "first_name": "小明",
        "last_name": "王",
        "title": "先生",
        "zip": "100",
        "city": "台北市",
        "address1": "中正區",
        "address2": "八德路一段",
        "phone": "0912345678",
    },
    "transaction_amount": 30,
    "channel_order_reference": "100000000000001",
}
REFUSALS = {
    "invalid_json": ("invalid_json", ()),
    "variant_not_valid": ("variant_not_valid", ()),
    "price_mismatch": ("price_mismatch", ("transaction_amount",)),
    "inventory": ("no_inventory", ()),
    "unauthorized": ("unauthorized", ()),
}


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "items": [{"variant_id": "123450001", "quantity": "2"}, {"variant_id": "123450002", "quantity": "1"}],
        "email": "staff@example.com",
        "first_name": "小明",
        "last_name": "王",
        "title": "先生",
        "zip": "100",
        "city": "台北市",
        "address1": "中正區",
        "address2": "八德路一段",
        "phone": "+886 912-345-678",
        "transaction_amount": "30",
    } | changes


class TestCitiesocial(ProviderContract):
    provider_class = Citiesocial
    simulator_class = CitiesocialSimulator
    wrong_credentials: ClassVar[dict[str, Any]] = {"headers": {"Authorization": "a-wrong-key"}}
    documented_reference = "abcd1234"

    def a_form(self) -> CitiesocialOrder:
        return CitiesocialOrder.model_validate(answers())

    def documented_yes(self) -> tuple[int, dict[str, Any], str]:
        piece = {"shipment": None, "estimated_shipping_date": None, "name": "Active", "is_refunded": False}
        order = {
            "total_price": 30,
            "name": "#1207",
            "items": [piece | {"variant_id": variant} for variant in (1793693507, 1793693507, 1793680195)],
            "financial_status": "pending",
            "id": "5764308878",
            "shipping_address": EXAMPLE["shipping_address"],
            "is_cancelled": False,
            "email": "staff@example.com",
            "channel_order_reference": "abcd1234",
        }
        return 201, {"order": order}, "#1207"

    async def test_the_body_is_the_documents_example(self, simulator: Simulator) -> None:
        async with self.make_provider(simulator) as provider:
            placed = await provider.place(self.a_form(), "100000000000001")
        [received] = simulator.received
        assert (received.method, received.path, received.body) == ("POST", "/orders/create/", EXAMPLE)
        assert type(received.body["transaction_amount"]) is int
        assert [type(value) for line in received.body["line_items"] for value in line.values()] == [int] * 4
        assert (placed.status, placed.supplier_status, placed.remarks) == (Status.PLACED, "pending", ())
        assert placed.also_known_as == ("1207", "5764308878")

    def test_what_the_catalogue_knows_is_not_sent(self) -> None:
        facts = {"title": "Canvas tote", "price": "10", "stock": 9, "product_id": "7"}
        items = [item | {"variant": facts} for item in answers()["items"]]
        form = CitiesocialOrder.model_validate(answers(items=items))
        assert order_body(form, "1") == order_body(self.a_form(), "1")

    def test_no_look_up_of_an_order_is_documented(self) -> None:
        assert [name for name in ("read_status", "find_order", "read_order") if hasattr(Citiesocial, name)] == []

    async def test_a_skipped_title_is_sent_empty(self, simulator: Simulator) -> None:
        without = {key: value for key, value in answers().items() if key != "title"}
        async with self.make_provider(simulator) as provider:
            await provider.place(CitiesocialOrder.model_validate(without), "100000000000001")
        assert simulator.received[0].body["shipping_address"]["title"] == ""

    async def test_an_id_above_32_bits_is_ordered(self, simulator: Simulator) -> None:
        big = answers(items=[{"variant_id": "36698431250", "quantity": "3"}], transaction_amount="3,570")
        async with self.make_provider(simulator) as provider:
            placed = await provider.place(CitiesocialOrder.model_validate(big), "100000000000001")
        assert simulator.received[0].body["line_items"] == [{"variant_id": 36698431250, "quantity": 3}]
        assert placed.remarks == ()

    @pytest.mark.parametrize("code", REFUSALS)
    async def test_every_documented_error_is_told_apart_and_the_next_order_is_placed(
        self, simulator: Simulator, code: str
    ) -> None:
        simulator.fail(Fault.REFUSE, code=code)
        error = await self.error_of(simulator)
        assert type(error) is (AccessDenied if code == "unauthorized" else OrderRefused)
        assert (error.code, error.fields) == REFUSALS[code]
        assert error.said
        assert simulator.ledger == []
        await self.assert_next_is_placed(simulator)

    def test_the_simulator_knows_every_documented_error(self) -> None:
        assert set(REFUSALS) == set(CitiesocialSimulator.refusals)

    async def test_a_wrong_amount_shows_both_and_is_never_corrected_here(self, simulator: Simulator) -> None:
        form = CitiesocialOrder.model_validate(answers(transaction_amount="50"))
        async with self.make_provider(simulator) as provider:
            with pytest.raises(OrderRefused) as caught:
                await provider.place(form, "100000000000001")
        assert caught.value.params == {"total": "30", "amount": "50", "currency": "TWD"}
        assert caught.value.said == "total_price:30 does not equal transaction_amount:50"
        assert [received.body["transaction_amount"] for received in simulator.received] == [50]
        await self.assert_next_is_placed(simulator)

    async def test_what_is_sold_out_is_refused(self, simulator: Simulator) -> None:
        items = [{"variant_id": str(SOLD_OUT), "quantity": "1"}]
        form = CitiesocialOrder.model_validate(answers(items=items, transaction_amount="10"))
        async with self.make_provider(simulator) as provider:
            with pytest.raises(OrderRefused) as caught:
                await provider.place(form, "100000000000001")
        assert caught.value.code == "no_inventory"
        await self.assert_next_is_placed(simulator)

    def test_no_check_of_credentials_is_documented(self) -> None:
        assert not issubclass(Citiesocial, ChecksCredentials)

    @pytest.mark.parametrize(
        "headers", [{"X Key": "secret"}, {"": "secret"}, {"X-Key": "two\nlines"}, {"X-Key": ""}, {"X-Key": "钥匙"}]
    )
    def test_a_header_that_fits_no_request_is_refused_without_being_shown(self, headers: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="headers") as caught:
            Citiesocial.settings_model.model_validate(
                {"provider": "citiesocial", "base_url": "https://shop.example", "headers": headers}
            )
        assert "input_value" not in str(caught.value)

    @pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding", "HOST", "Connection", "Content-Type"])
    def test_a_header_that_says_how_a_request_is_written_is_refused_by_its_name(self, name: str) -> None:
        with pytest.raises(ValueError, match=f"{name} says how a request is written") as caught:
            Citiesocial.settings_model.model_validate(
                {"provider": "citiesocial", "base_url": "https://shop.example", "headers": {name: "canary-12"}}
            )
        assert "canary" not in str(caught.value)

    def test_no_address_is_the_default(self) -> None:
        with pytest.raises(ValueError, match="base_url"):
            Citiesocial.settings_model.model_validate({"provider": "citiesocial"})
