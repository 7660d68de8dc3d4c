"""What can be wrong with a suite as a whole; a single bad benchmark is a fault, not an error."""

from __future__ import annotations

from perf_pipeline.errors import PerfError


class SuiteError(PerfError):
    """Raised when a suite cannot be read, registered or written at all."""
