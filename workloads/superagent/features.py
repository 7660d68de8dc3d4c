"""Fifteen features of a shop, each a few requests whose answers are checked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

import httpx
from observing import Observations, Prepared

from superagent.costs import Use
from superagent.shop import MENU, PASSWORD

Step = Callable[["Visitor"], None]
TOKENS = {"simple": (800, 300), "complex": (2_500, 1_200)}
"""Tokens in and out that an agent is assumed to need for a step of a feature."""


class StepError(AssertionError):
    """The shop answered otherwise than the feature says."""


class Visitor:
    """Somebody who uses the shop; every request is a step."""

    def __init__(self, client: httpx.Client) -> None:
        """Nobody is logged in."""
        self._client = client
        self._headers: dict[str, str] = {}
        self.steps = 0

    def ask(self, method: str, path: str, expect: int = 200, **given: object) -> dict[str, object]:
        """One request and its answer.

        Raises:
            StepError: The status is not the expected one.
        """
        self.steps += 1
        answer = self._client.request(method, path, headers=self._headers, **given)  # type: ignore[arg-type]  # as httpx takes it
        check(answer.status_code == expect, f"{method} {path} gave {answer.status_code}")
        found: dict[str, object] = answer.json()
        return found

    def log_in(self) -> None:
        """Begin a session of one's own."""
        answer = self.ask("POST", "/login", json={"user": "ada", "password": PASSWORD})
        self.use(str(answer["session"]))

    def use(self, session: str) -> None:
        """Go on with a session."""
        self._headers = {"authorization": f"Bearer {session}"}


def check(fact: bool, what: str) -> None:
    """A fact that the feature promises."""
    if not fact:
        raise StepError(what)


def log_in(visitor: Visitor) -> None:
    """A wrong password is refused, the right one is not."""
    wrong = {"user": "ada", "password": "guess"}
    visitor.ask("POST", "/login", expect=403, json=wrong)
    visitor.log_in()


def contact(visitor: Visitor) -> None:
    """A letter needs an address."""
    visitor.ask("POST", "/contact", expect=403, json={"from": "nobody", "text": "hello"})
    visitor.ask("POST", "/contact", json={"from": "ada@example.org", "text": "hello"})


def product(visitor: Visitor) -> None:
    """A product of the list has a page of its own."""
    products: Any = visitor.ask("GET", "/products")["products"]
    first = products[0]
    found = visitor.ask("GET", f"/products/{first['id']}")
    check(found == first, "the page shows another product")


def cart(visitor: Visitor) -> None:
    """What is put into the cart is in it, at its price."""
    visitor.log_in()
    before = visitor.ask("GET", "/cart")
    after = visitor.ask("POST", "/cart", json={"product": 3})
    more = int(str(after["price_cents"])) - int(str(before["price_cents"]))
    check(more == 500 + 37 * 3, f"the cart costs {more} cents more")


def menu(visitor: Visitor) -> None:
    """All entries are there."""
    check(visitor.ask("GET", "/menu")["entries"] == list(MENU), "the menu has other entries")


def dialog(visitor: Visitor) -> None:
    """It takes the focus, and gives it back."""
    for is_open, focus in ((True, "close"), (False, "page")):
        answer = visitor.ask("POST", "/dialog", json={"open": is_open})
        check(answer["focus"] == focus, f"the focus is on {answer['focus']}")


def dark_mode(visitor: Visitor) -> None:
    """On, and off again."""
    visitor.log_in()
    for dark in (True, False):
        check(
            visitor.ask("PUT", "/dark", json={"dark": dark})["dark"] is dark, "it stays as it was"
        )


def search(visitor: Visitor) -> None:
    """Every hit has the word."""
    found = visitor.ask("GET", "/products", params={"search": "lamp"})["products"]
    check(len(found) == 4, f"{len(found)} lamps")  # type: ignore[arg-type]  # a list


def filtered(visitor: Visitor) -> None:
    """By kind and by price."""
    asked = {"kind": "chair", "below_cents": "900"}
    found = visitor.ask("GET", "/products", params=asked)["products"]
    check(all(one["price_cents"] < 900 for one in found), "too dear")  # type: ignore[attr-defined]  # a list


def newsletter(visitor: Visitor) -> None:
    """An address is registered."""
    check(visitor.ask("POST", "/mail", json={"address": "news@x"})["sent"] is True, "nothing sent")


def oauth(visitor: Visitor) -> None:
    """Code for token, with the proof key of RFC 7636; a second use of the code is refused."""
    visitor.log_in()
    verifier = "a verifier that nobody knows"
    challenge = hashlib.sha256(verifier.encode()).hexdigest()
    granted = visitor.ask("POST", "/oauth/authorize", json={"challenge": challenge, "state": "s"})
    check(granted["state"] == "s", "another state came back")
    claim = {"code": granted["code"], "verifier": verifier}
    visitor.use(str(visitor.ask("POST", "/oauth/token", json=claim)["session"]))
    visitor.ask("POST", "/oauth/token", expect=403, json=claim)
    visitor.ask("GET", "/cart")


def payment(visitor: Visitor) -> None:
    """Paid once the challenge was answered, and not before."""
    visitor.log_in()
    number = str(visitor.ask("POST", "/payments")["payment"])
    check(visitor.ask("GET", f"/payments/{number}")["state"] == "challenged", "paid too early")
    visitor.ask("POST", f"/payments/{number}/challenge", json={"answer": number[::-1]})
    check(visitor.ask("GET", f"/payments/{number}")["state"] == "paid", "not paid")


def mail_verification(visitor: Visitor) -> None:
    """The code of the mail, and no other one."""
    address = "ada@example.org"
    for code in ("wrong", None):
        visitor.ask("POST", "/mail", json={"address": address})
        sent = visitor.ask("GET", "/mail/box", params={"address": address})["code"]
        claim = {"address": address, "code": code or sent}
        visitor.ask("POST", "/mail/verify", expect=403 if code else 200, json=claim)


def upload(visitor: Visitor) -> None:
    """Three files arrive as they were."""
    for size in (10, 100_000, 1_000_000):
        content = bytes(range(256)) * (size // 256 + 1)
        answer = visitor.ask("POST", "/files", content=content)
        check(answer["sha256"] == hashlib.sha256(content).hexdigest(), "another file arrived")


def chat(visitor: Visitor) -> None:
    """Three sentences, each answered in its turn (by long polling)."""
    visitor.log_in()
    for text in ("hello", "are you there?", "good bye"):
        visitor.ask("POST", "/chat", json={"text": text})
        check(visitor.ask("GET", "/chat")["text"] == f"you said: {text}", "another answer")


SIMPLE: dict[str, Step] = {
    "login": log_in,
    "contact_form": contact,
    "product_detail": product,
    "cart": cart,
    "menu": menu,
    "modal": dialog,
    "dark_mode": dark_mode,
    "search": search,
    "filter": filtered,
    "newsletter": newsletter,
}
COMPLEX: dict[str, Step] = {
    "oauth": oauth,
    "payment_3ds": payment,
    "mail_verification": mail_verification,
    "multi_file_upload": upload,
    "chat": chat,
}


def feature(name: str) -> Prepared:
    """One feature, from its first request to its last."""
    act = {**SIMPLE, **COMPLEX}[name]
    sort = "simple" if name in SIMPLE else "complex"
    with httpx.Client(base_url=os.environ["PERF_SERVICE_URL"], timeout=30) as client:

        def measured() -> Observations:
            visitor = Visitor(client)
            failed = 0
            started_ns = perf_counter_ns()
            try:
                act(visitor)
            except StepError:
                failed = 1
            elapsed_ns = perf_counter_ns() - started_ns
            tokens_in, tokens_out = TOKENS[sort]
            price = Use("kaya", "medium", tokens_in, tokens_out).usd * visitor.steps
            found: Observations = {
                "steps": visitor.steps,
                "failed_features": (failed, 1),
                "derived_cost_usd": float(price),
            }
            if not failed:
                found["feature_ms"] = elapsed_ns / 1e6
            return found

        yield measured
