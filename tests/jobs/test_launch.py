"""Launched by the command line or in the UI: alone, in part, again, too late, or wrongly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from jobs.runs import CAMPAIGN_TAG, SCHEDULED_TAG
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.identity import present_night
from perf_pipeline.errors import PerfError
from perf_pipeline.model import CampaignKind, Day, Subject, Verdict
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite
from tests.campaign.conftest import briefly
from tests.campaign.project import Project
from tests.jobs.conftest import MACHINE, SUITES, Place
from warehouse.query import run_query


def attempts(place: Place) -> dict[str, int]:
    """Every landed attempt with the moment of its last change."""
    return {
        path.name: path.stat().st_mtime_ns
        for path in (place.home.landing / "trials").rglob("*.parquet")
    }


def test_one_benchmark_alone_is_ad_hoc(
    place: Place, tiny: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measured, loaded, and outside screen and report; from whatever folder it is launched."""
    folder = tmp_path / "anywhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    ended = place.launch(tiny, only=("HashText",))
    assert ended.verdict.startswith("Measured alone, outside screen and report: tiny-")
    assert {row[0] for row in ended.rows} == {"HashText size=1000 times=50"}
    record = place.start(ended.campaign_id)
    assert record.kind is CampaignKind.AD_HOC
    assert [one.name for one in record.benchmarks] == ["HashText"]
    assert list(attempts(place)) == ["HashText-1.parquet"]
    assert not place.home.reports.exists()
    assert list(folder.iterdir()) == []


def test_a_benchmark_that_fails_alone_is_incomplete(place: Place) -> None:
    """Exit code 3 and the reason, and the figures are in the history at once."""
    faulty = read_suite(SUITES / "faulty")
    failing = faulty.invalid[0].name
    ended = place.launch(faulty, only=(failing,))
    assert ended.incomplete
    assert ended.lines[0].startswith(f"{failing}  configuration_failure: ")
    assert place.home.history.exists()


def test_an_asset_materialised_in_the_ui_is_ad_hoc_too(place: Place, tiny: Suite) -> None:
    """Without control and machine asset it has a control all the same."""
    run = place.execute(tiny, only=["SortNumbers"])
    assert run.status is dg.DagsterRunStatus.SUCCESS
    campaign = run.tags[CAMPAIGN_TAG]
    assert place.start(campaign).kind is CampaignKind.AD_HOC
    assert len(place.store.blocks(campaign)) == 2
    assert list(place.materialised(run)) == ["SortNumbers"]


def test_a_step_alone_disturbs_no_history(place: Place, tiny: Suite) -> None:
    """Whoever materialises only the report begins no night of which everything is missing."""
    run = place.execute(tiny, only=["report"])
    assert place.start(run.tags[CAMPAIGN_TAG]).kind is CampaignKind.AD_HOC


def test_a_re_execution_goes_on(place: Place, tiny: Suite) -> None:
    """One day, then all: what counts is kept, the rest is added, nothing else was missing."""
    first = place.execute(tiny, job="microbenchmarks")
    assert first.status is dg.DagsterRunStatus.SUCCESS
    campaign = first.tags[CAMPAIGN_TAG]
    record = place.start(campaign)
    assert (record.kind, record.days) == (CampaignKind.FULL, (Day.MICROBENCHMARKS.value,))
    assert set(place.materialised(first)) == {"machine", "control", "HashText", "microbenchmarks"}
    before = attempts(place)
    assert list(before) == ["HashText-1.parquet"]
    second = place.execute(tiny, tags={CAMPAIGN_TAG: campaign})
    assert second.status is dg.DagsterRunStatus.SUCCESS
    assert second.tags[CAMPAIGN_TAG] == campaign
    after = attempts(place)
    assert {name: after[name] for name in before} == before
    assert sorted(after) == ["HashText-1.parquet", "SortNumbers-1.parquet", "WholeFlow-1.parquet"]
    shown = place.materialised(second)
    assert (shown["HashText"]["kept"], shown["SortNumbers"]["kept"]) == (True, False)
    assert shown["HashText"]["summary"] == "ok, kept from attempt 1"
    assert place.store.runs(campaign)[-1].days == tuple(day.value for day in Day)
    (row,) = run_query(place.home.history, "select runs, finished from v_campaigns").rows
    assert tuple(row) == (2, True)


def test_resume_goes_on_with_what_was_begun(
    place: Place, tiny: Suite, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its own benchmarks, whatever is typed now; `last` is the last that has five days."""
    first = place.launch(tiny, tags=("fast",))
    alone = place.launch(tiny, only=("SortNumbers",))
    assert alone.campaign_id == first.campaign_id.removesuffix("1") + "2"
    capsys.readouterr()
    again = place.launch(tiny, resume="last")
    assert (again.campaign_id, again.failure) == (first.campaign_id, "")
    assert again.verdict == first.verdict
    assert capsys.readouterr().err.endswith("SortNumbers: ok, kept from attempt 1\n")
    same = place.launch(tiny, resume=alone.campaign_id)
    assert (same.verdict, same.lines) == (alone.verdict, alone.lines)
    measured = (place.home.landing / "trials").rglob("*.parquet")
    assert sorted(path.parent.name for path in measured) == [first.campaign_id, alone.campaign_id]


def test_nothing_to_go_on_with(place: Place, tiny: Suite) -> None:
    """It says so, and what to do."""
    with pytest.raises(PerfError, match="There is no campaign to go on with"):
        place.launch(tiny, resume="last")
    ended = place.launch(tiny, resume=f"tiny-{MACHINE}-2026-11-20-7")
    assert "There is no campaign" in ended.failure


def test_tags_chosen_in_the_launchpad_leave_the_rest_out(place: Place, tiny: Suite) -> None:
    """The whole job runs; what the tags leave out is not run, not promised and not missed."""
    run = place.execute(tiny, config={"tags": ["fast"], "budget": "quick"})
    assert run.status is dg.DagsterRunStatus.SUCCESS, place.failure(run)
    assert list(attempts(place)) == ["SortNumbers-1.parquet"]
    shown = place.materialised(run)
    assert shown["HashText"]["summary"] == "not part of this campaign, nothing was run"
    assert str(shown["SortNumbers"]["summary"]).startswith("ok, 1 trials in")
    assert "1 benchmark measured" in str(shown["roadmap"]["verdict"])
    checks = place.checks(run)
    assert checks["HashText", "measured"].passed
    assert checks["roadmap", "campaign_complete"].passed


def test_a_scheduled_run_measures_what_is_committed(place: Place, tmp_path: Path) -> None:
    """A benchmark that only lies in the working tree is left out, without a fault."""
    project = Project(tmp_path / "project")
    project.write("new.yaml", "benchmark: {name: New, workload: 'work.py:work'}\n")
    project.write("work.py", "raise RuntimeError('half-finished')\n")
    suite = briefly(project.read())
    run = place.execute(suite, tags={SCHEDULED_TAG: "true"}, config={"budget": "quick"})
    assert run.status is dg.DagsterRunStatus.SUCCESS, place.failure(run)
    record = place.start(run.tags[CAMPAIGN_TAG])
    assert (record.revision, record.uncommitted) == (project.git("rev-parse", "HEAD"), False)
    shown = place.materialised(run)
    assert shown["Work"]["status"] == "ok"
    assert shown["New"]["summary"] == "not part of this campaign, nothing was run"
    assert place.checks(run)["roadmap", "campaign_complete"].passed


def test_another_night_is_refused(place: Place, tiny: Suite) -> None:
    """With the sentence; nothing lands under an old date."""
    yesterday = present_night(tiny, datetime.now(UTC)) - timedelta(days=1)
    run = place.execute(tiny, night=yesterday)
    assert run.status is dg.DagsterRunStatus.FAILURE
    said = place.failure(run)
    assert f"Night {yesterday} cannot be measured." in said
    assert "would falsify the history" in said
    assert place.first_words(run).startswith(f"Night {yesterday} cannot be measured.\n")
    assert not place.home.landing.exists()


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"budget": "quik"}, "There is no budget 'quik'."),
        ({"tags": ["fsat"]}, "There is no tag 'fsat'. Did you mean fast?"),
    ],
)
def test_a_wrong_choice_is_explained(
    place: Place, tiny: Suite, config: dict[str, object], said: str
) -> None:
    """In a sentence of the run's failure, not in a traceback of ours."""
    run = place.execute(tiny, config=config)
    assert run.status is dg.DagsterRunStatus.FAILURE
    assert said in place.failure(run)
    assert place.first_words(run).startswith(said)
    assert not place.home.landing.exists()


def test_a_wrong_choice_on_the_command_line(place: Place, tiny: Suite) -> None:
    """Before Dagster is asked at all."""
    with pytest.raises(CampaignError, match="Did you mean HashText"):
        place.launch(tiny, only=("HashTxt",))
    assert place.runs() == []


def test_a_suite_without_benchmarks_is_no_night(place: Place, tmp_path: Path) -> None:
    """A campaign of nothing would be the newest, and say that nothing got worse."""
    (tmp_path / "suite.yaml").write_text("name: hollow\n", encoding="utf-8")
    with pytest.raises(PerfError, match="Suite hollow has no benchmark"):
        place.launch(read_suite(tmp_path))
    assert place.runs() == []
    assert not place.home.landing.exists()


def test_a_dead_run_is_closed_by_the_next_launch(place: Place, tiny: Suite) -> None:
    """Also by a run that the UI launches."""
    with dg.DagsterInstance.get() as instance:
        lost = dg.DagsterRun(
            job_name="campaign_tiny",
            run_id="c0ffee00-0000-0000-0000-000000000000",
            status=dg.DagsterRunStatus.STARTED,
            tags={"perf/process": "c0ffee00-0000-0000-0000-000000000000:1@1.00"},
        )
        instance.add_run(lost)
    place.execute(tiny, only=["machine"])
    assert place.runs()[0].status is dg.DagsterRunStatus.FAILURE


def test_the_gate_fails_a_run_after_everything_is_written(place: Place, tiny: Suite) -> None:
    """Only where the suite asks for it, and only for what is proven worse."""
    gated = replace(tiny, fail_on="worse")
    first = place.launch(gated, tags=("fast",))
    assert (first.failure, first.worse) == ("", False)
    said = place.store.verdicts(first.campaign_id)
    worse = replace(
        next(one for one in said if one.subject is Subject.CHANGE),
        verdict_id="c0ffee",
        case_id="another",
        verdict=Verdict.WORSE,
        change_percent=50.0,
    )
    place.store.land_verdicts([worse])
    again = place.launch(gated, resume="last")
    assert (again.failure, again.worse) == ("", True)
    assert "got slower" in again.verdict
    run = place.runs()[-1]
    assert run.status is dg.DagsterRunStatus.FAILURE
    assert "1 finding for the worse: SortNumbers." in place.failure(run)
    assert {"report", "history"} <= set(place.materialised(run))
