"""A small shop: the application that features are tried on, with everything kept in memory."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PRODUCTS = [
    {"id": number, "name": f"{colour} {thing}", "price_cents": 500 + 37 * number, "kind": thing}
    for number, (colour, thing) in enumerate(
        (colour, thing)
        for colour in ("red", "green", "blue", "black")
        for thing in ("lamp", "chair", "table", "shelf", "mirror")
    )
]
MENU = ("home", "products", "contact", "account")
PASSWORD = "correct horse"  # noqa: S105 - of a user who exists nowhere else
POLL_S = 2.0


@dataclass
class Shop:
    """What one running shop knows."""

    sessions: dict[str, str] = field(default_factory=dict)
    carts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    dark: set[str] = field(default_factory=set)
    mails: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    payments: dict[str, str] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)
    chats: dict[str, asyncio.Queue[str]] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A step that the shop does not allow."""


def application() -> Starlette:
    """The shop and its routes."""
    shop = Shop()

    def route(path: str, method: str, handle: Any) -> Route:
        async def handler(request: Request) -> Response:
            try:
                return JSONResponse(await handle(shop, request))
            except (Refused, KeyError, ValueError) as error:
                return JSONResponse({"refused": str(error)}, 403)

        return Route(path, handler, methods=[method])

    return Starlette(
        routes=[
            route("/health", "GET", _health),
            route("/login", "POST", _login),
            route("/contact", "POST", _contact),
            route("/products", "GET", _products),
            route("/products/{id:int}", "GET", _product),
            route("/cart", "POST", _add_to_cart),
            route("/cart", "GET", _cart),
            route("/menu", "GET", _menu),
            route("/dialog", "POST", _dialog),
            route("/dark", "PUT", _dark),
            route("/oauth/authorize", "POST", _authorize),
            route("/oauth/token", "POST", _token),
            route("/payments", "POST", _pay),
            route("/payments/{id}/challenge", "POST", _challenge),
            route("/payments/{id}", "GET", _payment),
            route("/mail", "POST", _register),
            route("/mail/box", "GET", _mailbox),
            route("/mail/verify", "POST", _verify),
            route("/files", "POST", _upload),
            route("/chat", "POST", _say),
            route("/chat", "GET", _listen),
        ]
    )


def _user(shop: Shop, request: Request) -> str:
    session = request.headers.get("authorization", "").removeprefix("Bearer ")
    if session not in shop.sessions:
        raise Refused("log in first")
    return shop.sessions[session]


async def _health(_shop: Shop, _request: Request) -> dict[str, Any]:
    return {"status": "ok"}


async def _login(shop: Shop, request: Request) -> dict[str, Any]:
    body = await request.json()
    if body["password"] != PASSWORD:
        raise Refused("wrong password")
    session = secrets.token_hex(8)
    shop.sessions[session] = body["user"]
    return {"session": session}


async def _contact(shop: Shop, request: Request) -> dict[str, Any]:
    body = await request.json()
    if "@" not in body["from"] or not body["text"].strip():
        raise Refused("an address and a text are needed")
    shop.letters.append(body["text"])
    return {"number": len(shop.letters)}


async def _products(_shop: Shop, request: Request) -> dict[str, Any]:
    words = request.query_params.get("search", "")
    kind = request.query_params.get("kind", "")
    below = int(request.query_params.get("below_cents", 10**9))
    found = [
        one
        for one in PRODUCTS
        if words in str(one["name"])
        and kind in ("", one["kind"])
        and int(str(one["price_cents"])) < below
    ]
    return {"products": found}


async def _product(_shop: Shop, request: Request) -> dict[str, Any]:
    return dict(PRODUCTS[request.path_params["id"]])


async def _add_to_cart(shop: Shop, request: Request) -> dict[str, Any]:
    body = await request.json()
    shop.carts[_user(shop, request)].append(body["product"])
    return await _cart(shop, request)


async def _cart(shop: Shop, request: Request) -> dict[str, Any]:
    held = shop.carts[_user(shop, request)]
    cents = sum(int(str(PRODUCTS[number]["price_cents"])) for number in held)
    return {"products": held, "price_cents": cents}


async def _menu(_shop: Shop, _request: Request) -> dict[str, Any]:
    return {"entries": list(MENU)}


async def _dialog(_shop: Shop, request: Request) -> dict[str, Any]:
    body = await request.json()
    return {"open": body["open"], "focus": "close" if body["open"] else "page"}


async def _dark(shop: Shop, request: Request) -> dict[str, Any]:
    user, body = _user(shop, request), await request.json()
    (shop.dark.add if body["dark"] else shop.dark.discard)(user)
    return {"dark": user in shop.dark}


async def _authorize(shop: Shop, request: Request) -> dict[str, Any]:
    user, body = _user(shop, request), await request.json()
    code = secrets.token_hex(8)
    shop.codes[code] = f"{user} {body['challenge']}"
    return {"code": code, "state": body["state"]}


async def _token(shop: Shop, request: Request) -> dict[str, Any]:
    body = await request.json()
    user, challenge = shop.codes.pop(body["code"]).split()
    if hashlib.sha256(body["verifier"].encode()).hexdigest() != challenge:
        raise Refused("the verifier is not that of the challenge")
    session = secrets.token_hex(8)
    shop.sessions[session] = user
    return {"session": session}


async def _pay(shop: Shop, request: Request) -> dict[str, Any]:
    _user(shop, request)
    number = secrets.token_hex(8)
    shop.payments[number] = "challenged"
    return {"payment": number, "state": "challenged"}


async def _challenge(shop: Shop, request: Request) -> dict[str, Any]:
    number, body = request.path_params["id"], await request.json()
    shop.payments[number] = "paid" if body["answer"] == number[::-1] else "refused"
    return {"state": shop.payments[number]}


async def _payment(shop: Shop, request: Request) -> dict[str, Any]:
    return {"state": shop.payments[request.path_params["id"]]}


async def _register(shop: Shop, request: Request) -> dict[str, Any]:
    body = await request.json()
    shop.mails[body["address"]] = secrets.token_hex(4)
    return {"sent": True}


async def _mailbox(shop: Shop, request: Request) -> dict[str, Any]:
    return {"code": shop.mails[request.query_params["address"]]}


async def _verify(shop: Shop, request: Request) -> dict[str, Any]:
    body = await request.json()
    if shop.mails.pop(body["address"]) != body["code"]:
        raise Refused("another code was sent")
    return {"verified": True}


async def _upload(_shop: Shop, request: Request) -> dict[str, Any]:
    content = await request.body()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


async def _say(shop: Shop, request: Request) -> dict[str, Any]:
    user, body = _user(shop, request), await request.json()
    shop.chats.setdefault(user, asyncio.Queue()).put_nowait(f"you said: {body['text']}")
    return {"said": True}


async def _listen(shop: Shop, request: Request) -> dict[str, Any]:
    """The next answer, as soon as there is one (long polling)."""
    waiting = shop.chats.setdefault(_user(shop, request), asyncio.Queue())
    return {"text": await asyncio.wait_for(waiting.get(), POLL_S)}
