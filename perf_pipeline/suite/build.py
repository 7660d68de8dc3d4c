"""From a valid declaration to the frozen benchmark."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from perf_pipeline.model import BenchmarkRecord, Day, canonical_parameters
from perf_pipeline.suite.benchmark import (
    Benchmark,
    Confirm,
    Load,
    LoadModel,
    Profiling,
    Readiness,
    ReadinessKind,
    Request,
    Requirement,
    RequirementKind,
    Service,
)
from perf_pipeline.suite.cases import budgets, expand
from perf_pipeline.suite.define import metric_definitions, target_definitions
from perf_pipeline.suite.interpreter import find_python
from perf_pipeline.suite.schema.benchmark import DeclaredBenchmark
from perf_pipeline.suite.schema.service import DeclaredLoad, DeclaredRequest, DeclaredService
from perf_pipeline.suite.schema.settings import (
    DeclaredConfirm,
    DeclaredEnvironment,
    DeclaredProfiling,
    DeclaredRequirement,
)
from perf_pipeline.suite.schema.suite import DeclaredSuite
from perf_pipeline.suite.workload import find_workload


@dataclass(frozen=True, slots=True)
class Place:
    """Where a benchmark is declared."""

    suite: DeclaredSuite
    root: Path
    source: Path
    line: int


def build(document: DeclaredBenchmark, place: Place) -> Benchmark:
    """The benchmark with every default filled in and every path absolute."""
    python = find_python(document.python or place.suite.python, place.root)
    environment = _merged(place.suite.environment, document.environment)
    record = build_record(document, place, environment)
    return Benchmark(
        record=record,
        category=document.category or "",
        root=place.root,
        source=place.source,
        line=place.line,
        workload=find_workload(document, place.source.parent),
        command=_filled(document.command or [], place, python),
        service=_service(document.service, place, python),
        load=_load(document.load),
        budgets=budgets(document, record.cases),
        python=python,
        environment_set=tuple(environment.set_.items()),
        environment_passed=tuple(environment.pass_),
        requires=tuple(_requirement(one) for one in document.requires),
        profiling=_profiling(document.profiling),
        regression_enabled=document.regression.enabled,
        min_iterations=document.regression.min_iterations,
        include_traces=document.output.include_traces,
        save_artifacts=document.output.save_artifacts,
        confirm=_confirm(document.confirm),
    )


def build_record(
    document: DeclaredBenchmark, place: Place, environment: DeclaredEnvironment
) -> BenchmarkRecord:
    """What lands of a benchmark."""
    return BenchmarkRecord(
        name=document.name,
        title=document.title or document.name,
        component=document.component or component_of(place, document.category),
        day=Day(document.day),
        tags=tuple(document.tags),
        owner=document.owner if document.owner is not None else place.suite.owner,
        threshold_percent=document.regression.threshold_percent,
        cases=expand(document, place.suite.name, environment),
        metrics=metric_definitions(document),
        targets=target_definitions(document),
        profiler=_profiling(document.profiling).sampler,
        description=document.description,
    )


def component_of(place: Place, category: str | None) -> str:
    """The folders between the suite and the file; without any the category, else the suite."""
    folders = place.source.parent.relative_to(place.root).parts
    return ".".join(folders) or category or place.suite.name


def _merged(suite: DeclaredEnvironment, own: DeclaredEnvironment) -> DeclaredEnvironment:
    """The suite's variables under the benchmark's; whatever the benchmark says wins."""
    kept = {name: value for name, value in suite.set_.items() if name not in own.pass_}
    variables = kept | own.set_
    passed = dict.fromkeys([*suite.pass_, *own.pass_])
    names = [name for name in passed if name not in variables]
    return DeclaredEnvironment.model_validate({"set": variables, "pass": names})


def _filled(words: list[str], place: Place, python: Path) -> tuple[str, ...]:
    """The words with our own places filled in; parameters and port follow when it runs."""
    folders = {"suite": place.root, "folder": place.source.parent, "python": python}
    return tuple(_replaced(word, folders) for word in words)


def _replaced(word: str, places: dict[str, Path]) -> str:
    for name, path in places.items():
        word = word.replace(f"{{{name}}}", str(path))
    return word


def _service(declared: DeclaredService | None, place: Place, python: Path) -> Service | None:
    if declared is None:
        return None
    ready = declared.ready
    kind = next(kind for kind in ReadinessKind if getattr(ready, kind.value))
    return Service(
        command=_filled(declared.command, place, python),
        ready=Readiness(kind, ready.http or ready.log or ""),
        stop_signal=declared.stop,
        start_timeout_s=declared.start_timeout,
    )


def _load(declared: DeclaredLoad | None) -> Load | None:
    if declared is None:
        return None
    return Load(
        model=LoadModel(declared.model),
        levels=tuple(declared.levels),
        duration_s=declared.duration,
        timeout_s=declared.timeout,
        requests=tuple(_request(one) for one in declared.requests),
    )


def _request(declared: DeclaredRequest) -> Request:
    headers = dict(declared.headers)
    body = declared.body or ""
    if "json_" in declared.model_fields_set:
        body = json.dumps(declared.json_, ensure_ascii=False)
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
    return Request(
        method=declared.method,
        path=declared.path,
        headers=tuple(headers.items()),
        body=body,
        expect_status=tuple(declared.expect_status),
        weight=declared.weight,
    )


def _requirement(declared: DeclaredRequirement) -> Requirement:
    kind = next(kind for kind in RequirementKind if getattr(declared, kind.value))
    return Requirement(kind, getattr(declared, kind.value))


def _confirm(declared: DeclaredConfirm | None) -> Confirm | None:
    if declared is None:
        return None
    return Confirm(
        values=declared.values or 0,
        warmups=declared.warmups,
        duration_s=declared.duration,
        timeout_s=declared.timeout or 0.0,
        parameters=canonical_parameters(declared.parameters or {}),
    )


def _profiling(declared: DeclaredProfiling) -> Profiling:
    sampler = declared.sampler if declared.enabled else ""
    return Profiling(sampler, declared.sample_rate, declared.duration)
