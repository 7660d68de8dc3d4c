"""The nightly decision over simulated nights: real store, real rules, drawn figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest

from perf_pipeline.campaign.changes import people, regressions, tested
from perf_pipeline.campaign.changes.candidates import AB, ANCHOR, AUDIT
from perf_pipeline.campaign.changes.regressions import Regressions, fair_end_s, find_regressions
from perf_pipeline.campaign.gate import why_red
from perf_pipeline.campaign.gather import gather
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.model import (
    CampaignKind,
    Day,
    Ground,
    State,
    Subject,
    TrialStatus,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.suite.benchmark import BudgetName, Suite
from tests.campaign.nights import Nights, land, land_failure
from tests.campaign.simulated import Bench, KilledError

MACHINE = "bench_01"
NAMES = ("SortNumbers", "HashText", "WholeFlow")
OLD = dict.fromkeys(NAMES, "old")


class History:
    """Nights one after the other, each with the code it ran and what was decided."""

    def __init__(self, nights: Nights, bench: Bench) -> None:
        """No night yet."""
        self.nights = nights
        self.bench = bench
        self.number = 0
        self.code = dict(OLD)
        self.campaign: Campaign

    def night(self, changed: Mapping[str, str] | None = None, **run: object) -> Regressions:
        """The next night: `changed` is benchmark -> new content of its file."""
        self.code |= changed or {}
        self.campaign = self.nights.campaign(self.number, revision=f"{self.number:07d}", **run)
        factors = {name: self.bench.speeds.get(code, 1.0) for name, code in self.code.items()}
        land(self.campaign, factors, self.code)
        self.number += 1
        self.bench.asked.clear()
        return find_regressions(self.campaign, test=self.bench)

    def quiet(self, count: int) -> None:
        """Nights that were measured, and nothing was said of them."""
        for _ in range(count):
            land(self.nights.campaign(self.number, revision=f"{self.number:07d}"), {}, self.code)
            self.number += 1

    def row(self, name: str, metric: str = "cpu_ns") -> VerdictRecord:
        """What the newest campaign landed on a benchmark's metric."""
        landed = self.nights.store.verdicts(self.campaign.campaign_id)
        (found,) = (
            one
            for one in landed
            if one.subject is Subject.CHANGE and (one.benchmark, one.metric) == (name, metric)
        )
        return found


@pytest.fixture
def bench() -> Bench:
    """Where `slow` takes half as long again as `old`, and `fast` half of it."""
    return Bench({"slow": 1.5, "fast": 0.5})


@pytest.fixture
def history(nights: Nights, bench: Bench) -> History:
    """No night yet."""
    return History(nights, bench)


def test_a_first_night_costs_nothing_extra(history: History) -> None:
    """No plan, no comparison, and the reason why nothing can be said."""
    found = history.night()
    assert (found.plan, found.findings, history.bench.asked) == ((), (), [])
    assert {one.verdict for one in found.changes} == {Verdict.INCONCLUSIVE}
    runs = history.nights.store.runs(history.campaign.campaign_id)
    assert [run.plan_of for run in runs] == [""]


def test_a_slowdown_is_found_the_same_night(history: History) -> None:
    """One night's evidence, that very finding, and the file beneath it."""
    history.quiet(2)
    found = history.night({"HashText": "slow"})
    (finding,) = found.findings
    assert (finding.subject, finding.verdict) == (Subject.FINDING, Verdict.WORSE)
    assert finding.cause == "0000001..0000002: work_HashText.py"
    assert finding.reason.startswith("HashText: CPU time +")
    worse = [one for one in found.changes if one.verdict is Verdict.WORSE]
    assert [(one.benchmark, one.metric) for one in worse] == [("HashText", "cpu_ns")]
    (row,) = worse
    assert (row.ground, row.state, row.finding_id) == (
        Ground.AB,
        State.ESTABLISHED,
        finding.finding_id,
    )
    assert row.change_percent == pytest.approx(50, abs=3)
    assert row.reference.endswith("2026-03-01-1")
    assert row.p_value is not None
    assert row.p_value <= 0.001
    landed = history.row("HashText")
    assert replace(row, decided_at=landed.decided_at) == landed
    assert why_red(replace(history.campaign, suite=failing(history))).startswith("1 finding")


def failing(history: History) -> Suite:
    """The suite, asking for red nights."""
    return replace(history.nights.suite, fail_on="worse")


def test_equal_speed_moves_the_reference(history: History) -> None:
    """Other code, as fast: unchanged by A/B, and from there on the norm."""
    history.quiet(2)
    found = history.night({"HashText": "tidy"})
    assert not found.findings
    row = history.row("HashText")
    assert (row.verdict, row.ground, row.detectable_percent is not None) == (
        Verdict.UNCHANGED,
        Ground.AB,
        True,
    )
    history.night({"HashText": "slow"})
    assert history.row("HashText").reference.endswith("2026-03-03-1")


def test_worse_stands_until_it_is_mended(history: History) -> None:
    """Nightly the same, unmeasured; then fixed, and the next regression is another change."""
    history.quiet(2)
    first = history.night({"HashText": "slow"})
    second = history.night()
    assert (AB, "HashText") not in {(item.how, item.benchmark) for item in second.plan}
    assert not second.findings
    row = history.row("HashText")
    assert row.verdict is Verdict.WORSE
    assert row.reason.endswith("same code as on 2026-03-03")
    facts = gather(history.campaign)
    (still,) = facts.still_worse
    assert (still.first_night.isoformat(), still.owner) == ("2026-03-03", "tests@example.org")
    assert why_red(replace(history.campaign, suite=failing(history)))
    history.night({"HashText": "mended"})
    fixed = history.row("HashText")
    assert (fixed.verdict, fixed.state) == (Verdict.UNCHANGED, State.FIXED)
    assert fixed.change_id == row.change_id
    assert not gather(history.campaign).still_worse
    history.night({"HashText": "slow"})
    again = history.row("HashText")
    assert again.verdict is Verdict.WORSE
    assert again.change_id != row.change_id
    assert again.finding_id not in {"", first.findings[0].finding_id}


def test_accepted_the_next_night_is_calm(history: History) -> None:
    """The reference has moved: nothing is worse, nothing red, and it is said who wanted it."""
    history.quiet(2)
    (finding,) = history.night({"HashText": "slow"}).findings
    store = history.nights.store
    (event,) = people.accept(store, "tiny", finding.finding_id, "worth it", "ada", machine=MACHINE)
    assert event.subject_id == history.row("HashText").change_id
    found = history.night()
    row = history.row("HashText")
    assert not found.findings
    assert (row.verdict, row.state) == (Verdict.INCONCLUSIVE, State.ACCEPTED)
    assert row.reason.startswith("accepted by ada: worth it; too little history")
    assert not why_red(replace(history.campaign, suite=failing(history)))
    facts = gather(history.campaign)
    assert facts.events == (event,)
    assert not facts.still_worse
    assert ("HashText", AB) not in history.bench.questions
    history.night({"HashText": "slow", "SortNumbers": "slow"})
    assert history.row("HashText").verdict is not Verdict.WORSE
    assert history.row("SortNumbers").verdict is Verdict.WORSE


def test_disputed_it_is_measured_once_more_and_then_left(history: History) -> None:
    """The alert counts as false; what fresh blocks show again is a finding, once."""
    history.quiet(2)
    history.night({"HashText": "slow"})
    change = history.row("HashText").change_id
    people.dispute(
        history.nights.store, "tiny", change[:6], "the lab moved", "ada", machine=MACHINE
    )
    found = history.night()
    assert ("HashText", AB) in history.bench.questions
    row = history.row("HashText")
    assert (row.verdict, row.state) == (Verdict.WORSE, State.ESTABLISHED)
    assert "measured again with fresh blocks; ada disputed it: the lab moved" in row.reason
    assert len(found.findings) == 1
    assert why_red(replace(history.campaign, suite=failing(history)))
    assert not history.night().findings
    assert ("HashText", AB) not in history.bench.questions
    assert history.row("HashText").verdict is Verdict.WORSE
    (counted,) = [one for one in history.nights.store.same_code("tiny", MACHINE) if one.disputed]
    assert counted.disputed == 1


def test_creep_is_found_by_the_anchor(history: History) -> None:
    """Eight nights of +0.5 %: each goes unseen, all together do not, of a critical case."""
    history.bench.speeds = {f"step {i}": 1.005**i for i in range(9)}
    crept: list[VerdictRecord] = []
    for number in range(9):
        step = f"step {number}"
        history.night({"SortNumbers": step, "HashText": step})
        crept.append(history.row("SortNumbers"))
        if crept[-1].verdict is Verdict.WORSE:
            break
    assert {one.verdict for one in crept[1:-1]} == {Verdict.UNCHANGED}
    assert len(crept) == 8
    assert crept[-1].reference.endswith("2026-03-01-1")
    assert ("SortNumbers", ANCHOR) in history.bench.questions
    assert crept[-1].change_percent == pytest.approx(3.5, abs=1.0)
    assert history.row("HashText").verdict is Verdict.UNCHANGED
    assert ("HashText", ANCHOR) not in history.bench.questions
    history.night()
    assert history.row("SortNumbers").change_id == crept[-1].change_id


def test_a_shared_file_makes_one_finding(history: History) -> None:
    """Three benchmarks slow down in one night; two of them by the same file."""
    history.quiet(1)
    found = history.night(dict.fromkeys(NAMES, "slow"))
    assert len(found.findings) == 3
    assert {one.cause.partition(": ")[2] for one in found.findings} == {
        f"work_{name}.py" for name in NAMES
    }


def test_code_is_compared_with_itself_in_what_time_is_left(history: History) -> None:
    """The rotation lands controls, which say how often we are wrong."""
    history.quiet(1)
    history.night()
    history.night()
    assert set(history.bench.questions) == {(name, AUDIT) for name in NAMES}
    landed = history.nights.store.verdicts(history.campaign.campaign_id)
    controls = [one for one in landed if one.subject is Subject.CONTROL]
    assert {one.verdict for one in controls} == {Verdict.UNCHANGED}
    counted = {one.ground: one for one in gather(history.campaign).same_code}[Ground.AB]
    assert (counted.compared, counted.alarms) == (6, 0)
    assert 0 < counted.at_most < 1


def test_what_the_time_does_not_reach_is_named(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inconclusive, and in the report by name; on the next night it comes first again."""
    history.quiet(1)
    monkeypatch.setitem(regressions.SHARE_S, BudgetName.QUICK, 0.0)
    found = history.night({"HashText": "slow"})
    assert [(item.benchmark, item.how) for item in found.left] == [("HashText", AB)]
    assert gather(history.campaign).not_reached == found.left
    row = history.row("HashText")
    assert (row.verdict, row.reason) == (Verdict.INCONCLUSIVE, regressions.LATE)
    monkeypatch.undo()
    history.night()
    assert history.row("HashText").verdict is Verdict.WORSE


def test_without_a_second_arm_it_is_machine_or_code(history: History) -> None:
    """The reason stands in the verdict, and nothing is red."""
    history.quiet(9)
    history.bench.refusals = {"HashText": "no second arm: it does not build"}
    history.night({"HashText": "slow"})
    row = history.row("HashText")
    assert (row.verdict, row.state) == (Verdict.INCONCLUSIVE, State.SUSPECTED)
    assert row.reason.startswith("machine or code: no second arm: it does not build: not confirmed")
    assert row.change_id


def test_a_machine_that_got_slower_is_no_regression(history: History) -> None:
    """The same code, half as slow again: a suspicion, and what else moved is named."""
    history.quiet(9)
    slow = history.nights.campaign(9, revision="0000008")
    land(slow, {"HashText": 1.5}, OLD)
    facts = tuple(
        replace(one, value="7.0") if one.name == "kernel" else one
        for one in slow.record.environment
    )
    slow = replace(slow, record=replace(slow.record, environment=facts))
    history.bench.asked.clear()
    found = find_regressions(slow, test=history.bench)
    (row,) = [one for one in found.changes if one.state is not State.NONE]
    assert (row.benchmark, row.verdict, row.state) == (
        "HashText",
        Verdict.INCONCLUSIVE,
        State.SUSPECTED,
    )
    assert row.reason.startswith("machine or code: the code is that of 2026-03-01, kernel ")
    assert not found.findings


def test_a_run_that_goes_on_compares_nothing_twice(history: History) -> None:
    """Killed after the first comparison: the second run makes the others."""
    history.quiet(2)
    history.bench.most = 1
    both = {"HashText": "slow", "WholeFlow": "slow"}
    with pytest.raises(KilledError):
        history.night(both)
    record = replace(history.campaign.record, run_id="run-2")
    context = replace(history.campaign.context, run_id="run-2")
    history.nights.store.land_run(record)
    goes_on = Bench(history.bench.speeds)
    found = find_regressions(
        replace(history.campaign, record=record, context=context), test=goes_on
    )
    (done,) = history.bench.questions
    again = [one for one in goes_on.questions if one[1] == AB]
    assert {done, *again} == {(name, AB) for name in both}
    assert done not in again
    assert len(found.findings) == 2
    assert {history.row(name).verdict for name in both} == {Verdict.WORSE}
    blocks = history.nights.store.blocks(history.campaign.campaign_id)
    assert len({(one.comparison, one.number) for one in blocks}) == len(blocks)


def test_deciding_again_changes_nothing(history: History) -> None:
    """The same asset run once more: nothing is compared, nothing new is landed."""
    history.quiet(2)
    found = history.night({"HashText": "slow"})
    landed = history.nights.store.verdicts(history.campaign.campaign_id)
    history.bench.asked.clear()
    again = find_regressions(history.campaign, test=history.bench)
    assert [(one.finding_id, one.reason) for one in again.findings] == [
        (one.finding_id, one.reason) for one in found.findings
    ]
    assert history.bench.asked == []
    after = history.nights.store.verdicts(history.campaign.campaign_id)
    assert {one.verdict_id: one.reason for one in after} == {
        one.verdict_id: one.reason for one in landed
    }


def test_a_day_at_a_time_is_one_decision(history: History) -> None:
    """What a later day finds by the same cause joins the finding of the earlier one."""
    history.quiet(1)
    history.code |= dict.fromkeys(("HashText", "SortNumbers"), "slow")
    campaign = history.nights.campaign(1, revision="0000001")
    land(campaign, {}, history.code)
    first = find_regressions(campaign, Day.BASELINE, test=history.bench)
    assert {one.benchmark for one in first.changes} == {"SortNumbers"}
    assert [one.benchmark for one in first.findings] == ["SortNumbers"]


def test_what_failed_is_not_compared(history: History) -> None:
    """A case without a figure tonight has no second half."""
    history.quiet(2)
    campaign = history.nights.campaign(2, revision="0000002")
    land_failure(campaign, "HashText", TrialStatus.FAILED, "the shelf is empty")
    found = find_regressions(campaign, test=history.bench)
    assert found.plan == ()
    assert {one.verdict for one in found.changes} == {Verdict.NOT_MEASURED}


def test_ad_hoc_campaigns_decide_nothing(history: History) -> None:
    """They are outside screen and reference."""
    history.quiet(1)
    assert history.night({"HashText": "slow"}, kind=CampaignKind.AD_HOC) == Regressions()


def test_nights_of_other_code_that_costs_the_same(nights: Nights) -> None:
    """Other code of equal speed every night in every benchmark: no finding, no worse, no better."""
    history = History(nights, Bench())
    verdicts: Counter[Verdict] = Counter()
    for number in range(6):
        found = history.night(dict.fromkeys(NAMES, f"edit {number}"))
        assert not found.findings
        verdicts.update(one.verdict for one in found.changes if one.metric == "cpu_ns")
    assert verdicts[Verdict.WORSE] + verdicts[Verdict.BETTER] == 0
    assert verdicts[Verdict.UNCHANGED] == 15


def test_what_is_measured_later_is_compared_later(history: History) -> None:
    """A benchmark that failed at first is planned by the run that goes on, behind the others."""
    history.quiet(2)
    campaign = history.nights.campaign(2, revision="0000002")
    code = OLD | {"HashText": "slow", "WholeFlow": "slow"}
    others = [one for one in campaign.record.benchmarks if one.name != "WholeFlow"]
    land(replace(campaign, record=replace(campaign.record, benchmarks=tuple(others))), {}, code)
    land_failure(campaign, "WholeFlow", TrialStatus.FAILED, "the shelf is empty")
    first = find_regressions(campaign, test=history.bench)
    assert [one.benchmark for one in first.findings] == ["HashText"]
    record = replace(campaign.record, run_id="run-2")
    later = replace(campaign, record=record, context=replace(campaign.context, run_id="run-2"))
    history.nights.store.land_run(record)
    late = next(one for one in record.benchmarks if one.name == "WholeFlow")
    land(replace(later, record=replace(record, benchmarks=(late,))), {}, code, attempt=2)
    history.bench.asked.clear()
    second = find_regressions(later, test=history.bench)
    assert history.bench.questions == [("WholeFlow", AB)]
    assert {one.benchmark for one in second.findings} == {"HashText", "WholeFlow"}
    assert [item.rank for item in second.plan] == [*range(1, len(second.plan) + 1)]


def test_other_code_is_never_called_unchanged_by_the_screen(history: History) -> None:
    """Without a comparison nobody knows, however quiet the history."""
    history.quiet(9)
    history.bench.refusals = {"HashText": "no second arm: it does not build"}
    history.night({"HashText": "tidy"})
    row = history.row("HashText")
    assert (row.verdict, row.reason) == (
        Verdict.INCONCLUSIVE,
        "machine or code: no second arm: it does not build",
    )
    assert history.row("SortNumbers").verdict is Verdict.UNCHANGED


def test_a_control_that_cannot_be_run_is_no_evidence(history: History) -> None:
    """It is named, and not counted among the comparisons of equal code."""
    history.quiet(1)
    history.bench.refusals = dict.fromkeys(NAMES, "no second arm: it does not build")
    found = history.night()
    assert not found.left
    controls = [
        one
        for one in history.nights.store.verdicts(history.campaign.campaign_id)
        if one.subject is Subject.CONTROL
    ]
    assert {one.reason for one in controls} == {"no second arm: it does not build"}
    assert Ground.AB not in {one.ground for one in gather(history.campaign).same_code}


def test_a_metric_that_the_ab_lacks_is_not_called_unchanged(history: History) -> None:
    """Of other code the screen alone says nothing."""
    history.quiet(9)
    bench = history.bench

    def without_memory(campaign: Campaign, task: tested.Task) -> tested.Tested:
        found = bench(campaign, task)
        assert found.comparison is not None
        results = found.comparison.results
        left = tuple(one for one in results if one.metric.name != "peak_rss_bytes")
        return replace(found, comparison=replace(found.comparison, results=left))

    campaign = history.nights.campaign(9, revision="0000009")
    land(campaign, {}, OLD | {"HashText": "tidy"})
    found = find_regressions(campaign, test=without_memory)
    rows = {one.metric: one for one in found.changes if one.benchmark == "HashText"}
    assert rows["cpu_ns"].verdict is Verdict.UNCHANGED
    assert (rows["peak_rss_bytes"].verdict, rows["peak_rss_bytes"].reason) == (
        Verdict.INCONCLUSIVE,
        "the A/B gave no figure of it",
    )


def test_a_case_that_cannot_decide_starves_no_other() -> None:
    """Six share a minute: twenty seconds at most for the first, all that is left for the last."""
    assert fair_end_s(100, 160, cost_s=5, waiting=6) == 120
    assert fair_end_s(100, 160, cost_s=30, waiting=6) == 130
    assert fair_end_s(150, 160, cost_s=5, waiting=1) == 160
    assert fair_end_s(150, 160, cost_s=50, waiting=3) == 160
