"""The measured callables of the whole system."""

from __future__ import annotations

import sys

from observing import Observations, Prepared, per_second, resident_bytes

from neurectomy.assembly import AGENTS, assembled
from neurectomy.growth import Growth


def collective_workflow(requests: int) -> Prepared:
    """So many requests end to end, two under way for each agent."""
    with assembled() as system:

        def measured() -> Observations:
            _, observations = system.answer(requests, in_flight=2 * AGENTS)
            return observations

        yield measured


def scaling_test(load: int) -> Prepared:
    """Sixty-four requests, `load` of them under way at once: the same work at every level."""
    with assembled() as system:

        def measured() -> Observations:
            _, observations = system.answer(64, in_flight=load)
            return observations

        yield measured


def endurance_test(requests: int) -> Prepared:
    """Requests without end; each call says how much memory the process holds by now.

    It hands back single numbers only: whoever keeps lists of every call would grow by itself.
    """
    blocks, memory = Growth(), Growth()
    with assembled() as system:

        def measured() -> Observations:
            done, _ = system.answer(requests, in_flight=2 * AGENTS)
            rss_bytes, allocated = resident_bytes(), sys.getallocatedblocks()
            return {
                "throughput_tasks_per_sec": per_second(done.succeeded, done.elapsed_ns),
                "tasks_succeeded": (done.succeeded, requests),
                "rss_bytes": rss_bytes,
                "allocated_blocks": allocated,
                "leak_bytes_per_iteration": memory.note(rss_bytes),
                "leak_blocks_per_iteration": blocks.note(allocated),
            }

        yield measured
