"""One file per day and one per benchmark, cut from the numbers of report.json.

They carry what such files often lack: the time really spent, how many trials were started and
how many count, intervals, and the status of everything that was planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from perf_pipeline.model import Day, Measurement, Profile, TrialStatus, Verdict, VerdictRecord
from perf_pipeline.report.data import BenchmarkData, ReportData, dumps
from perf_pipeline.report.facts import Fault
from perf_pipeline.report.text import shorten
from perf_pipeline.report.words import day_number


@dataclass(frozen=True, slots=True)
class DayReport:
    """One of the five days; `measured` of `planned` benchmarks gave a result."""

    campaign: str
    suite: str
    night: date
    day: int
    name: str
    revision: str
    budget: str
    planned: int
    measured: int
    targets_met: int
    targets_missed: int
    targets_judged: int
    trials_ok: int | None
    trials_started: int | None
    duration_s: float | None
    benchmarks: tuple[BenchmarkData, ...]
    measurements: tuple[Measurement, ...]
    targets: tuple[VerdictRecord, ...]
    changes: tuple[VerdictRecord, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class MetricFile:
    """Everything measured of one benchmark."""

    campaign: str
    night: date
    machine: str
    revision: str
    budget: str
    benchmark: BenchmarkData
    measurements: tuple[Measurement, ...]
    targets: tuple[VerdictRecord, ...]
    profiles: tuple[Profile, ...]
    faults: tuple[Fault, ...]


def day_reports(data: ReportData) -> dict[str, str]:
    """File name and JSON text of every day of the campaign that has benchmarks."""
    found = {}
    for day in Day:
        benchmarks = tuple(row for row in data.benchmarks if row.day == day.value)
        if benchmarks and day.value in data.campaign.days:
            written = _last(data, benchmarks).strftime("%Y%m%d_%H%M%S")
            name = f"day_{day_number(day)}_report_{written}.json"
            found[name] = dumps(_day(data, day, benchmarks))
    return found


def metric_files(data: ReportData) -> dict[str, str]:
    """File name and JSON text of every benchmark that was tried or should have been."""
    found = {}
    for benchmark in data.benchmarks:
        written = _last(data, (benchmark,)).replace(tzinfo=None).isoformat().replace(":", "-")
        found[f"{_file_name(benchmark.name)}_{written}.json"] = dumps(_metrics(data, benchmark))
    return found


def _day(data: ReportData, day: Day, benchmarks: tuple[BenchmarkData, ...]) -> DayReport:
    names = {row.name for row in benchmarks}
    targets = tuple(row for row in data.targets if row.benchmark in names)
    verdicts = [row.verdict for row in targets]
    met, missed = verdicts.count(Verdict.MET), verdicts.count(Verdict.MISSED)
    attempts = [row.attempt for row in benchmarks if row.attempt is not None]
    return DayReport(
        campaign=data.campaign.id,
        suite=data.campaign.suite,
        night=data.campaign.night,
        day=day_number(day),
        name=day.value,
        revision=data.campaign.revision,
        budget=data.campaign.budget,
        planned=len(benchmarks),
        measured=sum(row.status is TrialStatus.OK for row in benchmarks),
        targets_met=met,
        targets_missed=missed,
        targets_judged=met + missed,
        trials_ok=sum(row.trials_ok for row in attempts) if attempts else None,
        trials_started=sum(row.trials_started for row in attempts) if attempts else None,
        duration_s=sum(row.duration_s for row in attempts) if attempts else None,
        benchmarks=benchmarks,
        measurements=tuple(row for row in data.measurements if row.benchmark in names),
        targets=targets,
        changes=tuple(row for row in data.changes if row.benchmark in names),
        faults=tuple(row for row in data.faults if row.benchmark in names),
    )


def _metrics(data: ReportData, benchmark: BenchmarkData) -> MetricFile:
    name = benchmark.name
    return MetricFile(
        campaign=data.campaign.id,
        night=data.campaign.night,
        machine=data.campaign.machine.name,
        revision=data.campaign.revision,
        budget=data.campaign.budget,
        benchmark=benchmark,
        measurements=tuple(row for row in data.measurements if row.benchmark == name),
        targets=tuple(row for row in data.targets if row.benchmark == name),
        profiles=tuple(row for row in data.profiles if row.benchmark == name),
        faults=tuple(row for row in data.faults if row.benchmark == name),
    )


def _last(data: ReportData, benchmarks: tuple[BenchmarkData, ...]) -> datetime:
    """When the last of them was measured, so that rewriting a report keeps its names."""
    names = {row.name for row in benchmarks}
    rows = [row for row in data.measurements if row.benchmark in names]
    instants = [row.measured_at for row in rows if row.measured_at is not None]
    began = [row.attempt.began_at for row in benchmarks if row.attempt is not None]
    return max([*instants, *began], default=data.written_at)


def _file_name(name: str) -> str:
    """A benchmark's name as part of a path; names are letters, digits and `_` when valid."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)
    return shorten(kept) or "benchmark"
