"""The public views: what they promise, and the files they are written in."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import warehouse
from perf_pipeline.model import CampaignKind, Subject, TrialStatus, Verdict
from tests.warehouse import builders, outcomes
from warehouse.query import run_query
from warehouse.store import WarehouseStore

FOLDER = Path(warehouse.__file__).parent
STATEMENTS = sorted([*FOLDER.glob("schema/*.sql"), *FOLDER.glob("queries/*.sql")])
VIEWS = sorted(FOLDER.glob("views/*.sql"))


def ask(store: WarehouseStore, sql: str) -> list[tuple[object, ...]]:
    """Load and publish what has landed, then ask."""
    assert not store.load().rejected
    return list(run_query(store.publish(), sql).rows)


def test_every_public_column_has_its_comment(three_nights: WarehouseStore) -> None:
    """Readers find out what a column is without leaving SQL; so for the views themselves."""
    columns = """
        select table_name, column_name, comment from duckdb_columns()
        where starts_with(table_name, 'v_') order by all
    """
    rows = run_query(three_nights.published, columns).rows
    assert [row[:2] for row in rows if not row[2]] == []
    assert len(rows) > 200
    views = "select view_name, comment from duckdb_views() where starts_with(view_name, 'v_')"
    assert all(comment for _, comment in run_query(three_nights.published, views).rows)


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_files_hold_one_statement(path: Path) -> None:
    """Lower-case keywords, no trailing semicolon, nothing to fill in by formatting."""
    text = path.read_text(encoding="utf-8")
    code = re.sub(r"--.*", "", text)
    assert ";" not in code
    assert not re.search(r"\b(SELECT|FROM|WHERE|INSERT|CREATE|JOIN)\b", code)
    assert "{}" not in code
    assert re.match(r"(create|insert|select|delete|with|checkpoint|set)\b", code.strip())


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.stem)
def test_files_hold_one_view(path: Path) -> None:
    """A view stands in the file that is called like it, with its comments."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"create or replace view (\w+)", text) == [path.stem]
    assert path.stem.startswith("v_") == ("comment on view" in text)


def test_all_statements_are_used() -> None:
    """No query lies about that nobody runs."""
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    names = {path.stem for path in FOLDER.glob("queries/*.sql")}
    spelled = {name for name in names if f'"{name}"' in code}
    formed = {name for name in names - spelled if name.startswith(("insert_", "select_"))}
    parts = {re.sub(r"^(insert|select)_(next_)?|_key$", "", name) for name in formed}
    assert names == spelled | formed
    assert all(f'"{part}"' in code for part in parts)


def test_measurements_have_what_they_are_known_by(three_nights: WarehouseStore) -> None:
    """Campaign, component, parameters, value, interval, unit and n of one measurement."""
    sql = """
        select campaign, night, suite, machine, component, day, benchmark, parameters,
            parameters_json, low < value and value < high, unit, n, trials, trials_started,
            status, reason, contended
        from v_measurements where metric = 'cpu_ns' and benchmark = 'Sort'
        and (parameters_json ->> 'size') = '100' order by night limit 1
    """
    (row,) = run_query(three_nights.published, sql).rows
    assert row == (
        builders.campaign_id(),
        builders.NIGHT,
        "toy",
        "bench-01.example.org",
        "algorithms",
        "microbenchmarks",
        "Sort",
        "size=100",
        '{"size": 100}',
        True,
        "ns",
        100,
        5,
        5,
        "ok",
        "",
        False,
    )


def test_targets_show_value_and_limits(three_nights: WarehouseStore) -> None:
    """The verdict with the measured interval and the declared range beside it."""
    sql = """
        select verdict, reason, value, target, unit, direction, acceptable_low, acceptable_high,
            low is not null and high is not null, critical, severe
        from v_targets where benchmark = 'Sort' and night = '2026-03-02'
    """
    said = ("met", "1 ms, below 1.1 ms", 1_002_000.0, 1_100_000.0, "ns", "lower", None, 1.5e6)
    assert run_query(three_nights.published, sql).rows == ((*said, True, False, False),)


def test_changes_and_verdicts(three_nights: WarehouseStore) -> None:
    """Changes are the verdicts whose subject is a change; a campaign has one of its own."""
    sql = "select verdict, state, ground, metric from v_changes where benchmark = 'Find'"
    assert set(run_query(three_nights.published, sql).rows) == {
        ("inconclusive", "suspected", "screen", "cpu_ns"),
        ("unchanged", "none", "screen", "waiting_ns"),
    }
    counts = "select subject, count(*) from v_verdicts group by all order by all"
    assert run_query(three_nights.published, counts).rows == (
        ("benchmark", 6), ("campaign", 3), ("change", 12), ("control", 2), ("target", 6)
    )  # fmt: skip


def test_the_newest_verdict_is_the_one_shown(store: WarehouseStore) -> None:
    """The view and the store agree on which verdict on a subject stands."""
    record, what = builders.run(), builders.benchmark()
    for verdict, seconds in ((Verdict.UNCHANGED, 200.0), (Verdict.INCONCLUSIVE, 100.0)):
        said = outcomes.verdict(record, Subject.BENCHMARK, verdict, "r", what=what, seconds=seconds)
        store.land_verdicts([said])
    assert ask(store, "select verdict from v_verdicts") == [("unchanged",)]
    assert [said.verdict for said in store.verdicts(record.campaign_id)] == [Verdict.UNCHANGED]


def test_denominators(store: WarehouseStore) -> None:
    """Each case is in one count: measured, failed, left out of the budget, or missing."""
    cases = [builders.case("Sort", size=size) for size in (1, 2, 3)]
    left_out = builders.case("Sort", in_budget=False, size=4)
    declared = builders.benchmark("Sort", [*cases, left_out])
    broken = replace(builders.benchmark("Odd", fault="odd.yaml:3: no metric"), cases=())
    record = builders.run([declared, broken])
    store.land_run(record)
    measured = replace(declared, cases=(cases[0], cases[1]))
    store.land_trials(
        builders.attempt(record, measured, status=TrialStatus.FAILED, message="ValueError: no")
    )
    sql = """
        select benchmark, cases, measured, failed, skipped, missing, attempts, attempt, status,
            faults, fault
        from v_benchmarks order by benchmark
    """
    assert ask(store, sql) == [
        ("Odd", 0, 0, 0, 0, 0, 0, None, "", "", "odd.yaml:3: no metric"),
        ("Sort", 4, 1, 1, 1, 1, 1, 1, "failed", "ValueError: no", ""),
    ]


def test_trials_show_failures(store: WarehouseStore) -> None:
    """Trials of all attempts, with their message and whether the attempt counts."""
    record, what = builders.run(), builders.benchmark("Sort", [builders.case()])
    store.land_run(record)
    bad = builders.attempt(record, what, status=TrialStatus.TIMED_OUT, message="60 s")
    store.land_trials(bad)
    store.land_trials(builders.attempt(record, what, number=2))
    sql = (
        "select attempt, counts, status, message, count(*) from v_trials group by all order by all"
    )
    assert ask(store, sql) == [
        (1, False, "ok", "", 4),
        (1, False, "timed_out", "60 s", 1),
        (2, True, "ok", "", 5),
    ]


def test_history_has_one_row_per_night(store: WarehouseStore) -> None:
    """The newest campaign of a night stands for it; ad hoc campaigns do not."""
    what = builders.benchmark("Sort", [builders.case()])
    for number, kind in enumerate([CampaignKind.FULL, CampaignKind.FULL, CampaignKind.AD_HOC], 1):
        record = builders.run([what], number=number, kind=kind)
        store.land_run(record)
        store.land_trials(builders.attempt(record, what))
    sql = "select campaign from v_history where metric = 'cpu_ns'"
    assert ask(store, sql) == [(builders.campaign_id(number=2),)]


def test_hotspots_are_those_of_the_counted_attempt(store: WarehouseStore) -> None:
    """A profile of an attempt that failed does not double the shares."""
    record, what = builders.run(), builders.benchmark("Sort", [builders.case()])
    store.land_run(record)
    for number, status in ((1, TrialStatus.FAILED), (2, TrialStatus.OK)):
        store.land_trials(builders.attempt(record, what, number=number, status=status))
        store.land_profiles([outcomes.profile(record, what, attempt_number=number)])
    sql = """
        select function, code, rank, parameters, round(self_share, 3), samples
        from v_hotspots order by rank
    """
    assert ask(store, sql) == [
        ("compare", "own", 1, "size=10", 0.505, 100),
        ("sorted", "interpreter", 2, "size=10", 0.394, 78),
        ("run", "own", 3, "size=10", 0.101, 20),
    ]
    assert ask(store, "select attempt, profiler from v_profiles") == [(2, "py-spy")]


def test_a_missing_profiler_is_shown(store: WarehouseStore) -> None:
    """A profile that could not be taken is a row with its reason."""
    record, what = builders.run(), builders.benchmark()
    absent = replace(
        outcomes.profile(record, what),
        status=TrialStatus.ENVIRONMENT_FAILURE, message="py-spy is not installed",
        frames=(), stacks=(), calls=(), memory=(), samples=0,
    )  # fmt: skip
    store.land_profiles([absent])
    found = ask(store, "select status, message, samples from v_profiles")
    assert found == [("environment_failure", "py-spy is not installed", 0)]


def test_control_blocks(three_nights: WarehouseStore) -> None:
    """A/A blocks are marked; the difference in percent is that of the logarithm."""
    sql = """
        select count(*), bool_and(control),
            bool_and(abs(difference_percent - 100 * log_ratio) < 0.1)
        from v_blocks where component = 'algorithms' and parameters = 'size=10'
    """
    assert run_query(three_nights.published, sql).rows == ((48, True, True),)


def test_campaigns_tell_their_outcome(three_nights: WarehouseStore) -> None:
    """Sentence, machine and which one is the newest."""
    sql = """
        select night, latest, finished, sentence, cpu_model, runs, fit
        from v_campaigns order by night
    """
    rows = run_query(three_nights.published, sql).rows
    assert [row[1] for row in rows] == [False, False, True]
    assert {row[2:] for row in rows} == {(True, "Nothing got worse.", "Example CPU 3000", 1, True)}


def test_people_and_surroundings(three_nights: WarehouseStore) -> None:
    """Events, facts of the environment, plans and the code behind a fingerprint."""
    facts = "select fact, value from v_environment where night = '2026-03-01' order by fact"
    assert run_query(three_nights.published, facts).rows == (
        ("governor", "performance"), ("kernel", "6.1.0")
    )  # fmt: skip
    said = "select distinct kind, author, subject_id = 'x' from v_events"
    assert run_query(three_nights.published, said).rows == (
        ("accept", "someone@example.org", False),
    )
    code = "select name, content from v_imported order by name"
    assert run_query(three_nights.published, code).rows == (
        ("sort.py", "c0ffee"), ("zstandard", "0.25.0")
    )  # fmt: skip
    plan = "select plan_of, rank, benchmark, parameters, how from v_plan where night = '2026-03-01'"
    assert run_query(three_nights.published, plan).rows == (
        ("regressions", 1, "Sort", "size=10", "ab"),
    )
