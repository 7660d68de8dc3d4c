"""One untimed profiled trial of one case: profiles never time, timed trials are never profiled."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.request import TrialRequest
from perf_pipeline.measure.requires import why_not
from perf_pipeline.measure.trial import Watcher, run_trial
from perf_pipeline.measure.trials import RunContext, draw_layout
from perf_pipeline.model import Case, Profile, TrialStatus, short_hash
from perf_pipeline.profilers.base import Capture, FailedRecording, Profiler, Recording, Scope
from perf_pipeline.suite.benchmark import Benchmark

FINISH_S = 20.0
SETUP_ALLOWANCE_S = 60.0
LONGEST_SETUP_CALLS = 3


@dataclass(frozen=True, slots=True)
class ProfileRequest:
    """Which case is profiled with what, and for how long."""

    benchmark: Benchmark
    case: Case
    profiler: Profiler
    rate_hz: int
    duration_s: float
    attempt: int


@dataclass(slots=True)
class _Session:
    """The recording of one profiled trial, from attach to finish."""

    request: ProfileRequest
    folder: Path
    recording: Recording | None = field(default=None)
    capture: Capture | None = field(default=None)

    def start(self, pid: int, worker_file: str) -> None:
        benchmark = self.request.benchmark
        scope = Scope(
            own_roots=(benchmark.root,),
            worker_file=worker_file,
            children=bool(benchmark.command or benchmark.service),
        )
        rate, limit = self.request.rate_hz, self.request.duration_s + SETUP_ALLOWANCE_S
        self.recording = self.request.profiler.attach(pid, self.folder, rate, limit, scope)

    def finish(self) -> None:
        if self.recording is not None and self.capture is None:
            self.capture = self.recording.finish(FINISH_S)

    def abort(self) -> None:
        if self.recording is not None:
            self.recording.abort()


def profile_case(request: ProfileRequest, context: RunContext) -> Profile:
    """Profile one case; a profiler that is missing, forbidden or saw too little says so."""
    folder = context.artifacts / context.campaign_id / _folder_name(request)
    folder.mkdir(parents=True, exist_ok=True)
    available = request.profiler.availability()
    missing = why_not(request.benchmark) or ("" if available.ok else available.reason)
    if missing:
        capture = Capture(TrialStatus.ENVIRONMENT_FAILURE, missing)
        return _record(request, context, capture, Outcome(capture.status, missing, "", 0, "on"))
    session = _Session(request, folder)
    try:
        watcher = Watcher(ready=session.start, measured=session.finish)
        outcome = run_trial(_trial_request(request, context, folder), watcher)
        session.finish()
    finally:
        session.abort()
    return _record(request, context, _seen(session, outcome), outcome)


def _seen(session: _Session, outcome: Outcome) -> Capture:
    """What was captured; a workload that failed is the first thing to say."""
    if outcome.status is not TrialStatus.OK:
        return Capture(outcome.status, outcome.message)
    missed = Capture(TrialStatus.FAILED, "the profiler was never attached")
    return session.capture or FailedRecording(missed).capture


def _trial_request(request: ProfileRequest, context: RunContext, folder: Path) -> TrialRequest:
    budget = request.benchmark.budget(context.budget)
    calls_file = request.profiler.worker_options().calls_file
    draw = random.Random(f"{context.seed}/{_folder_name(request)}")  # noqa: S311 - reproducible
    return TrialRequest(
        benchmark=request.benchmark,
        case=request.case,
        draw=draw_layout(draw),
        values=0,
        warmups=1,
        duration_s=request.duration_s,
        timeout_s=budget.timeout_s + request.duration_s * LONGEST_SETUP_CALLS,
        memory_limit_bytes=context.memory_limit_bytes,
        wait=True,
        cprofile=str(folder / calls_file) if calls_file else "",
    )


def _folder_name(request: ProfileRequest) -> str:
    name, case = request.benchmark.name, request.case.case_id
    return f"{name}-{case}-{request.attempt}-{request.profiler.name}"


def _record(
    request: ProfileRequest, context: RunContext, capture: Capture, outcome: Outcome
) -> Profile:
    record, case = request.benchmark.record, request.case
    artifact = capture.artifact
    return Profile(
        profile_id=short_hash(context.campaign_id, _folder_name(request)),
        campaign_id=context.campaign_id,
        run_id=context.run_id,
        suite=context.suite,
        machine=context.machine,
        night=context.night,
        benchmark=record.name,
        component=record.component,
        case_id=case.case_id,
        case_key=case.case_key,
        attempt=request.attempt,
        profiler=request.profiler.name,
        status=capture.status,
        message=capture.message,
        measured_at=datetime.now(UTC),
        rate_hz=capture.rate_hz,
        wall_ns=outcome.counters.get("wall_ns", 0),
        cpu_ns=outcome.counters.get("cpu_ns", 0),
        iterations=outcome.iterations,
        samples=capture.samples,
        errors=capture.errors,
        frames=capture.frames,
        stacks=capture.stacks,
        calls=capture.calls,
        memory=capture.memory,
        artifact=str(artifact.relative_to(context.artifacts)) if artifact else "",
    )
