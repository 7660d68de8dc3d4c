"""The forward pass: prefill of prompts in chunks, then one token a step."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ryot.cache import KeyValueCache
from ryot.weights import CONTEXT, HEAD_WIDTH, Block, Floats, ModelSize, Weights, draw_weights

Tokens = npt.NDArray[np.int64]

PREFILL_CHUNK = 128
"""Tokens a prefill step takes: bounds the score matrix and skips most of the masked half."""


class Transformer:
    """A decoder-only transformer: pre-norm blocks, full causal attention, greedy by nature."""

    def __init__(self, weights: Weights) -> None:
        """Take the weights as they are; they are never copied nor changed."""
        self.weights = weights

    def new_cache(self, batch: int, capacity: int) -> KeyValueCache:
        """A cache for `batch` sequences of at most `capacity` tokens each."""
        if capacity > CONTEXT:
            raise ValueError(f"{capacity} tokens asked for, the context holds {CONTEXT}")
        return KeyValueCache(self.weights.size, batch, capacity)

    def prefill(self, prompts: Tokens, cache: KeyValueCache) -> Floats:
        """Take whole prompts (batch, tokens) in; returns the logits (batch, vocabulary)."""
        chunks = range(0, prompts.shape[1], PREFILL_CHUNK)
        for start in chunks:
            hidden = self._forward(prompts[:, start : start + PREFILL_CHUNK], cache)
        return self._logits(hidden)

    def step(self, tokens: Tokens, cache: KeyValueCache) -> Floats:
        """Take one token of each sequence (batch,) in; returns the next logits."""
        return self._logits(self._forward(tokens[:, None], cache))

    def _forward(self, tokens: Tokens, cache: KeyValueCache) -> Floats:
        """Hidden state of the last position, (batch, width); the cache grows by the tokens."""
        batch, count = tokens.shape
        positions = self.weights.positions[cache.length : cache.length + count]
        # Rows of all sequences stand in one matrix: one large product instead of one a sequence.
        hidden = (self.weights.embedding[tokens] + positions).reshape(batch * count, -1)
        for layer, block in enumerate(self.weights.blocks):
            hidden += _attend(_normalise(hidden), batch, layer, block, cache)
            hidden += _feed_forward(_normalise(hidden), block)
        cache.advance(count)
        return _normalise(hidden.reshape(batch, count, -1)[:, -1])

    def _logits(self, hidden: Floats) -> Floats:
        return hidden @ self.weights.head


def load_model(model_size: str) -> Transformer:
    """The model called small, medium or large, ready to generate."""
    return Transformer(draw_weights(ModelSize(model_size)))


def _attend(hidden: Floats, batch: int, layer: int, block: Block, cache: KeyValueCache) -> Floats:
    count = hidden.shape[0] // batch
    projected = (hidden @ block.queries_keys_values).reshape(batch, count, 3, -1, HEAD_WIDTH)
    queries, new_keys, new_values = projected.transpose(2, 0, 3, 1, 4)
    keys, values = cache.extend(layer, new_keys, new_values)
    scores = (queries * np.float32(HEAD_WIDTH**-0.5)) @ keys.swapaxes(-1, -2)
    if count > 1:
        _hide_future(scores)
    mixed: Floats = (_softmax(scores) @ values).swapaxes(1, 2)
    return mixed.reshape(batch * count, -1) @ block.mix


def _hide_future(scores: Floats) -> None:
    """Hide from each token what comes after it: only the newest columns can lie ahead."""
    count = scores.shape[-2]
    ahead = np.triu(np.full((count, count), -np.inf, dtype=np.float32), k=1)
    scores[..., -count:] += ahead


def _feed_forward(hidden: Floats, block: Block) -> Floats:
    widened: Floats = hidden @ block.widen
    np.maximum(widened, 0, out=widened)
    return widened @ block.narrow


def _normalise(hidden: Floats) -> Floats:
    """Root-mean-square norm; its gains are 1 in an untrained model and left out."""
    mean_square: Floats = np.square(hidden).mean(axis=-1, keepdims=True)
    normal: Floats = hidden / np.sqrt(mean_square + np.float32(1e-6))
    return normal


def _softmax(scores: Floats) -> Floats:
    """Softmax over the last axis, in place."""
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores
