"""A running stand-in for citiesocial and one account there, and a citiesocial made of answers by hand."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from providers.citiesocial.form import Variant
from providers.citiesocial.provider import Citiesocial, CitiesocialSettings
from providers.http import Answer
from providers.products import Chosen
from providers.simulators.citiesocial.simulator import CitiesocialSimulator


class Shop(CitiesocialSimulator):
    """It notes what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        return await super().dispatch(request)

    def client(self, **changes: Any) -> Citiesocial:
        return Citiesocial(CitiesocialSettings.model_validate(self.account() | {"timeout": 5} | changes))


class Pages:
    """Answers by path, or by path and page of a list; what is missing is 404, a number is that status."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def __call__(self, path: str, params: Mapping[str, str]) -> Answer:
        asked = path + (f"?page={params['page']}" if "page" in params else "")
        self.asked.append(asked)
        answer = self.answers.get(asked, self.answers.get(path, 404))
        if isinstance(answer, int):
            return Answer(answer, {}, b"invalid value: id")
        return Answer(200, {}, json.dumps(answer).encode())


def listing(*ids: Any) -> dict[str, Any]:
    return {"products": [{"id": product} for product in ids]}


def details(product: Any = 7, *variants: Any, **changes: Any) -> dict[str, Any]:
    """A product's page; by default with one variant, 71."""
    rows = [variant if isinstance(variant, dict) else a_variant(variant) for variant in variants] or [a_variant(71)]
    return {"product": {"id": product, "title": "Tote", "brand": "Example", "price": 10, "variants": rows} | changes}


def a_variant(variant: Any, **changes: Any) -> dict[str, Any]:
    return {"id": variant, "title": "Red", "inventory_quantity": 5, "option1": "Red", "option2": None} | changes


def chosen(variant: Any = 71, **facts: Any) -> Chosen:
    """A variant of the product 7, as it was chosen."""
    known = Variant.model_validate({"product_id": "7"} | facts)
    return Chosen(("items", 0, "variant_id"), ("items", 0, "variant"), str(variant), 1, known)
