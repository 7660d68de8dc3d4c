"""A suite is read whole: what is valid loads, what is not says why."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from perf_pipeline.model import Clock, Day, Direction
from perf_pipeline.suite.benchmark import (
    BudgetName,
    LoadModel,
    ReadinessKind,
    RequirementKind,
    Suite,
)
from perf_pipeline.suite.errors import SuiteError
from perf_pipeline.suite.read import read_suite

STRATEGY_SCHEMA = """\
benchmark:
  name: "inference_ttft"
  description: "Time to first token for token generation"
  category: "inference"

  # Test parameters
  parameters:
    prompt_length: [10, 100, 1000]
    batch_size: [1, 8, 32]
    model_size: ["small", "medium", "large"]

  # Success criteria
  targets:
    ttft_ms:
      target: 100
      acceptable_range: [50, 200]
    throughput_tokens_per_sec:
      target: 50
      acceptable_range: [30, 100]

  # Profiling configuration
  profiling:
    enabled: true
    sampler: "py-spy"
    sample_rate: 100 # Hz
    duration: 60 # seconds

  # Regression detection
  regression:
    enabled: true
    threshold_percent: 10
    min_iterations: 3

  # Output
  output:
    format: "json"
    include_traces: true
    save_artifacts: true
"""
FACTORY = "def inference_ttft(prompt_length, batch_size, model_size): ...\n"


def test_the_strategy_schema_is_accepted_verbatim(read: Callable[[dict[str, str]], Suite]) -> None:
    """The strategy document's example loads, with its function found beside it."""
    suite = read({"inference.yaml": STRATEGY_SCHEMA, "inference.py": FACTORY})
    assert suite.faults == ()
    (benchmark,) = suite.benchmarks
    assert len(benchmark.record.cases) == 27
    assert benchmark.record.cases[1].label == "prompt_length=10 batch_size=1 model_size=medium"
    assert benchmark.workload is not None
    assert benchmark.workload.factory == "inference_ttft"
    assert benchmark.workload.file == suite.root / "inference.py"
    assert benchmark.profiling.sampler == benchmark.record.profiler == "py-spy"
    assert (benchmark.profiling.rate_hz, benchmark.profiling.duration_s) == (100, 60)
    ttft, throughput = benchmark.record.targets
    assert (ttft.direction, ttft.unit, ttft.low, ttft.high) == (Direction.LOWER, "ms", 50, 200)
    assert (throughput.direction, throughput.unit) == (Direction.HIGHER, "tokens/s")


def test_what_is_left_out_has_its_default(read_one: Callable[[str], Suite]) -> None:
    """A name and a workload are enough."""
    suite = read_one("benchmark: {name: Bare, workload: work.py:make}")
    (bare,) = suite.benchmarks
    assert bare.record.title == "Bare"
    assert bare.record.component == "demo"
    assert bare.record.day is Day.MICROBENCHMARKS
    assert [case.parameters for case in bare.record.cases] == ["{}"]
    assert [budget.trials for budget in bare.budgets] == [5, 10, 20]
    assert {(b.values, b.warmups, b.timeout_s) for b in bare.budgets} == {(20, 3, 60.0)}
    assert bare.python == Path(sys.executable)
    judged = [metric.name for metric in bare.record.metrics if metric.judged]
    assert judged == ["cpu_ns", "waiting_ns", "peak_rss_bytes"]


def test_everything_declared_arrives(read_one: Callable[[str], Suite]) -> None:
    """Every field of a benchmark finds its place."""
    suite = read_one("""
        benchmark:
          name: Whole
          title: The whole of it
          description: Everything at once.
          category: all
          component: demo.part
          day: deep_dive
          tags: [tour, slow]
          owner: me
          workload: work.py:make
          service: {command: "serve --port {port}", ready: {log: "listening"}, stop: SIGINT}
          parameters: {size: [1, 2]}
          metrics: {queue_items: {unit: items, direction: range, judged_on: value}}
          targets: {queue_items: {target: 5, acceptable_range: [1, 9], where: {size: 1}}}
          budgets: {quick: {trials: 6, values: 7, warmups: 0, duration: 2, parameters: {size: [2]}}}
          environment: {set: {LEVEL: 1.10}, pass: [TOKEN]}
          requires: [{program: git}, {module: numpy}, {service: "tcp://127.0.0.1:6379"}]
          profiling: {enabled: false}
          regression: {threshold_percent: 5, min_iterations: 4}
          output: {include_traces: false, save_artifacts: false}
        """)
    assert suite.faults == ()
    (whole,) = suite.benchmarks
    assert (whole.record.title, whole.record.component, whole.record.owner) == (
        "The whole of it",
        "demo.part",
        "me",
    )
    assert (whole.record.day, whole.record.tags) == (Day.DEEP_DIVE, ("tour", "slow"))
    assert whole.service is not None
    assert whole.service.command == ("serve", "--port", "{port}")
    assert (whole.service.ready.kind, whole.service.ready.value) == (ReadinessKind.LOG, "listening")
    assert whole.service.stop_signal == "SIGINT"
    queue = next(metric for metric in whole.record.metrics if metric.name == "queue_items")
    assert (queue.judged, queue.clock, queue.direction) == (True, Clock.NONE, Direction.RANGE)
    assert whole.record.targets[0].where == '{"size": 1}'
    quick = whole.budget(BudgetName.QUICK)
    assert (quick.trials, quick.values, quick.warmups) == (6, 7, 0)
    assert (quick.duration_s, quick.timeout_s) == (2, 66)
    assert quick.case_ids == (whole.record.cases[1].case_id,)
    assert (whole.environment_set, whole.environment_passed) == ((("LEVEL", "1.10"),), ("TOKEN",))
    assert [one.kind for one in whole.requires] == list(RequirementKind)
    assert whole.profiling.sampler == whole.record.profiler == ""
    assert (whole.record.threshold_percent, whole.min_iterations) == (5, 4)
    assert (whole.include_traces, whole.save_artifacts) == (False, False)


def test_load_becomes_a_parameter(read_one: Callable[[str], Suite]) -> None:
    """Each level of the load is a case, whole numbers without a point."""
    suite = read_one("""
        benchmark:
          name: Served
          service: {command: ["serve", "{port}"]}
          load:
            model: closed
            levels: [1, 8]
            duration: 4
            requests:
              - {path: /a, json: {b: 1}, expect_status: 201}
        """)
    assert suite.faults == ()
    (served,) = suite.benchmarks
    assert served.workload is None
    assert [case.parameters for case in served.record.cases] == ['{"load": 1}', '{"load": 8}']
    assert served.load is not None
    assert served.load.model is LoadModel.CLOSED
    (request,) = served.load.requests
    assert (request.body, request.expect_status) == ('{"b": 1}', (201,))
    assert request.headers == (("Content-Type", "application/json"),)
    assert served.budgets[0].duration_s == 4
    assert "startup_ns" in [metric.name for metric in served.record.metrics]


def test_places_in_commands_are_filled_in(read_one: Callable[[str], Suite]) -> None:
    """A command finds its files and interpreter; parameters and port wait for the run."""
    suite = read_one("""
        benchmark:
          name: Line
          command: '{python} {folder}/x.py "{suite}" {size}'
          parameters: {size: [1]}
        """)
    (line,) = suite.benchmarks
    root = str(suite.root)
    assert line.command == (sys.executable, f"{root}/x.py", root, "{size}")


def test_a_file_may_hold_several_benchmarks(read_one: Callable[[str], Suite]) -> None:
    """Documents of one file are read one by one, and a broken one spares the others."""
    suite = read_one("""
        benchmark: {name: A, workload: work.py:make}
        ---
        benchmark: {name: B, workload: work.py:nothing}
        ---
        benchmark: {name: C, workload: work.py:make}
        """)
    assert [benchmark.name for benchmark in suite.benchmarks] == ["A", "C"]
    (invalid,) = suite.invalid
    assert invalid.name == "B"
    expected = "one.yaml:4: workload: found no nothing in work.py, allowed: make"
    assert invalid.fault == suite.faults[0] == expected


def test_what_follows_broken_yaml_is_named(read_one: Callable[[str], Suite]) -> None:
    """Benchmarks before a syntax error load; the file stands among the invalid ones."""
    suite = read_one("""
        benchmark: {name: A, workload: work.py:make}
        ---
        benchmark: {name: B
        ---
        """)
    assert [benchmark.name for benchmark in suite.benchmarks] == ["A"]
    assert [record.name for record in suite.invalid] == ["one"]
    assert suite.faults[0].startswith("one.yaml:5: found ")


def test_an_unreadable_name_is_replaced_by_the_file_name(
    read: Callable[[dict[str, str]], Suite],
) -> None:
    """Each invalid benchmark has a name of its own that Dagster takes."""
    suite = read(
        {"my-first.yaml": "benchmark: {name: a b}\n---\nbenchmark: 3\n", "1.yml": "a: [\n"}
    )
    assert [record.name for record in suite.invalid] == ["file_1", "my_first", "my_first_2"]


def test_the_rest_of_an_invalid_benchmark_is_kept(read_one: Callable[[str], Suite]) -> None:
    """Day, component and title of an invalid benchmark stand where it is listed."""
    suite = read_one("""
        benchmark: {name: A, title: First, component: part, day: deep_dive, workload: 3}
        """)
    (record,) = suite.invalid
    assert (record.name, record.title, record.component) == ("A", "First", "part")
    assert record.day is Day.DEEP_DIVE


def test_a_taken_name_is_a_fault(read_one: Callable[[str], Suite]) -> None:
    """The first valid benchmark of a name keeps it."""
    suite = read_one("""
        benchmark: {name: A, workload: work.py:nothing}
        ---
        benchmark: {name: A, workload: work.py:make}
        ---
        benchmark: {name: A, workload: work.py:make}
        """)
    assert [benchmark.line for benchmark in suite.benchmarks] == [4]
    assert [record.name for record in suite.invalid] == ["A_2", "A_3"]
    expected = 'one.yaml:6: name: found "A", which one.yaml:4 is called, allowed: a name of its own'
    assert expected in suite.faults


def test_a_former_name_must_be_free(read_one: Callable[[str], Suite]) -> None:
    """Two benchmarks cannot share one history."""
    suite = read_one("""
        benchmark: {name: Old, workload: work.py:make}
        ---
        benchmark: {name: New, workload: work.py:make, renamed_from: Old}
        """)
    assert [benchmark.name for benchmark in suite.benchmarks] == ["Old"]
    assert "still a benchmark" in suite.faults[0]


def test_other_yaml_is_left_alone(read: Callable[[dict[str, str]], Suite]) -> None:
    """Files without benchmark, hidden folders, environments and inner suites are not read."""
    bad = "benchmark: {name: 1}\n"
    suite = read(
        {
            "data.yaml": "values: [1, 2]\n",
            "empty.yml": "",
            "list.yaml": "- benchmark\n",
            ".github/x.yaml": bad,
            "node_modules/x.yaml": bad,
            "env/pyvenv.cfg": "",
            "env/x.yaml": bad,
            "inner/suite.yaml": "name: inner\n",
            "inner/x.yaml": bad,
            "deep/er/x.yaml": "benchmark: {name: A, command: 'true'}",
        }
    )
    assert suite.faults == ()
    (benchmark,) = suite.benchmarks
    assert benchmark.record.component == "deep.er"


def test_a_misspelt_benchmark_is_noticed(read_one: Callable[[str], Suite]) -> None:
    """A file that was meant to be one does not vanish."""
    suite = read_one("Benchmarks:\n  name: A\n")
    assert suite.faults[0] == (
        "one.yaml:1: Benchmarks: found an unknown field, allowed: benchmark "
        "(did you mean benchmark?)"
    )


def test_the_folder_is_needed(tmp_path: Path) -> None:
    """A folder without suite.yaml is answered with the command that makes one."""
    with pytest.raises(SuiteError) as error:
        read_suite(tmp_path)
    assert error.value.todo == f"To begin one there: perf-pipeline init {tmp_path}"
    assert error.value.exit_code == 2


def test_suite_variables_lie_under_the_benchmarks(read: Callable[[dict[str, str]], Suite]) -> None:
    """A benchmark's own set and pass win over the suite's."""
    suite = read(
        {
            "suite.yaml": "name: demo\nenvironment: {set: {A: 1, B: 2, C: 3}, pass: [D, E]}\n",
            "one.yaml": """
                benchmark:
                  name: A
                  command: "true"
                  environment: {set: {A: 9, D: 4}, pass: [B]}
                """,
        }
    )
    (benchmark,) = suite.benchmarks
    assert dict(benchmark.environment_set) == {"A": "9", "C": "3", "D": "4"}
    assert benchmark.environment_passed == ("E", "B")
