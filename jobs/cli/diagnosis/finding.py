"""What a look at the machine found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """A problem prevents measuring; a note is something the figures suffer from or lack."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `found` is the fact, `means` what it does to the figures or asks for.

    `means` is empty exactly when all is well.
    """

    topic: str
    found: str
    means: str = ""
    level: Level = Level.OK


def note(topic: str, found: str, means: str) -> Finding:
    """Something the figures suffer from or lack."""
    return Finding(topic, found, means, Level.NOTE)


def problem(topic: str, found: str, means: str) -> Finding:
    """Something that prevents measuring."""
    return Finding(topic, found, means, Level.PROBLEM)
