"""From landed records to the tables of the warehouse, one function per kind.

Each function registers Arrow tables under fixed names and runs the insert statements that read
them; the transaction is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from perf_pipeline.model import (
    Attempt,
    Block,
    Event,
    Hotspot,
    Measurement,
    MetricDefinition,
    Profile,
    RunRecord,
    Trial,
    VerdictRecord,
    parameters_label,
    short_hash,
)
from warehouse.attempts import attempt_of
from warehouse.columns import to_table
from warehouse.statements import query

_OF_RUNS = ("machine", "environment", "run", "plan_item", "benchmark", "bench_case")
_OF_DECLARATIONS = ("metric", "target")


@dataclass(frozen=True, slots=True)
class Rollups:
    """The engine's summaries, given to the warehouse, which does not know the engine.

    `measurements` gets the trials of one attempt and the metrics its benchmark declares (empty
    where the run's record is missing); `hotspots` gets one profile.
    """

    measurements: Callable[[Sequence[Trial], Sequence[MetricDefinition]], tuple[Measurement, ...]]
    hotspots: Callable[[Profile], tuple[Hotspot, ...]]


def insert_runs(connection: duckdb.DuckDBPyConnection, records: Sequence[RunRecord]) -> None:
    """Starts and plans with machine, environment, benchmarks, cases, metrics and targets."""
    incoming = _plain(to_table(records, RunRecord))
    incoming = _with(incoming, "machine_id", [_machine_id(record) for record in records])
    incoming = _with(incoming, "environment_id", [record.environment_id for record in records])
    cases = {
        case.parameters: case.label
        for record in records
        for benchmark in record.benchmarks
        for case in benchmark.cases
    }
    labels = pa.table(
        {"parameters": list(cases), "label": list(cases.values())},
        schema=pa.schema([("parameters", pa.string()), ("label", pa.string())]),
    )
    with _registered(connection, incoming=incoming, labels=labels):
        _insert(connection, *_OF_RUNS, *_OF_DECLARATIONS)


def insert_trials(
    connection: duckdb.DuckDBPyConnection,
    trials: Sequence[Trial],
    measurements: Sequence[Measurement],
) -> None:
    """One attempt: trials, values, and what they amount to."""
    first = _next_key(connection, "trial")
    incoming = _labelled(_plain(to_table(trials, Trial)))
    incoming = _with(incoming, "trial_key", list(range(first, first + len(trials))))
    rollup = _labelled(_plain(to_table(measurements, Measurement)))
    attempt = to_table((attempt_of(trials, ""),), Attempt)
    with _registered(
        connection, incoming=incoming, incoming_measurement=rollup, incoming_attempt=attempt
    ):
        _insert(connection, "trial", "value", "attempt", "imported", "measurement")


def insert_blocks(connection: duckdb.DuckDBPyConnection, blocks: Sequence[Block]) -> None:
    """The blocks of one comparison."""
    with _registered(connection, incoming=_finite(_plain(to_table(blocks, Block)))):
        _insert(connection, "block")


def insert_profiles(
    connection: duckdb.DuckDBPyConnection, profiles: Sequence[Profile], hotspots: Sequence[Hotspot]
) -> None:
    """Profiles with their stacks, calls, memory and hotspots."""
    first = _next_key(connection, "profile")
    incoming = _plain(to_table(profiles, Profile))
    incoming = _with(incoming, "profile_key", list(range(first, first + len(profiles))))
    ranked = to_table(hotspots, Hotspot)
    with _registered(connection, incoming=incoming, incoming_hotspot=ranked):
        _insert(connection, "profile", "frame")
        connection.execute(query("create_incoming_frame"))
        connection.execute(query("create_incoming_stack"))
        _insert(connection, "stack", "profile_stack", "function_calls", "memory_point", "hotspot")


def insert_verdicts(
    connection: duckdb.DuckDBPyConnection, verdicts: Sequence[VerdictRecord]
) -> None:
    """What one asset said."""
    with _registered(connection, incoming=_finite(_plain(to_table(verdicts, VerdictRecord)))):
        _insert(connection, "verdict")


def insert_events(connection: duckdb.DuckDBPyConnection, events: Sequence[Event]) -> None:
    """What a person said."""
    with _registered(connection, incoming=_plain(to_table(events, Event))):
        _insert(connection, "event")


def _insert(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    for name in names:
        connection.execute(query(f"insert_{name}"))


def _next_key(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(query(f"select_next_{table}_key")).fetchall()[0][0])


@contextmanager
def _registered(connection: duckdb.DuckDBPyConnection, **incoming: pa.Table) -> Iterator[None]:
    for name, table in incoming.items():
        connection.register(name, table)
    try:
        yield
    finally:
        for name in incoming:
            connection.unregister(name)


def _plain(table: pa.Table) -> pa.Table:
    """Instants as UTC without a zone: readers need neither pytz nor DuckDB's ICU for them."""
    columns = [
        column.cast(pa.timestamp("us")) if pa.types.is_timestamp(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def _finite(table: pa.Table) -> pa.Table:
    """Null for what is no finite number: aggregates of readers would become NaN by it."""
    columns = [
        pc.if_else(pc.is_finite(column), column, None)
        if pa.types.is_floating(column.type)
        else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def _labelled(table: pa.Table) -> pa.Table:
    texts = table["parameters"].to_pylist()
    labels = {text: parameters_label(text) for text in set(texts)}
    return _with(table, "label", [labels[text] for text in texts])


def _with(table: pa.Table, name: str, column: list[Any]) -> pa.Table:
    return table.append_column(name, pa.array(column))


def _machine_id(record: RunRecord) -> str:
    machine = record.machine
    facts = (machine.cpu_model, str(machine.effective_cores), str(machine.memory_bytes))
    return short_hash(machine.name, *facts, machine.architecture)
