"""A night of many benchmarks, to see that the page stays small."""

from __future__ import annotations

from dataclasses import replace

from report_suite import RATIO, Sketch, above, below, ms, per_second
from states import moved, nothing_worse, with_verdicts

from perf_pipeline.model import Day, Ground, Verdict
from perf_pipeline.report.facts import CampaignFacts


def crowded(benchmarks: int = 60) -> CampaignFacts:
    """A large night: every benchmark four cases, three metrics of its own, many misses."""
    grid = (("prompt_length", (10, 100)), ("batch_size", (1, 8)))
    large = tuple(
        Sketch(
            f"Benchmark{number:02d}WithAName", f"component_{number % 7}", list(Day)[number % 4],
            1e6 * (number + 1), 40 + number, f"function_{number}", f"package/module_{number}.py",
            (
                (ms("ttft_ms"), 5.4),
                (per_second("throughput_tokens_per_sec", "tokens/s"), 438.0),
                (RATIO, 1.9),
            ),
            (below("ttft_ms", 100, "ms"), above("compression_ratio", 3, "1")),
            grid,
        )
        for number in range(benchmarks)
    )  # fmt: skip
    facts = nothing_worse(large)
    slow = [
        replace(row, verdict=Verdict.WORSE, ground=Ground.AB)
        for row in (moved(facts, sketch.name, "cpu_ns", 8.3, 1.2) for sketch in large[:40])
    ]
    return with_verdicts(facts, *slow)
