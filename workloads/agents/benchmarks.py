"""The measured callables of the agents."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import closing

import numpy as np
from observing import Observations, Prepared, to_ms

from agents.collective import Collective
from agents.counters import Counters, Listener
from agents.ledger import Ledger
from agents.task import Stage
from agents.tracing import Tracing, complete_traces, span_ns

TASKS = 160
PAYLOADS = 40
IN_FLIGHT_EACH = 2
"""Tasks under way for each agent: one it works on, one that waits for it."""


def agent_task_micro(agents: int, payload_bytes: int) -> Prepared:
    """A hundred and sixty simple tasks, each inspected by one agent and recorded by the next."""
    ledger = Ledger()
    payloads = draw_payloads(payload_bytes)

    with closing(Collective(_stages(ledger), agents)) as collective:

        def measured() -> Observations:
            done = collective.run(payloads, in_flight=IN_FLIGHT_EACH * agents)
            return {
                **done.observations(),
                "lock_wait_ms": to_ms(ledger.waits_ns.take()),
            }

        yield measured


def agent_distributed_trace(agents: int, payload_bytes: int) -> Prepared:
    """The same tasks under tracing and counting; hand-overs are read from the spans."""
    ledger = Ledger()
    stages = _stages(ledger)
    payloads = draw_payloads(payload_bytes)

    with (
        closing(Listener()) as listener,
        closing(Counters(listener.port)) as counters,
        closing(Tracing()) as tracing,
        closing(Collective(stages, agents, [tracing, counters])) as collective,
    ):

        def measured() -> Observations:
            before = listener.received.total(), counters.sent.total()
            done = collective.run(payloads, in_flight=IN_FLIGHT_EACH * agents)
            listener.settle()
            received = listener.received.total() - before[0]
            sent = counters.sent.total() - before[1]
            spans = tracing.take()
            hand_over = f"wait {stages[1].name}"
            return {
                **done.observations(),
                "lock_wait_ms": to_ms(ledger.waits_ns.take()),
                "cross_agent_latency_ms": to_ms(
                    span_ns(span) for span in spans if span.name == hand_over
                ),
                "traces_complete": (complete_traces(spans, 1 + 2 * len(stages)), len(done.tasks)),
                "counters_received": (received, sent),
            }

        yield measured


def draw_payloads(payload_bytes: int) -> list[bytes]:
    """Payloads of one size for all tasks: forty random ones in turn, always the same."""
    source = np.random.default_rng(11)
    payloads = [source.bytes(payload_bytes) for _ in range(PAYLOADS)]
    return payloads * (TASKS // PAYLOADS)


def _stages(ledger: Ledger) -> Sequence[Stage]:
    return Stage("inspect", inspect), Stage("record", ledger.append)


def inspect(payload: bytes) -> bytes:
    """The payload with its digest behind it."""
    return payload + hashlib.sha256(payload).digest()
