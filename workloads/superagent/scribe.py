"""Writes a test for a task from the patterns that are most like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from string import Template

import numpy as np

from superagent.embedding import Vector, embed
from superagent.tasks import PARTS, THINGS

Embed = Callable[[str], Vector]
BODY = Template(
    "def test_${name}(page):\n"
    '    """${task}."""\n'
    "    # after: ${patterns}\n"
    '    page.goto("/${path}")\n'
    '    assert page.locator("[data-test=${name}]").is_visible()\n'
)


class Scribe:
    """Looks up patterns by likeness and fills a template; any number of threads may ask."""

    def __init__(self, embed: Embed = embed) -> None:
        """Embed the pattern library once."""
        self._embed = embed
        self._patterns = [part.format(thing=thing) for part in PARTS for thing in THINGS]
        self._vectors = np.stack([embed(pattern) for pattern in self._patterns])

    def like(self, task: str, count: int = 3) -> Sequence[str]:
        """The patterns that are most like a task, the most similar first."""
        nearness = self._vectors @ self._embed(task)
        best = np.argsort(-nearness, kind="stable")[:count]
        return [self._patterns[place] for place in best]

    def write(self, task: str) -> str:
        """The source of a test."""
        patterns = self.like(task)
        name = "_".join(task.lower().split()[:6])
        name = "".join(letter for letter in name if letter.isalnum() or letter == "_")
        return BODY.substitute(
            name=name, task=task, patterns="; ".join(patterns), path=name.replace("_", "-")
        )
