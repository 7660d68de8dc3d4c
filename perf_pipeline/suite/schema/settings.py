"""Declared settings: budgets, environment, requirements, profiling, regression, output."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from perf_pipeline.suite.schema.base import (
    Address,
    AsWritten,
    Cell,
    Declared,
    Grid,
    Seconds,
    Text,
    Variable,
    not_allowed,
)


class DeclaredBudget(Declared):
    """What each case is given under one budget, and which cases are measured."""

    trials: Annotated[int, Field(ge=1, le=1_000)] | None = Field(
        default=None,
        description="Fresh processes per case (default: quick 5, nightly 10, full 20).",
    )
    values: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=20, description="Timed values in each trial."
    )
    warmups: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=3, description="Values before them that are kept and marked, not judged."
    )
    duration: Annotated[float, Field(ge=0, le=604_800)] | None = Field(
        default=None,
        description="Seconds to repeat the workload in each trial, instead of `values`.",
    )
    timeout: Seconds | None = Field(
        default=None,
        description="Seconds a trial may take (default: 60 and three times the duration).",
    )
    parameters: Grid | None = Field(default=None, description="A narrower grid.")
    cells: Annotated[list[Cell], Field(min_length=1)] | None = Field(
        default=None,
        description="Single points of the grid; parameters left out mean all their values.",
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.parameters is not None and self.cells is not None:
            raise not_allowed("either parameters or cells")
        if self.timeout is not None and self.timeout <= (self.duration or 0):
            raise not_allowed("a timeout longer than the duration")
        return self


class DeclaredBudgets(Declared):
    """The three budgets; what is left out has its default."""

    quick: DeclaredBudget = Field(default=DeclaredBudget(), description="Minutes for all.")
    nightly: DeclaredBudget = Field(default=DeclaredBudget(), description="A night for all.")
    full: DeclaredBudget = Field(default=DeclaredBudget(), description="No hurry.")


class DeclaredConfirm(Declared):
    """How an A/B runs the cases whose block of two trials would take over a minute."""

    values: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        default=None,
        description="Timed values in each trial (default: by what they cost, 1 to 40).",
    )
    warmups: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None, description="Values before them (default: the budget's, of long calls 1)."
    )
    duration: Annotated[float, Field(ge=0, le=604_800)] | None = Field(
        default=None, description="Seconds to repeat the workload in each trial, or of load."
    )
    timeout: Seconds | None = Field(
        default=None, description="Seconds a trial may take (default: the budget's)."
    )
    parameters: Cell | None = Field(
        default=None, description="Smaller values that stand in for the case's own."
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self.model_fields_set:
            raise not_allowed("at least one field")
        if self.timeout is not None and self.timeout <= (self.duration or 0):
            raise not_allowed("a timeout longer than the duration")
        return self


class DeclaredEnvironment(Declared):
    """Variables of the otherwise clean environment."""

    set_: dict[Variable, AsWritten] = Field(
        default={}, alias="set", description="Variables and their values."
    )
    pass_: list[Variable] = Field(
        default=[],
        alias="pass",
        description="Variables taken over from the caller; only name and salted hash are kept.",
    )

    @model_validator(mode="after")
    def _are_apart(self) -> Self:
        both = sorted(set(self.set_) & set(self.pass_))
        if both:
            raise not_allowed(f"{both[0]} either in set or in pass")
        return self


class DeclaredRequirement(Declared):
    """Something that must be there: one of the three."""

    program: Text | None = Field(default=None, description="A program on the PATH.")
    module: Text | None = Field(default=None, description="A module that `python` can import.")
    service: Address | None = Field(
        default=None, description="tcp://host:port that accepts connections."
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(value is not None for value in (self.program, self.module, self.service)) != 1:
            raise not_allowed("one of program, module and service")
        return self


class DeclaredProfiling(Declared):
    """How the one profiled trial is taken; it never times."""

    enabled: bool = Field(default=True, description="Whether there is a profiled trial.")
    sampler: Literal["py-spy", "cprofile", "memory_profiler"] = Field(
        default="py-spy", description="The profiler."
    )
    sample_rate: Annotated[int, Field(ge=1, le=1_000)] = Field(
        default=100, description="Samples per second."
    )
    duration: Seconds = Field(default=10, description="Seconds to profile at most.")


class DeclaredRegression(Declared):
    """How changes are spoken of."""

    enabled: bool = Field(default=True, description="Whether changes are looked for.")
    threshold_percent: Annotated[float, Field(gt=0, le=1_000)] = Field(
        default=10, description="From here on a change is called severe; a label, never a test."
    )
    min_iterations: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=3, description="Values a trial must have at least."
    )


class DeclaredOutput(Declared):
    """What is kept beside the figures."""

    format: Literal["json"] = Field(
        default="json", description="Figures are always also kept as JSON."
    )
    include_traces: bool = Field(default=True, description="Keep the profiles.")
    save_artifacts: bool = Field(default=True, description="Keep the profilers' raw recordings.")
