"""A hostile supplier: it speaks as all four do, and repeats every request with its headers in whatever it answers."""

import base64
import html
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from aiohttp import web

from providers.anqicms import provider as anqicms
from providers.citiesocial import provider as citiesocial
from providers.damaijia import provider as damaijia
from providers.guoguo.kinds import PATHS as GUOGUO_CREATES

Mode = Literal["refuse", "deny", "error", "garbage", "lost", "yes"]
_DULL = {"host", "accept", "accept-encoding", "user-agent", "connection", "content-type", "content-length"}


@dataclass
class Mirror:
    """`mode` is what the next requests are answered with; `handed_out` are the tokens that logins got."""

    url: str = ""
    mode: Mode = "yes"
    requests: int = 0
    handed_out: list[str] = field(default_factory=list)
    _status: str = ""
    """The same without a body: people's data is no part of a status."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        said = self._echo(request, await request.text())
        self._status = self._echo(request, "")
        if request.path in {damaijia.LOGIN, anqicms.LOGIN}:
            return self._login(said)
        creates = {
            **dict.fromkeys(GUOGUO_CREATES.values(), self._guoguo),
            citiesocial.CREATE: self._citiesocial,
            damaijia.CREATE: self._damaijia,
            anqicms.CREATE: self._anqicms,
        }
        if request.path == anqicms.DETAIL and self.mode == "yes":
            return self._detail(said, request.query.get("order_id", ""))
        if request.path not in creates:
            return self._read(said)
        match self.mode:
            case "error":
                return web.Response(status=500, text=f"<html>{said}</html>", content_type="text/html")
            case "garbage":
                return web.Response(text=f"{{{said}")
            case "lost":
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case _:
                return creates[request.path](said, f"C-{self.requests}")

    def _echo(self, request: web.Request, body: str) -> str:
        told = {name: value for name, value in request.headers.items() if name.lower() not in _DULL}
        text = "\r\n".join([*(f"{name}: {value}" for name, value in told.items()), f"{request.path_qs} {body}"])
        ways = (
            text,
            quote(text),
            base64.b64encode(text.encode()).decode(),
            json.dumps(json.dumps(text)),
            html.escape(text),
            json.dumps(told).replace("/", "\\/") + body,
        )
        return ways[self.requests % len(ways)]

    def _login(self, said: str) -> web.Response:
        if self.mode == "deny":
            return web.json_response({"status": 200, "code": -1, "msg": said, "err": {"you sent": said}})
        self.handed_out.append(f"canary-handed-out-{len(self.handed_out)}-/+%41-7Q")
        data = {"token": self.handed_out[-1], "id": 5}
        return web.json_response({"status": 0, "code": 0, "msg": said, "data": data}, headers={"X-Echo": "said"})

    def _read(self, said: str) -> web.Response:
        body = {"message": said, "msg": said, "result_code": "o_data_failed", "status": 422, "err": said, "code": -1}
        return web.json_response(body, status=500 if self.requests % 2 else 400)

    def _detail(self, said: str, number: str) -> web.Response:
        told = dict.fromkeys(("status", "tracking_number", "express_company", "created_time", "amount"), said)
        return web.json_response({"code": 0, "msg": said, "data": {**told, "order_id": number}})

    def _guoguo(self, said: str, number: str) -> web.Response:
        match self.mode:
            case "refuse":
                fault = {"result_code": "value_out_of_range", "property_name": said, "message": said}
                body = {"result_code": "create_order_failed", "message": said, "validation_failed_responses": [fault]}
                return web.json_response(body, status=400)
            case "deny":
                return web.json_response({"result_code": "token_validation_failed", "message": said}, status=401)
            case _:
                return web.json_response(
                    {"order_number": number, "order_status": self._status, "message": said}, status=201
                )

    def _citiesocial(self, said: str, number: str) -> web.Response:
        match self.mode:
            case "refuse":
                return web.json_response({"errors": f"Unable to claim inventory: {said}"}, status=400)
            case "deny":
                return web.json_response({"message": said}, status=401)
            case _:
                order = {
                    "name": number,
                    "id": number,
                    "financial_status": self._status,
                    "items": [{"variant_id": said}],
                }
                return web.json_response({"order": order}, status=201)

    def _damaijia(self, said: str, number: str) -> web.Response:
        err = {"headers": said, said: [said]}
        match self.mode:
            case "refuse":
                return web.json_response({"status": 209, "err": err, "msg": said})
            case "deny":
                return web.json_response({"status": 200, "err": err, "msg": said})
            case _:
                parcel = {"msg_code": 2001, "msg": said, "forbidden_zone": said, "site_order_consignee_id": said}
                return web.json_response({"status": 0, "data": {"order_sn": number, "consignees": [parcel]}})

    def _anqicms(self, said: str, number: str) -> web.Response:
        match self.mode:
            case "refuse":
                return web.json_response({"code": -1, "msg": said})
            case "deny":
                return web.json_response({"code": 1001, "msg": said})
            case _:
                data: dict[str, Any] = {"order_id": number, "status": self._status, "amount": 100}
                return web.json_response({"code": 0, "msg": said, "data": data})


@asynccontextmanager
async def mirror() -> AsyncIterator[Mirror]:
    standing = Mirror()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", standing.answer)
    runner = web.AppRunner(app, handle_signals=False, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        standing.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield standing
    finally:
        await runner.cleanup()
