"""Does tonight, or do the last nights, leave the past of a series?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from examples import CALLS, CPU, HITS, NIGHT, WAITING, nights
from noises import NAMES, series

from perf_pipeline.analysis.change_scale import QUIET
from perf_pipeline.analysis.robust import trimmed_mean, yuen_error
from perf_pipeline.analysis.screen import ScreenResult, screen
from perf_pipeline.analysis.shift import find_shift, segment_start
from perf_pipeline.model import Clock, MetricDefinition, SeriesPoint, State, Verdict

STEADY = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2, 99.8, 100.0]


def judged(
    values: list[float], metric: MetricDefinition = CPU, scale_ns: float | None = None
) -> ScreenResult:
    """The last of the nights against those before."""
    *history, tonight = nights(values)
    return screen(history, tonight, metric, scale_ns)


@pytest.mark.parametrize("earlier", [0, 3, 7])
def test_too_little_history(earlier: int) -> None:
    """Under eight nights nothing is said, whatever tonight shows."""
    found = judged([*STEADY[:earlier], 500.0])
    assert (found.verdict, found.state) == (Verdict.INCONCLUSIVE, State.NONE)
    assert found.reason == f"too little history: {earlier} of 8 campaigns"


def test_a_step_of_half_is_suspected_on_the_ninth_night() -> None:
    """State suspected, verdict inconclusive: one night is not proof."""
    found = judged([*STEADY, 150.0])
    assert (found.verdict, found.state, found.nights) == (
        Verdict.INCONCLUSIVE,
        State.SUSPECTED,
        1,
    )
    assert found.reason == "not confirmed: +50 % tonight against 8 campaigns, limit 15 %"
    assert found.change == pytest.approx(np.log(1.5))
    assert found.change_percent == pytest.approx(50)
    assert found.low_percent < 50 < found.high_percent


def test_quiet_nights_are_unchanged_and_say_what_would_have_shown() -> None:
    """The smallest change stands beside every "unchanged"."""
    found = judged([*STEADY, 101.0])
    assert (found.verdict, found.state) == (Verdict.UNCHANGED, State.NONE)
    assert found.reason == "+1 % against 8 campaigns; 16.3 % would have shown"
    assert found.detectable_percent == pytest.approx(16.3, abs=0.1)


def test_what_would_have_shown_does() -> None:
    """A step of the printed size is suspected in at least nine of ten nights."""
    rng = np.random.default_rng(1)
    seen = []
    for row in trimmed_mean(series(rng, "1 % night effect", (300, 9, 5), 0.03)):
        quiet = judged(list(np.exp(row)))
        step = 1 + quiet.detectable_percent / 100
        seen.append(judged([*np.exp(row[:-1]), np.exp(row[-1]) * step]).nights == 1)
    assert np.mean(seen) > 0.9


def test_improvements_are_suspected_too() -> None:
    """A third less is as large a change as half more."""
    found = judged([*STEADY, 100 / 1.5])
    assert found.state is State.SUSPECTED
    assert found.reason.startswith("not confirmed: -33.3 % tonight")


@pytest.mark.parametrize(
    ("stood", "state"),
    [
        (1, State.SUSPECTED),
        (2, State.SUSPECTED),
        (3, State.PROBABLE),
        (6, State.PROBABLE),
        (8, State.ESTABLISHED),
        (12, State.ESTABLISHED),
        (20, State.NONE),
    ],
)
def test_states_over_nights(stood: int, state: State) -> None:
    """Suspected, probable from three nights on, established from eight; then it is the level."""
    found = judged([*STEADY, *STEADY, *(1.5 * v for v in [*STEADY, *STEADY, *STEADY][:stood])])
    assert found.state is state
    assert found.verdict is (Verdict.UNCHANGED if state is State.NONE else Verdict.INCONCLUSIVE)


def test_a_new_level_is_compared_with_itself() -> None:
    """After twenty nights the step is history, and the reason says so."""
    found = judged([*STEADY, *(1.5 * v for v in [*STEADY, *STEADY, *STEADY][:20])])
    assert "against 19 campaigns since the level moved" in found.reason
    assert abs(found.change_percent) < 2


def test_a_small_step_shows_when_it_stands() -> None:
    """5 % is too little for one night and probable after four."""
    assert judged([*STEADY, *STEADY, 105.0]).state is State.NONE
    found = judged([*STEADY, *STEADY, 105.0, 105.5, 104.8, 105.2])
    assert found.state is State.PROBABLE
    assert "for 4 campaigns against 16 campaigns" in found.reason


def test_a_series_that_jumps_is_not_suspected_for_jumping() -> None:
    """Its own largest move is the measure: 20 % has happened before."""
    restless = [100.0, 100.5, 120.0, 99.5, 100.0, 99.8, 100.2, 100.0]
    assert judged([*restless, 120.0]).verdict is Verdict.UNCHANGED
    assert judged([*STEADY, 120.0]).state is State.SUSPECTED


def test_wide_spread_within_a_night_counts() -> None:
    """Equal nights of wildly scattered trials are not as sure as they look."""
    scattered = tuple(100.0 * f for f in (0.6, 0.8, 1.0, 1.25, 1.6))
    *history, tonight = nights([100.0] * 8 + [130.0])
    assert screen(history, tonight, CPU).state is State.SUSPECTED
    wide = [replace(point, trial_values=scattered) for point in history]
    assert screen(wide, tonight, CPU).verdict is Verdict.UNCHANGED


def test_waiting_is_judged_against_wall_time() -> None:
    """From nothing to 3 ms: a third of a wall time of 10 ms, nothing of one of a second."""
    around_zero = [0.0, 1e4, -1e4, 2e4, 0.0, -2e4, 1e4, 0.0]
    found = judged([*around_zero, 3e6], WAITING, scale_ns=1e7)
    assert found.state is State.SUSPECTED
    assert found.reason.startswith("not confirmed: +30 % of wall time tonight")
    assert judged([*around_zero, 3e6], WAITING, scale_ns=1e9).verdict is Verdict.UNCHANGED


def test_waiting_without_wall_time_is_not_judged() -> None:
    """No scale, no verdict."""
    found = judged([*STEADY, 150.0], WAITING)
    assert (found.verdict, found.state) == (Verdict.INCONCLUSIVE, State.NONE)


def test_proportions_are_judged_in_points() -> None:
    """From 98 % to 60 % is 38 points; 0 and 1 are values like others."""
    found = judged([0.98, 1.0, 0.97, 0.99, 0.98, 1.0, 0.99, 0.98, 0.6], HITS)
    assert found.state is State.SUSPECTED
    assert found.reason.startswith("not confirmed: -38.5 points tonight")


@pytest.mark.parametrize(
    ("values", "state", "verdict"),
    [
        ([7.0], State.NONE, Verdict.INCONCLUSIVE),
        ([7.0, 7.0], State.NONE, Verdict.UNCHANGED),
        ([7.0, 8.0], State.SUSPECTED, Verdict.INCONCLUSIVE),
        ([7.0, 8.0, 8.0, 8.0], State.PROBABLE, Verdict.INCONCLUSIVE),
        ([7.0] + [8.0] * 8, State.ESTABLISHED, Verdict.INCONCLUSIVE),
        ([7.0] + [8.0] * 13, State.NONE, Verdict.UNCHANGED),
    ],
)
def test_any_difference_of_an_exact_metric_is_a_change(
    values: list[float], state: State, verdict: Verdict
) -> None:
    """From the second night on, without any threshold."""
    found = judged(values, CALLS)
    assert (found.state, found.verdict) == (state, verdict)


def test_exact_values_are_told_in_full() -> None:
    """One in a million is a difference."""
    found = judged([1_000_000.0, 1_000_001.0], CALLS)
    assert found.reason == "not confirmed: exactly 1,000,001 calls now, 1,000,000 calls before"
    assert found.change_percent == pytest.approx(1e-4)


def test_campaigns_of_one_day_are_told_as_campaigns() -> None:
    """Nine on one date are no nine nights, and nothing says so."""
    *history, tonight = (replace(point, night=NIGHT) for point in nights([*STEADY, 150.0]))
    reason = screen(history, tonight, CPU).reason
    assert f"against {len(STEADY)} campaigns" in reason
    assert "night" not in reason.replace("tonight", "")


def test_the_wall_clock_of_contended_nights_is_left_out() -> None:
    """Tonight is withheld, an earlier night does not count; CPU time stands."""
    wall = replace(CPU, clock=Clock.WALL)
    *history, tonight = nights([*STEADY, 150.0])
    busy = replace(tonight, contended=True)
    assert screen(history, busy, wall).reason.startswith("contended: ")
    assert screen(history, busy, wall).verdict is Verdict.INCONCLUSIVE
    assert screen(history, busy, CPU).state is State.SUSPECTED
    once = [replace(history[0], contended=True), *history[1:]]
    assert screen(once, tonight, wall).reason == "too little history: 7 of 8 campaigns"


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({}, ""),
        ({"fingerprint": "f2"}, "; since 2026-03-09 the code it runs changed"),
        ({"environment_id": "e2"}, "; since 2026-03-09 the environment changed"),
        (
            {"fingerprint": "f2", "environment_id": "e2"},
            "; since 2026-03-09 the code it runs changed and the environment changed",
        ),
    ],
)
def test_what_is_new_is_named(changes: dict[str, str], note: str) -> None:
    """Beside a suspicion and beside "unchanged"."""
    *history, tonight = nights([*STEADY, 100.0])
    plain = screen(history, tonight, CPU).reason
    assert screen(history, replace(tonight, **changes), CPU).reason == plain + note


@pytest.mark.parametrize("name", NAMES)
def test_one_series_is_judged_like_the_simulated_thousands(name: str) -> None:
    """The rates of find_shift are those of screen: same nights, same finding."""
    rng = np.random.default_rng(6)
    trials = series(rng, name, (100, 14, 5), 0.03)
    trials[50:, -1] += np.log(1.3)
    found = find_shift(trimmed_mean(trials), yuen_error(trials), QUIET).nights
    for rows, expected in zip(trials, found, strict=True):
        points = [
            SeriesPoint(p.campaign_id, p.night, p.value, tuple(np.exp(row)), "f1", "e1", False)
            for p, row in zip(nights(list(np.exp(trimmed_mean(rows)))), rows, strict=True)
        ]
        assert screen(points[:-1], points[-1], CPU).nights == expected


def test_segments_begin_where_the_level_moved() -> None:
    """Two steps of 20 % that stood: the last night of the first level is not part of the third."""
    rng = np.random.default_rng(8)
    levels = np.repeat([0.0, 0.18, 0.36], [20, 25, 15])
    values = levels + rng.normal(scale=0.01, size=60)
    assert 43 <= segment_start(values, QUIET) <= 47
    assert segment_start(values[:20], QUIET) == 0
