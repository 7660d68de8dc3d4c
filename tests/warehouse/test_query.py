"""Answers to readers, and the sentences when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse.processes import holding
from warehouse.errors import QueryError
from warehouse.query import Table, run_query
from warehouse.store import WarehouseStore


def test_an_answer_has_columns_and_rows(three_nights: WarehouseStore) -> None:
    """The question of the README."""
    table = run_query(
        three_nights.published,
        "select component, benchmark, metric, value, unit, verdict from v_targets "
        "where night = '2026-03-03' order by benchmark",
    )
    assert table == Table(
        ("component", "benchmark", "metric", "value", "unit", "verdict"),
        (
            ("algorithms", "Find", "cpu_ns", 1_002_000.0, "ns", "met"),
            ("algorithms", "Sort", "cpu_ns", 1_002_000.0, "ns", "met"),
        ),
    )


def test_of_several_statements_the_last(three_nights: WarehouseStore) -> None:
    """As in DuckDB's own shell, but one answer."""
    assert run_query(three_nights.published, "select 1; select 2 as b;").rows == ((2,),)


def test_no_history_yet(tmp_path: Path) -> None:
    """The sentence says what to run."""
    with pytest.raises(QueryError, match=r"no history at .* yet") as error:
        run_query(tmp_path / "history.duckdb", "select 1")
    assert "perf-pipeline run" in error.value.todo


@pytest.mark.parametrize(
    ("sql", "what", "todo"),
    [
        ("from v_target", "v_target does not exist", "Did you mean v_targets"),
        ("select compnent from v_targets", 'column "compnent" not found', '"component"'),
        ("from nonsense", "nonsense does not exist", "The views are v_benchmarks, "),
        ("", "no statement", "The views are v_benchmarks, "),
        ("-- nothing", "no statement", "The views are v_benchmarks, "),
        ("selec 1", "syntax error", ""),
        ("drop view v_targets", "read-only", ""),
        ("create table t as select 1", "read-only", ""),
    ],
)
def test_faults_are_sentences(three_nights: WarehouseStore, sql: str, what: str, todo: str) -> None:
    """What is wrong, where, and what was probably meant."""
    with pytest.raises(QueryError) as error:
        run_query(three_nights.published, sql)
    assert what in error.value.what
    assert "Error:" not in error.value.what
    assert todo in error.value.todo


def test_a_fault_is_shown_in_its_statement(three_nights: WarehouseStore) -> None:
    """A mark stands under the word that is meant."""
    with pytest.raises(QueryError) as error:
        run_query(three_nights.published, "select compnent from v_targets")
    assert error.value.why.splitlines()[0] == "LINE 1: select compnent from v_targets"
    assert error.value.why.splitlines()[1].startswith(" " * len("LINE 1: select ") + "^")


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to '{file}'",
        "copy v_targets to '{file}' (format parquet)",
        "export database '{file}'",
        "attach '{file}' as other",
        "from read_csv('{file}')",
        "from read_text('{file}')",
    ],
)
def test_no_other_file_is_read_or_written(
    three_nights: WarehouseStore, tmp_path: Path, sql: str
) -> None:
    """Read-only alone would let `copy` write over whatever its reader owns."""
    (tmp_path / "mine").write_text("kept", encoding="utf-8")
    with pytest.raises(QueryError, match="Only the history can be read here") as error:
        run_query(three_nights.published, sql.format(file=tmp_path / "mine"))
    assert str(tmp_path / "mine") in error.value.why
    assert "--format csv" in error.value.todo
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "kept"


def test_other_files_cannot_be_allowed_again(three_nights: WarehouseStore) -> None:
    """Not by a statement before the one that writes."""
    sql = "set enable_external_access = true; copy (select 1) to '/dev/null'"
    with pytest.raises(QueryError, match="Cannot enable external access"):
        run_query(three_nights.published, sql)


def test_an_answer_larger_than_memory_is_still_given(three_nights: WarehouseStore) -> None:
    """What DuckDB puts aside meanwhile is no other file."""
    sql = """
    set memory_limit = '40MB';
    select count(*), max(length(long)) from (
        select repeat('x', 50) || range as long, row_number() over (order by hash(range)) as place
        from range(1500000)
    ) where place % 2 = 0
    """
    assert run_query(three_nights.published, sql).rows == ((750_000, 57),)


def test_somebody_writes_into_the_history(store: WarehouseStore) -> None:
    """A sentence with the holder instead of a traceback."""
    store.load()
    store.publish()
    with (
        holding(store.published, read_only=False) as pid,
        pytest.raises(QueryError, match=rf"PID {pid}"),
    ):
        run_query(store.published, "select 1")
