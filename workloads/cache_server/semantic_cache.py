"""Answers to messages that are alike, kept and found by their embeddings."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Lock

import numpy as np
from superagent.embedding import DIMENSIONS, Vector, embed


class SemanticCache:
    """At most `capacity` answers; one is given again to what is at least so similar.

    The oldest leaves when there is no room. Any number of threads may ask.
    """

    def __init__(self, capacity: int = 1_000, similar_from: float = 0.95) -> None:
        """Start empty."""
        self._capacity = capacity
        self._similar_from = similar_from
        self._vectors = np.zeros((capacity, DIMENSIONS), dtype=np.float32)
        self._entries: list[tuple[str, str]] = []
        self._oldest = 0
        self._lock = Lock()
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        """How many answers are kept."""
        return len(self._entries)

    def find(self, question: str) -> str | None:
        """The answer to the most similar question; None if that is not similar enough."""
        vector = embed(question)
        with self._lock:
            nearness = self._vectors[: len(self._entries)] @ vector
            best = int(np.argmax(nearness)) if len(nearness) else -1
            if best >= 0 and nearness[best] >= self._similar_from:
                self.hits += 1
                return self._entries[best][1]
            self.misses += 1
            return None

    def keep(self, question: str, answer: str) -> None:
        """Remember an answer."""
        vector = embed(question)
        with self._lock:
            self._put(question, answer, vector)

    def _put(self, question: str, answer: str, vector: Vector) -> None:
        if len(self._entries) < self._capacity:
            place = len(self._entries)
            self._entries.append((question, answer))
        else:
            place = self._oldest
            self._entries[place] = (question, answer)
            self._oldest = (self._oldest + 1) % self._capacity
        self._vectors[place] = vector

    def save(self, file: Path) -> int:
        """Write all entries to a file, whole or not at all; returns how many."""
        with self._lock:
            entries = self._entries[self._oldest :] + self._entries[: self._oldest]
        unfinished = file.with_name(f"{file.name}.unfinished")
        with unfinished.open("w", encoding="utf-8") as lines:
            for entry in entries:
                lines.write(json.dumps(entry) + "\n")
            lines.flush()
            os.fsync(lines.fileno())
        unfinished.replace(file)
        return len(entries)

    def load(self, file: Path) -> int:
        """Remember what a file holds, and nothing else; returns how many entries it had."""
        with file.open(encoding="utf-8") as lines:
            entries = [json.loads(line) for line in lines]
        vectors = [embed(question) for question, _ in entries]
        with self._lock:
            self._entries.clear()
            self._oldest = 0
            for (question, answer), vector in zip(entries, vectors, strict=True):
                self._put(question, answer, vector)
        return len(entries)
