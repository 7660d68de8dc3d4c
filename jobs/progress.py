"""What a running campaign shows on a terminal: a bar; elsewhere a line per benchmark."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from assets.naming import key
from perf_pipeline.suite.benchmark import Suite


class Progress:
    """Follows the run of id `run_id`, which is to be started with that id, on stderr."""

    def __init__(
        self, instance: dg.DagsterInstance, suite: Suite, benchmarks: Sequence[str]
    ) -> None:
        """Name the benchmarks that the run is to measure."""
        self.run_id = str(uuid.uuid4())
        self._names = {key(suite, name): name for name in benchmarks}
        self._console = Console(stderr=True, highlight=False)
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            refresh_per_second=1,  # it is drawn beside the benchmarks
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task = self._bar.add_task("opening", total=len(self._names))
        instance.add_event_listener(self.run_id, self._hear)

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def _hear(self, entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None:
            return
        if event.event_type is dg.DagsterEventType.STEP_START and event.step_key:
            name = event.step_key.rpartition("__")[2]
            self._bar.update(self._task, description=name)
        if event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION and event.asset_key:
            self._measured(event)

    def _measured(self, event: dg.DagsterEvent) -> None:
        name = self._names.get(event.asset_key) if event.asset_key else None
        if name is None:
            return
        self._bar.advance(self._task)
        metadata = event.step_materialization_data.materialization.metadata
        summary = metadata["summary"].value if "summary" in metadata else ""
        self._console.print(
            f"{datetime.now().astimezone():%H:%M:%S} {name}: {summary}",
            markup=False,
            soft_wrap=True,
        )
