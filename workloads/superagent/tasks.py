"""Tasks as people type them, the same on every machine."""

from __future__ import annotations

import random

PARTS = (
    "write a test for the {thing}",
    "why does the {thing} fail when two users press it at once?",
    "refactor the {thing} and keep its interface",
    "debug the race condition in the {thing} and explain the deadlock",
    "add a {thing} with validation, error handling and a retry",
    "migrate the database behind the {thing} without losing a transaction",
)
THINGS = (
    "login form", "contact form", "product page", "shopping cart", "menu", "modal dialog",
    "dark mode switch", "search box", "price filter", "payment", "e-mail verification",
    "file upload", "chat over WebSocket",
)  # fmt: skip


def tasks(count: int, seed: int = 5) -> list[str]:
    """So many tasks of one to four sentences."""
    draw = random.Random(seed)  # noqa: S311 - reproducible on purpose
    return [
        ". ".join(
            draw.choice(PARTS).format(thing=draw.choice(THINGS)) for _ in range(draw.randint(1, 4))
        )
        for _ in range(count)
    ]
