"""How hard a task is, by what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

SIGNS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), weight)
    for pattern, weight in (
        (r"\b(race condition|deadlock|concurren\w+)\b", 3.0),
        (r"\b(migrat\w+|transaction|database)\b", 2.5),
        (r"\b(debug|explain|why)\b", 1.5),
        (r"\b(refactor|interface|architecture)\b", 2.0),
        (r"\b(payment|oauth|upload|websocket|verification)\b", 2.0),
        (r"\b(validation|error handling|retry)\b", 1.0),
        (r"\b(write|add|test)\b", 0.5),
        (r"[?;,]", 0.2),
    )
)
MEDIUM_FROM, HIGH_FROM = 2.5, 6.0
WORD = re.compile(r"\w+")


class Level(Enum):
    """How much of a model a task needs."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Estimate:
    """A level, and the score that it comes from."""

    level: Level
    score: float


def estimate(task: str) -> Estimate:
    """Weigh the signs in a task, and its length.

    >>> estimate("write a test for the menu").level
    <Level.LOW: 'low'>
    """
    score = sum(weight * len(sign.findall(task)) for sign, weight in SIGNS)
    score += len(WORD.findall(task)) / 50
    if score >= HIGH_FROM:
        return Estimate(Level.HIGH, score)
    return Estimate(Level.MEDIUM if score >= MEDIUM_FROM else Level.LOW, score)
