"""One block of an A/B: both arms next to each other, under the same memory layout."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.measure.machine import busy_now
from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.pace import Pace
from perf_pipeline.measure.request import Draw, TrialRequest
from perf_pipeline.measure.trial import run_in_turns, run_trial
from perf_pipeline.measure.trials import draw_layout
from perf_pipeline.model import Counters, TrialStatus

MOST_SWITCHES = 0.25
"""A worker that takes turns gives up its core less often than this per value."""


@dataclass(frozen=True, slots=True)
class BlockOutcome:
    """Two trials that ran next to each other; `first_arm` is `a` or `b`.

    With `turns` value by value on one core, else one trial after the other.

    `neighbour` is the share (0 to 1) of the machine's CPU that others took meanwhile.
    """

    number: int
    first_arm: str
    draw: Draw
    a: Outcome
    b: Outcome
    neighbour: float
    throttled_ns: int
    duration_s: float
    measured_at: datetime
    turns: bool = False

    @property
    def is_ok(self) -> bool:
        """Whether both arms did what was asked; only then the block is evidence."""
        return self.a.status is self.b.status is TrialStatus.OK

    @property
    def aslr(self) -> str:
        """What became of address randomisation: `off`, or what it was in the worse of both."""
        return next((one.aslr for one in (self.a, self.b) if one.aslr != "off"), "off")

    @property
    def counters(self) -> Counters:
        """How much others disturbed the block."""
        return Counters(
            wall_ns=int(self.duration_s * 1e9),
            throttled_ns=self.throttled_ns,
            neighbour=self.neighbour,
        )


def run_block(
    arms: Arms, number: int, draw: Draw, pace: Pace, memory_limit_bytes: int = 0
) -> BlockOutcome:
    """Run A B where the number is even, B A where it is odd, both with the same draw.

    What a workload does is no exception but the status of its outcome. No sleep stands between
    blocks: a processor that idled starts slow, so `spin()` after any pause. Two blocks in turns
    have the same core, so that on each core either arm is first as often as the other.
    """
    order = ("a", "b") if number % 2 == 0 else ("b", "a")
    before, began = busy_now(), time.perf_counter()
    measured_at = datetime.now(UTC)
    sides = {"a": arms.a, "b": arms.b}
    first, second = (request_of(sides[name], draw, pace, memory_limit_bytes) for name in order)
    if pace.turns:
        ended = run_in_turns(first, second, core_of(number))
    else:
        ended = run_trial(first), run_trial(second)
    outcomes = dict(zip(order, ended, strict=True))
    duration_s = time.perf_counter() - began
    after = busy_now()
    return BlockOutcome(
        number=number,
        first_arm=order[0],
        draw=draw,
        a=outcomes["a"],
        b=outcomes["b"],
        neighbour=before.neighbour_until(after),
        throttled_ns=after.throttled_ns - before.throttled_ns,
        duration_s=duration_s,
        measured_at=measured_at,
        turns=pace.turns,
    )


def may_take_turns(outcome: BlockOutcome) -> bool:
    """Whether a block that ran in turns had no reason not to.

    Both arms must keep to one thread and process and hardly ever wait. A worker that waits for
    threads or processes of its own may use several cores, which one core would hide: it gives up
    the core at least once a call. One that waits for anything else has the other's turn disturbed
    by what comes back. Errs careful: what waits now and then is measured one trial after the
    other.
    """
    return all(
        one.one_thread and one.counters["voluntary_switches"] < MOST_SWITCHES * max(1, one.values)
        for one in (outcome.a, outcome.b)
    )


def core_of(number: int) -> int:
    """The core of a block in turns: two blocks on one, two on the next that is ours, and so on."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[number // 2 % len(cores)]


def request_of(arm: Arm, draw: Draw, pace: Pace, memory_limit_bytes: int = 0) -> TrialRequest:
    """The trial of one arm."""
    return TrialRequest(
        benchmark=arm.benchmark,
        case=arm.case,
        draw=draw,
        values=pace.values,
        warmups=pace.warmups,
        duration_s=pace.duration_s,
        timeout_s=pace.timeout_s,
        memory_limit_bytes=memory_limit_bytes,
        loops=pace.loops,
        one_of_two=True,
    )


def draw_of(seed: str, number: int) -> Draw:
    """The memory layout of a block, the same for the same seed and number."""
    return draw_layout(random.Random(f"{seed}/{number}"))  # noqa: S311 - reproducible on purpose
