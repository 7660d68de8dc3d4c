"""Everything that is shown of an A/B that somebody asked for: gathered elsewhere, frozen here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from perf_pipeline.model import Block, Case, MetricDefinition, RunRecord, Verdict


@dataclass(frozen=True, slots=True)
class ComparedMetric:
    """What the blocks of one case say of one metric.

    Changes are B against A: in percent of A for positive and exact metrics, in percent of A's wall
    time for signed ones, in percentage points for proportions. `low_percent` and `high_percent`
    are the interval that counts all looks. `detectable_percent` is the smallest change that these
    blocks would have shown with 95 % probability. `more_blocks` would decide, as far as can be
    told; None where nothing is open.
    """

    metric: MetricDefinition
    verdict: Verdict
    reason: str
    before: float | None = None
    after: float | None = None
    change_percent: float | None = None
    low_percent: float | None = None
    high_percent: float | None = None
    detectable_percent: float | None = None
    more_blocks: int | None = None
    doubt: str = ""
    """Why a clear difference is no verdict; empty where it is one."""
    blocks: int = 0
    p_value: float | None = None
    severe: bool = False
    verdict_id: str = ""


@dataclass(frozen=True, slots=True)
class ComparedCase:
    """One case in both arms; `refusal` says why nothing can be said, and `metrics` is then empty.

    `failed` says that something is amiss that should have worked: an arm that fails, code from
    outside an arm, a benchmark with a fault. `same_code` says that equal code is the reason, or
    what was asked for. `output` is `agree`, `differ` or `unknown`; `aslr` is `off`, `on` or
    `refused`.
    """

    benchmark: str
    case: Case
    comparison_id: str = ""
    metrics: tuple[ComparedMetric, ...] = ()
    blocks: tuple[Block, ...] = ()
    refusal: str = ""
    failed: bool = False
    note: str = ""
    same_code: bool = False
    output: str = "unknown"
    aslr: str = ""
    duration_s: float = 0.0
    differences: tuple[str, ...] = ()
    fingerprint: str = ""
    """Of the code of arm B."""

    @property
    def in_turns(self) -> bool:
        """Whether both arms took turns on one core, value by value."""
        return any(block.turns for block in self.blocks)

    @property
    def number_of_blocks(self) -> int:
        """How many blocks ran, whatever each metric could use of them."""
        return len({block.number for block in self.blocks})


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """One side as it was asked for, and as the tables call it."""

    asked: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class ComparisonFacts:
    """All facts of one comparison of two sides.

    `left` names the cases that were not reached because somebody stopped it. `same_asked` says
    that the same code was compared with itself on purpose. `command` is what was typed.
    """

    run: RunRecord
    written_at: datetime
    a: ComparedSide
    b: ComparedSide
    cases: tuple[ComparedCase, ...]
    left: tuple[str, ...] = ()
    stopped: bool = False
    same_asked: bool = False
    command: str = ""
    alpha: float = 0.001
    resolve_percent: float | None = None
    most_blocks: int = 60

    @property
    def measured(self) -> tuple[ComparedCase, ...]:
        """The cases that something is said of."""
        return tuple(case for case in self.cases if not case.refusal)

    @property
    def refused(self) -> tuple[ComparedCase, ...]:
        """The cases that could not be compared."""
        return tuple(case for case in self.cases if case.refusal)
