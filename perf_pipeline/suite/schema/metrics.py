"""Declared metrics and targets."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from perf_pipeline.suite.fault import shown
from perf_pipeline.suite.schema.base import Cell, Declared, Text, Variable, not_allowed

DirectionName = Literal["lower", "higher", "range", "none"]
JudgedOn = Literal["cpu", "waiting", "wall", "value"]


class DeclaredMetric(Declared):
    """A named quantity; what is left out follows from its name (`ttft_ms`: ms, lower)."""

    unit: Text | None = Field(default=None, description="Unit: ms, bytes, tokens/s, items, 1 ...")
    direction: DirectionName | None = Field(default=None, description="Which way is good.")
    kind: Literal["positive", "proportion", "exact", "signed"] | None = Field(
        default=None,
        description="positive: above zero, compared as ratios. proportion: (successes, attempts). "
        "exact: the same in every run. signed: may be zero or negative.",
    )
    percentile: Annotated[float, Field(gt=0, lt=100)] | None = Field(
        default=None, description="Percentile of the observations named in `of`, between 0 and 100."
    )
    of: Variable | None = Field(default=None, description="The observations it is computed from.")
    statistic: (
        Literal["low_quantile", "median", "mean", "percentile", "maximum", "last", "ratio"] | None
    ) = Field(default=None, description="How the values of one trial become its one number.")
    judged_on: JudgedOn | None = Field(
        default=None,
        description="Look for changes of it, resting on this clock (value: on none). Without it "
        "the metric is shown and held to its target only.",
    )
    minimum_duration: Annotated[float, Field(ge=0)] = Field(
        default=0, description="Seconds a trial must have run for the metric to mean anything."
    )
    derived: bool = Field(
        default=False, description="Computed from other metrics, not measured by itself."
    )

    @model_validator(mode="after")
    def _percentile_is_named(self) -> Self:
        if self.statistic == "percentile" and self.percentile is None:
            raise not_allowed("statistic percentile together with percentile")
        if self.percentile is not None and self.statistic not in (None, "percentile"):
            raise not_allowed("percentile without another statistic")
        return self


class DeclaredTarget(Declared):
    """What a metric must reach."""

    target: float = Field(description="The figure to reach, in the metric's unit.")
    acceptable_range: Annotated[list[float], Field(min_length=2, max_length=2)] | None = Field(
        default=None,
        description="[low, high]: the bad end marks a severe miss, beyond the good end the "
        "measurement is doubted. With direction range the value must lie inside.",
    )
    direction: Literal["lower", "higher", "range"] | None = Field(
        default=None, description="Which way is good; by default the metric's."
    )
    unit: Text | None = Field(default=None, description="By default the metric's.")
    critical: bool = Field(default=False, description="A miss of it is an error, not a warning.")
    where: Cell | None = Field(
        default=None, description="Only cases with these parameters are held to the target."
    )

    @model_validator(mode="after")
    def _range_makes_sense(self) -> Self:
        if self.acceptable_range is None:
            if self.direction == "range":
                raise not_allowed("direction range together with acceptable_range")
            return self
        low, high = self.acceptable_range
        if low > high:
            raise not_allowed(
                f"acceptable_range with the low end first, [{shown(high)}, {shown(low)}]"
            )
        return self
