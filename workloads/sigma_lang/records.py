"""Records such as an agent system writes: JSON lines of about 180 bytes, seeded."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import count

TRAINING_SEED = 1
HELD_OUT_SEED = 2

AGENTS = ("architect", "coder", "reviewer", "tester", "planner", "critic", "librarian", "scribe")
ACTIONS = ("recall", "generate", "compress", "store", "delegate", "verify", "summarise")
STATES = ("done", "done", "done", "waiting", "retried", "failed")
# fmt: off
WORDS = (
    "context", "window", "prompt", "vector", "index", "shard", "record", "session", "memory",
    "cache", "answer", "question", "token", "batch", "latency", "request", "response", "schema",
    "table", "column", "graph", "node", "edge", "worker", "queue", "signal", "model", "weight",
    "layer", "head", "attention", "summary", "document", "section", "paragraph", "sentence",
)
# fmt: on


def record_lines(seed: int) -> Iterator[bytes]:
    """Endless records, each a JSON object and a line end; the same for the same seed."""
    source = random.Random(seed)  # noqa: S311 - test data, nothing secret
    for number in count():
        record = {
            "id": f"{source.getrandbits(48):012x}",
            "number": number,
            "at": 1_760_000_000_000 + number * 37 + source.randrange(37),
            "agent": source.choice(AGENTS),
            "action": source.choice(ACTIONS),
            "state": source.choice(STATES),
            "score": round(source.random(), 3),
            "text": " ".join(source.choices(WORDS, k=8)),
        }
        yield json.dumps(record, separators=(",", ":")).encode() + b"\n"


def held_out_texts(size_bytes: int, count: int) -> list[bytes]:
    """Different texts of one size that no dictionary was trained on."""
    text = sample_text(count * size_bytes, HELD_OUT_SEED)
    return [text[start : start + size_bytes] for start in range(0, len(text), size_bytes)]


def sample_text(size_bytes: int, seed: int) -> bytes:
    """Exactly that many bytes of records; the last line may be cut."""
    text = bytearray()
    for line in record_lines(seed):
        if len(text) >= size_bytes:
            break
        text += line
    return bytes(text[:size_bytes])
