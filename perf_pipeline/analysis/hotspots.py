"""Functions ranked by what removing them could save."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from perf_pipeline.analysis.amdahl import saved_share
from perf_pipeline.model import Frame, Hotspot, Profile


@dataclass(slots=True)
class _Tally:
    """What was seen of one function, in samples or nanoseconds."""

    own: float = 0.0
    total: float = 0.0
    calls: int | None = None
    samples: int = 0
    places: dict[int, float] = field(default_factory=dict)
    """Frame index → total, to name the line that was seen most."""


def rank(profile: Profile) -> tuple[Hotspot, ...]:
    """All functions of a profile, the one whose own time could save most first.

    Self share: samples in which the function was the leaf (cProfile: its own time). Total share:
    samples in which it was anywhere on the stack, counted once however deep it recurses. Cost is
    share * CPU time of the profiled run ÷ its iterations, so it carries the profiler's own cost
    and never stands for a timing. Frames of one function and file are one function, whatever the
    line. Empty for a profile without stacks and calls.

    The classical score is 0.4 self % + 0.4 total % + 0.2 calls %; without exact calls the last
    part is 0. It errs towards callers that only wait for a callee.
    """
    tallies = _from_calls(profile) if profile.calls else _from_stacks(profile)
    whole = sum(tally.own for tally in tallies.values())
    if not whole:
        return ()
    ordered = sorted(tallies.items(), key=lambda item: (-item[1].own, -item[1].total, item[0]))
    all_calls = sum(tally.calls or 0 for _, tally in ordered)
    return tuple(
        _hotspot(profile, position, tally, whole, all_calls)
        for position, (_, tally) in enumerate(ordered, start=1)
    )


def _from_stacks(profile: Profile) -> dict[tuple[str, str], _Tally]:
    tallies: dict[tuple[str, str], _Tally] = {}
    for stack in profile.stacks:
        if not stack.frames:
            continue
        for index in _innermost(profile, stack.frames):
            tally = _of(tallies, profile.frames[index])
            tally.total += stack.samples
            tally.samples += stack.samples
            tally.places[index] = tally.places.get(index, 0.0) + stack.samples
        _of(tallies, profile.frames[stack.frames[-1]]).own += stack.samples
    return tallies


def _innermost(profile: Profile, frames: Iterable[int]) -> Iterable[int]:
    """The last frame of each function of a stack: recursion is counted once."""
    return {_identity(profile.frames[index]): index for index in frames}.values()


def _from_calls(profile: Profile) -> dict[tuple[str, str], _Tally]:
    tallies: dict[tuple[str, str], _Tally] = {}
    for counted in profile.calls:
        tally = _of(tallies, profile.frames[counted.frame])
        tally.own += counted.self_ns
        tally.total += counted.total_ns
        tally.calls = (tally.calls or 0) + counted.calls
        tally.places[counted.frame] = counted.total_ns
    return tallies


def _of(tallies: dict[tuple[str, str], _Tally], frame: Frame) -> _Tally:
    return tallies.setdefault(_identity(frame), _Tally())


def _identity(frame: Frame) -> tuple[str, str]:
    return frame.function, frame.file


def _hotspot(
    profile: Profile, position: int, tally: _Tally, whole: float, all_calls: int
) -> Hotspot:
    frame = profile.frames[max(tally.places, key=lambda index: tally.places[index])]
    own, total = tally.own / whole, min(1.0, tally.total / whole)
    call_share = (tally.calls or 0) / all_calls if all_calls else 0.0
    cost_ns = profile.cpu_ns / max(1, profile.iterations)
    return Hotspot(
        profile_id=profile.profile_id,
        rank=position,
        function=frame.function,
        file=frame.file,
        line=frame.line,
        kind=frame.kind,
        self_share=own,
        total_share=total,
        self_ns=own * cost_ns,
        total_ns=total * cost_ns,
        calls=tally.calls,
        score=100 * (0.4 * own + 0.4 * total + 0.2 * call_share),
        saves_at_most=saved_share(own),
        samples=tally.samples,
    )
