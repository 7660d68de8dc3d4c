"""What is generated or told about suites is current."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from perf_pipeline.home import CHECKOUT
from perf_pipeline.suite.explain import field_names
from perf_pipeline.suite.json_schema import schema
from perf_pipeline.suite.read import read_suite
from perf_pipeline.suite.registry import BUILT_IN_SUITE
from perf_pipeline.suite.schema import metrics, service, settings
from perf_pipeline.suite.schema.benchmark import DeclaredBenchmark
from perf_pipeline.suite.schema.suite import DeclaredSchedule, DeclaredSuite

TEMPLATES = CHECKOUT / "perf_pipeline/suite/templates"
MODELS: list[type[BaseModel]] = [
    DeclaredBenchmark,
    DeclaredSuite,
    DeclaredSchedule,
    metrics.DeclaredMetric,
    metrics.DeclaredTarget,
    service.DeclaredService,
    service.DeclaredReadiness,
    service.DeclaredLoad,
    service.DeclaredRequest,
    settings.DeclaredBudgets,
    settings.DeclaredBudget,
    settings.DeclaredConfirm,
    settings.DeclaredEnvironment,
    settings.DeclaredRequirement,
    settings.DeclaredProfiling,
    settings.DeclaredRegression,
    settings.DeclaredOutput,
]


def test_the_json_schema_is_current() -> None:
    """Editors complete what the reader takes; to mend, write `schema()` into the file anew."""
    assert (CHECKOUT / "docs/benchmark.schema.json").read_text("utf-8") == schema()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_documented(model: type[BaseModel]) -> None:
    """docs/suites.md names every field, and each has a description for editors."""
    text = (CHECKOUT / "docs/suites.md").read_text("utf-8")
    assert [name for name in field_names(model, ()) if f"`{name}`" not in text] == []
    assert all(field.description for field in model.model_fields.values())


EXAMPLES = sorted(set(TEMPLATES.glob("*/*.yaml.template")) - set(TEMPLATES.glob("*/suite.yaml*")))


@pytest.mark.parametrize("template", EXAMPLES, ids=lambda template: template.name)
def test_the_documented_examples_are_those_that_init_writes(template: Path) -> None:
    """What the docs show runs as it stands."""
    text = (CHECKOUT / "docs/suites.md").read_text("utf-8")
    assert template.read_text("utf-8") in text


def test_the_built_in_suite_has_no_faults() -> None:
    """Every benchmark that comes with the checkout loads."""
    if not (BUILT_IN_SUITE / "suite.yaml").exists():
        pytest.skip("the built-in suite is not written yet: no workloads/suite.yaml")
    assert read_suite(BUILT_IN_SUITE).faults == ()
