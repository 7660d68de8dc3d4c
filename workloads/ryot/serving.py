"""A server in front of the model: requests wait in a queue and are answered in batches."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import pairwise
from time import perf_counter_ns

import numpy as np
from observing import Journal

from ryot.generation import stream
from ryot.transformer import Tokens, Transformer


@dataclass(slots=True)
class Reply:
    """What one request got; `arrivals_ns` counts from its submission, queueing included."""

    submitted_ns: int
    tokens: list[int] = field(default_factory=list)
    arrivals_ns: list[int] = field(default_factory=list)

    @property
    def first_token_ns(self) -> int:
        """Time to first token as the client saw it."""
        return self.arrivals_ns[0]

    @property
    def gaps_ns(self) -> list[int]:
        """Time between one token and the next."""
        return [late - early for early, late in pairwise(self.arrivals_ns)]


@dataclass(frozen=True, slots=True)
class _Request:
    prompt: Tokens
    reply: Reply
    answer: Future[Reply]


class BatchServer:
    """Answers up to `max_batch` waiting requests together, `max_tokens` tokens each.

    A batch that is not full waits `linger_s` for more. Prompts must be of one length, since a
    batch is one matrix; a batch that fails hands its error to every request in it. `depths`
    holds how many requests waited after each arrival.
    """

    def __init__(
        self, model: Transformer, *, max_tokens: int, max_batch: int, linger_s: float = 0.0
    ) -> None:
        """Start serving in a thread of its own, until `close`."""
        self._model = model
        self._max_tokens = max_tokens
        self._max_batch = max_batch
        self._linger_s = linger_s
        self._waiting: deque[_Request] = deque()
        self._arrival = threading.Condition()
        self._closed = False
        self.depths = Journal()
        self._thread = threading.Thread(target=self._serve, name="ryot", daemon=True)
        self._thread.start()

    def submit(self, prompt: Tokens) -> Future[Reply]:
        """Ask for a continuation of one prompt, (tokens,)."""
        request = _Request(prompt, Reply(perf_counter_ns()), Future())
        with self._arrival:
            if self._closed:
                raise RuntimeError("the server is closed and takes no more requests")
            self._waiting.append(request)
            self.depths.note(len(self._waiting))
            self._arrival.notify()
        return request.answer

    def generate(self, prompt: Tokens) -> Reply:
        """Submit one prompt and wait for its reply."""
        return self.submit(prompt).result()

    def close(self) -> None:
        """Answer what still waits, then stop."""
        with self._arrival:
            self._closed = True
            self._arrival.notify()
        self._thread.join()

    def _serve(self) -> None:
        while batch := self._next_batch():
            try:
                self._answer(batch)
            except Exception as error:  # noqa: BLE001 - whatever it was, the clients are waiting
                for request in batch:
                    request.answer.set_exception(error)

    def _next_batch(self) -> list[_Request]:
        """The oldest waiting requests; none only when closed."""
        with self._arrival:
            self._arrival.wait_for(lambda: self._waiting or self._closed)
            self._arrival.wait_for(self._full, timeout=self._linger_s)
            size = min(len(self._waiting), self._max_batch)
            return [self._waiting.popleft() for _ in range(size)]

    def _full(self) -> bool:
        return self._closed or len(self._waiting) >= self._max_batch

    def _answer(self, batch: list[_Request]) -> None:
        prompts = np.stack([request.prompt for request in batch])
        for tokens in stream(self._model, prompts, self._max_tokens):
            now_ns = perf_counter_ns()
            for request, token in zip(batch, tokens.tolist(), strict=True):
                request.reply.tokens.append(token)
                request.reply.arrivals_ns.append(now_ns - request.reply.submitted_ns)
        for request in batch:
            request.answer.set_result(request.reply)
