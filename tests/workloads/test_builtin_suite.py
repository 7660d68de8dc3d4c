"""The built-in suite is complete, and its workers can run every benchmark of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from perf_pipeline.model import Direction, MetricKind
from perf_pipeline.suite.benchmark import Benchmark, BudgetName, Suite
from perf_pipeline.suite.read import read_suite

ROOT = Path(__file__).parents[2] / "workloads"
FOLDERS = [
    "ryot", "sigma_lang", "sigma_vault", "agents", "neurectomy", "superagent", "stack", "sketches",
    "cache_server",
]  # fmt: skip
MEASURED_ANYWAY = {"cpu_ns", "waiting_ns", "wall_ns", "peak_rss_bytes", "setup_ns"}

DAYS = {
    "baseline": {"InferenceTTFT", "TokenThroughput"},
    "microbenchmarks": {
        "TokenGenerationMicro",
        "CompressionMicro",
        "StorageWriteMicro",
        "StorageReadMicro",
        "AgentTaskMicro",
    },
    "macrobenchmarks": {
        "FullLLMInference",
        "ScalingTest",
        "EnduranceTest",
        "CollectiveWorkflow",
    },
    "deep_dive": {
        "InferenceProfiled",
        "CompressionLineProfile",
        "StorageMemoryProfile",
        "AgentDistributedTrace",
    },
}

TargetRow = tuple[str, str, float, str, tuple[float, float] | None]
"""Component, metric, figure, which way is good, acceptable range."""

TARGETS: list[TargetRow] = [
    ("ryot", "ttft_ms", 100, "lower", (50, 200)),
    ("ryot", "throughput_tokens_per_sec", 50, "higher", (30, 100)),
    ("ryot", "inter_token_latency_ms", 20, "lower", None),
    ("ryot", "peak_rss_bytes", 4e9, "lower", None),
    ("ryot", "queue_depth", 10, "lower", None),
    ("sigma_lang", "compression_ratio", 3, "higher", None),
    ("sigma_lang", "throughput_mb_per_sec", 100, "higher", None),
    ("sigma_lang", "compress_latency_ms_per_mb", 10, "lower", None),
    ("sigma_lang", "decompress_latency_ms_per_mb", 5, "lower", None),
    ("sigma_lang", "cpu_cores", 2, "lower", None),
    ("sigma_vault", "write_latency_p99_ms", 10, "lower", None),
    ("sigma_vault", "read_latency_p99_ms", 5, "lower", None),
    ("sigma_vault", "throughput_writes_per_sec", 100_000, "higher", None),
    ("sigma_vault", "throughput_reads_per_sec", 1_000_000, "higher", None),
    ("sigma_vault", "queue_depth", 100, "lower", None),
    ("agents", "task_latency_p99_ms", 50, "lower", None),
    ("agents", "queue_depth", 100, "lower", None),
    ("agents", "utilisation_percent", 80, "range", (70, 90)),
    ("agents", "cross_agent_latency_ms", 20, "lower", None),
    ("agents", "memory_per_agent_bytes", 512e6, "lower", None),
]

CALL_EVERY_FACTORY_ONCE = """
import inspect, json, sys, threading
from importlib.util import module_from_spec, spec_from_file_location

request = json.load(sys.stdin)
sys.path[:0] = request["paths"]
name = request["file"].rpartition("/")[2].removesuffix(".py")
spec = spec_from_file_location(name, request["file"])
module = sys.modules[name] = module_from_spec(spec)
spec.loader.exec_module(module)
answers = []
for factory, parameters in request["calls"]:
    made = getattr(module, factory)(**parameters)
    generator = made if inspect.isgenerator(made) else None
    answers.append((next(generator) if generator else made)())
    assert generator is None or next(generator, None) is None
alive = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
kinds = {"tuple": tuple, "list": list, "number": (int, float)}
print(json.dumps({"alive": alive, "answers": [
    {name: [[kind for kind in kinds if isinstance(value, kinds[kind])][0], value]
     for name, value in answer.items()} for answer in answers]}))
"""


@pytest.fixture(scope="module")
def suite() -> Suite:
    """The suite as the pipeline reads it."""
    return read_suite(ROOT)


def quick_calls(benchmark: Benchmark) -> list[tuple[str, dict[str, Any]]]:
    """Factory and parameters of every case that quick measures."""
    assert benchmark.workload
    quick = benchmark.budget(BudgetName.QUICK).case_ids
    cases = [case for case in benchmark.record.cases if case.case_id in quick]
    return [(benchmark.workload.factory, json.loads(case.parameters)) for case in cases]


def test_every_file_is_valid(suite: Suite) -> None:
    """The reader has nothing to say against any of them."""
    assert suite.faults == ()
    assert suite.name == "builtin"
    assert suite.schedule


def test_fifteen_benchmarks_make_the_tour(suite: Suite) -> None:
    """The days have the benchmarks they are to have, and no other is in the tour."""
    days = defaultdict(set)
    for benchmark in suite.benchmarks:
        if "tour" in benchmark.record.tags:
            days[benchmark.record.day.value].add(benchmark.name)
    assert days == DAYS
    assert sum(map(len, days.values())) == 15


@pytest.mark.parametrize("row", TARGETS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_targets_are_the_documents(suite: Suite, row: TargetRow) -> None:
    """Every target of the strategy document is held to, with its figure and its range."""
    component, metric, figure, direction, acceptable = row
    found = [
        target
        for benchmark in suite.benchmarks
        if benchmark.record.component == component
        for target in benchmark.record.targets
        if target.metric == metric
    ]
    assert found
    for target in found:
        assert (target.target, target.direction) == (figure, Direction(direction))
        assert (target.low, target.high) == (acceptable or (None, None))


def test_percentiles_say_of_what(suite: Suite) -> None:
    """A p99 is the 99th percentile of the observations it is named after."""
    metrics = [metric for each in suite.benchmarks for metric in each.record.metrics]
    named = [metric for metric in metrics if "_p99" in metric.name]
    assert named
    assert {metric.percentile for metric in named} == {99}
    assert all(metric.of == metric.name.replace("_p99", "") for metric in named)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("FullLLMInference", 600),
        ("ScalingTest", 900),
        ("EnduranceTest", 3600),
        ("CollectiveWorkflow", 600),
    ],
)
def test_full_runs_as_long_as_the_documents_say(suite: Suite, name: str, seconds: int) -> None:
    """No macrobenchmark of the budget full is shorter; in quick none takes minutes."""
    benchmark = next(each for each in suite.benchmarks if each.name == name)
    assert benchmark.budget(BudgetName.FULL).duration_s == seconds
    assert benchmark.budget(BudgetName.QUICK).duration_s <= 2


def test_quick_measures_five_cells_of_the_first_benchmark(suite: Suite) -> None:
    """The grid is the document's, quick takes five cells of it."""
    ttft = next(each for each in suite.benchmarks if each.name == "InferenceTTFT")
    assert len(ttft.record.cases) == len(ttft.budget(BudgetName.FULL).case_ids) == 27
    assert len(ttft.budget(BudgetName.QUICK).case_ids) == 5


def test_scaling_has_levels_enough_to_be_fitted(suite: Suite) -> None:
    """Six levels at least, all of them nightly."""
    scaling = next(each for each in suite.benchmarks if each.name == "ScalingTest")
    assert len(scaling.budget(BudgetName.NIGHTLY).case_ids) >= 6


def test_a_leak_is_claimed_only_after_an_hour(suite: Suite) -> None:
    """In quick and nightly the claim cannot be measured, and says so."""
    endurance = next(each for each in suite.benchmarks if each.name == "EnduranceTest")
    claims = [m for m in endurance.record.metrics if m.name.startswith("leak_")]
    assert {claim.minimum_duration_s for claim in claims} == {3600}
    assert "leak_bytes_per_iteration" in {target.metric for target in endurance.record.targets}


@pytest.mark.parametrize("folder", FOLDERS)
def test_workers_can_run_every_quick_case(suite: Suite, folder: str, tmp_path: Path) -> None:
    """With nothing but the two folders on the path, each call returns what is declared.

    Nothing more, nothing less, all of it numbers; teardown leaves neither file nor thread. What
    needs a service or a program is called by `check --run` instead.
    """
    mine = [each for each in suite.benchmarks if each.source.parent.name == folder]
    assert mine
    for file in sorted({each.workload.file for each in mine if each.workload}):
        alone = [each for each in mine if each.workload and each.workload.file == file]
        calls = [
            (each, call)
            for each in alone
            if not (each.service or each.requires)
            for call in quick_calls(each)
        ]
        answers = call_once(file, [call for _, call in calls], tmp_path)
        assert len(calls) == len(answers)
        for (benchmark, _), answer in zip(calls, answers, strict=True):
            check_answer(benchmark, answer)
        assert list(tmp_path.iterdir()) == []


def call_once(file: Path, calls: list[Any], tmp_path: Path) -> list[dict[str, Any]]:
    """What one call of each case returns, in a fresh process; its temporary files go below."""
    request = {"paths": [str(file.parent), str(ROOT)], "file": str(file), "calls": calls}
    finished = subprocess.run(
        [sys.executable, "-c", CALL_EVERY_FACTORY_ONCE],
        input=json.dumps(request),
        env={"PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1", "TMPDIR": str(tmp_path)},
        cwd=tmp_path,
        text=True,
        capture_output=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    answer = json.loads(finished.stdout)
    assert answer["alive"] == []
    answers: list[dict[str, Any]] = answer["answers"]
    return answers


def check_answer(benchmark: Benchmark, answer: dict[str, Any]) -> None:
    """The answer holds exactly the declared observations, each of its kind."""
    metrics = [m for m in benchmark.record.metrics if m.name not in MEASURED_ANYWAY]
    observed = {metric.of or metric.name for metric in metrics}
    assert set(answer) == observed, benchmark.name
    for metric in metrics:
        sort, value = answer[metric.of or metric.name]
        assert (sort == "tuple") is (metric.kind is MetricKind.PROPORTION), metric.name
        numbers = [value] if sort == "number" else value
        assert numbers, metric.name
        if metric.kind is MetricKind.POSITIVE:
            assert min(numbers) > 0, metric.name
        if metric.kind is MetricKind.EXACT:
            assert len(numbers) == 1, metric.name
        if sort == "tuple":
            assert 0 <= value[0] <= value[1], metric.name
