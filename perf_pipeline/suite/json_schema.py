"""The JSON Schema of a benchmark file, for editors that complete and check while one types."""

from __future__ import annotations

import json

from perf_pipeline.suite.schema.benchmark import BenchmarkFile


def schema() -> str:
    """The schema as text, ready to be written to `docs/benchmark.schema.json`."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **BenchmarkFile.model_json_schema(),
    }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"
