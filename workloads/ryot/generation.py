"""Greedy generation, streamed token by token, and its timeline."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter_ns

import numpy as np
from observing import per_second

from ryot.transformer import Tokens, Transformer
from ryot.weights import VOCABULARY


@dataclass(frozen=True, slots=True)
class Timeline:
    """One generation as its reader saw it; `tokens` is (batch, steps).

    `arrivals_ns` holds when each step's tokens arrived, counted from the request.
    """

    tokens: Tokens
    arrivals_ns: tuple[int, ...]

    @property
    def first_token_ns(self) -> int:
        """Time to first token."""
        return self.arrivals_ns[0]

    @property
    def tokens_per_sec(self) -> float:
        """Tokens of all sequences over the whole generation, prefill included."""
        return per_second(self.tokens.size, self.arrivals_ns[-1])

    @property
    def decode_tokens_per_sec(self) -> float:
        """Tokens of all sequences after the first step over the time they took together."""
        later = self.tokens[:, 1:].size
        return per_second(later, self.arrivals_ns[-1] - self.arrivals_ns[0])

    @property
    def gaps_ns(self) -> list[int]:
        """Time between one token and the next, for each step after the first."""
        return [late - early for early, late in pairwise(self.arrivals_ns)]


def draw_prompts(batch: int, length: int, seed: int = 3) -> Tokens:
    """Prompts (batch, length) of tokens drawn evenly from the vocabulary."""
    return np.random.default_rng(seed).integers(VOCABULARY, size=(batch, length))


def stream(model: Transformer, prompts: Tokens, max_tokens: int) -> Iterator[Tokens]:
    """Yield the next token of every sequence, (batch,), `max_tokens` times."""
    batch, length = prompts.shape
    cache = model.new_cache(batch, length + max_tokens - 1)
    logits = model.prefill(prompts, cache)
    for remaining in reversed(range(max_tokens)):
        tokens = logits.argmax(axis=-1)
        yield tokens
        if remaining:
            logits = model.step(tokens, cache)


def generate(model: Transformer, prompts: Tokens, max_tokens: int) -> Timeline:
    """Generate for a batch of prompts of one length, noting when each step arrived."""
    started = perf_counter_ns()
    steps: list[Tokens] = []
    arrivals_ns: list[int] = []
    for tokens in stream(model, prompts, max_tokens):
        arrivals_ns.append(perf_counter_ns() - started)
        steps.append(tokens)
    return Timeline(np.stack(steps, axis=1), tuple(arrivals_ns))


def output_hash(tokens: Tokens) -> int:
    """A number that stands for the tokens: 48 bits of SHA-256, exact in a float."""
    digest = hashlib.sha256(np.ascontiguousarray(tokens, dtype="<i8").tobytes()).digest()
    return int.from_bytes(digest[:6], "big")
