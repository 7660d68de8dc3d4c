"""OpenTelemetry spans of every task: the task itself, each wait in an inbox, each stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from time import perf_counter_ns, time_ns

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Span, set_span_in_context

from agents.task import StageRun, Task


class Tracing:
    """An observer that writes spans, kept in memory until they are taken.

    Spans are written after the fact from the times the agents noted, so that a span costs the
    agent its writing but its length is not blurred by it.
    """

    def __init__(self) -> None:
        """A provider of its own: nothing global is set."""
        self._exporter = InMemorySpanExporter()
        self._provider = TracerProvider()
        self._provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer("agents")
        self._roots: dict[int, Span] = {}
        # Spans are stamped with the time of day, tasks with a clock that never jumps.
        self._epoch_ns = time_ns() - perf_counter_ns()

    def submitted(self, task: Task, /) -> None:
        """Open the span of the whole task."""
        self._roots[task.number] = self._tracer.start_span(
            "task", start_time=self._epoch_ns + task.submitted_ns, attributes={"task": task.number}
        )

    def ran(self, task: Task, run: StageRun, /) -> None:
        """Write the wait before a stage and the stage."""
        self._write(task, f"wait {run.name}", run.sent_ns, run.started_ns, run.agent)
        self._write(task, run.name, run.started_ns, run.ended_ns, run.agent)

    def finished(self, task: Task, /) -> None:
        """Close the span of the whole task."""
        self._roots.pop(task.number).end(self._epoch_ns + task.finished_ns)

    def take(self) -> Sequence[ReadableSpan]:
        """All finished spans since the last taking; ask when no task is under way."""
        spans = self._exporter.get_finished_spans()
        self._exporter.clear()
        return spans

    def close(self) -> None:
        """Shut the provider down."""
        self._provider.shutdown()

    def _write(self, task: Task, name: str, start_ns: int, end_ns: int, agent: str) -> None:
        span = self._tracer.start_span(
            name,
            context=set_span_in_context(self._roots[task.number]),
            start_time=self._epoch_ns + start_ns,
            attributes={"agent": agent},
        )
        span.end(self._epoch_ns + end_ns)


def span_ns(span: ReadableSpan) -> int:
    """Length of a finished span."""
    return (span.end_time or 0) - (span.start_time or 0)


def complete_traces(spans: Sequence[ReadableSpan], spans_each: int) -> int:
    """How many traces have all their spans, root included."""
    sizes = Counter(span.context.trace_id for span in spans if span.context)
    return sum(size == spans_each for size in sizes.values())
