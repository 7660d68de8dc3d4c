"""The workload of the A/A control: plain Python work that never changes. Run, never imported."""

from __future__ import annotations

import json
from collections.abc import Callable

RECORDS = 40


def canary() -> Callable[[], int]:
    """Encode and decode a few records, and count what is in them."""
    records = [{"id": i, "name": f"record {i}", "values": list(range(20))} for i in range(RECORDS)]

    def work() -> int:
        found = json.loads(json.dumps(records))
        return sum(sum(record["values"]) + len(record["name"]) for record in found)

    return work
