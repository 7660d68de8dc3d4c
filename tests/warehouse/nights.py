"""Whole nights in a store: what a campaign lands, in small, with a summary nobody can misread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median

from perf_pipeline.model import (
    BenchmarkRecord,
    Hotspot,
    Measurement,
    MetricDefinition,
    Profile,
    RunRecord,
    Subject,
    Trial,
    TrialStatus,
    Verdict,
    VerdictRecord,
)
from tests.warehouse import builders, outcomes
from warehouse.incoming import Rollups
from warehouse.store import WarehouseStore


def summarise(
    trials: Sequence[Trial], metrics: Sequence[MetricDefinition]
) -> tuple[Measurement, ...]:
    """The mean of the ok trials' medians; its ends are the smallest and the largest of them."""
    seen = {o.metric.name: o.metric for trial in trials for o in trial.observations}
    asked = seen | {metric.name: metric for metric in metrics}
    cases = {trial.case_id: [t for t in trials if t.case_id == trial.case_id] for trial in trials}
    return tuple(_measure(case, metric) for case in cases.values() for metric in asked.values())


def _measure(trials: Sequence[Trial], metric: MetricDefinition) -> Measurement:
    counted = [trial for trial in trials if trial.status is TrialStatus.OK]
    observed = [o for t in counted for o in t.observations if o.metric.name == metric.name]
    timed = [value for o in observed for value in o.values[o.warmups :]]
    figures = tuple(median(o.values[o.warmups :]) for o in observed)
    bad = next((trial for trial in trials if trial.status is not TrialStatus.OK), None)
    first = trials[0]
    return Measurement(
        campaign_id=first.campaign_id,
        suite=first.suite,
        machine=first.machine,
        night=first.night,
        kind=first.kind,
        budget=first.budget,
        benchmark=first.benchmark,
        component=first.component,
        day=first.day,
        case_id=first.case_id,
        case_key=first.case_key,
        parameters=first.parameters,
        attempt=first.attempt,
        metric=metric,
        status=bad.status if bad else TrialStatus.OK,
        reason=bad.message if bad else "",
        trials=len(counted),
        trials_started=len(trials),
        n=len(timed),
        value=fmean(figures) if figures else None,
        low=min(figures) if len(figures) >= 5 else None,
        high=max(figures) if len(figures) >= 5 else None,
        median=median(timed) if timed else None,
        trial_values=figures,
        contended=any(trial.counters.neighbour > 0.1 for trial in counted),
        fingerprint=first.fingerprint,
        measured_at=first.measured_at,
    )


def rank(profile: Profile) -> tuple[Hotspot, ...]:
    """The leaves of a profile by samples; nothing else is known of them."""
    leaves: dict[int, int] = {}
    for stack in profile.stacks:
        leaves[stack.frames[-1]] = leaves.get(stack.frames[-1], 0) + stack.samples
    ordered = sorted(leaves.items(), key=lambda leaf: -leaf[1])
    return tuple(_hotspot(profile, number, *leaf) for number, leaf in enumerate(ordered, start=1))


def _hotspot(profile: Profile, number: int, index: int, samples: int) -> Hotspot:
    frame = profile.frames[index]
    share = samples / profile.samples
    return Hotspot(
        profile_id=profile.profile_id,
        rank=number,
        function=frame.function,
        file=frame.file,
        line=frame.line,
        kind=frame.kind,
        self_share=share,
        total_share=share,
        self_ns=share * profile.cpu_ns,
        total_ns=share * profile.cpu_ns,
        calls=None,
        score=80 * share,
        saves_at_most=share,
        samples=samples,
    )


ROLLUPS = Rollups(summarise, rank)


def store_in(folder: Path, rollups: Rollups = ROLLUPS, wait_s: float = 0.0) -> WarehouseStore:
    """A store in an empty folder that waits for nobody."""
    return WarehouseStore(
        folder / "landing",
        folder / "warehouse.duckdb",
        folder / "history.duckdb",
        rollups,
        wait_s=wait_s,
    )


def land_night(
    store: WarehouseStore,
    record: RunRecord,
    *,
    level_ns: float = 1_000_000.0,
    sentence: str = "Nothing got worse.",
) -> None:
    """A whole campaign of all six kinds; without a sentence it has not come to its end."""
    store.land_run(record)
    store.land_run(builders.plan(record))
    for what in record.benchmarks:
        store.land_trials(builders.attempt(record, what, level_ns=level_ns))
        store.land_blocks(outcomes.blocks(record, what))
        store.land_profiles([outcomes.profile(record, what)])
        store.land_verdicts(verdicts(record, what))
    event = outcomes.event(record.night, subject_id=record.campaign_id, machine=record.machine.name)
    store.land_event(event)
    if sentence:
        whole = outcomes.verdict(record, Subject.CAMPAIGN, Verdict.UNCHANGED, sentence)
        store.land_verdicts([whole])


def verdicts(record: RunRecord, what: BenchmarkRecord) -> list[VerdictRecord]:
    """A target and a change of the first case, and the benchmark as a whole."""
    of = what.cases[0]

    def say(subject: Subject, verdict: Verdict, reason: str, metric: str = "") -> VerdictRecord:
        case = of if metric else None
        return outcomes.verdict(record, subject, verdict, reason, what=what, of=case, metric=metric)

    return [
        say(Subject.TARGET, Verdict.MET, "1 ms, below 1.1 ms", "cpu_ns"),
        say(Subject.CHANGE, Verdict.INCONCLUSIVE, "not confirmed: machine or code", "cpu_ns"),
        say(Subject.CHANGE, Verdict.UNCHANGED, "at most 3.1 % would show", "waiting_ns"),
        say(Subject.BENCHMARK, Verdict.INCONCLUSIVE, "one suspect"),
    ]
