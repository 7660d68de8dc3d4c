"""Whatever a workload does ends in a status and a message, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from perf_pipeline.measure.trial import Watcher, run_trial
from perf_pipeline.model import TrialStatus
from tests.measure.builders import benchmark, calls, command, request, run, timed

OK, FAILED, TIMED_OUT = TrialStatus.OK, TrialStatus.FAILED, TrialStatus.TIMED_OUT


@pytest.mark.parametrize(
    ("factory", "message"),
    [
        ("raises", "in step: ValueError: no such luck"),
        ("raises_in_setup", "in set-up: ValueError: no such luck"),
        ("raises_in_teardown", "in teardown: ValueError: no such luck"),
        ("yields_twice", "in teardown: the factory yielded twice"),
        ("raises_nastily", "in step: Nasty: its text could not be had"),
        ("raises_surrogates", "in step: OSError: caf?"),
        ("raises_beside_a_thread", "in set-up: ValueError: no such luck"),
        ("exits", "in step: the workload called sys.exit(3)"),
        ("exits_hard", "the worker ended in step with exit code 7"),
        ("segfaults", "the worker ended in step with signal SIGSEGV"),
        ("not_callable", "in set-up: the factory gave int, not a callable"),
        ("nowhere", "in set-up: no nowhere in "),
        ("imports_missing_own", "in set-up: ModuleNotFoundError: No module named 'helper.nosuch"),
        ("returns_mixed", "in step: the metric a: a number in one call, (successes, attempts) in"),
        ("returns_many_names", "in step: over 1000 different metric names"),
        ("returns_coroutine", "in step: the call gave a coroutine that nobody ran"),
        ("closes_descriptors", "the worker ended in step with exit code 1"),
    ],
)
def test_a_failure_says_what_happened(factory: str, message: str) -> None:
    """A workload that fails is `failed`, and its message is what it did."""
    outcome = run(calls(f"faults:{factory}"))
    assert outcome.status is FAILED
    assert outcome.message.startswith(message)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("nan", "the metric a: a finite number is needed, not nan"),
        ("text", "the metric a: a finite number is needed, not 'abc'"),
        ("bool", "the metric a: a finite number is needed, not True"),
        ("nested", "the metric a: a finite number is needed, not [1, 2]"),
        ("long_tuple", "the metric a: (successes, attempts) or a list is needed, not (1, 2, 3)"),
        ("more_successes", "the metric a: (successes, attempts) or a list is needed, not (3, 2)"),
        ("nasty", "the metric a: a finite number is needed, not a Unshowable"),
        ("name", "metric names are texts, not 1"),
        ("empty_name", "metric names are texts, not ''"),
        ("surrogate", "metric names are texts, not 'a\\udce9'"),
        ("own_clock", "cpu_ns is measured already; give the metric another name"),
    ],
)
def test_returned_nonsense_is_refused(kind: str, message: str) -> None:
    """What cannot be a metric is refused in words for the workload's author."""
    outcome = run(calls("faults:returns"), parameters={"kind": kind})
    assert (outcome.status, outcome.message) == (FAILED, f"in step: {message}")


@pytest.mark.parametrize(
    ("factory", "message"),
    [
        ("hangs_in_setup", "hung in set-up: stopped after 0.7 s"),
        ("hangs", "hung in step: stopped after 0.7 s"),
        ("stops_itself", "hung in step: stopped after 0.7 s"),
        ("hangs_in_teardown", "hung in teardown: stopped after 0.7 s"),
        ("hangs_in_shutdown", "hung in shutdown: stopped after 0.7 s"),
    ],
)
def test_a_hang_is_stopped_in_time(factory: str, message: str) -> None:
    """A workload that hangs is `timed_out`, and the message says where."""
    outcome = run(calls(f"faults:{factory}"), timeout_s=0.7)
    assert (outcome.status, outcome.message) == (TIMED_OUT, message)


def test_what_was_measured_survives_a_hang_in_teardown() -> None:
    """The values were sent before the teardown began."""
    outcome = run(calls("faults:hangs_in_teardown"), timeout_s=0.7)
    assert len(timed(outcome, "cpu_ns")) == 5


def test_an_error_is_not_hidden_by_a_teardown_that_hangs() -> None:
    """The first error is the trial's, even if tearing down after it never ends."""
    outcome = run(calls("faults:raises_and_hangs_in_teardown"), timeout_s=1)
    assert (outcome.status, outcome.message) == (FAILED, "in step: ValueError: no such luck")


@pytest.mark.parametrize("factory", ["grows", "grows_in_a_daemon"])
def test_memory_over_the_limit_ends_the_trial(factory: str) -> None:
    """Memory is that of the whole tree, looked at 20 times a second."""
    outcome = run(calls(f"faults:{factory}"), memory_limit_bytes=200 << 20, values=1000)
    assert outcome.status is FAILED
    assert outcome.message.startswith("memory ")
    assert outcome.message.endswith(" MiB over the limit 200 MiB")


def test_a_flood_of_output_is_cut() -> None:
    """Of 45 MB of output the end is kept, and how much is missing."""
    outcome = run(calls("faults:floods"))
    assert outcome.status is OK
    assert outcome.log_tail.endswith("the last words\n")
    assert len(outcome.log_tail) < 100_000


def test_output_that_is_no_text_does_no_harm() -> None:
    """Bytes that are not UTF-8 are replaced."""
    outcome = run(calls("faults:prints_garbage"))
    assert outcome.status is OK
    assert "\ufffd" in outcome.log_tail


def test_a_missing_module_is_the_environments_failure() -> None:
    """A module that is no part of the suite is missing on the machine."""
    outcome = run(calls("faults:imports_missing"))
    assert outcome.status is TrialStatus.ENVIRONMENT_FAILURE
    assert outcome.message.startswith("module nosuchmodule is not installed for ")


@pytest.mark.parametrize("module", ["assets", "jobs", "perf_pipeline", "warehouse", "tests"])
def test_nothing_of_ours_can_be_imported(module: str) -> None:
    """The worker's import path has the suite and what is installed, not this project."""
    outcome = run(calls("faults:imports"), parameters={"module": module})
    assert outcome.status is not OK
    assert module in outcome.message


def test_a_missing_interpreter_is_the_environments_failure() -> None:
    """The message names the interpreter that is not there."""
    outcome = run(calls("clocks:spins", python=Path("/nowhere/python")))
    assert outcome.status is TrialStatus.ENVIRONMENT_FAILURE
    assert outcome.message.startswith("/nowhere/python could not be started: No such file")


@pytest.mark.parametrize("program", ["/bin/true", "/bin/cat", shutil.which("python2") or "python2"])
def test_an_interpreter_that_runs_no_worker_is_named(program: str) -> None:
    """A program that is no Python, or too old a one, is the environment's failure."""
    if not Path(program).exists():
        pytest.skip(f"{program} is not here")
    outcome = run(calls("clocks:spins", python=Path(program)))
    assert outcome.status is TrialStatus.ENVIRONMENT_FAILURE
    assert outcome.message.startswith(f"{program} runs no worker: ")


@pytest.mark.parametrize("factory", ["double_forks", "starts_sessions"])
def test_processes_that_left_the_group_are_ended_too(factory: str) -> None:
    """Double forks and new sessions cannot leave the trial (see the fixture)."""
    assert run(calls(f"faults:{factory}")).status is OK


def test_orphans_that_end_are_buried() -> None:
    """Of a process a call that is left to us and ends, no more than a few await their burial."""
    outcome = run(calls("faults:orphans_end"), values=20)
    assert outcome.status is OK
    assert max(outcome.series["unburied"].values) < 12


def test_a_fork_storm_is_ended() -> None:
    """200 processes that would stay for an hour are gone with the trial."""
    assert run(calls("faults:forks_many"), parameters={"count": 200}).status is OK


def test_a_forked_child_ends_as_it_would_elsewhere() -> None:
    """`sys.exit(3)` in a child is the child's exit code, and no error of the workload."""
    outcome = run(calls("faults:child_exits"))
    assert (outcome.status, outcome.message) == (OK, "")
    assert set(outcome.series["exit_code"].values) == {3.0}


def test_a_forked_child_does_not_speak_for_the_worker() -> None:
    """A child that comes back from the call measures for itself; one result arrives."""
    results: list[str] = []
    asked = request(calls("faults:child_comes_back"))
    outcome = run_trial(asked, Watcher(measured=lambda: results.append("result")))
    assert (outcome.status, outcome.message) == (OK, "")
    assert results == ["result"]


def test_what_only_looks_like_a_mapping_is_ignored() -> None:
    """A data frame has `items` too; it is no set of metrics."""
    assert run(calls("faults:returns_frame")).status is OK


def test_large_results_arrive_whole() -> None:
    """600,000 values are thinned to under 50,000 a metric and reach the run."""
    outcome = run(calls("faults:returns_much"), values=10)
    assert outcome.status is OK
    kept = {len(outcome.series[f"metric_{n}"].values) for n in range(10)}
    assert len(kept) == 1
    assert 25_000 <= kept.pop() < 50_000


def test_a_broken_promise_is_invalid() -> None:
    """A worker that says it ran 2 s and did not is not believed."""
    outcome = run(calls("faults:breaks_promise"), duration_s=2)
    assert outcome.status is TrialStatus.INVALID
    assert outcome.message.startswith("declared 2 s, ran ")


def test_noise_on_the_result_descriptor_is_ignored() -> None:
    """A workload that writes into our pipe loses nothing but its words."""
    outcome = run(calls("faults:writes_into_results"))
    assert (outcome.status, outcome.message) == (OK, "")


def test_results_are_never_written_into_a_file_of_the_workload(trials: Path) -> None:
    """Where the descriptor became another file, the worker ends and says why."""
    file = trials / "precious"
    outcome = run(calls("faults:replaces_descriptor"), parameters={"path": str(file)})
    assert outcome.status is FAILED
    assert "closed the descriptor that its results go through" in outcome.log_tail
    assert file.read_bytes() == b""


def test_a_command_is_one_execution_a_value() -> None:
    """A command's values are its executions, its memory the command's own."""
    outcome = run(command("sleep", "0.02"))
    assert outcome.status is OK
    assert len(timed(outcome, "waiting_ns")) == 5
    assert min(timed(outcome, "waiting_ns")) > 10 * max(timed(outcome, "cpu_ns"))
    assert outcome.series["peak_rss_bytes"].values[0] < 8 << 20


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["false"], FAILED, "in step: the command ended with exit code 1"),
        (["sh", "-c", "kill -SEGV $$"], FAILED, "in step: the command ended with signal SIGSEGV"),
        (
            ["/nowhere/tool", "x"],
            TrialStatus.ENVIRONMENT_FAILURE,
            "/nowhere/tool could not be started: No such file or directory",
        ),
        (["sleep", "100"], TIMED_OUT, "hung in step: stopped after 0.5 s"),
    ],
)
def test_a_command_that_fails_says_how(words: list[str], status: TrialStatus, message: str) -> None:
    """A command's end is told as a person says it; a missing one is the environment's failure."""
    outcome = run(command(*words), timeout_s=0.5)
    assert (outcome.status, outcome.message) == (status, message)


def test_the_environment_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the run's environment reaches a workload unless it is declared."""
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    monkeypatch.setenv("PASSED_ON", "yes")
    outcome = run(
        calls("layout:environment", environment_passed=("PASSED_ON",)), parameters={"count": 1}
    )
    assert outcome.status is OK
    assert "PASSED_ON=yes" in outcome.log_tail
    assert "OPENBLAS_NUM_THREADS=1" in outcome.log_tail
    assert "SECRET_TOKEN" not in outcome.log_tail


def test_a_suite_may_set_the_environment() -> None:
    """What a benchmark declares comes last."""
    declared = (("OMP_NUM_THREADS", "2"),)
    outcome = run(calls("layout:environment", environment_set=declared), parameters={"count": 1})
    assert "OMP_NUM_THREADS=2" in outcome.log_tail


def test_a_workload_inherits_no_descriptors() -> None:
    """Its standard streams, and the two ends of its worker; the commands it runs get neither."""
    outcome = run(calls("layout:descriptors"))
    assert outcome.status is OK
    assert "child has 0 1 2\n" in outcome.log_tail
    assert os.fspath(Path.cwd()) not in outcome.log_tail
    assert benchmark().root == Path(__file__).parent / "programs"
