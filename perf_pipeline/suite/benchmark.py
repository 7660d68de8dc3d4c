"""What a suite declares, read and complete: every default filled in, every path absolute."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from perf_pipeline.model import BenchmarkRecord


class BudgetName(StrEnum):
    """How much of the night a campaign may take."""

    QUICK = "quick"
    NIGHTLY = "nightly"
    FULL = "full"


class RequirementKind(StrEnum):
    """What a benchmark may ask of the machine."""

    PROGRAM = "program"
    MODULE = "module"
    SERVICE = "service"


class LoadModel(StrEnum):
    """Open: arrivals follow a clock. Closed: each client waits for its answer."""

    OPEN = "open"
    CLOSED = "closed"


class ReadinessKind(StrEnum):
    """How a service shows that it is ready."""

    HTTP = "http"
    TCP = "tcp"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Budget:
    """What one case is given under one budget.

    With `duration_s` the callable is repeated for that long in every trial; otherwise `values`
    timed values are taken. `case_ids` are the cases this budget measures.
    """

    name: BudgetName
    trials: int
    values: int
    warmups: int
    duration_s: float
    timeout_s: float
    case_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Confirm:
    """How an A/B runs cases whose block would take over a minute; None and 0 leave it as it is.

    `parameters` is canonical JSON: these stand in for the case's own.
    """

    values: int = 0
    warmups: int | None = None
    duration_s: float | None = None
    timeout_s: float = 0.0
    parameters: str = "{}"


@dataclass(frozen=True, slots=True)
class Workload:
    """A factory in a file, or in a module that its interpreter can import."""

    factory: str
    file: Path | None = None
    module: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """`value` is a path (http), empty (tcp) or a regular expression (log)."""

    kind: ReadinessKind
    value: str


@dataclass(frozen=True, slots=True)
class Service:
    """A program that serves; `{port}` and `{parameter}` in its command are filled in."""

    command: tuple[str, ...]
    ready: Readiness
    stop_signal: str
    start_timeout_s: float


@dataclass(frozen=True, slots=True)
class Request:
    """One kind of request that the load consists of."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: str
    expect_status: tuple[int, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Load:
    """Requests to a service; the level (requests/s or clients) is the case parameter `load`."""

    model: LoadModel
    levels: tuple[float, ...]
    duration_s: float
    timeout_s: float
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that must be there; missing it is an environment failure, never a score."""

    kind: RequirementKind
    name: str


@dataclass(frozen=True, slots=True)
class Profiling:
    """How the one profiled trial is taken; `sampler` empty means none."""

    sampler: str
    rate_hz: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A workload with its grid, metrics, targets and settings.

    Exactly one of `workload` and `command` is set, or `service` with `load`; `service` may also
    stand beside a workload, which then gets its address in `PERF_SERVICE_URL`. `python` is the
    interpreter that runs the workload. `record` is what lands.
    """

    record: BenchmarkRecord
    category: str
    root: Path
    """Folder of the suite; first on the workload's import path after its own folder."""
    source: Path
    line: int
    workload: Workload | None
    command: tuple[str, ...]
    service: Service | None
    load: Load | None
    budgets: tuple[Budget, ...]
    python: Path
    environment_set: tuple[tuple[str, str], ...]
    environment_passed: tuple[str, ...]
    requires: tuple[Requirement, ...]
    profiling: Profiling
    regression_enabled: bool
    min_iterations: int
    include_traces: bool
    save_artifacts: bool
    repository: Path | None = None
    """The checkout that is measured; None where the suite was not read from a folder."""
    import_roots: tuple[Path, ...] = ()
    """Folders of another checkout that stand in for those an editable install names.

    They come after the suite's own folders and before all else on the import path of the
    workload, of a command, of a service, and of processes that they start.
    """
    confirm: Confirm | None = None

    @property
    def name(self) -> str:
        """The name, unique within the suite."""
        return self.record.name

    def budget(self, name: BudgetName) -> Budget:
        """What a case is given under the named budget."""
        return next(budget for budget in self.budgets if budget.name == name)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a suite is measured without anybody asking."""

    cron: str
    time_zone: str
    five_nights: bool


@dataclass(frozen=True, slots=True)
class Suite:
    """A folder with `suite.yaml`, benchmark files and the workloads they name.

    A benchmark that could not be read stands in `invalid` with its fault; the rest loads.
    """

    name: str
    root: Path
    repository: Path
    revision: str
    build: tuple[str, ...]
    schedule: Schedule | None
    budget: BudgetName
    deadline_s: float
    fail_on: str
    owner: str
    benchmarks: tuple[Benchmark, ...]
    invalid: tuple[BenchmarkRecord, ...]
    faults: tuple[str, ...]
    """Every fault of every file, one sentence each: `file:line: field: found, allowed`."""
    alerts: tuple[str, ...] = ()
    """Who is told, as the author wrote it."""
