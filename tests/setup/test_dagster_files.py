"""`dagster.yaml` and `workspace.yaml` mean what their comments say, to this Dagster."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._config import validate_config
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.instance.config import dagster_instance_config_schema
from dagster._core.workspace.load import location_origins_from_yaml_paths

ROOT = Path(__file__).parents[2]


def test_every_key_is_one_that_dagster_knows() -> None:
    """Dagster drops nothing silently, but a wrong key would only show at the next start."""
    settings = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    outcome = validate_config(dict(dagster_instance_config_schema()), settings)
    assert outcome.errors in (None, [])
    assert outcome.success


def test_the_instance_is_as_wanted(tmp_path: Path) -> None:
    """Quiet, one run at a time, without pools, kept in SQLite in its own folder."""
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        concurrency = instance.get_concurrency_config()
        assert concurrency.run_queue_config is not None
        assert concurrency.run_queue_config.max_concurrent_runs == 1
        assert concurrency.pool_config.default_pool_limit is None
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_max_runtime_seconds == 0
        assert Path(instance.root_directory) == tmp_path
        days = instance.get_tick_retention_settings(InstigatorType.SCHEDULE)
        assert set(days.values()) == {365}


def test_the_workspace_names_one_module_and_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory would be taken from the current folder and put on the import path."""
    monkeypatch.chdir("/")
    (origin,) = location_origins_from_yaml_paths([str(ROOT / "workspace.yaml")])
    target = origin.loadable_target_origin
    assert origin.location_name == "perf_pipeline"
    assert (target.module_name, target.working_directory) == ("jobs.definitions", None)
    assert importlib.util.find_spec("jobs.definitions") is not None


def test_the_module_is_ours_wherever_the_command_is_typed(tmp_path: Path) -> None:
    """Another project may have folders of the same names."""
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "definitions.py").write_text("raise SystemExit('not ours')")
    run = subprocess.run(
        [sys.executable, "-P", "-c", "import jobs; print(jobs.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(run.stdout.strip()) == ROOT / "jobs" / "__init__.py"
