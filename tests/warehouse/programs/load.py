"""Loads a store: `load.py FOLDER [LIMIT]`; a word on stdout after each attempt summarised.

LIMIT bytes is the size that no file may outgrow: it stands for a full disk.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from perf_pipeline.model import Measurement, MetricDefinition, Trial
from tests.warehouse import nights
from warehouse.incoming import Rollups


def summarise(
    trials: Sequence[Trial], metrics: Sequence[MetricDefinition]
) -> tuple[Measurement, ...]:
    """The summary of the tests, told as it is made."""
    measurements = nights.summarise(trials, metrics)
    print("summarised", flush=True)  # noqa: T201  # tells the test
    return measurements


if __name__ == "__main__":
    if len(sys.argv) > 2:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), hard))
    rollups = Rollups(summarise, nights.rank)
    outcome = nights.store_in(Path(sys.argv[1]), rollups, wait_s=30).load()
    print("loaded", outcome.files, outcome.rows, outcome.busy)  # noqa: T201  # tells the test
