"""A declared benchmark, and the file it stands in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from perf_pipeline.suite.fault import FieldPath
from perf_pipeline.suite.schema.base import (
    AsWritten,
    Command,
    Declared,
    Factory,
    Grid,
    Label,
    Name,
    Tag,
    Text,
    Variable,
    listed,
)
from perf_pipeline.suite.schema.metrics import DeclaredMetric, DeclaredTarget
from perf_pipeline.suite.schema.service import DeclaredLoad, DeclaredService
from perf_pipeline.suite.schema.settings import (
    DeclaredBudgets,
    DeclaredConfirm,
    DeclaredEnvironment,
    DeclaredOutput,
    DeclaredProfiling,
    DeclaredRegression,
    DeclaredRequirement,
)

KEY = "benchmark"
TEXTS: frozenset[FieldPath] = frozenset(
    [
        ("version",),
        ("python",),
        ("environment", "set", "*"),
    ]
)
"""Scalars that stay text as written: 3.10 is a version, not a number."""


class DeclaredBenchmark(Declared):
    """A workload with its grid, metrics, targets and settings."""

    name: Name = Field(description="Unique in the suite: letters, digits and _.")
    title: Text | None = Field(default=None, description="What a reader sees (default: the name).")
    description: str = Field(default="", description="What it measures and why.")
    category: Label | None = Field(
        default=None, description="Its sort; without `workload`, <category>.py holds the function."
    )
    component: Label | None = Field(
        default=None, description="The system under measurement (default: the folder)."
    )
    day: Literal["baseline", "microbenchmarks", "macrobenchmarks", "deep_dive"] = Field(
        default="microbenchmarks", description="The part of a campaign that measures it."
    )
    tags: list[Tag] = Field(default=[], description="Words to choose benchmarks by.")
    owner: str | None = Field(
        default=None, description="Who answers for it (default: the suite's)."
    )
    version: AsWritten = Field(default="", description="Change it to begin a new history.")
    renamed_from: Annotated[
        list[Name], BeforeValidator(listed, json_schema_input_type=str | list[str])
    ] = Field(default=[], description="Earlier names, oldest first; the history goes on.")
    workload: Factory | None = Field(
        default=None,
        description="file.py:factory (beside this file) or package.module:factory. Default: the "
        "function called like the benchmark in <category>.py.",
    )
    command: Command | None = Field(
        default=None, description="A command line, run once per value; {parameter} is filled in."
    )
    service: DeclaredService | None = Field(default=None, description="A program that serves.")
    load: DeclaredLoad | None = Field(default=None, description="Requests to the service.")
    parameters: Grid = Field(default={}, description="The grid: every combination is a case.")
    metrics: dict[Variable, DeclaredMetric] = Field(
        default={}, description="Metrics the workload returns, or built-in ones to be judged."
    )
    targets: dict[Variable, DeclaredTarget] = Field(
        default={}, description="What metrics must reach."
    )
    budgets: DeclaredBudgets = Field(
        default=DeclaredBudgets(), description="Trials, values, durations and cases."
    )
    python: AsWritten | None = Field(
        default=None, description="Interpreter of the workload: a path or a version such as 3.12."
    )
    environment: DeclaredEnvironment = Field(
        default=DeclaredEnvironment(), description="Variables the workload sees."
    )
    requires: list[DeclaredRequirement] = Field(
        default=[], description="What must be there; missing is an environment failure."
    )
    profiling: DeclaredProfiling = Field(
        default=DeclaredProfiling(), description="The one profiled, untimed trial."
    )
    regression: DeclaredRegression = Field(
        default=DeclaredRegression(), description="How changes are spoken of."
    )
    confirm: DeclaredConfirm | None = Field(
        default=None,
        description="How an A/B runs the cases whose block of two trials would take over a minute.",
    )
    output: DeclaredOutput = Field(
        default=DeclaredOutput(), description="What is kept beside the figures."
    )


class BenchmarkFile(Declared):
    """One document of a benchmark file; a file may hold several, separated by `---`."""

    benchmark: DeclaredBenchmark = Field(description="The benchmark.")
