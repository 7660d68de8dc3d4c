"""The frozen values that cross borders between the layers.

Times are integers in nanoseconds (`_ns`) or floats in seconds (`_s`), sizes are bytes, instants
are aware datetimes in UTC. A parameter set travels as its canonical JSON text (`parameters`).
Landing files are written from these classes field by field (`warehouse/landing.py`): a new field
needs a default, a field is never renamed or given another meaning.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

METHOD_VERSION = 1
"""Moves only when the figures of an unchanged landing file would move."""

ParameterValue = str | int | float | bool | None


class Day(StrEnum):
    """The five parts of a campaign, in their order."""

    BASELINE = "baseline"
    MICROBENCHMARKS = "microbenchmarks"
    MACROBENCHMARKS = "macrobenchmarks"
    DEEP_DIVE = "deep_dive"
    ROADMAP = "roadmap"


class TrialStatus(StrEnum):
    """What became of a trial."""

    OK = "ok"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    INVALID = "invalid"
    CONFIGURATION_FAILURE = "configuration_failure"
    ENVIRONMENT_FAILURE = "environment_failure"
    SKIPPED = "skipped"


class Verdict(StrEnum):
    """What is said of a change in one campaign, or of a target (`met`, `missed`)."""

    WORSE = "worse"
    BETTER = "better"
    UNCHANGED = "unchanged"
    INCONCLUSIVE = "inconclusive"
    NOT_COMPARABLE = "not_comparable"
    NOT_MEASURED = "not_measured"
    MET = "met"
    MISSED = "missed"


class State(StrEnum):
    """What became of a change over nights; `NONE` where nothing was ever suspected."""

    NONE = "none"
    SUSPECTED = "suspected"
    PROBABLE = "probable"
    ESTABLISHED = "established"
    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    FIXED = "fixed"
    WENT_AWAY = "went_away"


class Ground(StrEnum):
    """What a verdict rests on."""

    AB = "ab"
    SCREEN = "screen"
    TARGET = "target"
    NONE = "none"


class Subject(StrEnum):
    """What a landed verdict speaks of.

    A `finding` groups changes with one cause; a `control` is an A/B of equal code, where every
    difference found is a false alarm.
    """

    CAMPAIGN = "campaign"
    BENCHMARK = "benchmark"
    CHANGE = "change"
    TARGET = "target"
    FINDING = "finding"
    CONTROL = "control"


class MetricKind(StrEnum):
    """What sort of number a metric is; rules refuse a kind they are not made for."""

    POSITIVE = "positive"
    PROPORTION = "proportion"
    EXACT = "exact"
    SIGNED = "signed"


class Direction(StrEnum):
    """Which way is good."""

    LOWER = "lower"
    HIGHER = "higher"
    RANGE = "range"
    NONE = "none"


class Statistic(StrEnum):
    """How the values of one trial become its one number."""

    LOW_QUANTILE = "low_quantile"
    MEDIAN = "median"
    MEAN = "mean"
    PERCENTILE = "percentile"
    MAXIMUM = "maximum"
    LAST = "last"
    RATIO = "ratio"


class Clock(StrEnum):
    """What a metric rests on; verdicts on the wall clock are withheld when contended."""

    CPU = "cpu"
    WAITING = "waiting"
    WALL = "wall"
    NONE = "none"


class CampaignKind(StrEnum):
    """`ad_hoc` campaigns stay outside screen and denominators."""

    FULL = "full"
    AD_HOC = "ad_hoc"


class RunEntry(StrEnum):
    """What a row of the landing kind `runs` tells."""

    START = "start"
    PLAN = "plan"


class EventKind(StrEnum):
    """What a person said."""

    ACCEPT = "accept"
    DISPUTE = "dispute"
    START = "start"
    PIN = "pin"


class FrameKind(StrEnum):
    """Whose code a frame is."""

    OWN = "own"
    LIBRARY = "library"
    INTERPRETER = "interpreter"


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """A named quantity.

    `of` names the observations a percentile or ratio is computed from. `judged` says whether
    changes of it are looked for at all; `clock` what it rests on. A claim that needs
    `minimum_duration_s` is `not_measured` in a shorter trial.
    """

    name: str
    unit: str
    direction: Direction = Direction.LOWER
    kind: MetricKind = MetricKind.POSITIVE
    statistic: Statistic = Statistic.MEDIAN
    percentile: float | None = None
    of: str = ""
    clock: Clock = Clock.NONE
    judged: bool = False
    minimum_duration_s: float = 0.0
    derived: bool = False


@dataclass(frozen=True, slots=True)
class TargetDefinition:
    """What a metric must reach; `low` and `high` are the ends of the acceptable range."""

    metric: str
    target: float
    direction: Direction
    unit: str
    low: float | None = None
    high: float | None = None
    critical: bool = False
    where: str = "{}"
    """Canonical JSON: only cases whose parameters contain these are held to the target."""


@dataclass(frozen=True, slots=True)
class Case:
    """One benchmark at one point of its grid.

    `case_id` names it (suite, benchmark, parameters); `case_key` is a hash of what is asked
    (never of source, texts or targets) and ties its history together.
    """

    case_id: str
    case_key: str
    parameters: str
    in_budget: bool = True

    @property
    def label(self) -> str:
        """The parameters as a reader sees them: `prompt_length=10 batch_size=1`."""
        return parameters_label(self.parameters)


@dataclass(frozen=True, slots=True)
class BenchmarkRecord:
    """A benchmark as it stood when a run began; the denominators come from here."""

    name: str
    title: str
    component: str
    day: Day
    tags: tuple[str, ...]
    owner: str
    threshold_percent: float
    cases: tuple[Case, ...]
    metrics: tuple[MetricDefinition, ...]
    targets: tuple[TargetDefinition, ...]
    fault: str = ""
    """Why it could not be read or built, as a sentence; empty when it is valid."""
    profiler: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """A named machine and the facts that say which machines may be bridged."""

    name: str
    cpu_model: str
    effective_cores: float
    memory_bytes: int
    architecture: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One named fact about the environment: kernel, governor, quota, BLAS, a package."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PlanItem:
    """Something decided at run time to be done tonight, and why."""

    rank: int
    benchmark: str
    case_id: str
    question: str
    how: str
    reason: str
    cost_s: float
    reference: str = ""
    """The campaign to compare with; empty where nothing is compared."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One Dagster run (or CLI run) and what it set out to do: one landing file, one row."""

    run_id: str
    campaign_id: str
    suite: str
    night: date
    number: int
    kind: CampaignKind
    entry: RunEntry
    recorded_at: datetime
    budget: str
    seed: int
    days: tuple[str, ...]
    revision: str
    uncommitted: bool
    machine: Machine
    environment: tuple[Fact, ...]
    benchmarks: tuple[BenchmarkRecord, ...] = ()
    plan_of: str = ""
    plan: tuple[PlanItem, ...] = ()
    resumed: bool = False
    method_version: int = METHOD_VERSION
    fit: bool = True
    fit_reason: str = ""
    """Why the machine was found unfit to measure on; empty when it was fit."""

    @property
    def environment_id(self) -> str:
        """One hash for all facts of the environment, in whatever order they were noted."""
        facts = sorted((fact.name, fact.value) for fact in self.environment)
        return short_hash(*(f"{name}={value}" for name, value in facts))


@dataclass(frozen=True, slots=True)
class Layout:
    """What was drawn for the memory layout of a process."""

    hash_seed: int
    padding: int
    heap_seed: int
    aslr: str
    """`on`, `off` or `refused`."""


@dataclass(frozen=True, slots=True)
class Counters:
    """What the kernel counted over the timed part of a trial, warm-ups left out.

    CPU is that of the process tree; run-queue delay is that of the tree's threads. `neighbour`
    is the share of the machine's CPU taken by others (CPU outside the tree plus steal).
    """

    wall_ns: int = 0
    cpu_ns: int = 0
    run_queue_ns: int = 0
    waiting_ns: int = 0
    minor_faults: int = 0
    major_faults: int = 0
    voluntary_switches: int = 0
    involuntary_switches: int = 0
    peak_rss_bytes: int = 0
    gc_collections: int = 0
    allocated_blocks: int = 0
    throttled_ns: int = 0
    neighbour: float = 0.0
    startup_ns: int = 0
    setup_ns: int = 0


@dataclass(frozen=True, slots=True)
class Observation:
    """The values of one metric in one trial, warm-ups first.

    `values[i]` is one timed repetition or one thing observed in it. For a proportion `values`
    are successes and `attempts` what they were out of.
    """

    metric: MetricDefinition
    values: tuple[float, ...]
    warmups: int = 0
    attempts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """One fresh worker process that measured one case, or tried to."""

    trial_id: str
    campaign_id: str
    run_id: str
    suite: str
    machine: str
    night: date
    kind: CampaignKind
    budget: str
    benchmark: str
    component: str
    day: Day
    case_id: str
    case_key: str
    parameters: str
    attempt: int
    number: int
    status: TrialStatus
    message: str
    measured_at: datetime
    duration_ns: int
    order: int
    layout: Layout
    counters: Counters
    observations: tuple[Observation, ...]
    arm: str = ""
    block: int = -1
    loops: int = 1
    iterations: int = 0
    fingerprint: str = ""
    """Of the code really imported, the interpreter build and the dependencies."""
    imported: tuple[Fact, ...] = ()
    """Behind the fingerprint, on a case's first trial: file and hash of its content."""
    revision: str = ""
    python: str = ""
    log_tail: str = ""
    method_version: int = METHOD_VERSION


@dataclass(frozen=True, slots=True)
class Block:
    """One metric of one block of an A/B, whose arms ran next to each other.

    `effect` is B against A on the scale of the metric's kind: ln(B/A) for positive ones, parts of
    arm A's wall time for signed ones, the difference for proportions and exact ones. Timings of
    arms that took turns are paired value by value for it. `log_ratio` is ln of `value_b` over
    `value_a` where both are positive, else 0; files from before `effect` have only that.
    """

    block_id: str
    campaign_id: str
    run_id: str
    suite: str
    machine: str
    night: date
    comparison: str
    benchmark: str
    case_id: str
    case_key: str
    metric: str
    unit: str
    number: int
    first_arm: str
    layout: Layout
    value_a: float
    value_b: float
    log_ratio: float
    same_code: bool
    measured_at: datetime
    method_version: int = METHOD_VERSION
    kind: MetricKind = MetricKind.POSITIVE
    effect: float | None = None
    neighbour: float = 0.0
    """Share (0 to 1) of the machine's CPU that others took during the block."""
    duration_s: float = 0.0
    """Wall time of both trials together, start-up included; 0 where it was not kept."""
    turns: bool = False
    """Whether the arms took turns on one core, value by value; else one trial after the other."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A function as a profiler saw it; identity is function and file, never the line."""

    function: str
    file: str
    line: int
    kind: FrameKind


@dataclass(frozen=True, slots=True)
class Stack:
    """Indices into the profile's frames, root first, and the samples that fell on them."""

    thread: str
    frames: tuple[int, ...]
    samples: int


@dataclass(frozen=True, slots=True)
class FunctionCalls:
    """Exact calls of one function (cProfile); `frame` is an index into the profile's frames."""

    frame: int
    calls: int
    self_ns: int
    total_ns: int


@dataclass(frozen=True, slots=True)
class MemoryPoint:
    """Memory of the process tree at one moment of a trial."""

    at_s: float
    rss_bytes: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What one profiler saw in one untimed trial of one case.

    A profiler that was missing or forbidden leaves a profile too, with its reason in `message`.
    """

    profile_id: str
    campaign_id: str
    run_id: str
    suite: str
    machine: str
    night: date
    benchmark: str
    component: str
    case_id: str
    case_key: str
    attempt: int
    profiler: str
    status: TrialStatus
    message: str
    measured_at: datetime
    rate_hz: int = 0
    wall_ns: int = 0
    cpu_ns: int = 0
    iterations: int = 0
    samples: int = 0
    errors: int = 0
    frames: tuple[Frame, ...] = ()
    stacks: tuple[Stack, ...] = ()
    calls: tuple[FunctionCalls, ...] = ()
    memory: tuple[MemoryPoint, ...] = ()
    artifact: str = ""
    """Path of the raw recording below the home's `artifacts/`; empty when none was kept."""
    method_version: int = METHOD_VERSION


@dataclass(frozen=True, slots=True)
class VerdictRecord:
    """What we said, in the words and with the figures of that night.

    For changes `before` and `after` are values of the metric, `change_percent` with its interval
    the relative change (for signed metrics in percent of the wall time, for proportions in
    percentage points), `detectable_percent` the smallest change this evidence would have shown.
    For targets `after` is the value and `target` the bound.
    """

    verdict_id: str
    campaign_id: str
    run_id: str
    suite: str
    machine: str
    night: date
    subject: Subject
    verdict: Verdict
    reason: str
    decided_at: datetime
    benchmark: str = ""
    component: str = ""
    case_id: str = ""
    case_key: str = ""
    metric: str = ""
    unit: str = ""
    state: State = State.NONE
    ground: Ground = Ground.NONE
    reference: str = ""
    before: float | None = None
    after: float | None = None
    change_percent: float | None = None
    low_percent: float | None = None
    high_percent: float | None = None
    detectable_percent: float | None = None
    target: float | None = None
    critical: bool = False
    severe: bool = False
    n: int = 0
    method_version: int = METHOD_VERSION
    change_id: str = ""
    """Stays the same over the nights in which a change is seen against one reference."""
    finding_id: str = ""
    """The finding that a change belongs to, or that a finding's verdict is about."""
    comparison: str = ""
    """The A/B behind the verdict; names its blocks."""
    p_value: float | None = None
    """Of the A/B, all looks counted; None without one."""
    cause: str = ""
    """What differs between the arms, in words: changed files, dependencies, revisions."""
    fingerprint: str = ""
    """Of the code that ran that night; of arm B in an A/B."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a person said of a change, an item or a reference."""

    event_id: str
    kind: EventKind
    suite: str
    machine: str
    night: date
    subject_id: str
    reason: str
    author: str
    recorded_at: datetime
    payload: str = "{}"


@dataclass(frozen=True, slots=True)
class Measurement:
    """The summary of one metric of one case in one campaign.

    `low` and `high` are the 95 % interval, None under five counted trials. `median` and `p90`
    are of all timed values; `trend` and `bimodal` are flags a reader should see.
    """

    campaign_id: str
    suite: str
    machine: str
    night: date
    kind: CampaignKind
    budget: str
    benchmark: str
    component: str
    day: Day
    case_id: str
    case_key: str
    parameters: str
    attempt: int
    metric: MetricDefinition
    status: TrialStatus
    reason: str
    trials: int
    trials_started: int
    n: int
    """Timed values behind the figure, over all counted trials."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    median: float | None = None
    p90: float | None = None
    trial_values: tuple[float, ...] = ()
    contended: bool = False
    trend: bool = False
    bimodal: bool = False
    fingerprint: str = ""
    measured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A function ranked by its share of a case's cost, from one profile.

    Shares are 0 to 1. `calls` is None unless counted exactly. `saves_at_most` is the Amdahl bound
    of removing its self time; `score` the classical figure (0.4 self + 0.4 total + 0.2 calls, in
    percent), which misleads where a callee does the work.
    """

    profile_id: str
    rank: int
    function: str
    file: str
    line: int
    kind: FrameKind
    self_share: float
    total_share: float
    self_ns: float
    total_ns: float
    calls: int | None
    score: float
    saves_at_most: float
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A landed attempt of a benchmark: whether it counts, and where it lies."""

    campaign_id: str
    benchmark: str
    number: int
    status: TrialStatus
    trials: int
    path: str
    faults: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """What a load did; `busy` says why nothing could be loaded (the files stay landed)."""

    files: int
    rows: int
    busy: str = ""
    rejected: tuple[str, ...] = ()
    """Landed files that could not be read, one sentence each; the rest was loaded."""


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One campaign's figure of one series, oldest first in a history."""

    campaign_id: str
    night: date
    value: float
    trial_values: tuple[float, ...]
    fingerprint: str
    environment_id: str
    contended: bool


@dataclass(frozen=True, slots=True)
class SeriesHistory:
    """Earlier figures of one machine, case and metric; the campaign asked about is left out."""

    case_key: str
    metric: str
    points: tuple[SeriesPoint, ...]


@dataclass(frozen=True, slots=True)
class SameCode:
    """How often a rule was asked about equal code on one machine, and called it different.

    `compared` are A/Bs of equal code (`Ground.AB`; one counts once, whatever metrics it judged)
    or cases a night (`Ground.SCREEN`). `higher` and `lower` are the alarms by their way.
    `at_most` is the exact one-sided 95 % upper limit of the rate, 0 to 1. `alerts` are changes
    of any code called worse or better, or suspected; `disputed` those that people called false.
    """

    ground: Ground
    compared: int
    alarms: int
    higher: int
    lower: int
    at_most: float
    alerts: int = 0
    disputed: int = 0


def short_hash(*parts: str) -> str:
    """Twelve hex digits that stand for the parts in their order (SHA-256, 48 bits).

    >>> short_hash("a", "b") == short_hash("ab")
    False
    """
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def canonical_parameters(parameters: Mapping[str, ParameterValue]) -> str:
    """The JSON text that names a parameter set: the author's order, no spaces lost or added.

    >>> canonical_parameters({"prompt_length": 10, "model": "small"})
    '{"prompt_length": 10, "model": "small"}'
    """
    return json.dumps(dict(parameters), ensure_ascii=False)


def parameters_label(parameters: str) -> str:
    """How a reader sees a canonical parameter set.

    >>> parameters_label('{"prompt_length": 10, "model": "small"}')
    'prompt_length=10 model=small'
    """
    values: dict[str, ParameterValue] = json.loads(parameters)
    return " ".join(f"{name}={value}" for name, value in values.items())
