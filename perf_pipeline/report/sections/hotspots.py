"""Which functions the time goes to, and what profilers left behind."""

from __future__ import annotations

import re

from perf_pipeline.model import FrameKind, Hotspot, Profile, TrialStatus
from perf_pipeline.report import charts
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import (
    Cell,
    Column,
    Figure,
    Fold,
    Part,
    Row,
    Section,
    Text,
    Tone,
    table,
)
from perf_pipeline.report.text import count, place, shorten
from perf_pipeline.report.units import quantity, share
from perf_pipeline.report.words import STATUS_WORDS

PER_BENCHMARK = 5
COLUMNS = (
    Column("Function"),
    Column("Benchmark"),
    Column("Self", figures=True),
    Column("Total", figures=True),
    Column("Calls", figures=True),
    Column("Score", figures=True),
    Column("Saves at most", figures=True),
)
RECORDINGS = (
    Column("Benchmark"),
    Column("Profiler"),
    Column("Samples", figures=True),
    Column("Recording"),
)
NOTE = (
    "Saves at most: what is gained if the function's own work cost nothing (Amdahl). The score is "
    "the classical figure, 0.4 self + 0.4 total + 0.2 calls; it misleads where a callee does the "
    "work. Calls are counted by cProfile only; sampling cannot count them."
)


def hotspots(index: Index) -> Section:
    """The ten functions that hold most, then five per benchmark, memory, recordings."""
    known = [spot for spot in index.facts.hotspots if spot.profile_id in index.profiles]
    ranked = sorted(known, key=lambda spot: -spot.saves_at_most)
    top = table("Hotspots", COLUMNS, [_row(index, spot) for spot in ranked[:10]])
    parts: list[Part] = [*top, *([Text(NOTE)] if top else [])]
    each = _each(index, known) if len(ranked) > 10 else []
    if each:
        shown = table("Hotspots of each benchmark", COLUMNS, each, shown=30)
        parts.append(Fold(f"The first {PER_BENCHMARK} of each benchmark", shown))
    parts += _memory(index)
    rows = [_recording(index, profile) for profile in index.facts.profiles]
    if recordings := table("Recordings", RECORDINGS, rows):
        profiles = count(len(index.facts.profiles), "profile")
        parts.append(Fold(f"{profiles}, with their recordings", recordings))
    note = f"first {min(len(ranked), 10)} of {len(ranked):,}" if ranked else ""
    return Section("hotspots", "Hotspots", note, tuple(parts), len(ranked))


def saves(index: Index, spot: Hotspot) -> str:
    """`0.71 ms of 2.10 ms`; empty when the cost of the case is not known."""
    profile = index.profiles[spot.profile_id]
    cost = index.cost_ns(profile.benchmark, profile.case_id)
    if cost is None:
        return ""
    return f"{quantity(cost * spot.saves_at_most, 'ns')} of {quantity(cost, 'ns')}"


def _row(index: Index, spot: Hotspot) -> Row:
    profile = index.profiles[spot.profile_id]
    outside = "" if spot.kind is FrameKind.OWN else f", {spot.kind.value}"
    cells = (
        Cell(shorten(spot.function, 60), place(spot.file, spot.line) + outside),
        Cell(shorten(profile.benchmark), index.case_label(profile.case_id)),
        Cell(share(spot.self_share)),
        Cell(share(spot.total_share)),
        Cell("not counted", tone=Tone.QUIET) if spot.calls is None else Cell(f"{spot.calls:,}"),
        Cell(f"{spot.score:.0f}"),
        Cell(share(spot.saves_at_most), saves(index, spot)),
    )
    return Row(cells, f"{spot.profile_id}-{spot.rank}", "hotspot")


def _each(index: Index, known: list[Hotspot]) -> list[Row]:
    by_benchmark: dict[str, list[Hotspot]] = {}
    for spot in sorted(known, key=lambda spot: spot.rank):
        by_benchmark.setdefault(index.profiles[spot.profile_id].benchmark, []).append(spot)
    return [_row(index, spot) for spots in by_benchmark.values() for spot in spots[:PER_BENCHMARK]]


def _memory(index: Index) -> list[Part]:
    """A curve per profile that followed memory."""
    drawn: list[Part] = []
    for profile in index.facts.profiles:
        if not profile.memory:
            continue
        caption = _memory_caption(profile)
        drawn.append(Figure(charts.memory_timeline(profile.memory, caption), caption))
    if len(drawn) <= 2:
        return drawn
    return [*drawn[:2], Fold(f"and {len(drawn) - 2} more", tuple(drawn[2:12]))]


def _memory_caption(profile: Profile) -> str:
    sizes = [float(point.rss_bytes) for point in profile.memory]
    first, last, most = (quantity(size, "bytes") for size in (sizes[0], sizes[-1], max(sizes)))
    seconds = quantity(profile.memory[-1].at_s, "s")
    name = shorten(profile.benchmark)
    return f"{name}: memory over {seconds}, first {first}, last {last}, most {most}"


def _recording(index: Index, profile: Profile) -> Row:
    if profile.status is TrialStatus.OK:
        linked = profile.artifact in index.facts.artifacts
        kept = _file(profile) if linked else Cell("not kept", tone=Tone.QUIET)
    else:
        kept = Cell(STATUS_WORDS[profile.status], shorten(profile.message, 200))
    cells = (
        Cell(shorten(profile.benchmark), index.case_label(profile.case_id)),
        Cell(shorten(profile.profiler)),
        Cell(f"{profile.samples:,}" if profile.samples else ""),
        kept,
    )
    return Row(cells, profile.profile_id, "profile")


def _file(profile: Profile) -> Cell:
    link = recording_link(profile.artifact)
    return Cell(link.rsplit("/", 1)[-1], href=link)


def recording_link(artifact: str) -> str:
    """Where the copy of a recording lies, as seen from the page.

    >>> recording_link("demo/2026-11-19/ryot 1.svg")
    'profiles/demo-2026-11-19-ryot-1.svg'
    """
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", artifact[-200:])
    return f"profiles/{safe.lstrip('.-') or 'recording'}"
