"""A service is started fresh, judged with its whole tree, and stopped; its faults are told."""

from __future__ import annotations

import socket
import statistics

import pytest

from perf_pipeline.measure import request
from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.model import TrialStatus
from perf_pipeline.suite.benchmark import Service
from tests.measure.builders import calls, drive, get, load, run, service, timed

OK, FAILED, TIMED_OUT = TrialStatus.OK, TrialStatus.FAILED, TrialStatus.TIMED_OUT


def beside(served: Service, factory: str = "clients:asks") -> Outcome:
    """A trial of a workload that asks the service."""
    return run(calls(factory, service=served))


@pytest.mark.parametrize(
    ("ready", "value"),
    [("tcp", ""), ("http", "/sleep/0.1"), ("log", "^ready to .erve"), ("log", r"serve\n")],
)
def test_a_service_shows_that_it_is_ready(ready: str, value: str) -> None:
    """By accepting, by answering, or by printing; how long that took is its start-up."""
    outcome = beside(service("slow", ready=ready, value=value))
    assert (outcome.status, outcome.message) == (OK, "")
    assert outcome.startup_ns > 0.3e9


@pytest.mark.parametrize(
    ("served", "status", "message"),
    [
        (
            service("never", start_timeout_s=0.4),
            TIMED_OUT,
            "the service was not ready after 0.4 s",
        ),
        (
            service(ready="http", value="/status/404", start_timeout_s=0.8),
            TIMED_OUT,
            "the service was not ready after 0.8 s",
        ),
        (
            service(ready="http", value="/hang", start_timeout_s=0.8),
            TIMED_OUT,
            "the service was not ready after 0.8 s",
        ),
        (
            service("fails"),
            FAILED,
            "the service ended with exit code 1 before it was ready",
        ),
        (
            service(command=("/nowhere/server", "{port}")),
            TrialStatus.ENVIRONMENT_FAILURE,
            "/nowhere/server could not be started: No such file or directory",
        ),
        (
            service(ready="log", value="*"),
            TrialStatus.CONFIGURATION_FAILURE,
            "service: ready: log: '*' is no regular expression: nothing to repeat at position 0",
        ),
    ],
)
def test_a_service_that_does_not_start_says_why(
    served: Service, status: TrialStatus, message: str
) -> None:
    """The trial ends before its load begins."""
    outcome = beside(served)
    assert (outcome.status, outcome.message) == (status, message)


def test_the_reason_of_a_failed_start_is_in_the_log() -> None:
    """What the service printed is kept."""
    assert "cannot find its data" in beside(service("fails")).log_tail


def test_another_server_on_the_port_is_not_taken_for_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A service that cannot bind has failed, however well somebody else answers there."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setattr(request, "free_port", lambda: other.getsockname()[1])
        outcome = beside(service(ready="log", value="ready"))
    assert outcome.status is FAILED
    assert "Address already in use" in outcome.log_tail


def test_a_flood_before_it_is_ready_neither_blocks_nor_hides_the_line() -> None:
    """6.5 MB are printed before the line that counts."""
    outcome = beside(service("floods", ready="log", value="ready to serve"))
    assert (outcome.status, outcome.message) == (OK, "")


def test_a_line_printed_in_pieces_is_seen_as_one() -> None:
    """The pattern is looked for across pieces of output."""
    outcome = beside(service("halting", ready="log", value="ready to serve"))
    assert (outcome.status, outcome.message) == (OK, "")


def test_a_service_that_dies_under_load_has_failed() -> None:
    """The trial ends with the service, not with the load."""
    outcome = drive(service("dies"), load(), 20, duration_s=10, timeout_s=8)
    assert outcome.status is FAILED
    assert outcome.message == "the service ended with signal SIGALRM under load"


def test_a_service_that_dies_under_a_workload_has_failed() -> None:
    """The workload's own error is only the consequence."""
    outcome = beside(service("dies"), "clients:asks_long")
    assert outcome.message == "the service ended with signal SIGALRM under load"


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_a_service_is_stopped_with_its_signal(number: str) -> None:
    """It gets its declared signal and may say its last words."""
    assert beside(service(stop_signal=number)).log_tail.endswith(f"stopped by {number}\n")


def test_a_service_that_refuses_to_stop_has_hung() -> None:
    """It is killed like a workload that hangs in its teardown; what was measured is kept."""
    outcome = beside(service("stubborn"))
    assert outcome.status is TIMED_OUT
    assert outcome.message == "the service did not stop within 5 s of SIGTERM"
    assert len(timed(outcome, "cpu_ns")) == 5


def test_an_error_of_the_workload_does_not_wait_for_the_service() -> None:
    """The error is the trial's; a service that then refuses to stop is just killed."""
    outcome = beside(service("stubborn"), "faults:raises")
    assert (outcome.status, outcome.message) == (FAILED, "in step: ValueError: no such luck")


def test_a_service_inherits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three streams, a clean environment, and no address of itself."""
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    log = beside(service("tells")).log_tail
    assert "descriptors 0 1 2\n" in log
    assert "PERF_TRIAL" in log
    assert "SECRET_TOKEN" not in log
    assert "PERF_SERVICE_URL" not in log


@pytest.mark.parametrize(
    ("words", "path"), [(("forks",), "/work/40"), ((), "/thread/40"), ((), "/child/40")]
)
def test_cpu_of_the_whole_service_counts(words: tuple[str, ...], path: str) -> None:
    """The same work costs the same CPU in a forked worker, an ended thread, an ended child."""
    outcome = drive(service(*words), load(get(path)), 30)
    plain = run(calls("clocks:spins"), parameters={"times": 40})
    cpu, same = (statistics.median(timed(one, "cpu_ns")) for one in (outcome, plain))
    assert 0.7 < cpu / same < 2.5


def test_memory_of_the_whole_service_counts() -> None:
    """The peak is the sum over the service's processes, whatever the workload itself needs."""
    held = beside(service("holds"), "clocks:sleeps").series["peak_rss_bytes"].values[0]
    plain = beside(service(), "clocks:sleeps").series["peak_rss_bytes"].values[0]
    assert 90 << 20 < held - plain < 110 << 20
