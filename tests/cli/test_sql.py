"""`sql` and `warehouse rebuild` on a night that really landed."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Run

PERF = [sys.executable, "-c", "import jobs.cli; jobs.cli.main()"]
QUERY = "select benchmark, metric, value from v_measurements order by all limit 2"


def test_without_a_history_it_says_what_to_run(perf: Run) -> None:
    """The first question somebody asks."""
    ended = perf("sql", "select 1")
    assert (ended.code, ended.out) == (2, "")
    assert "perf-pipeline run" in ended.err


def test_rebuilding_publishes_what_has_landed(perf: Run, landed: Path) -> None:
    """From landing alone to an answer."""
    ended = perf("warehouse", "rebuild")
    assert ended.code == 0
    assert str(landed / "warehouse.duckdb") in ended.out
    assert str(landed / "history.duckdb") in ended.err
    answer = json.loads(perf("sql", "--format", "json", "select campaigns from v_status").out)
    assert answer == [{"campaigns": 1}]


def test_a_damaged_landing_file_is_named_and_the_rest_is_there(perf: Run, landed: Path) -> None:
    """Exit code 3: the warehouse is incomplete."""
    damaged = next((landed / "landing" / "profiles").rglob("*.parquet"))
    damaged.write_bytes(b"not Parquet")
    ended = perf("warehouse", "rebuild")
    assert ended.code == 3
    assert damaged.name in ended.err
    assert "Sort" in perf("sql", QUERY).out


def test_the_three_formats_say_the_same(perf: Run, landed: Path) -> None:
    """For eyes, for programs, for spreadsheets."""
    assert landed.exists()
    perf("warehouse", "rebuild")
    table, as_json, as_csv = (perf("sql", QUERY, "--format", f) for f in ("table", "json", "csv"))
    rows = json.loads(as_json.out)
    assert len(rows) == 2
    assert [list(row) for row in rows] == [["benchmark", "metric", "value"]] * 2
    read = list(csv.DictReader(io.StringIO(as_csv.out)))
    assert [row["metric"] for row in read] == [row["metric"] for row in rows]
    assert [line.split()[1] for line in table.out.splitlines()[2:]] == [r["metric"] for r in rows]
    assert table.err + as_json.err + as_csv.err == ""


def test_an_answer_without_rows_is_said_beside_it(perf: Run, landed: Path) -> None:
    """An empty table looks like a fault; the columns are there all the same."""
    assert landed.exists()
    perf("warehouse", "rebuild")
    ended = perf("sql", "select 1 as one where false")
    assert ended.out.split() == ["one", "---"]
    assert ended.err == "No rows.\n"


def test_sql_at_fault_is_shown_and_the_near_view_named(perf: Run, landed: Path) -> None:
    """Nothing on standard output that a program would take for an answer."""
    assert landed.exists()
    perf("warehouse", "rebuild")
    ended = perf("sql", "select * from v_target")
    assert (ended.code, ended.out) == (2, "")
    assert "v_targets" in ended.err
    assert "Traceback" not in ended.err


def test_a_query_can_come_from_a_pipe(perf: Run, landed: Path) -> None:
    """With a dash or with nothing; bytes that are no text end in a sentence."""
    assert landed.exists()
    perf("warehouse", "rebuild")
    for words, text in ([], b"select 42 as answer"), (["-"], b"select 42 as answer"):
        run = subprocess.run([*PERF, "sql", *words], input=text, capture_output=True, check=False)
        assert (run.returncode, run.stdout.split()[-1], run.stderr) == (0, b"42", b"")
    run = subprocess.run([*PERF, "sql"], input=b"select \xff", capture_output=True, check=False)
    assert run.returncode == 2
    assert b"Traceback" not in run.stderr


def test_nothing_can_be_changed(perf: Run, landed: Path) -> None:
    """The history is opened read-only."""
    perf("warehouse", "rebuild")
    before = (landed / "history.duckdb").read_bytes()
    assert perf("sql", "drop table trial").code == 2
    assert (landed / "history.duckdb").read_bytes() == before


def test_no_file_is_written(perf: Run, landed: Path, tmp_path: Path) -> None:
    """What is kept of an answer goes through standard output."""
    assert landed.exists()
    perf("warehouse", "rebuild")
    target = tmp_path / "answer.csv"
    ended = perf("sql", f"copy (select 1) to '{target}'")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Only the history can be read here, and no file written.\n")
    assert "--format csv" in ended.err
    assert not target.exists()


def test_a_table_has_the_digits_that_people_read(perf: Run, landed: Path) -> None:
    """CSV and JSON have all of them."""
    assert landed.exists()
    perf("warehouse", "rebuild")
    third = "select 1.0::double / 3 as third"
    shown = {form: perf("sql", third, "--format", form).out for form in ("table", "csv", "json")}
    assert shown["table"].split()[-1] == "0.333333"
    assert shown["csv"].split()[-1] == "0.3333333333333333"
    assert json.loads(shown["json"]) == [{"third": 1.0 / 3}]
