"""A report on disk: whole files, recordings beside them, one file per day and benchmark."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from report_suite import SMALL
from states import first_night, incomplete, nothing_worse, worse

from perf_pipeline.report.facts import CampaignFacts
from perf_pipeline.report.files import ReportFiles, write_report


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    """Recordings of the small suite, and a file outside that nobody may take."""
    root = tmp_path / "artifacts"
    for name in first_night(SMALL).artifacts[1:]:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("recorded")
    (tmp_path / "secret").write_text("secret")
    return root


def written(facts: CampaignFacts, artifacts: Path, tmp_path: Path) -> ReportFiles:
    """The report of these facts below the test's folder."""
    return write_report(facts, tmp_path / "reports" / "one", artifacts)


def folder(files: ReportFiles, name: str) -> list[Path]:
    """The files of one folder of the report."""
    return sorted((files.html.parent / name).iterdir())


def test_a_report_is_three_files_and_three_folders(artifacts: Path, tmp_path: Path) -> None:
    """Page, message and numbers lie side by side; nothing unfinished is left."""
    files = written(first_night(SMALL), artifacts, tmp_path)
    names = {path.name for path in files.html.parent.iterdir()}
    assert names == {
        "index.html", "report.md", "report.json", "profiles", "daily_reports", "metrics_json",
    }  # fmt: skip
    assert list(files.html.parent.rglob(".*")) == []


def test_links_on_the_page_find_their_recordings(artifacts: Path, tmp_path: Path) -> None:
    """Every linked recording is there; one that was lost is said to be not kept."""
    files = written(first_night(SMALL), artifacts, tmp_path)
    page = files.html.read_text("utf-8")
    links = re.findall(r'href="(profiles/[^"]+)"', page)
    assert len(links) == len(SMALL) - 1
    assert all((files.html.parent / link).read_text() == "recorded" for link in links)
    assert "not kept" in page


def test_a_path_that_leads_out_is_not_followed(artifacts: Path, tmp_path: Path) -> None:
    """A recording outside the artifacts is neither linked nor copied."""
    facts = first_night(SMALL)
    (artifacts / "link").symlink_to(tmp_path / "secret")
    profiles = tuple(
        replace(profile, artifact=path)
        for profile, path in zip(facts.profiles, ["../secret", "link", "/etc/passwd"], strict=False)
    )
    files = written(replace(facts, profiles=profiles, artifacts=()), artifacts, tmp_path)
    assert not (files.html.parent / "profiles").exists()


@pytest.mark.parametrize(
    ("campaign", "linked"),
    [("suite-box-2026-11-18-1", True), ("never", False), ("../secret", False), ("one", False)],
)
def test_the_report_before_is_linked_where_it_lies(
    artifacts: Path, tmp_path: Path, campaign: str, *, linked: bool
) -> None:
    """Only a report that exists beside this one; a name that leads elsewhere is not followed."""
    for folder_name in ("reports/suite-box-2026-11-18-1", "reports/one", "secret"):
        path = tmp_path / folder_name
        path.unlink(missing_ok=True) if path.is_file() else None
        path.mkdir(parents=True)
        (path / "index.html").write_text("before")
    facts = nothing_worse(SMALL)
    before = replace(facts.start, campaign_id=campaign)
    page = written(replace(facts, previous=before), artifacts, tmp_path).html
    links = re.findall(r'href="(\.\./[^"]+)"', page.read_text("utf-8"))
    assert links == ([f"../{campaign}/index.html"] if linked else [])
    assert all((page.parent / link).read_text() == "before" for link in links)


def test_day_reports_say_what_was_done(artifacts: Path, tmp_path: Path) -> None:
    """A day report has true durations, denominators, intervals and statuses."""
    files = written(incomplete(), artifacts, tmp_path)
    names = [path.name for path in folder(files, "daily_reports")]
    assert all(re.fullmatch(r"day_[1-5]_report_\d{8}_\d{6}\.json", name) for name in names)
    assert [name[4] for name in names] == ["1", "2", "3", "4"]
    day = json.loads(folder(files, "daily_reports")[1].read_text("utf-8"))
    assert (day["planned"], day["measured"]) == (5, 4)
    assert day["trials_ok"] == day["trials_started"] == 40
    assert day["duration_s"] == pytest.approx(sum(11.4 + place for place in (2, 3, 4, 5)))
    assert [row["status"] for row in day["benchmarks"]].count("failed") == 1
    assert [row["benchmark"] for row in day["faults"]] == ["StorageWriteMicro"]
    assert all(row["low"] < row["value"] < row["high"] for row in day["measurements"])


def test_no_day_claims_more_than_it_has(artifacts: Path, tmp_path: Path) -> None:
    """Nothing in the files says passed; targets come as met and missed of judged."""
    files = written(worse(), artifacts, tmp_path)
    for path in [*folder(files, "daily_reports"), *folder(files, "metrics_json")]:
        assert "pass" not in path.read_text("utf-8").lower()
    third = json.loads(folder(files, "daily_reports")[2].read_text("utf-8"))
    assert (third["targets_met"], third["targets_missed"], third["targets_judged"]) == (0, 1, 1)


def test_metric_files_are_named_by_benchmark_and_time(artifacts: Path, tmp_path: Path) -> None:
    """One file per benchmark, named as `Benchmark_2026-11-19T02-01-04.json`."""
    files = written(first_night(SMALL), artifacts, tmp_path)
    names = [path.name for path in folder(files, "metrics_json")]
    assert len(names) == len(SMALL)
    pattern = r"[A-Za-z_]+_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(\.\d+)?\.json"
    assert all(re.fullmatch(pattern, name) for name in names)
    found = json.loads(folder(files, "metrics_json")[0].read_text("utf-8"))
    assert found["benchmark"]["attempt"]["duration_s"] > 0
    assert {row["metric"]["name"] for row in found["measurements"]} >= {"cpu_ns", "waiting_ns"}


def test_not_measured_stays_without_a_value(artifacts: Path, tmp_path: Path) -> None:
    """A claim that the night was too short for has no value, and the reason stands beside it."""
    files = written(first_night(SMALL), artifacts, tmp_path)
    rows = json.loads(files.json.read_text("utf-8"))["measurements"]
    leak = next(row for row in rows if row["metric"]["name"] == "leak_bytes")
    assert (leak["value"], leak["low"], leak["n"]) == (None, None, 0)
    assert leak["reason"] == "not measured: ran 20 s, needs 3,600 s"


def test_rewriting_replaces_and_leaves_nothing_stale(artifacts: Path, tmp_path: Path) -> None:
    """A report written again keeps its names; files of an earlier writing are gone."""
    first = written(first_night(SMALL), artifacts, tmp_path)
    before = [path.name for path in folder(first, "daily_reports")]
    again = replace(first_night(SMALL), written_at=first_night().written_at + timedelta(hours=1))
    second = written(again, artifacts, tmp_path)
    assert [path.name for path in folder(second, "daily_reports")] == before
    fewer = written(first_night(SMALL[:2]), artifacts, tmp_path)
    assert len(folder(fewer, "metrics_json")) == 2


def test_numbers_are_strict_json(artifacts: Path, tmp_path: Path) -> None:
    """What is not a finite number is null, never NaN."""
    facts = first_night(SMALL)
    odd = replace(facts.measurements[0], value=float("nan"), low=float("-inf"), high=float("inf"))
    files = written(replace(facts, measurements=(odd,)), artifacts, tmp_path)
    row = json.loads(files.json.read_text("utf-8"), parse_constant=pytest.fail)["measurements"][0]
    assert (row["value"], row["low"], row["high"]) == (None, None, None)
