"""The load generator sends what was asked for, counts honestly, and says when it cannot."""

from __future__ import annotations

import math
import statistics

import pytest

from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.request import Draw
from perf_pipeline.model import TrialStatus
from tests.measure.builders import drive, get, load, service, timed


def attempts(outcome: Outcome) -> float:
    """All timed attempts together."""
    ratio = outcome.series["success_ratio"]
    return sum(ratio.attempts[ratio.warmups :])


def sent(outcome: Outcome) -> Outcome:
    """The outcome of a load that was sent; on a busy machine the generator may call it late."""
    late = outcome.message.startswith(("the generator was late", "the generator had no core"))
    assert outcome.status is TrialStatus.OK or late, outcome.message
    return outcome


def mean(outcome: Outcome, metric: str) -> float:
    """The mean of a metric's timed values."""
    return statistics.mean(timed(outcome, metric))


def total(outcome: Outcome, metric: str) -> float:
    """All timed values of a metric together."""
    return sum(timed(outcome, metric))


def test_an_open_load_keeps_its_rate() -> None:
    """200 requests/s for 1 s arrive as a Poisson process does, all of them answered."""
    outcome = sent(drive(service(), load(), 200, duration_s=1))
    assert abs(outcome.iterations - 200) < 4 * math.sqrt(200)
    assert len(timed(outcome, "latency_ms")) == outcome.iterations
    assert len(timed(outcome, "goodput_per_sec")) == 20
    goodput = statistics.mean(timed(outcome, "goodput_per_sec"))
    assert goodput == pytest.approx(outcome.iterations, rel=0.3)
    assert total(outcome, "success_ratio") == outcome.iterations
    assert attempts(outcome) == outcome.iterations
    assert "closed_loop" not in outcome.series
    assert outcome.counters["cpu_ns"] > 0
    assert outcome.series["peak_rss_bytes"].values[0] > 4 << 20


def test_the_draw_decides_the_arrivals() -> None:
    """The same seed sends the same number of requests, other seeds other numbers."""
    draws = [Draw(1, 0, seed) for seed in (5, 5, 6)]
    counts = [drive(service(), load(), 200, draw=draw).iterations for draw in draws]
    assert abs(counts[0] - counts[1]) <= 2
    assert abs(counts[0] - counts[2]) > 2


def test_a_stall_is_charged_to_all_that_had_to_wait() -> None:
    """A service that stands still for 0.3 s a second: open loop sees it, closed loop hides it."""
    opened = drive(service(), load(get("/stall")), 100, duration_s=1.2)
    closed = drive(service(), load(get("/stall"), closed=True), 1, duration_s=1.2)
    slow_open, slow_closed = (
        statistics.mean(latency > 50 for latency in timed(one, "latency_ms"))
        for one in (opened, closed)
    )
    assert slow_open > 0.1
    assert slow_closed < 0.05


def test_a_closed_load_says_so_and_keeps_to_its_clients() -> None:
    """Three clients that each wait 50 ms for an answer ask under 60 times a second."""
    outcome = sent(drive(service(), load(get("/sleep/0.05"), closed=True), 3))
    assert outcome.series["closed_loop"].values == (1.0,)
    assert 20 < outcome.iterations <= 63


def test_a_sleep_of_the_service_is_waiting_and_its_work_is_not() -> None:
    """Waiting is the part of a request in which neither service nor generator does anything."""
    sleeping = drive(service(), load(get("/sleep/0.03"), closed=True), 1)
    working = drive(service(), load(get("/work/1"), closed=True), 1)
    waited, worked = (
        total(one, "waiting_ns") / total(one, "wall_ns") for one in (sleeping, working)
    )
    assert waited > 0.5
    assert worked < 0.3


def test_failures_have_a_class_and_no_latency() -> None:
    """Without a success there is no latency, and every request is counted where it failed."""
    paths = ("/status/503", "/status/404", "/drop", "/hang")
    outcome = sent(drive(service(), load(*map(get, paths), timeout_s=0.3), 100))
    assert "latency_ms" not in outcome.series
    assert "cpu_ns" not in outcome.series
    classes = ("status_503", "status_404", "protocol", "timed_out")
    counts = [total(outcome, f"failed_{name}") for name in classes]
    assert min(counts) > 0
    assert sum(counts) == attempts(outcome) == outcome.iterations
    assert total(outcome, "success_ratio") == 0
    assert total(outcome, "goodput_per_sec") == 0


def test_a_service_that_does_not_listen_is_a_failed_connection() -> None:
    """Refused connections are told from answers; the clients do not run hot."""
    outcome = sent(drive(service("elsewhere", ready="log", value="ready"), load(closed=True), 2))
    assert outcome.series["failed_connection"].values == (outcome.iterations,)
    assert outcome.iterations < 250


def test_time_outs_count_apart_from_answers() -> None:
    """Of two kinds of request in equal weight, one is answered and one never is."""
    outcome = drive(service(), load(get("/"), get("/hang"), timeout_s=0.4), 80)
    answered, timed_out = len(timed(outcome, "latency_ms")), total(outcome, "failed_timed_out")
    assert answered + timed_out == outcome.iterations
    assert 0.25 < timed_out / outcome.iterations < 0.75
    assert max(timed(outcome, "latency_ms")) < 400


def test_weights_are_kept() -> None:
    """A request of weight 0 is never sent; one of expected status 503 is a success."""
    asked = load(get("/status/503", expect_status=(503,)), get("/hang", weight=0.0))
    outcome = drive(service(), asked, 50)
    assert total(outcome, "success_ratio") == outcome.iterations > 0


@pytest.mark.parametrize("closed", [False, True])
def test_a_load_it_cannot_drive_is_invalid(closed: bool) -> None:
    """20,000 requests/s, or 300 clients at once, measure the generator and not the service."""
    outcome = drive(service(), load(closed=closed), 300 if closed else 20_000)
    assert outcome.status is TrialStatus.INVALID
    assert outcome.message.startswith("the generator ")
    if not closed:  # what left late is charged to the latency
        assert mean(outcome, "latency_ms") > mean(outcome, "wall_ns") / 1e6 + 5


def test_a_waiting_generator_goes_on_when_it_is_told() -> None:
    """A profiled trial drives the same load."""
    outcome = sent(drive(service(), load(), 50, wait=True))
    assert outcome.iterations > 20


def test_a_path_has_its_parameters_filled_in() -> None:
    """The case's parameters appear in the request."""
    asked = load(get("/status/20{shown}", expect_status=(207,)))
    outcome = drive(service(), asked, 50)
    assert total(outcome, "success_ratio") == outcome.iterations > 0
