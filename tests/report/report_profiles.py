"""What profilers leave of a night: a profile per benchmark, the hotspots in it."""

from __future__ import annotations

import math

from report_suite import (
    BEGAN,
    CAMPAIGN,
    NIGHT,
    Sketch,
    cases_of,
    wobble,
)

from perf_pipeline.model import (
    Frame,
    FrameKind,
    Hotspot,
    MemoryPoint,
    Profile,
    TrialStatus,
    short_hash,
)


def profiles_of(sketches: tuple[Sketch, ...]) -> tuple[Profile, ...]:
    """One profile per benchmark, of its first case."""
    return tuple(_profile(sketch) for sketch in sketches)


def _profile(sketch: Sketch) -> Profile:
    case = cases_of(sketch)[0]
    memory = sketch.profiler == "memory_profiler"
    peak = sketch.memory_mib * 2**20
    curve = tuple(
        MemoryPoint(0.2 * step, round(peak * (1 - 0.7 * math.exp(-step / 12))))
        for step in range(100 if memory else 0)
    )
    return Profile(
        profile_id=short_hash("profile", sketch.name),
        campaign_id=CAMPAIGN,
        run_id="b7c1d2",
        suite="neurectomy",
        machine="perf-01",
        night=NIGHT,
        benchmark=sketch.name,
        component=sketch.component,
        case_id=case.case_id,
        case_key=case.case_key,
        attempt=1,
        profiler=sketch.profiler,
        status=TrialStatus.OK,
        message="",
        measured_at=BEGAN,
        rate_hz=100,
        samples=0 if memory else 1_840,
        frames=() if memory else (Frame(sketch.function, sketch.file, 88, FrameKind.OWN),),
        memory=curve,
        artifact=f"neurectomy/{NIGHT}/{sketch.name}.{'csv' if memory else 'speedscope.json'}",
    )


def hotspots_of(sketches: tuple[Sketch, ...]) -> tuple[Hotspot, ...]:
    """Three functions per profiled benchmark: its own, a library's, the interpreter's."""
    found = []
    for sketch in sketches:
        if sketch.profiler == "memory_profiler":
            continue
        first = 0.34 + 0.24 * wobble(sketch.name)
        shares = ((sketch.function, first, FrameKind.OWN), ("dot", first / 3, FrameKind.LIBRARY))
        for rank, (function, self_share, kind) in enumerate(shares, start=1):
            counted = sketch.profiler == "cprofile"
            found.append(
                Hotspot(
                    profile_id=short_hash("profile", sketch.name),
                    rank=rank,
                    function=function,
                    file=sketch.file if kind is FrameKind.OWN else "numpy/_core/multiarray.py",
                    line=88 + len(sketch.name),
                    kind=kind,
                    self_share=self_share,
                    total_share=min(1.0, self_share * 1.6),
                    self_ns=self_share * sketch.cpu_ns,
                    total_ns=self_share * sketch.cpu_ns * 1.6,
                    calls=12_400 * rank if counted else None,
                    score=40 * self_share + 64 * self_share + (14 if counted else 0),
                    saves_at_most=self_share,
                    samples=round(1_840 * self_share),
                )
            )
    return tuple(found)
