"""Everything a report needs of a campaign, gathered elsewhere and frozen here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from perf_pipeline.model import (
    Block,
    Event,
    Hotspot,
    Measurement,
    PlanItem,
    Profile,
    RunRecord,
    SameCode,
    SeriesHistory,
    TrialStatus,
    VerdictRecord,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A benchmark that gave no attempt that counts; `log_tail` is what it printed last."""

    benchmark: str
    status: TrialStatus
    message: str
    log_tail: str = ""


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """The attempt of a benchmark that counts, or the last one when none does."""

    benchmark: str
    number: int
    status: TrialStatus
    trials_ok: int
    trials_started: int
    began_at: datetime
    duration_s: float
    """Wall time of all its trials together, set-up included."""


@dataclass(frozen=True, slots=True)
class ControlFigures:
    """How far two runs of the same code came out apart, with its 95 % interval."""

    moved_percent: float
    low_percent: float | None = None
    high_percent: float | None = None
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class Cause:
    """Where the extra cost of a change went, as far as profiles and commits tell.

    `extra` is in the metric's own unit. `functions` above 1 says that the extra is spread over
    so many that none stands out; `function` is then empty. `share` is 0 to 1.
    """

    case_id: str
    metric: str
    since: str = ""
    first_night: date | None = None
    function: str = ""
    file: str = ""
    line: int = 0
    share: float | None = None
    extra: float | None = None
    functions: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenChange:
    """A change of an earlier night that is neither fixed nor accepted."""

    verdict: VerdictRecord
    first_night: date
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """A roadmap item that was worked on: what was predicted, and what was measured."""

    item_id: str
    benchmark: str
    title: str
    outcome: str
    """`helped`, `did not help` or `inconclusive`."""
    reason: str = ""
    predicted_percent: float | None = None
    measured_percent: float | None = None
    low_percent: float | None = None
    high_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A bottleneck or a scaling law of one benchmark, in words that its rule wrote."""

    benchmark: str
    case_id: str
    name: str
    evidence: str


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """All facts of one campaign.

    `artifacts` are the recordings that exist, as paths below the home's `artifacts/`; `loaded` is
    empty, or says what the warehouse has not taken in yet; `previous` is the run of the campaign
    before on this machine, `previous_report` the way from this page to its report if that exists.
    `run_command` is what measures again, up to the benchmark's name.
    """

    runs: tuple[RunRecord, ...]
    written_at: datetime
    measurements: tuple[Measurement, ...] = ()
    verdicts: tuple[VerdictRecord, ...] = ()
    hotspots: tuple[Hotspot, ...] = ()
    profiles: tuple[Profile, ...] = ()
    blocks: tuple[Block, ...] = ()
    histories: tuple[SeriesHistory, ...] = ()
    faults: tuple[Fault, ...] = ()
    attempts: tuple[AttemptFacts, ...] = ()
    artifacts: tuple[str, ...] = ()
    loaded: str = ""
    previous: RunRecord | None = None
    previous_report: str = ""
    commits: int | None = None
    """Commits since the campaign before; None when unknown."""
    control: ControlFigures | None = None
    causes: tuple[Cause, ...] = ()
    still_worse: tuple[OpenChange, ...] = ()
    verified: tuple[Verification, ...] = ()
    bottlenecks: tuple[Finding, ...] = ()
    scaling: tuple[Finding, ...] = ()
    run_command: str = "perf-pipeline run"
    events: tuple[Event, ...] = ()
    """What people said of the changes that stand in `verdicts`, oldest first."""
    same_code: tuple[SameCode, ...] = ()
    """Own false alarms so far, screen and A/B apart; empty where no equal code was compared."""
    not_reached: tuple[PlanItem, ...] = ()
    """Comparisons that were planned tonight and not made: mostly for want of time."""

    @property
    def start(self) -> RunRecord:
        """The run that began the campaign."""
        return self.runs[0]
