"""Campaigns launched as the command line does, each home with a lock and an instance of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.naming import key, resource_key
from jobs.campaigns import job_name
from jobs.definitions import build
from jobs.launch import QUIET, Ended, Launch, launch
from jobs.wiring import open_store
from perf_pipeline.bootstrap import prepare_dagster_home
from perf_pipeline.campaign import control
from perf_pipeline.campaign.identity import present_night
from perf_pipeline.home import Home
from perf_pipeline.model import RunRecord
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite
from tests.campaign.conftest import briefly
from warehouse.store import WarehouseStore

SUITES = Path(__file__).parents[1] / "suites"
MACHINE = "bench_01"


@dataclass(frozen=True)
class Place:
    """A home, and how campaigns are launched there."""

    home: Home

    @property
    def store(self) -> WarehouseStore:
        """Its store."""
        return open_store(self.home)

    def launch(self, suite: Suite, **asked: object) -> Ended:
        """Run a campaign to its end in this process."""
        return launch(self.home, suite, replace(Launch(), **asked))  # type: ignore[arg-type]

    def execute(  # noqa: PLR0913 - what a launchpad offers
        self,
        suite: Suite,
        *,
        job: str = "campaign",
        only: Sequence[str] = (),
        config: Mapping[str, object] | None = None,
        tags: Mapping[str, str] | None = None,
        night: date | None = None,
    ) -> dg.DagsterRun:
        """Run a job as a launch in the UI does: by its name, with tags, partition, selection."""
        found = build([suite]).resolve_job_def(job_name(suite, job))
        choices = {resource_key(suite): {"config": config or {}}}
        with dg.DagsterInstance.get() as instance:
            result = found.execute_in_process(
                instance=instance,
                run_config={"resources": choices, **QUIET},
                asset_selection=[key(suite, name) for name in only] or None,
                partition_key=(night or present_night(suite, datetime.now(UTC))).isoformat(),
                tags=tags,
                raise_on_error=False,
            )
            run = instance.get_run_by_id(result.run_id)
        assert run is not None
        return run

    def first_words(self, run: dg.DagsterRun) -> str:
        """What stands first where the UI shows why a run failed."""
        with dg.DagsterInstance.get() as instance:
            events = [entry.dagster_event for entry in instance.all_logs(run.run_id)]
        (failed,) = [one for one in events if one and one.event_type_value == "PIPELINE_FAILURE"]
        error = failed.job_failure_data.error
        assert error is not None
        return error.message.partition(": ")[2]

    def failure(self, run: dg.DagsterRun) -> str:
        """Everything that the run's failures say."""
        with dg.DagsterInstance.get() as instance:
            events = [entry.dagster_event for entry in instance.all_logs(run.run_id)]
        errors = [getattr(one.event_specific_data, "error", None) for one in events if one]
        return "\n".join(error.to_string() for error in errors if error)

    def checks(self, run: dg.DagsterRun) -> dict[tuple[str, str], dg.AssetCheckEvaluation]:
        """Asset and check -> how it came out in a run."""
        with dg.DagsterInstance.get() as instance:
            events = [entry.dagster_event for entry in instance.all_logs(run.run_id)]
        found = [
            event.asset_check_evaluation_data
            for event in events
            if event and event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION
        ]
        return {(one.asset_key.path[1], one.check_name): one for one in found}

    def materialised(self, run: dg.DagsterRun) -> dict[str, dict[str, object]]:
        """Asset -> what its page shows after a run."""
        with dg.DagsterInstance.get() as instance:
            events = [entry.dagster_event for entry in instance.all_logs(run.run_id)]
        return {
            event.asset_key.path[1]: {
                name: value.value
                for name, value in event.step_materialization_data.materialization.metadata.items()
            }
            for event in events
            if event and event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION
            if event.asset_key
        }

    def runs(self) -> list[dg.DagsterRun]:
        """Every Dagster run of this home, oldest first."""
        with dg.DagsterInstance.get() as instance:
            return list(reversed(instance.get_runs()))

    def start(self, campaign_id: str) -> RunRecord:
        """The run that began a campaign."""
        return self.store.runs(campaign_id)[0]


@contextmanager
def settled_in(folder: Path) -> Iterator[Place]:
    """Everything that a campaign writes, locks and names belongs to this folder."""
    home = Home(folder / "home")
    temporary = folder / "tmp"
    temporary.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PERF_HOME", str(home.root))
        patch.setenv("PERF_LOCK", str(folder / "lock"))
        patch.setenv("PERF_MACHINE", MACHINE)
        patch.setenv("DAGSTER_HOME", str(prepare_dagster_home(home)))
        patch.setenv("PERF_REPORTS_URL", "http://127.0.0.1:3001")
        patch.setattr(tempfile, "tempdir", str(temporary))
        patch.setattr(control, "BLOCKS", 2)
        yield Place(home)
    assert list(temporary.iterdir()) == []
    assert processes_in(folder) == []


def processes_in(folder: Path) -> list[int]:
    """Processes other than this one that carry the folder in their environment or words."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in text and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An empty home."""
    with settled_in(tmp_path / "place") as found:
        yield found


@pytest.fixture(scope="session")
def tiny() -> Suite:
    """Three benchmarks of one trial a case."""
    return briefly(read_suite(SUITES / "tiny"))
